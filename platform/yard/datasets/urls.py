"""Addresses of data sets, below ``/api/v1/``; each part has its own."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api
from yard.datasets.addresses import IMAGE, ONE
from yard.datasets.conversions import urls as conversions
from yard.datasets.doctor import urls as doctor
from yard.datasets.editing import urls as editing
from yard.datasets.exports import urls as exports
from yard.datasets.gallery import urls as gallery
from yard.datasets.imports import urls as imports
from yard.datasets.splits import urls as splits
from yard.datasets.statistics import urls as statistics
from yard.datasets.versions import urls as versions

urlpatterns = [
    path("datasets/", api.DatasetListApi.as_view(), name="dataset-list"),
    path(ONE, api.DatasetDetailApi.as_view(), name="dataset-detail"),
    path(f"{ONE}images/", api.ImageListApi.as_view(), name="dataset-image-list"),
    path(f"{IMAGE}content/", api.ImageContentApi.as_view(), name="dataset-image-content"),
    path(f"{IMAGE}thumbnail/", api.ImageThumbnailApi.as_view(), name="dataset-image-thumbnail"),
    path(f"{ONE}annotations/", api.AnnotationsApi.as_view(), name="dataset-annotations"),
    path(f"{ONE}download/", api.DatasetDownloadApi.as_view(), name="dataset-download"),
    *gallery.urlpatterns,
    *editing.urlpatterns,
    *statistics.urlpatterns,
    *splits.urlpatterns,
    *doctor.urlpatterns,
    *conversions.urlpatterns,
    *exports.urlpatterns,
    *versions.urlpatterns,
    *imports.urlpatterns,
]
