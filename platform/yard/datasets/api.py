"""Data sets over the API: look at them, change them, pin versions, download."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from yard.accounts.access import project_get_for
from yard.accounts.models import Role
from yard.core.audit import record_download
from yard.datasets import selectors, services
from yard.datasets.annotation_rows import MEDIA_TYPE, annotations_current
from yard.datasets.filters import DatasetFilter
from yard.datasets.gallery.filters import ImageFilter
from yard.datasets.gallery.selectors import images_found
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE
from yard.datasets.models import Dataset, Image
from yard.datasets.selectors import user_of
from yard.datasets.serializers import (
    DIGEST_SHOWN,
    DatasetCreateSerializer,
    DatasetSerializer,
    DatasetUpdateSerializer,
    ImageSerializer,
)
from yard.datasets.thumbnails import thumbnail_key
from yard.datasets.versions.create import ANNOTATIONS_NAME
from yard.storage import keys
from yard.storage.http import object_response, zip_response
from yard.storage.objects import object_get, object_read
from yard.storage.zips import ZipEntry

BINARY = OpenApiTypes.BINARY
NOT_MODIFIED = OpenApiResponse(description="The caller's copy is still good")


def _shown(request: Request, dataset_id: int) -> dict[str, Any]:
    """The data set as lists and the detail page show it."""
    dataset = selectors.dataset_list_for(request.user).get(pk=dataset_id)
    context = {"verbs": selectors.verbs_for(request.user, [dataset.project_id])}
    return dict(DatasetSerializer(dataset, context=context).data)


class DatasetListApi(ListAPIView[Dataset]):
    """The data sets of the caller's projects."""

    serializer_class = DatasetSerializer
    filterset_class = DatasetFilter
    queryset = Dataset.objects.none()

    def get_queryset(self) -> QuerySet[Dataset]:
        return selectors.dataset_list_for(self.request.user)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Dataset]:
        if args:
            verbs = selectors.verbs_for(self.request.user, {dataset.project_id for dataset in args[0]})
            kwargs["context"] = {**self.get_serializer_context(), "verbs": verbs}
        return super().get_serializer(*args, **kwargs)

    @extend_schema(request=DatasetCreateSerializer, responses={201: DatasetSerializer})
    def post(self, request: Request) -> Response:
        """Make an empty data set."""
        given = DatasetCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        project = project_get_for(user=request.user, project_id=values["project"], role=Role.EDITOR)
        dataset = services.dataset_create(
            project=project, name=values["name"], description=values["description"], user=user_of(request)
        )
        return Response(_shown(request, dataset.pk), status=status.HTTP_201_CREATED)


class DatasetDetailApi(APIView):
    """One data set."""

    @extend_schema(responses=DatasetSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(_shown(request, dataset_id))

    @extend_schema(request=DatasetUpdateSerializer, responses=DatasetSerializer)
    def patch(self, request: Request, dataset_id: int) -> Response:
        """Rename or describe it."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        given = DatasetUpdateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.dataset_update(dataset=dataset, user=user_of(request), **given.validated_data)
        return Response(_shown(request, dataset_id))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, dataset_id: int) -> Response:
        """Remove it with its files and versions; 409 while a run uses one of them."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id, role=Role.EDITOR)
        services.dataset_delete(dataset=dataset, user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ImageListApi(ListAPIView[Image]):
    """The images of a data set with their shapes."""

    serializer_class = ImageSerializer
    filterset_class = ImageFilter
    queryset = Image.objects.none()

    def get_queryset(self) -> QuerySet[Image]:
        return Image.objects.none()

    def filter_queryset(self, queryset: QuerySet[Image]) -> QuerySet[Image]:  # type: ignore[override]
        dataset = selectors.dataset_get_for(user=self.request.user, dataset_id=self.kwargs["dataset_id"])
        return selectors.with_shapes(images_found(dataset, self.request.query_params).images)


class ImageContentApi(APIView):
    """An image as it was uploaded; ranges and ETag are obeyed."""

    @extend_schema(responses={(200, "image/*"): BINARY, (206, "image/*"): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int, image_id: int) -> HttpResponseBase:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        image = selectors.image_get(dataset=dataset, image_id=image_id)
        return object_response(
            request,
            bucket=dataset.bucket,
            key=keys.dataset_file(dataset.pk, image.name),
            size=image.size,
            digest=image.digest,
            media_type=image.media_type,
            filename=image.name,
            inline=True,
        )


class ImageThumbnailApi(APIView):
    """An image of at most 320 pixels a side, upright.

    Asked for as ``?of=<the first characters of the image's digest>`` it may be kept for good: other content has
    another address.
    """

    @extend_schema(
        parameters=[OpenApiParameter("of", str, description="Beginning of the image's digest, at least 12 characters")],
        responses={(200, THUMBNAIL_MEDIA_TYPE): BINARY, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, dataset_id: int, image_id: int) -> HttpResponseBase:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        image = selectors.image_get(dataset=dataset, image_id=image_id)
        source = keys.dataset_file(dataset.pk, image.name)
        key, size = thumbnail_key(dataset.bucket, digest=image.digest, name=image.name, sources=[source])
        asked = request.query_params.get("of", "")
        return object_response(
            request,
            bucket=dataset.bucket,
            key=key,
            size=size,
            digest=f"thumbnail-{image.digest}",
            media_type=THUMBNAIL_MEDIA_TYPE,
            inline=True,
            immutable=len(asked) >= DIGEST_SHOWN and image.digest.startswith(asked),
        )


class AnnotationsApi(APIView):
    """The annotations as CVAT for images 1.1: as uploaded while nothing was changed, else written anew."""

    @extend_schema(responses={(200, MEDIA_TYPE): BINARY, 304: NOT_MODIFIED})
    def get(self, request: Request, dataset_id: int) -> HttpResponseBase:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        stored = annotations_current(dataset)
        return object_response(
            request,
            bucket=dataset.bucket,
            key=stored.key,
            size=stored.size,
            digest=stored.digest,
            media_type=MEDIA_TYPE,
            filename="annotations.xml",
        )


class DatasetDownloadApi(APIView):
    """The data set as it is now: a ZIP of its images and annotations/annotations.xml."""

    @extend_schema(responses={(200, "application/zip"): BINARY})
    def get(self, request: Request, dataset_id: int) -> HttpResponseBase:
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        annotations_current(dataset)
        _note_download(request, dataset)
        return zip_response(request, filename=f"{dataset.name}.zip", entries=_working_entries(dataset))


def _note_download(request: Request, dataset: Dataset) -> None:
    record_download(
        request,
        "dataset.downloaded",
        object_type="dataset",
        object_id=dataset.pk,
        object_name=dataset.name,
        project_id=dataset.project_id,
    )


def _working_entries(dataset: Dataset) -> Iterator[ZipEntry]:
    annotations = object_get(dataset.bucket, keys.dataset_annotations(dataset.pk))
    if annotations is not None:
        read = partial(object_read, dataset.bucket, annotations.key)
        yield ZipEntry(ANNOTATIONS_NAME, read)
    for image in dataset.images.order_by("name").only("name", "size").iterator(chunk_size=2000):
        key = keys.dataset_file(dataset.pk, image.name)
        yield ZipEntry(image.name, partial(object_read, dataset.bucket, key))
