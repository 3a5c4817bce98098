"""Resumable uploads: every acknowledged byte lies in the store, whatever happens to the process that took it.

A chunk is stored under a key of its own first; then one conditional update moves the offset and names the chunk. Of two
rivals for one offset only one can win, and a process killed in between has acknowledged nothing: the client asks for
the offset and sends again.
"""

from __future__ import annotations

import base64
import binascii
import errno
import hashlib
import io
import unicodedata
import uuid
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, NotAllowed, TooLarge, YardError
from yard.datasets.archives import refusal_of_name
from yard.datasets.models import Import, ImportState, Upload, UploadChunk, UploadKind
from yard.storage import keys
from yard.storage.base import Readable
from yard.storage.objects import delete_quietly
from yard.storage.stores import get_store

READ_BYTES = 1 << 20
# Uploads may be added to and taken from an import in these states.
OPEN_STATES = (ImportState.UPLOADING, ImportState.FAILED, ImportState.CANCELLED)
# How long an unfinished upload is kept after its last bytes.
KEPT = timedelta(days=7)


class WrongOffset(Conflict):
    """The bytes do not begin where the upload ends; ``extra["offset"]`` is where it does."""

    code = "wrong_offset"


class ChecksumMismatch(YardError):
    """The bytes arrived damaged; nothing of them was kept. The status is the one tus defines for this."""

    code = "checksum_mismatch"
    status = 460


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


HASHES: dict[str, Callable[[], _Hash]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}


def upload_create(
    *,
    dataset_import: Import,
    name: str,
    size: int | None,
    user: User,
    kind: UploadKind = UploadKind.FILE,
    metadata: str = "",
    fingerprint: str = "",
) -> Upload:
    """A new, empty upload into the import: of a file, of many behind one another, or of a part of one.

    Args:
        dataset_import: What it goes into.
        name: The file's path; not looked at for a part, which has none.
        size: Bytes; None when the client does not know yet.
        user: Who uploads.
        kind: What the bytes are.
        metadata: Given back to the client as it is.
        fingerprint: By which the client knows its files again.

    Raises:
        InvalidInput: For a name that no file in a data set can have, or a size that is none.
        TooLarge: Above ``UPLOAD_MAX_BYTES``.
        Conflict: When the import has started already.
    """
    name = "" if kind == UploadKind.PART else clean_name(name)
    if size is not None:
        _check_size(name or "This part", size)
    with transaction.atomic():
        _reopen(dataset_import)
        return Upload.objects.create(
            dataset_id=dataset_import.dataset_id,
            dataset_import=dataset_import,
            kind=kind,
            name=name,
            size=size,
            metadata=metadata,
            fingerprint=fingerprint,
            created_by=user,
        )


def upload_concatenate(
    *,
    dataset_import: Import,
    parts: Sequence[uuid.UUID],
    name: str,
    user: User,
    kind: UploadKind = UploadKind.FILE,
    metadata: str = "",
    fingerprint: str = "",
) -> Upload:
    """The complete upload that these parts make, in this order; no byte is moved.

    Raises:
        InvalidInput: For a name as ``upload_create`` does, or parts that are none of this import.
        Conflict: When a part is not complete or in a file already, or the import has started.
        TooLarge: When all are together above ``UPLOAD_MAX_BYTES``.
    """
    name = clean_name(name)
    with transaction.atomic():
        _reopen(dataset_import)
        rows = {part.pk: part for part in dataset_import.uploads.filter(kind=UploadKind.PART, pk__in=parts)}
        if len(rows) != len(parts):
            raise InvalidInput("Upload-Concat names an upload that is no part of this import, or names one twice.")
        ordered = [rows[pk] for pk in parts]
        if not all(part.is_complete and part.whole_id is None for part in ordered):
            raise Conflict("A part is not complete yet, or belongs to another file already.")
        size = sum(part.offset for part in ordered)
        _check_size(name, size)
        whole = Upload.objects.create(
            dataset_id=dataset_import.dataset_id,
            dataset_import=dataset_import,
            kind=kind,
            name=name,
            size=size,
            offset=size,
            metadata=metadata,
            fingerprint=fingerprint,
            created_by=user,
        )
        start = 0
        for part in ordered:
            part.chunks.update(upload=whole, offset=F("offset") + start)
            start += part.offset
        Upload.objects.filter(pk__in=parts).update(whole=whole)
    return whole


