"""The log of an attempt as a download and as a stream of events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

from yard.core import sse
from yard.executions import log_hub
from yard.executions.logs import store
from yard.executions.models import Attempt

ASK_SECONDS = 5.0
"""How often it is asked whether who watches would be let in anew: memberships change and sessions end."""


async def log_bytes(attempt: Attempt) -> AsyncIterator[bytes]:
    """Everything stored so far, in parts."""
    offset = 0
    while part := await sse.in_thread(store.read)(attempt, offset, 1 << 20):
        yield part
        offset += len(part)


async def log_events(attempt: Attempt, offset: int, *, may_watch: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Messages ``log`` with text and the offset behind it as id, and ``end`` when the log is complete.

    A character is never cut in two: its first bytes wait for the rest, and ``id`` stays before them.

    Args:
        may_watch: Asked every few seconds; the stream breaks off when the answer is no.
    """
    yield b"retry: 1000\n\n"
    asked = time.monotonic()
    async with log_hub.hub().watch(attempt.pk) as feed:
        while not feed.is_over(offset):
            if time.monotonic() - asked > ASK_SECONDS:
                if not await sse.in_thread(may_watch)():
                    return
                asked = time.monotonic()
            part = await feed.after(offset, seconds=sse.KEEP_ALIVE_SECONDS)
            if part is not None:
                yield part.message
                offset = part.end
            elif not feed.is_over(offset):
                yield sse.KEEP_ALIVE
        yield sse.message(event="end", id=offset, data={"offset": offset})
