"""One reader of the outbox for all event streams of this process.

While anybody listens, new rows are fetched a few times a second and handed to every listener; nobody listening, nothing
is asked. Twenty open browsers cost the database as much as one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from yard.core import events
from yard.core.models import Event
from yard.core.sse import in_thread

POLL_SECONDS = 0.25
BATCH = 500
BACKLOG = 2000
"""Events a slow listener may lag behind before it is cut off; its browser reconnects and resumes."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event without its row."""

    id: int
    kind: str
    project_id: int | None
    object_type: str
    object_id: int
    payload: dict[str, Any]
    at: str

    def as_dict(self) -> dict[str, Any]:
        """For the wire."""
        return {
            "id": self.id,
            "kind": self.kind,
            "project": self.project_id,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "payload": self.payload,
            "at": self.at,
        }


def read_after(last: int, limit: int = BATCH) -> list[EventFacts]:
    """The next events behind ``last``, oldest first."""
    return [
        EventFacts(
            id=row.pk,
            kind=row.kind,
            project_id=row.project_id,
            object_type=row.object_type,
            object_id=row.object_id,
            payload=row.payload,
            at=row.at.isoformat(),
        )
        for row in Event.objects.filter(pk__gt=last).order_by("pk")[:limit]
    ]


class EventHub:
    """Fetches new events for its listeners; one per event loop."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[EventFacts | None]] = set()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[EventFacts | None]]:
        """A queue of everything that happens from now on; None in it means: too slow, come again."""
        queue: asyncio.Queue[EventFacts | None] = asyncio.Queue(maxsize=BACKLOG)
        started = asyncio.Event()
        self._listeners.add(queue)
        if self._task is None or self._task.done():
            # Its own context: it outlives the request that happens to come first.
            self._task = asyncio.create_task(self._pump(started), context=Context())
            await started.wait()
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def _pump(self, started: asyncio.Event) -> None:
        try:
            last = await in_thread(events.latest_id)()
        finally:
            started.set()
        while self._listeners:
            found = await in_thread(read_after)(last)
            for event in found:
                self._hand_out(event)
            last = found[-1].id if found else last
            if len(found) < BATCH:
                await asyncio.sleep(POLL_SECONDS)

    def _hand_out(self, event: EventFacts) -> None:
        for queue in list(self._listeners):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._listeners.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)


_HUBS: WeakKeyDictionary[asyncio.AbstractEventLoop, EventHub] = WeakKeyDictionary()


def hub() -> EventHub:
    """The hub of the running event loop."""
    return _HUBS.setdefault(asyncio.get_running_loop(), EventHub())
