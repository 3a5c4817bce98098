"""Addresses of imports and uploads, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api_imports
from yard.datasets.addresses import ONE
from yard.datasets.imports import api

urlpatterns = [
    path(f"{ONE}imports/", api_imports.ImportListApi.as_view(), name="dataset-import-list"),
    path("imports/<int:import_id>/", api_imports.ImportDetailApi.as_view(), name="import-detail"),
    path("imports/<int:import_id>/start/", api_imports.ImportStartApi.as_view(), name="import-start"),
    path("imports/<int:import_id>/cancel/", api_imports.ImportCancelApi.as_view(), name="import-cancel"),
    path(f"{ONE}imports/bucket/", api.BucketImportApi.as_view(), name="dataset-import-bucket"),
    path(f"{ONE}saved-buckets/", api.SavedBucketsApi.as_view(), name="dataset-saved-buckets"),
    path("imports/<int:import_id>/conflicts/", api.ConflictListApi.as_view(), name="import-conflict-list"),
    path(
        "imports/<int:import_id>/conflicts/<int:conflict_id>/thumbnail/",
        api.ConflictThumbnailApi.as_view(),
        name="import-conflict-thumbnail",
    ),
    path("imports/<int:import_id>/answers/", api.AnswersApi.as_view(), name="import-answers"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
