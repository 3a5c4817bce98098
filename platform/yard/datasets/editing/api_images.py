"""Doing something with many images over the API: those named, or all that fit a filter of the gallery."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.editing.images import images_delete
from yard.datasets.editing.shapes import LABEL_MAX
from yard.datasets.editing.tags import images_tag
from yard.datasets.filters import ID_MAX
from yard.datasets.gallery.filters import ImageFilter
from yard.datasets.gallery.selectors import images_found
from yard.datasets.models import Dataset, Part
from yard.datasets.selectors import dataset_get_for, user_of
from yard.datasets.splits.services import split_assign
from yard.datasets.texts import shown

IDS_MAX = 10_000


class ImagesChosenSerializer(serializers.Serializer[Any]):
    """Which images: by id, or all that fit a filter."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=ID_MAX), required=False, max_length=IDS_MAX
    )
    filter = serializers.CharField(
        required=False, allow_blank=True, max_length=10_000, help_text="Query parameters as in the gallery's address"
    )
    count = serializers.IntegerField(required=False, min_value=1, help_text="With a filter: how many it should find")


class ImagesPartSerializer(ImagesChosenSerializer):
    """Images, and the part they are put into."""

    part = serializers.ChoiceField(choices=Part.choices, allow_blank=True, help_text="Empty: into none")


class ImagesTagSerializer(ImagesChosenSerializer):
    """Images, and the tag they get or lose."""

    label = serializers.CharField(max_length=LABEL_MAX)  # type: ignore[assignment]
    present = serializers.BooleanField(default=True, help_text="False: the tag is taken off")


class ImagesDeletedSerializer(serializers.Serializer[Any]):
    """How far the deletion is."""

    deleted = serializers.IntegerField()
    queued = serializers.IntegerField(help_text="The worker deletes these next")


class ImagesChangedSerializer(serializers.Serializer[Any]):
    """How many images were not as wanted."""

    changed = serializers.IntegerField()
    queued = serializers.IntegerField(help_text="The worker changes these next")


class ImagesDeleteApi(APIView):
    """Deleting images."""

    @extend_schema(request=ImagesChosenSerializer, responses=ImagesDeletedSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """Delete images with their shapes; versions keep what they have. 409 when a filter finds another number."""
        dataset, given = _asked(request, dataset_id, ImagesChosenSerializer)
        deleted, queued = images_delete(dataset=dataset, image_ids=_chosen(dataset, given), user=user_of(request))
        return Response({"deleted": deleted, "queued": queued})


class ImagesPartApi(APIView):
    """Splitting by hand."""

    @extend_schema(request=ImagesPartSerializer, responses=ImagesChangedSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """Put images into a part of the split in use. 409 when there is none, or a filter finds another number."""
        dataset, given = _asked(request, dataset_id, ImagesPartSerializer)
        if dataset.split is None:
            raise Conflict(f"No split of the data set {dataset.name} is in use. Make one, or choose one to use, first.")
        part = Part(given["part"]) if given["part"] else None
        moved = split_assign(split=dataset.split, user=user_of(request), image_ids=_chosen(dataset, given), part=part)
        return Response({"changed": moved, "queued": 0})


class ImagesTagApi(APIView):
    """Tagging images."""

    @extend_schema(request=ImagesTagSerializer, responses=ImagesChangedSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """Give images a tag, or take it off; their other shapes stay. 409 when a filter finds another number."""
        dataset, given = _asked(request, dataset_id, ImagesTagSerializer)
        changed, queued = images_tag(
            dataset=dataset,
            image_ids=_chosen(dataset, given),
            label=given["label"],
            present=given["present"],
            user=user_of(request),
        )
        return Response({"changed": changed, "queued": queued})


def _asked(
    request: Request, dataset_id: int, serializer: type[ImagesChosenSerializer]
) -> tuple[Dataset, dict[str, Any]]:
    dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dataset, given.validated_data


def _chosen(dataset: Dataset, given: dict[str, Any]) -> list[int]:
    if "ids" in given:
        return list(given["ids"])
    if "filter" not in given or "count" not in given:
        raise InvalidInput("Say which images: their ids, or a filter and the count of images it finds.")
    found = images_found(dataset, _understood(QueryDict(given["filter"])))
    if found.count != given["count"]:
        raise Conflict(
            f"The filter finds {found.count} images by now, not {given['count']}. Look at them again, then repeat "
            "what you wanted."
        )
    return found.window(0, found.count)


def _understood(asked: QueryDict) -> QueryDict:
    """The filter; a word that it does not know would leave all images in what is to be changed."""
    known = set(ImageFilter.base_filters)
    unknown = sorted(set(asked) - known)
    if unknown:
        raise InvalidInput(
            f"The filter has no {shown(unknown[0], 40)!r}; it knows {', '.join(sorted(known))}. Nothing was changed.",
            extra={"errors": [{"path": ["filter"], "message": "It has a word that is not known."}]},
        )
    return asked
