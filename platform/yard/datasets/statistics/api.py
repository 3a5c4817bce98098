"""Statistics over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.datasets import selectors
from yard.datasets.figures.serializers import OnItsWaySerializer, PendingSerializer
from yard.datasets.statistics.selectors import dataset_statistics, version_statistics


class AskedStatisticsSerializer(serializers.Serializer[Any]):
    """Whose statistics are asked for."""

    label = serializers.CharField(required=False, default="", allow_blank=True, max_length=255, help_text="One class")  # type: ignore[assignment]
    version = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=(1 << 31) - 1, help_text="Its number"
    )


class ClassFiguresSerializer(serializers.Serializer[Any]):
    """A class: its shapes and tags, and the images with at least one."""

    label = serializers.CharField()  # type: ignore[assignment]
    shapes = serializers.IntegerField()
    images = serializers.IntegerField()


class BarsSerializer(serializers.Serializer[Any]):
    """Counts by step; each step goes from its edge to the next one, the last has no end."""

    edges = serializers.ListField(child=serializers.FloatField())
    counts = serializers.ListField(child=serializers.IntegerField())


class GridSerializer(serializers.Serializer[Any]):
    """Counts by two steps: [step of the width, step of the height, count] of each pair that occurs."""

    edges = serializers.ListField(child=serializers.FloatField(), help_text="Pixels")
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class PositionsSerializer(serializers.Serializer[Any]):
    """Where the middles of shapes lie: [column, row, count] on a map of ``cells`` × ``cells`` over the image."""

    cells = serializers.IntegerField()
    counts = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class StatisticsSerializer(serializers.Serializer[Any]):
    """What a data set is made of."""

    label = serializers.CharField(allow_blank=True, help_text="The class whose shapes these are; empty: all")  # type: ignore[assignment]
    image_count = serializers.IntegerField()
    shape_count = serializers.IntegerField(help_text="Of all classes")
    classes = ClassFiguresSerializer(many=True)
    kinds = serializers.DictField(child=serializers.IntegerField())
    objects_per_image = BarsSerializer()
    shape_aspects = BarsSerializer(help_text="Width divided by height")
    shape_sizes = GridSerializer()
    image_sizes = GridSerializer()
    positions = PositionsSerializer()
    pending = PendingSerializer(
        allow_null=True,
        help_text="These are figures of before, and newer ones are being counted; null: they are the newest",
    )


class StatisticsApi(APIView):
    """The statistics of a data set, or of one of its versions."""

    @extend_schema(
        parameters=[AskedStatisticsSerializer], responses={200: StatisticsSerializer, 202: OnItsWaySerializer}
    )
    def get(self, request: Request, dataset_id: int) -> Response:
        """Class balance, objects per image, sizes, proportions and positions. 202 while none were counted yet."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        given = AskedStatisticsSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        label, number = given.validated_data["label"], given.validated_data["version"]
        if number is None:
            found = dataset_statistics(dataset, label)
        else:
            found = version_statistics(selectors.version_get(dataset=dataset, number=number), label)
        if found.figures is None:
            return Response({"pending": found.pending}, status=status.HTTP_202_ACCEPTED)
        return Response({**found.figures, "pending": found.pending})
