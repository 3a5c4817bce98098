"""One reader of growing logs for all watchers of this process.

While a log is watched, one task asks a few times a second which of the watched logs grew (one query for all), reads
what is new once, and keeps the latest messages ready. A watcher at the front takes them from memory; one that is behind
reads from the store until it has caught up. Twenty open pages cost the database as much as one.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from yard.core import sse
from yard.executions.logs import store
from yard.executions.models import Attempt

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.1
PART_BYTES = 128 * 1024
KEPT_BYTES = 1 << 20
"""What is kept ready of each watched log."""
_CHARACTER_BYTES = 4


@dataclass(frozen=True, slots=True)
class LogPart:
    """Text of a log between two byte offsets, and the message that carries it."""

    start: int
    end: int
    message: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """How far a log is."""

    bytes: int
    complete: bool


GONE = Stored(bytes=0, complete=True)


class Feed:
    """The end of one log as it grows."""

    def __init__(self, attempt_id: int, front: int) -> None:
        self.attempt_id = attempt_id
        self.watchers = 0
        self.complete_at: int | None = None
        self._front = front
        self._parts: deque[LogPart] = deque()
        self._kept = 0
        self._changed = asyncio.Condition()

    async def after(self, offset: int, *, seconds: float) -> LogPart | None:
        """What follows ``offset``, waiting for it at most so long; None when nothing came or the log ended."""
        if offset < self._front:
            return self._ready(offset) or await self._from_store(offset)
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: self._moved(offset)), seconds)
            except TimeoutError:
                return None
        return None if self.is_over(offset) else await self.after(offset, seconds=seconds)

    def is_over(self, offset: int) -> bool:
        """Whether nothing will follow ``offset``."""
        return self.complete_at is not None and offset >= self.complete_at

    async def grow(self, stored: Stored) -> None:
        """Read what came since the last call, and tell the watchers."""
        while self._front < stored.bytes:
            part = await _read(self.attempt_id, self._front, stored.bytes, final=stored.complete)
            if part is None:
                break
            self._keep(part)
            async with self._changed:
                self._changed.notify_all()
        if stored.complete and self._front >= stored.bytes:
            self.complete_at = self._front
            async with self._changed:
                self._changed.notify_all()

    def _moved(self, offset: int) -> bool:
        return offset < self._front or self.is_over(offset)

    def _ready(self, offset: int) -> LogPart | None:
        return next((part for part in reversed(self._parts) if part.start == offset), None)

    async def _from_store(self, offset: int) -> LogPart | None:
        # Up to where a kept part begins, so that the next one comes from memory; no character is cut there.
        meeting = next((part.start for part in self._parts if part.start > offset), self._front)
        part = await _read(self.attempt_id, offset, meeting, final=True)
        if part is None:
            self.complete_at = 0  # it was deleted: nothing follows anything
        return part

    def _keep(self, part: LogPart) -> None:
        self._parts.append(part)
        self._kept += part.end - part.start
        self._front = part.end
        while self._kept > KEPT_BYTES and len(self._parts) > 1:
            gone = self._parts.popleft()
            self._kept -= gone.end - gone.start


class LogHub:
    """The feeds of all logs that somebody watches; one hub per event loop."""

    def __init__(self) -> None:
        self._feeds: dict[int, Feed] = {}
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watch(self, attempt_id: int) -> AsyncIterator[Feed]:
        """The feed of an attempt's log, alive while anybody watches it."""
        if attempt_id not in self._feeds:
            front = await sse.in_thread(_whole_characters)(attempt_id)
            self._feeds.setdefault(attempt_id, Feed(attempt_id, front))
        feed = self._feeds[attempt_id]
        feed.watchers += 1
        if self._task is None or self._task.done():
            # Its own context: it outlives the request that happens to come first.
            self._task = asyncio.create_task(self._pump(), context=Context())
        try:
            yield feed
        finally:
            feed.watchers -= 1
            if not feed.watchers:
                self._feeds.pop(attempt_id, None)

    async def _pump(self) -> None:
        while self._feeds:
            try:
                await self._grow()
            except DatabaseError:
                logger.exception("growing logs could not be read; trying again")
                await asyncio.sleep(1)
            await asyncio.sleep(POLL_SECONDS)

    async def _grow(self) -> None:
        stored = await sse.in_thread(_stored)(list(self._feeds))
        for feed in list(self._feeds.values()):
            await feed.grow(stored.get(feed.attempt_id, GONE))


_HUBS: WeakKeyDictionary[asyncio.AbstractEventLoop, LogHub] = WeakKeyDictionary()


def hub() -> LogHub:
    """The hub of the running event loop."""
    return _HUBS.setdefault(asyncio.get_running_loop(), LogHub())


def _stored(attempt_ids: Iterable[int]) -> dict[int, Stored]:
    rows = Attempt.objects.filter(pk__in=attempt_ids).values_list("pk", "log_bytes", "log_complete")
    return {pk: Stored(size, complete) for pk, size, complete in rows}


def _whole_characters(attempt_id: int) -> int:
    """How far the stored log reaches without the first bytes of a character that is still to come."""
    attempt = Attempt.objects.filter(pk=attempt_id).first()
    if attempt is None:
        return 0
    if attempt.log_complete:
        return attempt.log_bytes
    start = max(0, attempt.log_bytes - _CHARACTER_BYTES + 1)
    data = store.read(attempt, start, attempt.log_bytes - start)
    return start + _decode(data, final=False)[1]


async def _read(attempt_id: int, start: int, stop: int, *, final: bool) -> LogPart | None:
    """The next part of what lies between the offsets; None when that is not even one character."""
    data = await sse.in_thread(_bytes)(attempt_id, start, min(stop - start, PART_BYTES))
    text, used = _decode(data, final=final and start + len(data) >= stop)
    if not used:
        return None
    end = start + used
    return LogPart(start, end, sse.message(event="log", id=end, data={"offset": start, "text": text}))


def _bytes(attempt_id: int, offset: int, limit: int) -> bytes:
    attempt = Attempt.objects.filter(pk=attempt_id).first()
    return b"" if attempt is None else store.read(attempt, offset, limit)


def _decode(data: bytes, *, final: bool) -> tuple[str, int]:
    """The text of ``data``, and how many bytes it took; a trailing part of a character is left unless final."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text = decoder.decode(data, final=final)
    pending, _ = decoder.getstate()
    return text, len(data) - len(pending)
