"""Addresses of data sets, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets import api, api_imports
from yard.datasets.conversions import api as conversions
from yard.datasets.exports import api as exports

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
    # Without a slash at the end, as the train-container contract has them.
    path("datasets/convert/formats", exports.FormatListApi.as_view(), name="dataset-convert-formats"),
    path("datasets/convert/<str:source>/<str:target>", conversions.ConvertNowApi.as_view(), name="dataset-convert"),
    path("conversions/", conversions.ConversionListApi.as_view(), name="conversion-list"),
    path("conversions/<int:conversion_id>/", conversions.ConversionDetailApi.as_view(), name="conversion-detail"),
    path(
        "conversions/<int:conversion_id>/content/",
        conversions.ConversionContentApi.as_view(),
        name="conversion-content",
    ),
    path(
        "conversions/<int:conversion_id>/result/", conversions.ConversionResultApi.as_view(), name="conversion-result"
    ),
    path("datasets/formats/", exports.FormatListApi.as_view(), name="dataset-format-list"),
    path(f"{_ONE}export/", exports.DatasetExportApi.as_view(), name="dataset-export"),
    path(f"{_ONE}export/report/", exports.DatasetExportReportApi.as_view(), name="dataset-export-report"),
    path(f"{_VERSION}export/", exports.VersionExportApi.as_view(), name="dataset-version-export"),
    path(f"{_VERSION}export/report/", exports.VersionExportReportApi.as_view(), name="dataset-version-export-report"),
    path(f"{_ONE}imports/", api_imports.ImportListApi.as_view(), name="dataset-import-list"),
    path("imports/<int:import_id>/", api_imports.ImportDetailApi.as_view(), name="import-detail"),
    path("imports/<int:import_id>/start/", api_imports.ImportStartApi.as_view(), name="import-start"),
    path("imports/<int:import_id>/uploads/", api_imports.UploadCreateApi.as_view(), name="import-upload-create"),
    path("uploads/<uuid:upload_id>/", api_imports.UploadDetailApi.as_view(), name="upload-detail"),
]
