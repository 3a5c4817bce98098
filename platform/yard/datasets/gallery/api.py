"""Looking at images over the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from yard.datasets import selectors
from yard.datasets.gallery.filters import ImageFilter
from yard.datasets.gallery.selectors import facets, gallery_page, image_place, images_found
from yard.datasets.gallery.serializers import (
    FacetsSerializer,
    GallerySerializer,
    GalleryWindowSerializer,
    ImageDetailSerializer,
    PlaceSerializer,
    gallery_row,
)
from yard.datasets.models import Dataset, Image


class _Narrowed(GenericAPIView[Image]):
    """An address that takes the parameters of ``ImageFilter``."""

    filterset_class = ImageFilter
    pagination_class = None
    queryset = Image.objects.none()


class GalleryApi(_Narrowed):
    """The images that fit, from any place in their order."""

    serializer_class = GallerySerializer

    @extend_schema(operation_id="datasets_gallery_retrieve", parameters=[GalleryWindowSerializer], filters=True)
    def get(self, request: Request, dataset_id: int) -> Response:
        """A window of the images, light enough to scroll through a hundred thousand."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        window = GalleryWindowSerializer(data=request.query_params)
        window.is_valid(raise_exception=True)
        asked = window.validated_data
        found = images_found(dataset, request.query_params)
        rows = gallery_page(dataset, found, **asked)
        results = [gallery_row(row) for row in rows]
        return Response({"count": found.count, "offset": asked["offset"], "results": results})


class ImagePlaceApi(_Narrowed):
    """Where an image stands among those that fit."""

    serializer_class = PlaceSerializer

    @extend_schema(operation_id="datasets_images_place_retrieve", filters=True)
    def get(self, request: Request, dataset_id: int, image_id: int) -> Response:
        """Its position, and the images before and after it."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        image = selectors.image_get(dataset=dataset, image_id=image_id)
        return Response(asdict(image_place(images_found(dataset, request.query_params), image)))


class FacetsApi(APIView):
    """What there is to filter images by."""

    @extend_schema(responses=FacetsSerializer)
    def get(self, request: Request, dataset_id: int) -> Response:
        """Parts of the current split, codes of findings, and imports, with the number of images each has."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(FacetsSerializer(facets(dataset)).data)


class ImageDetailApi(APIView):
    """One image."""

    @extend_schema(responses=ImageDetailSerializer)
    def get(self, request: Request, dataset_id: int, image_id: int) -> Response:
        """The image with all its shapes, findings, and its part of the current split."""
        dataset = selectors.dataset_get_for(user=request.user, dataset_id=dataset_id)
        return Response(image_shown(dataset, image_id))


def image_shown(dataset: Dataset, image_id: int) -> dict[str, Any]:
    """The image as its page shows it. Raises ``NotFound``."""
    selectors.image_get(dataset=dataset, image_id=image_id)
    images = selectors.with_shapes(dataset.images.filter(pk=image_id)).select_related("dataset", "edited_by")
    return dict(ImageDetailSerializer(images.prefetch_related("findings").get()).data)
