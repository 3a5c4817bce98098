"""The readable files of a data set brought in step with its rows, from content that versions keep.

The store does not roll back, so a restore changes the rows first, in one transaction, and the files after it. Until
that is done, and after a kill, what is read by digest is right all the same: versions are made of digests.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.utils import timezone

from yard.datasets.models import Dataset, Image
from yard.datasets.working_state import ACTIVE_STATES
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.models import StoredObject
from yard.storage.objects import object_copy, object_delete, object_get

logger = logging.getLogger(__name__)

BATCH = 500
ANNOTATIONS = ""  # no image is called so

Beat = Callable[[], None]


def file_bring(*, bucket: str, key: str, digest: str) -> None:
    """Put the content with this digest under the key, from wherever the bucket holds it.

    Nothing happens when it is there. Raises ``ObjectMissing`` when the bucket does not hold it.
    """
    there = object_get(bucket, key)
    if there is not None and there.digest == digest:
        return
    for source in content_sources(bucket, digest):
        try:
            object_copy(bucket=bucket, source_key=source, target_key=key)
        except ObjectMissing:
            continue
        # A version needs this content, here as well as where it was kept.
        StoredObject.objects.filter(bucket=bucket, key=key, digest=digest).update(pinned_at=timezone.now())
        return
    raise ObjectMissing(f"The content with the SHA-256 {digest} is not in the store.")


def content_sources(bucket: str, digest: str) -> list[str]:
    """Keys that hold the content, the kept one first: nothing ever writes to that again."""
    found = StoredObject.objects.filter(bucket=bucket, digest=digest).order_by("pk").values_list("key", flat=True)
    return sorted(found, key=lambda key: not key.startswith(keys.BLOBS))


def files_settle(dataset_id: int, names: Sequence[str], *, beat: Beat | None = None) -> None:
    """Have the files of these names be what the rows say: brought, exchanged, or removed. Twice does no harm.

    ``ANNOTATIONS`` stands for the annotations.xml. Call it outside of a transaction.
    """
    dataset = Dataset.objects.filter(pk=dataset_id).first()
    if dataset is None:
        return
    for some in _batches(names):
        digests = dict(dataset.images.filter(name__in=some).values_list("name", "digest"))
        for name in some:
            if beat is not None:
                beat()
            _settle(dataset, name, digests.get(name))


def _settle(dataset: Dataset, name: str, digest: str | None) -> None:
    if name == ANNOTATIONS:
        if dataset.annotations_digest:
            _bring_quietly(dataset, keys.dataset_annotations(dataset.pk), dataset.annotations_digest)
    elif digest is not None:
        _bring_quietly(dataset, keys.dataset_file(dataset.pk, name), digest)
    elif not _may_come(dataset, name):
        object_delete(bucket=dataset.bucket, key=keys.dataset_file(dataset.pk, name))


def _bring_quietly(dataset: Dataset, key: str, digest: str) -> None:
    try:
        file_bring(bucket=dataset.bucket, key=key, digest=digest)
    except ObjectMissing:
        # An annotations.xml is written anew when it is wanted; the loss of an image is told when it is asked for.
        logger.exception("%s cannot be brought back.", key)


def _may_come(dataset: Dataset, name: str) -> bool:
    """Whether an import may just have stored this file, its row to follow; else the collector takes it one day."""
    if dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        return True
    return Image.objects.filter(dataset=dataset, name=name).exists()


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    source = iter(names)
    while some := list(islice(source, BATCH)):
        yield some