def upload_append(
    *, upload: Upload, offset: int, source: Readable, size: int, checksum: str = "", length: int | None = None
) -> Upload:
    """The upload with ``size`` bytes of ``source`` behind what it had.

    Args:
        upload: What to append to.
        offset: Where the bytes belong; must be where the upload ends.
        source: Read once, in parts.
        size: Bytes to take; a source that ends early leaves everything as it was.
        checksum: ``"<sha1|sha256> <base64>"`` of these bytes, as tus writes it; empty for none.
        length: Of the whole file, when it was not known before.

    Raises:
        WrongOffset: Also when somebody else appended at the same time.
        TooLarge: For more than one chunk may hold, or more than the upload was announced with.
        ChecksumMismatch: The bytes arrived damaged.
        InvalidInput: The body was shorter than announced, or the checksum is not understood.
    """
    _check_append(upload, offset, size)
    if length is not None:
        _settle_length(upload, length)
    if upload.size is not None and offset + size > upload.size:
        raise TooLarge(f"The upload was announced with {upload.size} bytes; these would make it {offset + size}.")
    if size == 0:
        return upload
    reader = _CheckedReader(source, checksum)
    key = keys.upload_chunk(upload.pk, offset, uuid.uuid4().hex)
    store = get_store()
    bucket = upload.dataset.bucket
    store.make_bucket(bucket)
    try:
        store.put(bucket, key, reader, size)
    except ValueError as error:
        raise InvalidInput(f"The connection broke off before all {size} bytes were here. Send them again.") from error
    try:
        reader.check()
        _acknowledge(upload, offset, size, key)
    except (ChecksumMismatch, WrongOffset):
        # Not after other errors: when the database goes away in a commit, the chunk may be acknowledged after all.
        delete_quietly(store, bucket, key)
        raise
    upload.refresh_from_db(fields=["offset", "updated_at"])
    return upload


def upload_delete(*, upload: Upload) -> None:
    """Nothing of the upload is left, its parts included. Raises ``Conflict`` when its import has started."""
    ids = [upload.pk, *upload.parts.values_list("pk", flat=True)]
    found = upload.dataset_import
    if found is not None:
        with transaction.atomic():
            _reopen(found)
            UploadChunk.objects.filter(upload__in=ids).delete()
            Upload.objects.filter(pk__in=ids).delete()
    for pk in ids:
        discard_bytes(upload.dataset.bucket, pk)


def uploads_discard(dataset_import: Import) -> None:
    """Remove all uploads of the import with their bytes; may be called again after a kill."""
    bucket = dataset_import.dataset.bucket
    for upload in dataset_import.uploads.order_by(F("whole").desc(nulls_last=True)).only("pk"):
        pk = upload.pk
        upload.delete()  # first: what is on record is in the store; the collector finds bytes without a row
        discard_bytes(bucket, pk)


def discard_bytes(bucket: str, upload_id: uuid.UUID) -> None:
    """Remove every chunk of the upload, those that were never acknowledged too."""
    store = get_store()
    for found in store.list(bucket, keys.upload_prefix(upload_id)):
        store.delete(bucket, found.key)


def open_upload(upload: Upload) -> io.BufferedReader:
    """The complete upload as a file that can be sought in; only what is read is fetched."""
    chunks = list(upload.chunks.order_by("offset").values_list("offset", "size", "key"))
    return io.BufferedReader(_ChunkedFile(upload.dataset.bucket, chunks, upload.offset), READ_BYTES)


def expires_at(upload: Upload) -> datetime:
    """Until when the unfinished upload is kept at least."""
    return upload.updated_at + KEPT


def clean_name(name: str) -> str:
    """The uploaded file's path: NFC, no leading slash or ``./``. Raises ``InvalidInput`` with what is wrong with it."""
    name = name.removeprefix("./").removeprefix("/")
    why = refusal_of_name(name)
    if why is None:  # normalising takes long for long names, and may make them longer
        name = unicodedata.normalize("NFC", name)
        why = refusal_of_name(name)
    if why is not None:
        raise InvalidInput(f"This file cannot be uploaded under the name it has: {why}. Rename it, then try again.")
    return name


def uploads_unfinished(dataset_import: Import) -> list[Upload]:
    """The files (not their parts) of which not every byte has arrived."""
    files = dataset_import.uploads.exclude(kind=UploadKind.PART)
    return list(files.filter(Q(size=None) | Q(offset__lt=F("size"))).order_by("created_at"))


