"""Server-sent events: the wire format, and the response that carries them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import StreamingHttpResponse
from rest_framework.request import Request

T = TypeVar("T")

KEEP_ALIVE_SECONDS = 15.0
KEEP_ALIVE = b": still here\n\n"


def message(*, event: str, data: Any, id: int | str | None = None) -> bytes:
    """One message as bytes; ``data`` as one line of JSON."""
    head = f"id: {id}\n" if id is not None else ""
    return f"{head}event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def response(stream: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """A response that proxies neither buffer nor cache."""
    answer = StreamingHttpResponse(stream, content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def resume_from(request: Request, parameter: str, default: int) -> int:
    """Where to go on: the browser's ``Last-Event-ID`` after a reconnect, else the query parameter."""
    raw = request.headers.get("Last-Event-ID") or request.query_params.get(parameter) or ""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else default


def in_thread(function: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """``function`` for use in a stream: runs in a thread and leaves no stale database connection behind."""

    def call(*args: Any, **kwargs: Any) -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(call, thread_sensitive=True)
