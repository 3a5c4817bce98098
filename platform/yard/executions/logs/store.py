"""The log of an attempt: bytes in, bytes out, by offset.

While an attempt runs its output lies in rows; when it ended these are compacted into one object. Readers see no
difference. Every byte has one offset for ever. A log that reaches ``LOG_CAP_BYTES`` is full: from there on only the
latest output is kept, and put behind a line that tells how much was dropped when the attempt ended.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from yard.executions.models import Attempt, LogChunk, LogTail
from yard.storage import keys
from yard.storage.objects import object_put
from yard.storage.stores import get_store

CHUNK_BYTES = 256 * 1024
TAIL_BYTES = 256 * 1024
"""How much of the end of a full log is kept: results and errors are printed last."""


class StaleFollower(Exception):
    """Another follower stored output behind our back; start again from the stored cursor."""


@transaction.atomic
def append(attempt: Attempt, data: bytes, *, cursor: str | None = None) -> None:
    """Store output behind what is there, and how far the engine's log was read.

    Args:
        attempt: As last seen by the caller; brought up to date.
        data: What came; may be empty when only the cursor moved.
        cursor: The launcher's cursor behind ``data``; None where there is no engine log (a build).

    Raises:
        StaleFollower: The row is further than ``attempt``; nothing was stored.
    """
    kept, over = _split_at_cap(attempt, data)
    changed = Attempt.objects.filter(pk=attempt.pk, log_bytes=attempt.log_bytes, log_cursor=attempt.log_cursor).update(
        log_bytes=F("log_bytes") + len(kept),
        log_lines=F("log_lines") + kept.count(b"\n"),
        log_cursor=attempt.log_cursor if cursor is None else cursor,
    )
    if not changed:
        raise StaleFollower
    _insert_chunks(attempt, kept)
    attempt.log_bytes += len(kept)
    attempt.log_lines += kept.count(b"\n")
    if cursor is not None:
        attempt.log_cursor = cursor
    if over:
        _keep_the_end(attempt, over)


def _split_at_cap(attempt: Attempt, data: bytes) -> tuple[bytes, bytes]:
    """What still fits into the log, with a note where it becomes full, and what does not."""
    cap = settings.LOG_CAP_BYTES
    room = max(0, cap - attempt.log_bytes)
    kept, over = data[:room], data[room:]
    if over and attempt.log_bytes <= cap:
        kept += f"\n[The log is full at {cap} bytes; of what follows only the end is kept.]\n".encode()
    return kept, over


def _keep_the_end(attempt: Attempt, data: bytes) -> None:
    tail = LogTail.objects.filter(attempt=attempt).first() or LogTail(attempt=attempt, data=b"")
    whole = bytes(tail.data) + data
    tail.data = whole[-TAIL_BYTES:]
    tail.save()
    _count_dropped(attempt, len(whole) - len(tail.data))


def _count_dropped(attempt: Attempt, size: int) -> None:
    if size:
        Attempt.objects.filter(pk=attempt.pk).update(log_dropped_bytes=F("log_dropped_bytes") + size)
        attempt.log_dropped_bytes += size


def _insert_chunks(attempt: Attempt, data: bytes) -> None:
    now = timezone.now()
    line = attempt.log_lines
    chunks = []
    for start in range(0, len(data), CHUNK_BYTES):
        part = data[start : start + CHUNK_BYTES]
        chunks.append(LogChunk(attempt=attempt, offset=attempt.log_bytes + start, line=line, data=part, at=now))
        line += part.count(b"\n")
    LogChunk.objects.bulk_create(chunks)


def read(attempt: Attempt, offset: int, limit: int) -> bytes:
    """At most ``limit`` bytes from ``offset`` on; empty at the end of what is stored so far."""
    if limit <= 0:
        return b""
    if attempt.log_key:
        if offset >= attempt.log_bytes:
            return b""
        with get_store().read(attempt.log_bucket, attempt.log_key, offset=offset, length=limit) as found:
            return b"".join(found)
    data = _read_chunks(attempt, offset, limit)
    if not data:
        # It may have been compacted since the caller fetched the row.
        attempt.refresh_from_db(fields=["log_bucket", "log_key", "log_bytes", "log_lines", "log_complete"])
        if attempt.log_key and offset < attempt.log_bytes:
            return read(attempt, offset, limit)
    return data


def _read_chunks(attempt: Attempt, offset: int, limit: int) -> bytes:
    first = (
        LogChunk.objects.filter(attempt=attempt, offset__lte=offset)
        .order_by("-offset")
        .values_list("offset", flat=True)
        .first()
    )
    if first is None:
        return b""
    parts: list[bytes] = []
    wanted = LogChunk.objects.filter(attempt=attempt, offset__gte=first, offset__lt=offset + limit).order_by("offset")
    for start, data in wanted.values_list("offset", "data").iterator(chunk_size=16):
        part = bytes(data)
        parts.append(part[max(0, offset - start) : offset + limit - start])
    return b"".join(parts)


def parts(attempt: Attempt, offset: int = 0) -> Iterator[bytes]:
    """The whole stored log from ``offset`` on, in parts that fit in memory."""
    while part := read(attempt, offset, CHUNK_BYTES * 4):
        yield part
        offset += len(part)


def lines_start(attempt: Attempt, back_bytes: int) -> int:
    """The offset of the first line start among the last ``back_bytes`` of the log; in one long line, just there."""
    start = max(0, attempt.log_bytes - back_bytes)
    if start == 0:
        return 0
    offset = start - 1
    for part in parts(attempt, offset):
        line_break = part.find(b"\n")
        if 0 <= line_break < attempt.log_bytes - offset - 1:
            return offset + line_break + 1
        offset += len(part)
    return start


def finish(attempt: Attempt) -> None:
    """Nothing more will come: note what was dropped, and say the log is complete."""
    if attempt.log_complete:
        return
    with transaction.atomic():
        tail = LogTail.objects.filter(attempt=attempt).first()
        if tail is not None:
            _append_the_end(attempt, bytes(tail.data))
            tail.delete()
        attempt.log_complete = True
        attempt.save(update_fields=["log_bytes", "log_lines", "log_complete", "updated_at"])


def _append_the_end(attempt: Attempt, tail: bytes) -> None:
    """Put the kept end behind the log; the part of a line at its start goes, where something before it is missing."""
    if attempt.log_dropped_bytes:
        line_start = tail.find(b"\n") + 1
        _count_dropped(attempt, line_start)
        note = f"[At least {attempt.log_dropped_bytes} bytes of output were dropped here.]\n"
        tail = note.encode() + tail[line_start:]
    _insert_chunks(attempt, tail)
    attempt.log_bytes += len(tail)
    attempt.log_lines += tail.count(b"\n")


def compact(attempt: Attempt, *, bucket: str) -> None:
    """Move the complete log from rows into one object. May be repeated after a crash at any point."""
    if attempt.log_key or not attempt.log_complete:
        return
    key = keys.attempt_log(attempt.pk)
    with _LogReader(attempt) as source:
        object_put(bucket=bucket, key=key, source=source, size=attempt.log_bytes, media_type="text/plain")
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(log_bucket=bucket, log_key=key)
        LogChunk.objects.filter(attempt=attempt).delete()
    attempt.log_bucket, attempt.log_key = bucket, key


class _LogReader(io.RawIOBase):
    """The stored log as a readable stream."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._offset = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(parts(self._attempt, self._offset))
        data = read(self._attempt, self._offset, size)
        self._offset += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
