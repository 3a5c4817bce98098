"""Putting objects into the store, reading and deleting them, with a row for each.

The row tells digest and size. Content that a file set needs (``pinned_at``) is copied to a key made of its digest
before its readable key is overwritten or deleted, and that copy is on record before anything is lost, so a kill in
between costs nothing. Call the writing functions outside of a transaction: the store does not roll back.
"""

from __future__ import annotations

import io
import logging
import os
import uuid
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from yard.storage import keys
from yard.storage.base import ObjectMissing, ObjectStore, Parts, Readable, StoreUnavailable
from yard.storage.holds import content_is_held
from yard.storage.local import disk_errors
from yard.storage.models import StoredObject
from yard.storage.stores import get_store
from yard.storage.streams import HashingReader, ObjectFile

logger = logging.getLogger(__name__)

_BATCH = 500


def object_get(bucket: str, key: str) -> StoredObject | None:
    """What is on record under this key; None when nothing is."""
    return StoredObject.objects.filter(bucket=bucket, key=key).first()


def object_put(*, bucket: str, key: str, source: Readable, size: int | None, media_type: str = "") -> StoredObject:
    """Store ``size`` bytes of the source (None: all there are) under the key, in place of what was there.

    The source is read once, in parts. The same content again changes nothing. When two callers put different content
    under one key at once, the last one wins.

    Raises:
        ValueError: When the source ends early; nothing has changed.
        StoreFull, StoreUnavailable, KeyConflict, InvalidInput: As the store says; nothing has changed.
    """
    keys.check_key(key)
    store = get_store()
    store.make_bucket(bucket)
    reader = HashingReader(source)
    if not StoredObject.objects.filter(bucket=bucket, key=key).exists():
        store.put(bucket, key, reader, size, media_type=media_type)
        return _record(store, bucket, key, reader)
    staging = keys.staging()
    store.put(bucket, staging, reader, size, media_type=media_type)
    try:
        return _replace(store, bucket, key, staging, reader)
    finally:
        delete_quietly(store, bucket, staging)


def delete_quietly(store: ObjectStore, bucket: str, key: str) -> None:
    """Remove an object that nobody sees, if the store can do so now; else the collector does it later."""
    try:
        store.delete(bucket, key)
    except StoreUnavailable as error:
        logger.warning("%s/%s is left to the collector: %s", bucket, key, error)


def object_copy(*, bucket: str, source_key: str, target_key: str) -> StoredObject:
    """The object under a second key as well, in place of what was there. Raises ``ObjectMissing``."""
    source = object_get(bucket, source_key)
    if source is None:
        raise ObjectMissing(f"There is no object {source_key} in the bucket {bucket}.")
    _keep_needed(get_store(), bucket, target_key)
    with transaction.atomic():
        row = StoredObject.objects.select_for_update().filter(bucket=bucket, key=target_key).first()
        get_store().copy(bucket, source_key, target_key)
        row = row or StoredObject(bucket=bucket, key=target_key)
        return _saved(row, source.digest, source.size)


def object_delete(*, bucket: str, key: str, untouched_since: datetime | None = None) -> bool:
    """Remove the object; nothing happens when there is none. Its bytes go when the transaction, if any, is through.

    Args:
        bucket: Where it lies.
        key: Where it lies.
        untouched_since: Only if nobody has put it after this time, be it with the same content.

    Returns:
        Whether it was on record and is no more.
    """
    store = get_store()
    _keep_needed(store, bucket, key)
    with transaction.atomic():
        rows = StoredObject.objects.filter(bucket=bucket, key=key)
        if untouched_since is not None:
            rows = rows.filter(updated_at__lt=untouched_since)
        removed, _ = rows.delete()
        transaction.on_commit(partial(_delete_unrecorded, store, bucket, key))
    return removed > 0


def objects_delete(*, bucket: str, prefix: str) -> int:
    """Remove every object whose key starts with the prefix; says how many were on record.

    May be called again after a kill; then the rest goes.
    """
    if not prefix.endswith("/"):
        raise ValueError("A prefix ends with a slash, or datasets/1 would mean datasets/10 too.")
    removed = 0
    rows = StoredObject.objects.filter(bucket=bucket, key__startswith=prefix)
    while found := list(rows.order_by("pk").values_list("key", flat=True)[:_BATCH]):
        for key in found:
            object_delete(bucket=bucket, key=key)
        removed += len(found)
    transaction.on_commit(partial(_delete_unrecorded_below, get_store(), bucket, prefix))
    return removed


def object_read(bucket: str, key: str, offset: int = 0, length: int | None = None) -> Parts:
    """The object's bytes in parts of at most 1 MiB. Raises ``ObjectMissing`` at once."""
    return get_store().read(bucket, key, offset=offset, length=length)


