"""Addresses of data sets, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api, api_imports
from yard.datasets.versions import api as api_versions
from yard.datasets.versions import api_data

_ONE = "datasets/<int:dataset_id>/"
_IMAGE = f"{_ONE}images/<int:image_id>/"
_VERSION = f"{_ONE}versions/<int:number>/"
_DATUM = f"{_VERSION}data/<int:index>/"

urlpatterns = [
    path("datasets/", api.DatasetListApi.as_view(), name="dataset-list"),
    path(_ONE, api.DatasetDetailApi.as_view(), name="dataset-detail"),
    path(f"{_ONE}images/", api.ImageListApi.as_view(), name="dataset-image-list"),
    path(f"{_IMAGE}content/", api.ImageContentApi.as_view(), name="dataset-image-content"),
    path(f"{_IMAGE}thumbnail/", api.ImageThumbnailApi.as_view(), name="dataset-image-thumbnail"),
    path(f"{_ONE}annotations/", api.AnnotationsApi.as_view(), name="dataset-annotations"),
    path(f"{_ONE}download/", api.DatasetDownloadApi.as_view(), name="dataset-download"),
    path(f"{_ONE}archive/", api_versions.DatasetArchiveApi.as_view(), name="dataset-archive"),
    path(f"{_ONE}unarchive/", api_versions.DatasetUnarchiveApi.as_view(), name="dataset-unarchive"),
    path(f"{_ONE}restores/", api_versions.RestoreListApi.as_view(), name="dataset-restore-list"),
    path(f"{_ONE}restores/<int:restore_id>/", api_versions.RestoreDetailApi.as_view(), name="dataset-restore-detail"),
    path(f"{_ONE}versions/", api_versions.VersionListApi.as_view(), name="dataset-version-list"),
    path(_VERSION, api_versions.VersionDetailApi.as_view(), name="dataset-version-detail"),
    path(f"{_VERSION}archive/", api_versions.VersionArchiveApi.as_view(), name="dataset-version-archive"),
    path(f"{_VERSION}unarchive/", api_versions.VersionUnarchiveApi.as_view(), name="dataset-version-unarchive"),
    path(f"{_VERSION}download/", api_versions.VersionDownloadApi.as_view(), name="dataset-version-download"),
    path(f"{_VERSION}restore/", api_versions.VersionRestoreApi.as_view(), name="dataset-version-restore"),
    path(f"{_VERSION}annotations/", api_data.VersionAnnotationsApi.as_view(), name="dataset-version-annotations"),
    path(f"{_VERSION}manifest/", api_data.VersionManifestApi.as_view(), name="dataset-version-manifest"),
    path(f"{_VERSION}records/", api_data.VersionRecordsApi.as_view(), name="dataset-version-records"),
    path(f"{_VERSION}labels/", api_data.VersionLabelsApi.as_view(), name="dataset-version-labels"),
    path(f"{_VERSION}data/", api_data.DataListApi.as_view(), name="dataset-version-data"),
    path(_DATUM, api_data.DatumApi.as_view(), name="dataset-version-datum"),
    path(f"{_DATUM}content/", api_data.DatumContentApi.as_view(), name="dataset-version-datum-content"),
    path(f"{_DATUM}thumbnail/", api_data.DatumThumbnailApi.as_view(), name="dataset-version-datum-thumbnail"),
    path(f"{_VERSION}compare/", api_data.CompareApi.as_view(), name="dataset-version-compare"),
    path(f"{_VERSION}compare/images/", api_data.ChangedImagesApi.as_view(), name="dataset-version-changed"),
    path(f"{_ONE}imports/", api_imports.ImportListApi.as_view(), name="dataset-import-list"),
    path("imports/<int:import_id>/", api_imports.ImportDetailApi.as_view(), name="import-detail"),
    path("imports/<int:import_id>/start/", api_imports.ImportStartApi.as_view(), name="import-start"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
