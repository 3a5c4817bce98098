"""Events over the API: a list, and one stream per browser. A member sees the events of her projects."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.authentication import is_still_let_in
from yard.accounts.models import Membership, Project, User
from yard.core import sse
from yard.core.event_hub import EventFacts, hub, read_after
from yard.core.models import Event

MEMBERSHIP_SECONDS = 10.0


class EventSerializer(serializers.ModelSerializer[Event]):
    """One row of the outbox."""

    project = serializers.IntegerField(source="project_id", allow_null=True)

    class Meta:
        model = Event
        fields = ["id", "kind", "project", "object_type", "object_id", "payload", "at"]


def events_for(user: AnyUser) -> QuerySet[Event]:
    """The events of the user's projects, and those that concern everybody."""
    if not isinstance(user, User):
        return Event.objects.none()
    if user.is_superuser:
        return Event.objects.all()
    mine = Membership.objects.filter(user=user).values("project_id")
    return Event.objects.filter(Q(project_id__in=mine) | Q(project_id=None))


PROJECT = OpenApiParameter("project", OpenApiTypes.INT, description="Only this project's events")
AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="Only events behind this id")


class EventListApi(ListAPIView[Event]):
    """Past events, oldest first."""

    serializer_class = EventSerializer
    filter_backends = []
    queryset = Event.objects.none()

    @extend_schema(parameters=[PROJECT, AFTER])
    def get(self, request: Request, *args: object, **kwargs: object):  # type: ignore[no-untyped-def]
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Event]:
        found = events_for(self.request.user).filter(pk__gt=sse.resume_from(self.request, "after", 0))
        project = _project_of(self.request)
        return found.filter(project_id=project) if project is not None else found


class EventStreamApi(APIView):
    """Events as they happen, as server-sent events; ``Last-Event-ID`` resumes without a gap.

    Ends soon after the session or token it was opened with does.
    """

    @extend_schema(parameters=[PROJECT, AFTER], responses={(200, "text/event-stream"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        project = _project_of(request)
        if project is not None:
            access.project_get_for(user=request.user, project_id=project)
        after = sse.resume_from(request, "after", -1)
        return sse.response(_stream(request, project, after))


def _project_of(request: Request) -> int | None:
    raw = request.query_params.get("project", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None


async def _stream(request: Request, project: int | None, after: int) -> AsyncIterator[bytes]:
    async with hub().listen() as queue:
        yield b"retry: 2000\n\n"
        sight = _Sight(request, project)
        last = after
        while after >= 0 and (missed := await sse.in_thread(read_after)(last)):
            for event in missed:
                if await sight.shows(event):
                    yield sse.message(event=event.kind, id=event.id, data=event.as_dict())
                last = event.id
        while True:
            if not await sight.is_open():
                return
            try:
                event_or_end = await asyncio.wait_for(queue.get(), sse.KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield sse.KEEP_ALIVE
                continue
            if event_or_end is None:
                return
            if event_or_end.id > last and await sight.shows(event_or_end):
                yield sse.message(event=event_or_end.kind, id=event_or_end.id, data=event_or_end.as_dict())


class _Sight:
    """What one listener may see; looked up again every few seconds, as memberships change and sessions end."""

    def __init__(self, request: Request, project: int | None) -> None:
        self._request = request
        self._project = project
        self._let_in = True
        self._mine: frozenset[int] = frozenset()
        self._looked_up = float("-inf")

    async def is_open(self) -> bool:
        """Whether the listener would be let in anew."""
        if time.monotonic() - self._looked_up > MEMBERSHIP_SECONDS:
            self._let_in, self._mine = await sse.in_thread(self._look_up)()
            self._looked_up = time.monotonic()
        return self._let_in

    async def shows(self, event: EventFacts) -> bool:
        if self._project is not None and event.project_id not in {None, self._project}:
            return False
        if event.project_id is None:
            return True
        return await self.is_open() and event.project_id in self._mine

    def _look_up(self) -> tuple[bool, frozenset[int]]:
        projects = access.visible(self._request.user, Project.objects.all(), project_field="pk")
        return is_still_let_in(self._request), frozenset(projects.values_list("pk", flat=True))