def open_object(bucket: str, key: str) -> io.BufferedReader:
    """The object as a file to be read (and sought in) and closed; a context manager. Raises ``ObjectMissing``."""
    store = get_store()
    found = store.stat(bucket, key)
    if found is None:
        raise ObjectMissing(f"There is no object {key} in the bucket {bucket}.")
    raw = ObjectFile(lambda offset: store.read(bucket, key, offset=offset), found.size)
    return io.BufferedReader(raw, 1 << 16)


def download_to(bucket: str, key: str, path: Path) -> None:
    """The object as a file at this path, whole or not at all. Raises ``ObjectMissing``, ``StoreFull``."""
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with get_store().read(bucket, key) as parts:
        try:
            with scratch.open("xb") as file:
                for part in parts:
                    with disk_errors(path.name):
                        file.write(part)
                with disk_errors(path.name):
                    file.flush()
                    os.fsync(file.fileno())
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)


def _record(store: ObjectStore, bucket: str, key: str, reader: HashingReader) -> StoredObject:
    """The row of an object that had none."""
    try:
        with transaction.atomic():
            return StoredObject.objects.create(bucket=bucket, key=key, digest=reader.digest(), size=reader.count)
    except IntegrityError:
        # Somebody put the same key at the same time; the store's content decides what the row says.
        with transaction.atomic():
            row = StoredObject.objects.select_for_update().get(bucket=bucket, key=key)
            stored = _hash_stored(store, bucket, key)
            return _saved(row, stored.digest(), stored.count)


def _replace(store: ObjectStore, bucket: str, key: str, staging: str, reader: HashingReader) -> StoredObject:
    """The staged object under its key, with the old content kept where a file set needs it."""
    current = object_get(bucket, key)
    if current is not None and current.digest == reader.digest():
        there = store.stat(bucket, key)
        # Fresh in the eyes of the garbage collector; nothing to update: it removed the row since we saw it.
        touched = StoredObject.objects.filter(pk=current.pk, digest=current.digest).update(updated_at=timezone.now())
        if touched and there is not None and there.size == current.size:
            return current
    _keep_needed(store, bucket, key)
    with transaction.atomic():
        row = StoredObject.objects.select_for_update().filter(bucket=bucket, key=key).first()
        if row is not None and row.digest != reader.digest() and _is_needed(row):
            _keep(store, row)  # a file set asked for it only now
        store.copy(bucket, staging, key)
        return _saved(row or StoredObject(bucket=bucket, key=key), reader.digest(), reader.count)


def _saved(row: StoredObject, digest: str, size: int) -> StoredObject:
    if row.digest != digest:
        row.pinned_at = None  # what was needed is the old content
    row.digest = digest
    row.size = size
    row.save()
    return row


def _keep_needed(store: ObjectStore, bucket: str, key: str) -> None:
    """A transaction of its own, so that the copy is on record before its original can go."""
    if key.startswith(keys.BLOBS):
        return
    with transaction.atomic():
        row = StoredObject.objects.select_for_update().filter(bucket=bucket, key=key).first()
        if row is not None and _is_needed(row):
            _keep(store, row)


def _is_needed(row: StoredObject) -> bool:
    """Whether a file set or a backup that is being made wants the content."""
    return row.pinned_at is not None or content_is_held()


def _keep(store: ObjectStore, row: StoredObject) -> None:
    kept = keys.blob(row.digest)
    pinned_at = row.pinned_at or timezone.now()  # held by a backup: the collector takes the copy after its grace time
    known = StoredObject.objects.filter(bucket=row.bucket, key=kept).update(pinned_at=pinned_at)
    if known and store.stat(row.bucket, kept) is not None:
        return
    try:
        store.copy(row.bucket, row.key, kept)
    except ObjectMissing:
        logger.error("%s is on record and needed by a file set, but it is not in the store.", row)
        return
    StoredObject.objects.get_or_create(
        bucket=row.bucket, key=kept, defaults={"digest": row.digest, "size": row.size, "pinned_at": pinned_at}
    )


def _delete_unrecorded(store: ObjectStore, bucket: str, key: str) -> None:
    """Unless somebody has put the key anew meanwhile."""
    if not StoredObject.objects.filter(bucket=bucket, key=key).exists():
        store.delete(bucket, key)


def _delete_unrecorded_below(store: ObjectStore, bucket: str, prefix: str) -> None:
    for found in store.list(bucket, prefix):
        _delete_unrecorded(store, bucket, found.key)


def _hash_stored(store: ObjectStore, bucket: str, key: str) -> HashingReader:
    with store.read(bucket, key) as parts:
        reader = HashingReader(_PartSource(parts))
        while reader.read():
            pass
    return reader


class _PartSource:
    """Parts as a source; each read gives the next one, whatever its size."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def read(self, size: int = -1, /) -> bytes:
        return next(self._parts, b"")
