"""Executions over the API: look, stop, read the log."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts import access
from yard.accounts.authentication import is_still_let_in
from yard.accounts.models import Role
from yard.core import sse
from yard.core.errors import InvalidInput
from yard.executions.log_streams import log_bytes, log_events
from yard.executions.logs import store
from yard.executions.models import Device, Execution, Host
from yard.executions.selectors import attempt_latest, execution_get_for, execution_list_for
from yard.executions.serializers import ExecutionSerializer, HostSerializer
from yard.executions.services import execution_stop
from yard.storage.http import sandbox

AnyAnswer = TypeVar("AnyAnswer", HttpResponse, StreamingHttpResponse)

LOG_LIMIT = 4 << 20


def _shown(execution: Execution, request: Request) -> dict[str, object]:
    may_edit = (
        access.may(request.user, execution.project_id, Role.EDITOR)
        if execution.project_id is not None
        else bool(request.user.is_staff)
    )
    return dict(ExecutionSerializer(execution, context={"may_edit": may_edit}).data)


class ExecutionDetailApi(APIView):
    """One execution."""

    @extend_schema(responses=ExecutionSerializer)
    def get(self, request: Request, execution_id: int) -> Response:
        return Response(_shown(execution_get_for(user=request.user, execution_id=execution_id), request))


class ExecutionStopApi(APIView):
    """Ask a run to stop, or cancel a build. It ends a little later; events tell when."""

    @extend_schema(request=None, responses={202: ExecutionSerializer})
    def post(self, request: Request, execution_id: int) -> Response:
        execution = execution_get_for(user=request.user, execution_id=execution_id, role=Role.EDITOR)
        if execution.project_id is None and not request.user.is_staff:
            self.permission_denied(request, "Only an administrator may cancel the build of a bundled template.")
        execution_stop(execution=execution, user=access.signed_in(request.user))
        execution.refresh_from_db()
        return Response(_shown(execution, request), status=status.HTTP_202_ACCEPTED)


class ExecutionLogApi(APIView):
    """The log as bytes from an offset on; ``X-Log-Start`` is where they begin, ``X-Log-Offset`` where to go on."""

    @extend_schema(
        parameters=[
            OpenApiParameter("offset", OpenApiTypes.INT, description="Negative: that far before the end, at a line"),
            OpenApiParameter("limit", OpenApiTypes.INT, description="Bytes, at most 4 MiB"),
            OpenApiParameter("download", OpenApiTypes.BOOL, description="The whole log as a file"),
        ],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request, execution_id: int) -> HttpResponse | StreamingHttpResponse:
        execution = execution_get_for(user=request.user, execution_id=execution_id)
        attempt = attempt_latest(execution)
        if request.query_params.get("download") in {"1", "true"}:
            whole = StreamingHttpResponse(log_bytes(attempt), content_type="text/plain; charset=utf-8")
            return _as_file(whole, execution)
        limit = _whole_number(request, "limit", 1 << 20)
        offset = _whole_number(request, "offset", 0)
        if offset < 0:
            offset = store.lines_start(attempt, -offset)
        complete = attempt.log_complete
        data = store.read(attempt, offset, max(0, min(limit, LOG_LIMIT)))
        answer = HttpResponse(data, content_type="text/plain; charset=utf-8")
        answer["X-Log-Start"] = str(offset)
        answer["X-Log-Offset"] = str(offset + len(data))
        answer["X-Log-Complete"] = "true" if complete and offset + len(data) >= attempt.log_bytes else "false"
        return _as_file(answer, execution)


class ExecutionLogStreamApi(APIView):
    """The log as it grows, as server-sent events; ``Last-Event-ID`` (an offset) resumes without a gap."""

    @extend_schema(
        parameters=[OpenApiParameter("offset", OpenApiTypes.INT)],
        responses={(200, "text/event-stream"): OpenApiResponse(OpenApiTypes.STR, "Events `log` and `end`")},
    )
    def get(self, request: Request, execution_id: int) -> StreamingHttpResponse:
        execution = execution_get_for(user=request.user, execution_id=execution_id)
        attempt = attempt_latest(execution)

        def may_watch() -> bool:
            return is_still_let_in(request) and execution_list_for(request.user).filter(pk=execution_id).exists()

        return sse.response(log_events(attempt, sse.resume_from(request, "offset", 0), may_watch=may_watch))


class HostListApi(ListAPIView[Host]):
    """The machines where runs go, and what is free on them now."""

    serializer_class = HostSerializer
    filter_backends = []
    queryset: QuerySet[Host] = Host.objects.order_by("name").prefetch_related(
        Prefetch("devices", Device.objects.order_by("index"))
    )


def _whole_number(request: Request, name: str, default: int) -> int:
    raw = request.query_params.get(name, "")
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError as error:
        raise InvalidInput(f"{name} is {raw[:40]!r}; give a whole number.") from error
    if abs(value) >= 1 << 62:
        raise InvalidInput(f"{name} is out of range.")
    return value


def _as_file(answer: AnyAnswer, execution: Execution) -> AnyAnswer:
    """Whoever opens the address sees no page: what a training prints is somebody else's content."""
    answer["Content-Disposition"] = f'attachment; filename="{execution.kind}-{execution.pk}.log"'
    sandbox(answer)
    return answer
