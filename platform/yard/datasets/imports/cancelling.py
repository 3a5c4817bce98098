"""Taking back what a cancelled import has brought, so that nothing half-done is left to be seen.

What it had added goes again. What it had exchanged in images that were there before cannot come back by itself; that is
told, with how much it is. May be killed anywhere: the import then is cancelled still, and the next worker goes on.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from yard.core.errors import NotFound
from yard.core.events import emit
from yard.datasets.annotation_rows import annotations_current
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.images import NotAnImage, inspect_image
from yard.datasets.imports.lease import Lease, emit_import
from yard.datasets.models import Dataset, Image, ImportState, Shape
from yard.datasets.texts import counted
from yard.datasets.versions.files import file_bring
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.models import StoredObject
from yard.storage.objects import object_delete, open_object

logger = logging.getLogger(__name__)

BATCH = 500
LABELLING_FROM = 0.82
"""The progress from which on annotations are taken."""


def import_take_back(lease: Lease) -> None:
    """Remove the images, files and classes that the import has added, and end it. Raises ``LeaseLost``."""
    found, dataset = lease.dataset_import, lease.dataset_import.dataset
    message = _told(lease)
    _remove_images(lease)
    _settle_files(lease)
    with transaction.atomic():
        lease.write()
        if found.newest_label is not None:
            dataset.labels.filter(pk__gt=found.newest_label, shapes__isnull=True).delete()
        found.conflicts.all().delete()
        dataset.annotations_digest = ""
        dataset_refresh_counts(dataset)
    if dataset.image_count:
        annotations_current(dataset)
    else:
        object_delete(bucket=dataset.bucket, key=keys.dataset_annotations(dataset.pk))
    with transaction.atomic():
        lease.write(
            state=ImportState.CANCELLED,
            message=message,
            report={},
            cursor=0,
            progress=0.0,
            cancel_requested_at=None,
            finished_at=timezone.now(),
            lease_owner="",
            lease_until=None,
        )
        emit_import(found)
        emit(
            kind="dataset.changed",
            object_type="dataset",
            object_id=dataset.pk,
            project_id=dataset.project_id,
            payload={"dataset": dataset.pk},
        )


def _told(lease: Lease) -> str:
    found = lease.dataset_import
    if found.message.startswith("It was cancelled."):
        return found.message  # by a worker that was killed while it took things back
    replaced = int(found.report.get("replaced", 0)) if found.report else 0
    older = found.dataset.images.exclude(dataset_import=found)
    text = "It was cancelled. Images that it had added are gone again."
    if replaced:
        text = f"{text} It had replaced {counted(replaced, 'image')}; that stays."
    if found.progress >= LABELLING_FROM and older.exists():
        text = f"{text} Annotations that it had changed on images from before stay changed."
    lease.write(message=text)
    return text


def _remove_images(lease: Lease) -> None:
    while ids := list(lease.dataset_import.images.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            lease.write()
            Shape.objects.filter(image__in=ids).delete()
            Image.objects.filter(pk__in=ids).delete()


def _settle_files(lease: Lease) -> None:
    """Have the readable files be those of the rows: without rows they go, also what a killed worker had just stored."""
    dataset = lease.dataset_import.dataset
    prefix = keys.dataset_prefix(dataset.pk)
    digests = dict(dataset.images.values_list("name", "digest").iterator(chunk_size=5000))
    stored = StoredObject.objects.filter(bucket=dataset.bucket, key__startswith=prefix)
    for count, (key, digest) in enumerate(stored.order_by("pk").values_list("key", "digest")):
        if count % BATCH == 0:
            lease.write()
        name = key.removeprefix(prefix)
        if "/" in name or digests.get(name) == digest:
            continue
        if name in digests:
            _settle_replaced(dataset, key, name, digests[name])
        else:
            object_delete(bucket=dataset.bucket, key=key)


def _settle_replaced(dataset: Dataset, key: str, name: str, digest: str) -> None:
    """A worker was killed between storing a file in place of another and writing its row: back to the old one where a
    version keeps it, else on to the new one."""
    try:
        file_bring(bucket=dataset.bucket, key=key, digest=digest)
    except ObjectMissing:
        try:
            with open_object(dataset.bucket, key) as file:
                facts = inspect_image(file)
        except (NotAnImage, NotFound, ObjectMissing):
            logger.exception("What lies under %s is not what its row tells.", key)
            return
        stored = StoredObject.objects.get(bucket=dataset.bucket, key=key)
        dataset.images.filter(name=name).update(
            digest=stored.digest,
            size=stored.size,
            width=facts.width,
            height=facts.height,
            media_type=facts.media_type,
            orientation=facts.orientation,
            perceptual_hash=facts.perceptual_hash,
        )
