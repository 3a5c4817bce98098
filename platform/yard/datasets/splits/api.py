"""Splits over the API: make, look at, change, download and upload them; what leaks between their parts."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.accounts.models import Role
from yard.core.errors import InvalidInput
from yard.datasets.figures.serializers import OnItsWaySerializer
from yard.datasets.models import Dataset, Image, Part, Split, SplitMethod
from yard.datasets.near import hashes_missing
from yard.datasets.selectors import dataset_get_for, user_of
from yard.datasets.serializers import thumbnail_url
from yard.datasets.splits import services
from yard.datasets.splits.filters import MemberFilter, SplitFilter, images_by, images_found
from yard.datasets.splits.hashing import hashes_request
from yard.datasets.splits.leaks import Leaks, leaks_known, leaks_mend, shown_images
from yard.datasets.splits.lists import lists_write
from yard.datasets.splits.plan import Plan, class_counts, pictures_of
from yard.datasets.splits.selectors import parts_of, split_get_for, split_list
from yard.datasets.splits.serializers import (
    AssignSerializer,
    ComparingSerializer,
    LeaksSerializer,
    ListsSerializer,
    MendSerializer,
    MovedSerializer,
    PreviewSerializer,
    RecipeSerializer,
    RevisionSerializer,
    SplitCreateSerializer,
    SplitDetailSerializer,
    SplitImageSerializer,
    SplitSerializer,
    SplitUpdateSerializer,
    class_rows,
    leak_row,
)

LEAKS_SHOWN = 100
GROUPS_SHOWN = 12
LISTS = {"type": "object", "additionalProperties": {}, "description": "All parts, and what they count"}
EXAMPLES_SHOWN = 4


class SplitListApi(ListAPIView[Split]):
    """The splits of a data set."""

    serializer_class = SplitSerializer
    filterset_class = SplitFilter
    queryset = Split.objects.none()

    def get_queryset(self) -> QuerySet[Split]:
        return split_list(dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"]))

    @extend_schema(request=SplitCreateSerializer, responses={201: SplitDetailSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Make one: dealt out by a recipe, from lists of indexes or names, or empty to be filled by hand."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = SplitCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_detail(_made(dataset, given, request)), status=status.HTTP_201_CREATED)


class SplitPreviewApi(APIView):
    """What a recipe would give."""

    @extend_schema(request=RecipeSerializer, responses=PreviewSerializer)
    def post(self, request: Request, dataset_id: int) -> Response:
        """Deal the images out, tell the counts, and save nothing."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = RecipeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        plan = services.split_preview(dataset=dataset, recipe=given.recipe())
        return Response(PreviewSerializer(_preview(plan, dataset)).data)


