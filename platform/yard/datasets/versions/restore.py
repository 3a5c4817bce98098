"""Bringing the working state of a data set back to one of its versions.

Only what differs is touched. The working state is pinned first, so nothing is lost and the way back is open. Files
that come back are brought before anything is changed; then rows, shapes, labels and the split change in one
transaction; then the files of images that changed or went are brought in step (see ``files``). Killed before the
transaction, nothing has changed; killed after it, the rest is done by tasks that the transaction queued.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.images import ImageFacts, inspect_image
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, DatasetVersion, Image
from yard.datasets.shapes import shapes_replace
from yard.datasets.splits.of_version import version_parts
from yard.datasets.versions.create import Tell, version_create
from yard.datasets.versions.files import ANNOTATIONS, content_sources, file_bring, files_settle
from yard.datasets.versions.merging import Pair, differences, version_stream, working_stream
from yard.datasets.versions.records import Record, Records, annotations_entry, records_open, version_labels
from yard.datasets.versions.restore_split import split_restore
from yard.datasets.working_state import changing, check_changeable
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.objects import open_object

FILES_TASK = "yard.datasets.tasks.files_settle_task"
BATCH = 200
NAMES_PER_TASK = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        before: The working state as it was, pinned; None when there were no images.
        added: Images that came back.
        removed: Images that went.
        replaced: Images with other content than before.
        relabelled: Images with other shapes than before.
    """

    before: DatasetVersion | None
    added: int = 0
    removed: int = 0
    replaced: int = 0
    relabelled: int = 0


@dataclass(slots=True)
class _Plan:
    """What has to change; indices are places in the version, ids are those of images."""

    revision: int  # of the data set it was made for
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    replaced: dict[int, int] = field(default_factory=dict)
    relabelled: dict[int, int] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)  # names whose files change after the rows
    facts: dict[int, ImageFacts] = field(default_factory=dict)  # of images that come back, by index

    def take(self, pair: Pair) -> None:
        """One image that differs between the working state and the version."""
        old, new = pair
        if new is None:
            assert old is not None
            self.removed.append(old.ref)
            self.unsettled.append(old.entry.name)
        elif old is None:
            self.added.append(new.ref)
        else:
            if old.entry.digest != new.entry.digest:
                self.replaced[old.ref] = new.ref
                self.unsettled.append(old.entry.name)
            if old.entry.annotations != new.entry.annotations:
                self.relabelled[old.ref] = new.ref


def version_restore(
    *, dataset: Dataset, version: DatasetVersion, user: User | None, tell: Tell | None = None
) -> Restored:
    """Make the working state what the version is: images, shapes, labels, and the split it carries.

    Call it outside of a transaction, and again after a kill. Takes about 10 ms for each image that comes back.

    Args:
        dataset: Brought up to date.
        version: One of its versions.
        user: Who wants it.
        tell: Called now and then with progress (0 to 1) and a sentence; what it raises cancels.

    Raises:
        InvalidInput: The version belongs to another data set.
        Conflict: An import changes the data set, it is archived, or somebody changed it meanwhile.
        ObjectMissing: The store has lost content of the version; nothing was changed.
    """
    tell = tell or _silent
    if version.dataset_id != dataset.pk:
        raise InvalidInput(f"Version {version.number} belongs to another data set.")
    dataset.refresh_from_db()
    check_changeable(dataset)
    before = _pinned(dataset, version, user, tell)
    if before is not None and before.pk == version.pk:
        return Restored(before)
    dataset.refresh_from_db()
    plan = _plan(dataset, version)
    records = records_open(version)
    _bring_back(dataset, records, plan, tell)
    tell(0.8, "Rows are being changed")
    _change(dataset, version, records, plan, user)
    tell(0.9, "Files are being brought in step")
    files_settle(dataset.pk, [ANNOTATIONS, *plan.unsettled], beat=lambda: tell(0.9, "Files are being brought in step"))
    return Restored(before, len(plan.added), len(plan.removed), len(plan.replaced), len(plan.relabelled))


def _pinned(dataset: Dataset, version: DatasetVersion, user: User | None, tell: Tell) -> DatasetVersion | None:
    if not dataset.image_count:
        return None
    note = f"Before version {version.number} was brought back"
    return version_create(dataset=dataset, user=user, note=note, tell=lambda done, what: tell(0.3 * done, what))


