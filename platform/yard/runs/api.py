"""The API of runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts import access
from yard.accounts.models import Role
from yard.executions.services import Requested
from yard.registry.roles import Roles
from yard.runs import resources, selectors, services
from yard.runs.filters import RunFilter
from yard.runs.models import MetricKey, Run, RunOrigin
from yard.runs.score import run_score_set
from yard.runs.serializers import (
    MetricKeySerializer,
    MetricPointsSerializer,
    MetricQuerySerializer,
    RunChangeSerializer,
    RunCreateSerializer,
    RunDefaultsSerializer,
    RunDetailSerializer,
    RunSerializer,
    ScorePatternSerializer,
)
from yard.runs.series import series_of

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Your id of this request: sent twice it starts one run",
)


def _detail(request: Request, run_id: int) -> dict[str, Any]:
    """The run as it is now."""
    run = selectors.run_get_for(user=request.user, run_id=run_id)
    context = {"roles": Roles(request.user), "attempt": selectors.attempt_of(run)}
    return dict(RunDetailSerializer(run, context=context).data)


class RunListApi(generics.ListAPIView[Run]):
    """The runs of the caller's projects, the newest first."""

    serializer_class = RunSerializer
    filterset_class = RunFilter
    queryset = Run.objects.none()

    def get_queryset(self) -> Any:
        """The runs the caller may see."""
        return selectors.for_list(selectors.run_list_for(self.request.user)).order_by("-pk")

    def get_serializer_context(self) -> dict[str, Any]:
        """With the caller's roles, so that no row needs a query of its own."""
        return {**super().get_serializer_context(), "roles": Roles(self.request.user)}

    @extend_schema(summary="List runs", tags=["runs"], operation_id="runs_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The runs of the caller's projects, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Start a run",
        tags=["runs"],
        operation_id="runs_create",
        request=RunCreateSerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={
            201: RunDetailSerializer,
            200: OpenApiResponse(RunDetailSerializer, description="The run that the same request made before"),
        },
    )
    def post(self, request: Request) -> Response:
        """Queue a training. The data set's version is pinned now; errors name the field they are about."""
        given = RunCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        project = access.project_get_for(user=request.user, project_id=data["project"], role=Role.EDITOR)
        started = services.run_create(
            user=request.user,  # type: ignore[arg-type]
            project=project,
            dataset_id=data["dataset"],
            dataset_version_id=data.get("dataset_version"),
            pull=data["pull"],
            blueprint_version_id=data["template_version"],
            name=data.get("name", ""),
            config=data["config"],
            export_config=data.get("export_config"),
            resources=_resources(data.get("resources")),
            parent_id=data.get("parent"),
            origin=RunOrigin.API if request.auth else RunOrigin.WEB,
            request_id=request.headers.get("Idempotency-Key") or data.get("request_id", ""),
        )
        return Response(_detail(request, started.run.pk), status=201 if started.created else 200)


def _resources(given: dict[str, Any] | None) -> Requested:
    return replace(resources.defaults(resources.capacities()), **(given or {}))


class RunDetailApi(APIView):
    """One run."""

    @extend_schema(summary="Get a run", tags=["runs"], operation_id="runs_get", responses=RunDetailSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        """The run with everything there is to tell."""
        return Response(_detail(request, run_id))

    @extend_schema(
        summary="Rename a run",
        tags=["runs"],
        operation_id="runs_update",
        request=RunChangeSerializer,
        responses=RunDetailSerializer,
    )
    def patch(self, request: Request, run_id: int) -> Response:
        """Another name."""
        run = selectors.run_get_for(user=request.user, run_id=run_id, role=Role.EDITOR)
        given = RunChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.run_rename(run=run, name=given.validated_data["name"], user=request.user)  # type: ignore[arg-type]
        return Response(_detail(request, run_id))

    @extend_schema(
        summary="Delete a run",
        tags=["runs"],
        operation_id="runs_delete",
        responses={204: OpenApiResponse(description="It is gone; the models it made stay")},
    )
    def delete(self, request: Request, run_id: int) -> Response:
        """Remove a run that has ended, with its log and metrics. The models it made stay."""
        run = selectors.run_get_for(user=request.user, run_id=run_id, role=Role.EDITOR)
        services.run_delete(run=run, user=request.user)  # type: ignore[arg-type]
        return Response(status=204)


class RunStopApi(APIView):
    """Stopping a run."""

    @extend_schema(
        summary="Stop a run",
        tags=["runs"],
        operation_id="runs_stop",
        request=None,
        responses={202: RunDetailSerializer},
    )
    def post(self, request: Request, run_id: int) -> Response:
        """Ask the training to end; it may still save its model. It ends a little later."""
        run = selectors.run_get_for(user=request.user, run_id=run_id, role=Role.EDITOR)
        services.run_stop(run=run, user=request.user)  # type: ignore[arg-type]
        return Response(_detail(request, run_id), status=202)


class RunScoreApi(APIView):
    """Searching the log for the score again."""

    @extend_schema(
        summary="Search the score with another pattern",
        tags=["runs"],
        operation_id="runs_score",
        request=ScorePatternSerializer,
        responses=RunDetailSerializer,
    )
    def post(self, request: Request, run_id: int) -> Response:
        """Search the whole log with another pattern; the run keeps it, and its models get the new score."""
        run = selectors.run_get_for(user=request.user, run_id=run_id, role=Role.EDITOR)
        given = ScorePatternSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        run_score_set(run=run, user=request.user, **given.validated_data)  # type: ignore[arg-type]
        return Response(_detail(request, run_id))


class RunDefaultsApi(APIView):
    """Resources of a new run."""

    @extend_schema(
        summary="Default resources", tags=["runs"], operation_id="runs_defaults", responses=RunDefaultsSerializer
    )
    def get(self, _request: Request) -> Response:
        """What a run gets unless it asks for something else, and the most that some host has."""
        hosts = resources.capacities()
        facts = {"resources": resources.defaults(hosts), "maximum": resources.maximum(hosts)}
        return Response(RunDefaultsSerializer(facts).data)


class RunMetricsApi(generics.ListAPIView[MetricKey]):
    """The metrics of a run."""

    serializer_class = MetricKeySerializer
    queryset = MetricKey.objects.none()
    pagination_class = None
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        """The metrics of the run."""
        return selectors.run_get_for(user=self.request.user, run_id=self.kwargs["run_id"]).metric_keys.all()

    @extend_schema(summary="List a run's metrics", tags=["runs"], operation_id="runs_metrics")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The names of the run's metrics, each with its last value."""
        return super().get(request, *args, **kwargs)


class RunMetricPointsApi(APIView):
    """The curves of a run."""

    @extend_schema(
        summary="Get a run's metric curves",
        tags=["runs"],
        operation_id="runs_metric_points",
        parameters=[MetricQuerySerializer],
        responses=MetricPointsSerializer,
    )
    def get(self, request: Request, run_id: int) -> Response:
        """Curves with at most ``max_points`` points each: of every stretch the lowest and the highest are kept."""
        run = selectors.run_get_for(user=request.user, run_id=run_id)
        query = MetricQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        names = [name for name in wanted["names"].split(",") if name] if "names" in wanted else None
        found = series_of(run, names=names, after=wanted["after"], max_points=wanted["max_points"])
        return Response({"series": [series.as_columns() for series in found]})
