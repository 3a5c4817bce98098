"""The annotation doctor over the API: examine, look, repair, take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.datasets.doctor import selectors
from yard.datasets.doctor.filters import FindingFilter
from yard.datasets.doctor.intended import findings_mark
from yard.datasets.doctor.repairs.base import Outcome
from yard.datasets.doctor.repairs.requests import repair_preview, repair_request, repair_undo
from yard.datasets.doctor.repairs.run import summary_of
from yard.datasets.doctor.requests import examination_cancel, examination_request
from yard.datasets.doctor.serializers import (
    DatasetFindingSerializer,
    ExaminationSerializer,
    ExamineSerializer,
    FindingsMarkedSerializer,
    FindingsMarkSerializer,
    RepairCreateSerializer,
    RepairPreviewSerializer,
    RepairSerializer,
    RepairUndoSerializer,
    default_options,
)
from yard.datasets.models import Dataset, Finding, Repair
from yard.datasets.selectors import dataset_get_for, user_of


def _examination(dataset: Dataset) -> dict[str, Any]:
    found = selectors.examination_of(dataset)
    kinds = selectors.kind_counts(dataset, found)
    values = {
        "state": found.state if found else "none",
        "progress": found.progress if found else 0.0,
        "message": found.message if found else "",
        "checked": dataset.checked_revision is not None,
        "stale": selectors.is_stale(dataset),
        "finished_at": found.finished_at if found else None,
        "options": {**default_options(), **(found.options if found else {})},
        "kinds": kinds,
        "attention": sum(kind.open for kind in kinds if kind.kind.severity != "info"),
    }
    examples = [finding for kind in kinds for finding in kind.examples]
    return dict(ExaminationSerializer(values, context=_drawn_with(examples)).data)


def _drawn_with(findings: Sequence[Finding]) -> dict[str, Any]:
    """What the serializer of findings needs beside them."""
    return {"other_shapes": selectors.other_shapes(findings), "class_examples": selectors.class_examples(findings)}


class ExaminationApi(APIView):
    """The examination of a data set, with every kind of finding: its words, its count, and a few examples."""

    @extend_schema(responses=ExaminationSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        return Response(_examination(dataset_get_for(user=request.user, dataset_id=dataset_id)))

    @extend_schema(request=ExamineSerializer, responses={202: ExaminationSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Examine the data set; one that is under way goes on."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = ExamineSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        options = given.validated_data.get("options")
        examination_request(dataset=dataset, user=user_of(request), options=options)
        dataset.refresh_from_db()
        return Response(_examination(dataset), status=status.HTTP_202_ACCEPTED)


class ExaminationCancelApi(APIView):
    """Ending an examination that is under way."""

    @extend_schema(request=None, responses=ExaminationSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """What was found before stays."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        examination_cancel(dataset=dataset)
        return Response(_examination(dataset))


class FindingListApi(ListAPIView[Finding]):
    """What the doctor found in a data set, by kind."""

    serializer_class = DatasetFindingSerializer
    filterset_class = FindingFilter
    queryset = Finding.objects.none()

    def get_queryset(self) -> QuerySet[Finding]:
        dataset = dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"])
        return selectors.finding_list(dataset)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Finding]:
        if args:
            kwargs["context"] = {**self.get_serializer_context(), **_drawn_with(args[0])}
        return super().get_serializer(*args, **kwargs)


class FindingsIntendedApi(APIView):
    """Say of findings that they are meant to be so, or take it back. It holds for later examinations too."""

    @extend_schema(request=FindingsMarkSerializer, responses=FindingsMarkedSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = FindingsMarkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        marked = findings_mark(dataset=dataset, user=user_of(request), **given.validated_data)
        return Response({"marked": marked})


class RepairListApi(ListAPIView[Repair]):
    """The repairs of a data set, newest first."""

    serializer_class = RepairSerializer
    queryset = Repair.objects.none()

    def get_queryset(self) -> QuerySet[Repair]:
        dataset = dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"])
        return selectors.repair_list(dataset)

    @extend_schema(request=RepairCreateSerializer, responses={202: RepairSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Repair findings of a kind: all of them, or the chosen ones. Leaves a version before and one after."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        repair = repair_request(dataset=dataset, user=user_of(request), **_asked(request))
        found = selectors.repair_get(dataset=dataset, repair_id=repair.pk)
        return Response(RepairSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class RepairPreviewApi(APIView):
    """What a repair would change: figures, and a few images before and after. Changes nothing."""

    @extend_schema(request=RepairCreateSerializer, responses=RepairPreviewSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        outcome = repair_preview(dataset=dataset, **_asked(request))
        return Response(RepairPreviewSerializer(_preview(dataset, outcome)).data)


class RepairDetailApi(APIView):
    """One repair."""

    @extend_schema(responses=RepairSerializer)
    def get(self, request: Request, dataset_id: int, repair_id: int) -> Response:
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(RepairSerializer(selectors.repair_get(dataset=dataset, repair_id=repair_id)).data)


class RepairUndoApi(APIView):
    """Take a repair back: the data set becomes what it was before it.

    409 with the code ``changed_since`` when later changes would go with it; ``force`` says that they may.
    """

    @extend_schema(request=RepairUndoSerializer, responses={202: RepairSerializer})
    def post(self, request: Request, dataset_id: int, repair_id: int) -> Response:
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = RepairUndoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        repair = selectors.repair_get(dataset=dataset, repair_id=repair_id)
        repair_undo(repair=repair, user=user_of(request), force=given.validated_data["force"])
        found = selectors.repair_get(dataset=dataset, repair_id=repair_id)
        return Response(RepairSerializer(found).data, status=status.HTTP_202_ACCEPTED)


def _asked(request: Request) -> dict[str, Any]:
    given = RepairCreateSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    values = given.validated_data
    findings: Sequence[int] | None = values["findings"]
    return {
        "finding_code": values["finding"],
        "code": values["repair"],
        "findings": findings,
        "options": {name: value for name, value in values.get("options", {}).items() if value is not None},
    }


def _preview(dataset: Dataset, outcome: Outcome) -> dict[str, Any]:
    images = {image.pk: image for image in dataset.images.filter(pk__in=[item.image_id for item in outcome.examples])}
    return {
        "summary": summary_of(outcome),
        "images": outcome.images,
        "numbers": outcome.numbers,
        "notes": outcome.notes,
        "examples": [
            {"image": images[item.image_id], "before": item.before, "after": item.after}
            for item in outcome.examples
            if item.image_id in images
        ],
    }
