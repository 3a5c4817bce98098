"""Addresses of exports, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import ONE, VERSION
from yard.datasets.exports import api

urlpatterns = [
    path("datasets/convert/formats", api.FormatListApi.as_view(), name="dataset-convert-formats"),
    path("datasets/formats/", api.FormatListApi.as_view(), name="dataset-format-list"),
    path(f"{ONE}export/", api.DatasetExportApi.as_view(), name="dataset-export"),
    path(f"{ONE}export/report/", api.DatasetExportReportApi.as_view(), name="dataset-export-report"),
    path(f"{VERSION}export/", api.VersionExportApi.as_view(), name="dataset-version-export"),
    path(f"{VERSION}export/report/", api.VersionExportReportApi.as_view(), name="dataset-version-export-report"),
]
