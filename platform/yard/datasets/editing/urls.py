"""Addresses of edits by hand, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import IMAGE, ONE
from yard.datasets.editing import api, api_images

urlpatterns = [
    path(f"{IMAGE}annotations/", api.ImageAnnotationsApi.as_view(), name="dataset-image-annotations"),
    path(f"{ONE}images/delete/", api_images.ImagesDeleteApi.as_view(), name="dataset-images-delete"),
    path(f"{ONE}images/part/", api_images.ImagesPartApi.as_view(), name="dataset-images-part"),
    path(f"{ONE}images/tag/", api_images.ImagesTagApi.as_view(), name="dataset-images-tag"),
    path(f"{ONE}labels/", api.LabelListApi.as_view(), name="dataset-label-list"),
    path(f"{ONE}labels/<int:label_id>/", api.LabelDetailApi.as_view(), name="dataset-label-detail"),
]
