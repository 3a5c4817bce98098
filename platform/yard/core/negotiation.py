"""Which format an answer has: the view's own, whatever the client's ``Accept`` says.

Every address has one format: JSON, or what it streams (events, images, archives, logs). A browser's ``EventSource``
asks for ``text/event-stream`` and an ``<img>`` for images, which DRF's own negotiation would refuse, as its renderers
know JSON only.
"""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneFormat(DefaultContentNegotiation):
    """Takes the view's first renderer."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)
