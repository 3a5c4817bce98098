"""The log of an attempt as a download and as a stream of events."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import AsyncIterator

from yard.core import sse
from yard.executions.logs import store
from yard.executions.models import Attempt

POLL_SECONDS = 0.2
PART_BYTES = 128 * 1024


async def log_bytes(attempt: Attempt) -> AsyncIterator[bytes]:
    """Everything stored so far, in parts."""
    offset = 0
    while part := await sse.in_thread(store.read)(attempt, offset, 1 << 20):
        yield part
        offset += len(part)


async def log_events(attempt: Attempt, offset: int) -> AsyncIterator[bytes]:
    """Messages ``log`` with text and the offset behind it as id, and ``end`` when the log is complete.

    A character is never cut in two: its first bytes wait for the rest, and ``id`` stays before them.
    """
    yield b"retry: 1000\n\n"
    quiet_since = time.monotonic()
    while True:
        complete, data = await sse.in_thread(_next)(attempt.pk, offset)
        text, used = _decode(data, final=complete)
        if text:
            yield sse.message(event="log", id=offset + used, data={"offset": offset, "text": text})
            offset += used
            quiet_since = time.monotonic()
        elif complete:
            yield sse.message(event="end", id=offset, data={"offset": offset})
            return
        else:
            if time.monotonic() - quiet_since > sse.KEEP_ALIVE_SECONDS:
                yield sse.KEEP_ALIVE
                quiet_since = time.monotonic()
            await asyncio.sleep(POLL_SECONDS)


def _next(attempt_id: int, offset: int) -> tuple[bool, bytes]:
    """Whether the log ends behind these bytes, and the bytes."""
    attempt = Attempt.objects.filter(pk=attempt_id).first()
    if attempt is None:
        return True, b""
    if attempt.log_bytes <= offset:
        return attempt.log_complete, b""
    data = store.read(attempt, offset, PART_BYTES)
    return attempt.log_complete and offset + len(data) >= attempt.log_bytes, data


def _decode(data: bytes, *, final: bool) -> tuple[str, int]:
    """The text of ``data``, and how many bytes it took; a trailing part of a character is left unless final."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text = decoder.decode(data, final=final)
    pending, _ = decoder.getstate()
    return text, len(data) - len(pending)
