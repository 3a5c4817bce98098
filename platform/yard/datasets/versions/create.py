"""Pinning the working state of a data set as a version."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Max

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.annotation_rows import annotations_current
from yard.datasets.counts import dataset_kind_counts, dataset_label_counts
from yard.datasets.models import Dataset, DatasetVersion, Image, ImportState, SplitMember, VersionOrigin
from yard.datasets.working_state import changed_emit
from yard.storage.filesets import ManifestEntry, fileset_create
from yard.storage.models import StoredObject

ANNOTATIONS_NAME = "annotations/annotations.xml"
BATCH = 2000


def version_create(
    *, dataset: Dataset, user: User | None, origin: VersionOrigin = VersionOrigin.USER, note: str = ""
) -> DatasetVersion:
    """The data set as it is now, pinned for ever; the same content gives the version that is there already.

    Call it outside of a transaction.

    Raises:
        InvalidInput: There are no images.
        Conflict: An import is changing the data set.
    """
    dataset.refresh_from_db()
    _check_pinnable(dataset)
    before = dataset.revision
    annotations = annotations_current(dataset)
    fileset = fileset_create(bucket=dataset.bucket, entries=_entries(dataset, annotations))
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().select_related("split").get(pk=dataset.pk)
        _check_pinnable(locked)
        if locked.revision != before:
            raise Conflict("The data set was changed at this moment. Try again.")
        found = locked.versions.filter(fileset=fileset).first()
        if found is not None:
            return found
        version = DatasetVersion.objects.create(
            dataset=locked,
            number=(locked.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            fileset=fileset,
            image_count=locked.image_count,
            annotated_count=locked.annotated_count,
            shape_count=locked.shape_count,
            label_counts=dataset_label_counts(locked),
            kind_counts=dataset_kind_counts(locked),
            split_name=locked.split.name if locked.split else "",
            split_counts=locked.split.counts if locked.split else {},
            origin=origin,
            note=note,
            created_by=user,
        )
        changed_emit(locked, user, "dataset.version_created")
        return version


def _check_pinnable(dataset: Dataset) -> None:
    if dataset.imports.filter(state=ImportState.RUNNING).exists():
        raise Conflict(f"An import is changing the data set {dataset.name}. Wait until it has ended, then try again.")
    if not dataset.image_count:
        raise InvalidInput(f"The data set {dataset.name} has no images yet. Upload some first.")


def _entries(dataset: Dataset, annotations: StoredObject) -> Iterator[ManifestEntry]:
    yield ManifestEntry(ANNOTATIONS_NAME, annotations.size, annotations.digest)
    parts = _parts(dataset)
    images = dataset.images.only("name", "size", "digest", "width", "height", "labels", "annotations_digest")
    for image in images.iterator(chunk_size=BATCH):
        yield _entry(image, parts.get(image.pk, ""))


def _entry(image: Image, part: str) -> ManifestEntry:
    return ManifestEntry(
        image.name,
        image.size,
        image.digest,
        image.width,
        image.height,
        split=part,
        labels=image.labels,
        annotations=image.annotations_digest,
    )


def _parts(dataset: Dataset) -> dict[int, str]:
    """image id → its part in the data set's current split."""
    if dataset.split_id is None:
        return {}
    members = SplitMember.objects.filter(split_id=dataset.split_id).values_list("image_id", "part")
    return dict(members.iterator(chunk_size=BATCH))
