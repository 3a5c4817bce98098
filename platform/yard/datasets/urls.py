"""Addresses of data sets, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api, api_imports
from yard.datasets.editing import api as editing
from yard.datasets.gallery import api as gallery
from yard.datasets.statistics import api as statistics

_ONE = "datasets/<int:dataset_id>/"
_IMAGE = f"{_ONE}images/<int:image_id>/"
_VERSION = f"{_ONE}versions/<int:number>/"

urlpatterns = [
    path("datasets/", api.DatasetListApi.as_view(), name="dataset-list"),
    path(_ONE, api.DatasetDetailApi.as_view(), name="dataset-detail"),
    path(f"{_ONE}images/", api.ImageListApi.as_view(), name="dataset-image-list"),
    path(f"{_ONE}facets/", gallery.FacetsApi.as_view(), name="dataset-facets"),
    path(f"{_ONE}gallery/", gallery.GalleryApi.as_view(), name="dataset-gallery"),
    path(_IMAGE, gallery.ImageDetailApi.as_view(), name="dataset-image-detail"),
    path(f"{_IMAGE}place/", gallery.ImagePlaceApi.as_view(), name="dataset-image-place"),
    path(f"{_IMAGE}annotations/", editing.ImageAnnotationsApi.as_view(), name="dataset-image-annotations"),
    path(f"{_ONE}images/delete/", editing.ImagesDeleteApi.as_view(), name="dataset-images-delete"),
    path(f"{_ONE}labels/", editing.LabelListApi.as_view(), name="dataset-label-list"),
    path(f"{_ONE}labels/<int:label_id>/", editing.LabelDetailApi.as_view(), name="dataset-label-detail"),
    path(f"{_ONE}statistics/", statistics.StatisticsApi.as_view(), name="dataset-statistics"),
    path(f"{_IMAGE}content/", api.ImageContentApi.as_view(), name="dataset-image-content"),
    path(f"{_IMAGE}thumbnail/", api.ImageThumbnailApi.as_view(), name="dataset-image-thumbnail"),
    path(f"{_ONE}annotations/", api.AnnotationsApi.as_view(), name="dataset-annotations"),
    path(f"{_ONE}download/", api.DatasetDownloadApi.as_view(), name="dataset-download"),
    path(f"{_ONE}versions/", api.VersionListApi.as_view(), name="dataset-version-list"),
    path(_VERSION, api.VersionDetailApi.as_view(), name="dataset-version-detail"),
    path(f"{_VERSION}download/", api.VersionDownloadApi.as_view(), name="dataset-version-download"),
    path(f"{_ONE}imports/", api_imports.ImportListApi.as_view(), name="dataset-import-list"),
    path("imports/<int:import_id>/", api_imports.ImportDetailApi.as_view(), name="import-detail"),
    path("imports/<int:import_id>/start/", api_imports.ImportStartApi.as_view(), name="import-start"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