class SplitDetailApi(APIView):
    """One split."""

    @extend_schema(responses=SplitDetailSerializer)
    def get(self, request: Request, dataset_id: int, split_id: int) -> Response:
        return Response(_detail(split_get_for(user=request.user, dataset_id=dataset_id, split_id=split_id)))

    @extend_schema(request=SplitUpdateSerializer, responses=SplitDetailSerializer)
    def patch(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Rename it, make it the one that new versions carry, or no longer."""
        split = _editable(request, dataset_id, split_id)
        given = SplitUpdateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.split_update(split=split, user=user_of(request), **given.validated_data)
        return Response(_detail(split))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Remove it; versions that carry it keep it."""
        services.split_delete(split=_editable(request, dataset_id, split_id), user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SplitMembersApi(ListAPIView[Image]):
    """The images of the data set with their parts."""

    serializer_class = SplitImageSerializer
    filterset_class = MemberFilter
    queryset = Image.objects.none()

    def get_queryset(self) -> QuerySet[Image]:
        return Image.objects.none()

    def filter_queryset(self, queryset: QuerySet[Image]) -> QuerySet[Image]:  # type: ignore[override]
        ids = {"dataset_id": self.kwargs["dataset_id"], "split_id": self.kwargs["split_id"]}
        return images_found(split_get_for(user=self.request.user, **ids), self.request.query_params)

    @extend_schema(request=AssignSerializer, responses=MovedSerializer)
    def post(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Put images into a part: those named, or all that the filters leave."""
        split = _editable(request, dataset_id, split_id)
        given = AssignSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        moved = services.split_assign(
            split=split,
            user=user_of(request),
            image_ids=_asked_for(split, values),
            part=Part(values["part"]) if values["part"] else None,
            revision=values.get("revision"),
        )
        return _moved(moved, split)


class SplitExtendApi(APIView):
    """Images that came after the split."""

    @extend_schema(request=RevisionSerializer, responses=MovedSerializer)
    def post(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Deal out the images in no part, without moving the others."""
        split = _editable(request, dataset_id, split_id)
        given = RevisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        moved = services.split_extend(split=split, user=user_of(request), revision=given.validated_data.get("revision"))
        return _moved(moved, split)


class SplitListsApi(APIView):
    """The split as lists of indexes or names."""

    @extend_schema(
        parameters=[
            OpenApiParameter("by", str, enum=["index", "name"], description="What the lists hold; index by default"),
            OpenApiParameter(
                "part", str, enum=[str(part) for part in Part], description="Only this part, as a bare list"
            ),
        ],
        responses={200: {"oneOf": [LISTS, {"type": "array", "items": {}}]}},
    )
    def get(self, request: Request, dataset_id: int, split_id: int) -> HttpResponse:
        """A JSON file: all lists with what they count, or the bare list of one part."""
        split = split_get_for(user=request.user, dataset_id=dataset_id, split_id=split_id)
        by, part = request.query_params.get("by", "index"), request.query_params.get("part", "")
        if by not in {"index", "name"} or part not in {"", *Part.values}:
            raise InvalidInput("by is index or name, and part is train, val or test.")
        document = lists_write(split.name, pictures_of(split.dataset, hashes=False), parts_of(split), by=by)
        content = json.dumps(document[part] if part else document, ensure_ascii=False)
        name = f"{part}_{'indices' if by == 'index' else 'names'}.json" if part else "split.json"
        return HttpResponse(
            content, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    @extend_schema(request=ListsSerializer, responses=SplitDetailSerializer)
    def put(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Have the split be what these lists say."""
        split = _editable(request, dataset_id, split_id)
        given = ListsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        services.split_replace(
            split=split, user=user_of(request), lists=_document(values["lists"]), revision=values.get("revision")
        )
        return Response(_detail(split))


class SplitLeaksApi(APIView):
    """Copies and near-copies of one image in different parts."""

    @extend_schema(responses={200: LeaksSerializer, 202: OnItsWaySerializer})
    def get(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """202 while the images of a large data set are compared for the first time."""
        known, pending = leaks_known(split_get_for(user=request.user, dataset_id=dataset_id, split_id=split_id))
        if known is None:
            return Response({"pending": pending}, status=status.HTTP_202_ACCEPTED)
        return Response({**_leaks(known), "pending": pending})

    @extend_schema(request=MendSerializer, responses=MovedSerializer)
    def post(self, request: Request, dataset_id: int, split_id: int) -> Response:
        """Put what belongs together into the part where most of it is: everywhere, or around one image."""
        split = _editable(request, dataset_id, split_id)
        given = MendSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        moved = leaks_mend(
            split=split, user=user_of(request), image_id=values.get("image"), revision=values.get("revision")
        )
        return _moved(moved, split)


class ComparingApi(APIView):
    """Images of before, which have no perceptual hash yet."""

    @extend_schema(request=None, responses={202: ComparingSerializer})
    def post(self, request: Request, dataset_id: int) -> Response:
        """Have the worker compute what is missing, so that near-duplicates are found among all images."""
        dataset = dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        hashes_request(dataset)
        return Response({"without_hash": hashes_missing(dataset)}, status=status.HTTP_202_ACCEPTED)


def _editable(request: Request, dataset_id: int, split_id: int) -> Split:
    return split_get_for(user=request.user, dataset_id=dataset_id, split_id=split_id, role=Role.EDITOR)


def _made(dataset: Dataset, given: SplitCreateSerializer, request: Request) -> Split:
    values, user = given.validated_data, user_of(request)
    method = SplitMethod(values["method"])
    who = {"dataset": dataset, "user": user, "name": values["name"], "current": values["current"]}
    if method == SplitMethod.LISTS:
        return services.split_create_from(method=method, lists=_document(values.get("lists")), **who)
    if method == SplitMethod.MANUAL:
        return services.split_create_from(method=method, **who)
    return services.split_create(recipe=given.recipe(), **who)


def _document(lists: Any) -> dict[str, Any]:
    if isinstance(lists, dict):
        return lists
    message = "Give an object with lists called train, val and test."
    raise InvalidInput(message, extra={"errors": [{"path": ["lists"], "message": message}]})


def _asked_for(split: Split, values: dict[str, Any]) -> list[int]:
    if "images" in values:
        return list(dict.fromkeys(values["images"]))
    if "filters" not in values:
        raise InvalidInput("Name the images, or give the filters that leave them.")
    return images_by(split, values["filters"])


def _detail(split: Split) -> Any:
    classes = class_counts(pictures_of(split.dataset, hashes=False), parts_of(split))
    return SplitDetailSerializer(split, context={"classes": classes}).data


def _moved(moved: int, split: Split) -> Response:
    return Response(MovedSerializer({"moved": moved, "split": split}).data)


def _preview(plan: Plan, dataset: Dataset) -> dict[str, Any]:
    groups = [group for group in plan.groups.groups if len(group.pictures) > 1]
    largest = sorted(groups, key=lambda group: (-len(group.pictures), group.title))[:GROUPS_SHOWN]
    return {
        "counts": plan.counts,
        "classes": class_rows(plan.classes),
        "groups": len(plan.groups.groups),
        "largest_groups": [
            {
                "title": group.title,
                "images": len(group.pictures),
                "part": plan.parts[group.pictures[0].id],
                "examples": [thumbnail_url(dataset.pk, picture.id) for picture in group.pictures[:EXAMPLES_SHOWN]],
            }
            for group in largest
        ],
        "without_hash": plan.groups.without_hash,
        "notes": plan.groups.notes,
    }


def _leaks(leaks: Leaks) -> dict[str, Any]:
    shown = leaks.found[:LEAKS_SHOWN]
    images = shown_images(shown)
    return {
        "count": len(leaks.found),
        "exact": sum(leak.kind == "exact" for leak in leaks.found),
        "images": leaks.images,
        "without_hash": leaks.without_hash,
        "leaks": [leak_row(leak, images) for leak in shown],
    }
