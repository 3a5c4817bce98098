"""Addresses of data sets, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api, api_imports
from yard.datasets.imports import api as imports_api

_ONE = "datasets/<int:dataset_id>/"
_IMAGE = f"{_ONE}images/<int:image_id>/"
_VERSION = f"{_ONE}versions/<int:number>/"

urlpatterns = [
    path("datasets/", api.DatasetListApi.as_view(), name="dataset-list"),
    path(_ONE, api.DatasetDetailApi.as_view(), name="dataset-detail"),
    path(f"{_ONE}images/", api.ImageListApi.as_view(), name="dataset-image-list"),
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
    path(f"{_ONE}imports/bucket/", imports_api.BucketImportApi.as_view(), name="dataset-import-bucket"),
    path(f"{_ONE}saved-buckets/", imports_api.SavedBucketsApi.as_view(), name="dataset-saved-buckets"),
    path("imports/<int:import_id>/conflicts/", imports_api.ConflictListApi.as_view(), name="import-conflict-list"),
    path(
        "imports/<int:import_id>/conflicts/<int:conflict_id>/thumbnail/",
        imports_api.ConflictThumbnailApi.as_view(),
        name="import-conflict-thumbnail",
    ),
    path("imports/<int:import_id>/answers/", imports_api.AnswersApi.as_view(), name="import-answers"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
