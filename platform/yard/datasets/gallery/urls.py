"""Addresses of the gallery, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import IMAGE, ONE
from yard.datasets.gallery import api

urlpatterns = [
    path(f"{ONE}facets/", api.FacetsApi.as_view(), name="dataset-facets"),
    path(f"{ONE}gallery/", api.GalleryApi.as_view(), name="dataset-gallery"),
    path(IMAGE, api.ImageDetailApi.as_view(), name="dataset-image-detail"),
    path(f"{IMAGE}place/", api.ImagePlaceApi.as_view(), name="dataset-image-place"),
]
