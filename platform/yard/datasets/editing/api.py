"""Changing shapes and classes of a data set by hand over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.datasets import selectors
from yard.datasets.doctor.serializers import RepairSerializer
from yard.datasets.editing.annotations import image_annotate
from yard.datasets.editing.labels import label_create, label_delete, label_update
from yard.datasets.gallery.api import image_shown
from yard.datasets.gallery.serializers import ImageDetailSerializer
from yard.datasets.models import Dataset, Repair, ShapeKind
from yard.datasets.selectors import user_of
from yard.datasets.serializers import GeometryField, LabelSerializer

CHANGED = OpenApiResponse(description="Somebody has changed it meanwhile; `extra` says who and when")


class ShapeGivenSerializer(serializers.Serializer[Any]):
    """A shape to be saved. With the ``id`` of one that is there, what is left out stays as it is."""

    id = serializers.IntegerField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=ShapeKind.choices, required=False)
    label = serializers.CharField(required=False)  # type: ignore[assignment]
    geometry = GeometryField(required=False)
    attributes = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)
    z_order = serializers.IntegerField(required=False)
    occluded = serializers.BooleanField(required=False)
    group = serializers.IntegerField(required=False)


class AnnotateSerializer(serializers.Serializer[Any]):
    """The shapes that the image shall have, and the revision they were drawn on."""

    revision = serializers.IntegerField(min_value=0, max_value=(1 << 31) - 1)
    shapes = serializers.ListField(child=serializers.DictField())


class AnnotateRequestSerializer(serializers.Serializer[Any]):
    """As ``AnnotateSerializer``, for the description; each shape is checked by ``editing.shapes``."""

    revision = serializers.IntegerField(min_value=0)
    shapes = ShapeGivenSerializer(many=True)


class LabelGivenSerializer(serializers.Serializer[Any]):
    """A new class."""

    name = serializers.CharField(max_length=255)
    color = serializers.CharField(required=False, allow_blank=True, default="", max_length=9, help_text="#rrggbb")


class LabelChangeSerializer(serializers.Serializer[Any]):
    """What can be changed of a class."""

    name = serializers.CharField(required=False, max_length=255)
    color = serializers.CharField(required=False, max_length=9, help_text="#rrggbb")


class ImageAnnotationsApi(APIView):
    """The shapes of one image."""

    @extend_schema(request=AnnotateRequestSerializer, responses={200: ImageDetailSerializer, 409: CHANGED})
    def put(self, request: Request, dataset_id: int, image_id: int) -> Response:
        """Give the image exactly these shapes; 409 when it has another revision by now."""
        dataset = _editable(request, dataset_id)
        selectors.image_get(dataset=dataset, image_id=image_id)
        given = AnnotateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        image_annotate(dataset=dataset, image_id=image_id, user=user_of(request), **given.validated_data)
        return Response(image_shown(dataset, image_id))


class LabelListApi(APIView):
    """The classes of a data set."""

    @extend_schema(operation_id="datasets_labels_list", responses=LabelSerializer(many=True))
    def get(self, request: Request, dataset_id: int) -> Response:
        """All of them, by name."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(LabelSerializer(dataset.labels.order_by("name"), many=True).data)

    @extend_schema(request=LabelGivenSerializer, responses={201: LabelSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Make a class."""
        dataset = _editable(request, dataset_id)
        given = LabelGivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        label = label_create(dataset=dataset, user=user_of(request), **given.validated_data)
        return Response(LabelSerializer(label).data, status=status.HTTP_201_CREATED)


class LabelDetailApi(APIView):
    """One class."""

    @extend_schema(request=LabelChangeSerializer, responses={200: LabelSerializer, 202: RepairSerializer})
    def patch(self, request: Request, dataset_id: int, label_id: int) -> Response:
        """Rename or recolour it. 202 with the repair that does it, when the class is on thousands of images."""
        dataset = _editable(request, dataset_id)
        given = LabelChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        label = label_update(
            dataset=dataset,
            label_id=label_id,
            user=user_of(request),
            name=values.get("name"),
            color=values.get("color"),
        )
        if isinstance(label, Repair):
            return Response(RepairSerializer(label).data, status=status.HTTP_202_ACCEPTED)
        return Response(LabelSerializer(label).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, dataset_id: int, label_id: int) -> Response:
        """Remove it; 409 while a shape is of it."""
        dataset = _editable(request, dataset_id)
        label_delete(dataset=dataset, label_id=label_id, user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _editable(request: Request, dataset_id: int) -> Dataset:
    return selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