def _reopen(dataset_import: Import) -> None:
    """Make sure that the import takes uploads; a failed one does so again."""
    open_ones = Import.objects.filter(pk=dataset_import.pk, state__in=OPEN_STATES)
    if not open_ones.update(state=ImportState.UPLOADING):
        raise Conflict("This import has started, so its files can no longer be changed. Begin a new one for more.")


def _check_size(name: str, size: int) -> None:
    if size < 0:
        raise InvalidInput("Upload-Length must be the file's size in bytes.")
    if size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            f"{name} has {size} bytes; at most {settings.UPLOAD_MAX_BYTES} are allowed. Upload it in several parts."
        )


def _settle_length(upload: Upload, length: int) -> None:
    """The size of a file whose size was not known; once it is, it stays."""
    _check_size(upload.name, length)
    if length < upload.offset:
        raise InvalidInput(f"Upload-Length is {length}, but {upload.offset} bytes have arrived already.")
    settled = Upload.objects.filter(Q(size=None) | Q(size=length), pk=upload.pk).update(size=length)
    if not settled:
        raise InvalidInput(f"Upload-Length is {length}, but the upload was announced with {upload.size} bytes.")
    upload.size = length


def _check_append(upload: Upload, offset: int, size: int) -> None:
    if upload.parts.exists():
        raise NotAllowed("This upload was put together from its parts, so nothing can be added to it.")
    if size > settings.UPLOAD_CHUNK_MAX_BYTES:
        raise TooLarge(
            f"A request may carry at most {settings.UPLOAD_CHUNK_MAX_BYTES} bytes, not {size}. Send the file in chunks."
        )
    if offset != upload.offset:
        raise WrongOffset(
            f"The upload has {upload.offset} bytes, so the next ones begin there, not at {offset}.",
            extra={"offset": upload.offset},
        )
    if offset + size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(f"An upload may have at most {settings.UPLOAD_MAX_BYTES} bytes.")
    if upload.dataset_import is not None and upload.dataset_import.state not in OPEN_STATES:
        raise Conflict("This import has started, so its files can no longer be changed.")


def _acknowledge(upload: Upload, offset: int, size: int, key: str) -> None:
    try:
        with transaction.atomic():
            moved = Upload.objects.filter(pk=upload.pk, offset=offset).update(
                offset=offset + size, updated_at=timezone.now()
            )
            if moved:
                UploadChunk.objects.create(upload=upload, offset=offset, size=size, key=key)
    except IntegrityError:
        moved = 0
    if not moved:
        now = Upload.objects.filter(pk=upload.pk).values_list("offset", flat=True).first()
        raise WrongOffset(
            "Another request has just sent these bytes, or the upload was cancelled. Ask for its offset, then go on.",
            extra={"offset": now},
        )


class _CheckedReader:
    """Passes a source through and compares its checksum in the end."""

    def __init__(self, source: Readable, checksum: str) -> None:
        self._source = source
        self._hash: _Hash | None = None
        self._expected = b""
        if checksum:
            self._hash, self._expected = _parse_checksum(checksum)

    def read(self, size: int = -1, /) -> bytes:
        part = self._source.read(size)
        if self._hash is not None:
            self._hash.update(part)
        return part

    def check(self) -> None:
        if self._hash is not None and self._hash.digest() != self._expected:
            raise ChecksumMismatch("The bytes do not have the checksum they were sent with; send them again.")


def _parse_checksum(checksum: str) -> tuple[_Hash, bytes]:
    algorithm, _, encoded = checksum.partition(" ")
    if algorithm not in HASHES:
        raise InvalidInput(f"Upload-Checksum must be sha1 or sha256, not {algorithm[:40]!r}.")
    try:
        return HASHES[algorithm](), base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise InvalidInput("Upload-Checksum is not written in base64.") from error


class _ChunkedFile(io.RawIOBase):
    """Chunks in the store as one file."""

    def __init__(self, bucket: str, chunks: list[tuple[int, int, str]], size: int) -> None:
        self._bucket = bucket
        self._chunks = chunks
        self._starts = [offset for offset, _, _ in chunks]
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, "Cannot seek to before the beginning")  # as files do; zipfile relies on it
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._position >= self._size or not len(buffer):
            return 0
        start, size, key = self._chunks[bisect_right(self._starts, self._position) - 1]
        length = min(len(buffer), start + size - self._position)
        filled = 0
        with get_store().read(self._bucket, key, offset=self._position - start, length=length) as parts:
            for part in parts:
                buffer[filled : filled + len(part)] = part
                filled += len(part)
        self._position += filled
        return filled
