"""Pinning the working state of a data set as a version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Collate
from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.annotation_rows import annotations_current
from yard.datasets.counts import dataset_kind_counts, dataset_label_counts
from yard.datasets.models import Dataset, DatasetVersion, Image, ImportState, SplitMember, VersionOrigin
from yard.datasets.working_state import changed_emit, check_not_archived
from yard.storage.base import ObjectMissing
from yard.storage.filesets import ManifestEntry, fileset_create
from yard.storage.models import StoredObject

ANNOTATIONS_NAME = "annotations/annotations.xml"
RECORDS_TASK = "yard.datasets.tasks.version_records_task"
BATCH = 2000
ANNOTATIONS_SHARE = 0.7  # of the time
TELL_EVERY = 500

Tell = Callable[[float, str], None]


def version_create(
    *,
    dataset: Dataset,
    user: User | None,
    origin: VersionOrigin = VersionOrigin.USER,
    note: str = "",
    tell: Tell | None = None,
) -> DatasetVersion:
    """The data set as it is now, pinned for ever; the same content gives the version that is there already.

    Call it outside of a transaction. A hundred thousand images with five shapes each take half a minute when their
    annotations have changed; ``pinning`` has the worker do it. ``tell`` is called now and then with progress (0 to 1)
    and a sentence; what it raises cancels.

    Raises:
        InvalidInput: There are no images.
        Conflict: An import is changing the data set, or it is archived.
    """
    dataset.refresh_from_db()
    check_pinnable(dataset)
    before = dataset.revision
    kinds = dataset_kind_counts(dataset)
    told = _Told(tell, dataset.image_count)
    annotations = annotations_current(dataset, each=told.annotated)
    try:
        fileset = fileset_create(bucket=dataset.bucket, entries=_entries(dataset, annotations, told))
    except ObjectMissing:
        dataset.refresh_from_db()
        _check_still(dataset, before)  # a file that somebody has just replaced is not lost
        raise
    with transaction.atomic():
        locked = Dataset.objects.select_for_update(of=("self",)).select_related("split").get(pk=dataset.pk)
        _check_still(locked, before)
        found = locked.versions.filter(fileset=fileset).first()
        if found is not None:
            return version_wanted_again(found)
        version = DatasetVersion.objects.create(
            dataset=locked,
            number=_next_number(locked),
            fileset=fileset,
            image_count=locked.image_count,
            annotated_count=locked.annotated_count,
            shape_count=locked.shape_count,
            label_counts=dataset_label_counts(locked),
            kind_counts=kinds,
            split_name=locked.split.name if locked.split else "",
            split_counts=_split_counts(locked),
            origin=origin,
            note=note,
            created_by=user,
        )
        Dataset.objects.filter(pk=locked.pk).update(last_version=version.number)
        changed_emit(locked, user, "dataset.version_created")
        transaction.on_commit(partial(async_task, RECORDS_TASK, version.pk))
        return version


def _check_still(dataset: Dataset, before: int) -> None:
    check_pinnable(dataset)
    if dataset.revision != before:
        raise Conflict("The data set was changed at this moment. Try again.")


def _split_counts(dataset: Dataset) -> dict[str, int]:
    """part → images, counted now: images may have gone since the split was made."""
    if dataset.split_id is None:
        return {}
    members = SplitMember.objects.filter(split_id=dataset.split_id).order_by()
    return dict(members.values_list("part").annotate(count=Count("pk")))


def _next_number(dataset: Dataset) -> int:
    """No number is given twice, deleted versions' included: people remember them."""
    highest = dataset.versions.aggregate(highest=Max("number"))["highest"] or 0
    return max(highest, dataset.last_version) + 1


def version_wanted_again(version: DatasetVersion) -> DatasetVersion:
    """The version, out of the archive if it was there: it is what the data set is now."""
    if version.archived_at is not None:
        version.archived_at = None
        version.save(update_fields=["archived_at", "updated_at"])
    return version


def check_pinnable(dataset: Dataset) -> None:
    """Raises as ``version_create`` does, for what can be seen beforehand."""
    check_not_archived(dataset)
    # One that pauses, or whose worker was killed, has changed images already.
    begun = Q(cursor__gt=0) | Q(interruptions__gt=0)
    if dataset.imports.filter(Q(state=ImportState.RUNNING) | Q(begun, state=ImportState.QUEUED)).exists():
        raise Conflict(f"An import is changing the data set {dataset.name}. Wait until it has ended, then try again.")
    if not dataset.image_count:
        raise InvalidInput(f"The data set {dataset.name} has no images yet. Upload some first.")


def _entries(dataset: Dataset, annotations: StoredObject, told: _Told) -> Iterator[ManifestEntry]:
    yield ManifestEntry(ANNOTATIONS_NAME, annotations.size, annotations.digest)
    for _, entry in working_entries(dataset):
        told.listed()
        yield entry


class _Told:
    """How far the making of a version is, as whoever waits wants to hear it."""

    def __init__(self, tell: Tell | None, images: int) -> None:
        self._tell = tell
        self._images = images or 1
        self._annotated = self._listed = 0

    def annotated(self) -> None:
        """One more image in the annotation file."""
        self._annotated += 1
        self._say(self._annotated, 0.0, "The annotations are being written")

    def listed(self) -> None:
        """One more file in the manifest."""
        self._listed += 1
        self._say(self._listed, ANNOTATIONS_SHARE, "The files are being listed")

    def _say(self, number: int, start: float, message: str) -> None:
        if self._tell is None or number % TELL_EVERY:
            return
        share = ANNOTATIONS_SHARE if start == 0 else 1 - ANNOTATIONS_SHARE
        self._tell(start + share * min(1.0, number / self._images), f"{message}: {number:,} of {self._images:,} images")


def working_entries(dataset: Dataset, *, order_by: str | Collate = "name") -> Iterator[tuple[int, ManifestEntry]]:
    """(image id, what the manifest of a version made now would say of it) for every image."""
    parts = _parts(dataset)
    # Not as model instances: there may be a hundred thousand.
    rows = (
        Image.objects.filter(dataset=dataset)
        .order_by(order_by)
        .values_list("pk", "name", "size", "digest", "width", "height", "labels", "annotations_digest", "path")
    )
    for pk, name, size, digest, width, height, labels, annotated, path in rows.iterator(chunk_size=BATCH):
        yield (
            pk,
            ManifestEntry(
                name,
                size,
                digest,
                width,
                height,
                split=parts.get(pk, ""),
                labels=labels,
                annotations=annotated,
                path="" if path == name else path,
            ),
        )


def _parts(dataset: Dataset) -> dict[int, str]:
    """image id → its part in the data set's current split."""
    if dataset.split_id is None:
        return {}
    members = SplitMember.objects.filter(split_id=dataset.split_id).values_list("image_id", "part")
    return dict(members.iterator(chunk_size=BATCH))