def _plan(dataset: Dataset, version: DatasetVersion) -> _Plan:
    plan = _Plan(dataset.revision)
    for pair in differences(working_stream(dataset), version_stream(version)):
        plan.take(pair)
    return plan


# --- before anything is changed ---------------------------------------------------------------------------------------


def _bring_back(dataset: Dataset, records: Records, plan: _Plan, tell: Tell) -> None:
    """The files of images that come back, in their places, and what is known of these images."""
    wanted = sorted([*plan.added, *plan.replaced.values()])
    coming = set(plan.added)
    for indices in _batches(wanted):
        for record in records.some(indices):
            tell(0.3 + 0.5 * len(plan.facts) / len(wanted), f"{len(plan.facts)} of {len(wanted)} images are back")
            if record.index in coming:
                key = keys.dataset_file(dataset.pk, record.name)
                file_bring(bucket=dataset.bucket, key=key, digest=record.digest)
            plan.facts[record.index] = _facts(dataset, record)


def _facts(dataset: Dataset, record: Record) -> ImageFacts:
    for key in content_sources(dataset.bucket, record.digest):
        try:
            with open_object(dataset.bucket, key) as file:
                return inspect_image(file)
        except ObjectMissing:
            continue
    raise ObjectMissing(f"The content of {record.name} (SHA-256 {record.digest}) is not in the store.")


# --- the change -------------------------------------------------------------------------------------------------------


def _change(dataset: Dataset, version: DatasetVersion, records: Records, plan: _Plan, user: User | None) -> None:
    labels = version_labels(version)
    annotations = annotations_entry(version.fileset)
    parts = version_parts(version)
    with transaction.atomic():
        with changing(dataset, user=user, action="dataset.restored") as locked:
            if locked.revision != plan.revision:
                raise Conflict("The data set was changed at this moment. Look at it, then try again.")
            for ids in _batches(plan.removed):
                Image.objects.filter(pk__in=ids).delete()
            book = LabelBook(locked)
            for spec in labels:
                book.define(spec)
            _replace(records, plan)
            _relabel(records, plan, book)
            added = _add(locked, records, plan, book)
            locked.labels.exclude(name__in=list(version.label_counts)).delete()
            split_restore(locked, version, parts=parts, added={*added, *plan.replaced}, user=user)
        # The version's own annotations.xml speaks of exactly these rows, so it need not be written anew.
        Dataset.objects.filter(pk=dataset.pk).update(annotations_digest=annotations.digest)
        dataset.annotations_digest = annotations.digest
        for names in _batches([ANNOTATIONS, *plan.unsettled], NAMES_PER_TASK):
            # The queue lies in the same database: the tasks are there exactly when the change is.
            async_task(FILES_TASK, dataset.pk, names)


def _replace(records: Records, plan: _Plan) -> None:
    for pairs in _batches(list(plan.replaced.items())):
        found = {record.index: record for record in records.some([index for _, index in pairs])}
        for pk, index in pairs:
            Image.objects.filter(pk=pk).update(**_content(found[index], plan.facts[index]))


def _relabel(records: Records, plan: _Plan, book: LabelBook) -> None:
    for pairs in _batches(list(plan.relabelled.items())):
        found = {record.index: record.shapes for record in records.some([index for _, index in pairs])}
        shapes_replace({pk: found[index] for pk, index in pairs}, book)


def _add(dataset: Dataset, records: Records, plan: _Plan, book: LabelBook) -> list[int]:
    """The images that come back, with their shapes; their ids."""
    ids: list[int] = []
    for indices in _batches(plan.added):
        some = records.some(indices)
        images = Image.objects.bulk_create(
            Image(
                dataset=dataset,
                name=record.name,
                path=record.path or record.name,
                **_content(record, plan.facts[record.index]),
            )
            for record in some
        )
        annotated = {image.pk: record.shapes for image, record in zip(images, some, strict=True) if record.shapes}
        shapes_replace(annotated, book)
        ids += [image.pk for image in images]
    return ids


def _content(record: Record, facts: ImageFacts) -> dict[str, object]:
    return {
        "digest": record.digest,
        "size": record.size,
        "width": facts.width,
        "height": facts.height,
        "media_type": facts.media_type,
        "orientation": facts.orientation,
        "perceptual_hash": facts.perceptual_hash,
    }


def _batches(items: Sequence[T], size: int = BATCH) -> Iterator[list[T]]:
    source = iter(items)
    while some := list(islice(source, size)):
        yield some


def _silent(progress: float, message: str) -> None:
    """Nobody wants to know."""
