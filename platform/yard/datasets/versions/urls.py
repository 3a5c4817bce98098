"""Addresses of versions and their data, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import DATUM, ONE, VERSION
from yard.datasets.versions import api, api_data

urlpatterns = [
    path(f"{ONE}archive/", api.DatasetArchiveApi.as_view(), name="dataset-archive"),
    path(f"{ONE}unarchive/", api.DatasetUnarchiveApi.as_view(), name="dataset-unarchive"),
    path(f"{ONE}restores/", api.RestoreListApi.as_view(), name="dataset-restore-list"),
    path(f"{ONE}restores/<int:restore_id>/", api.RestoreDetailApi.as_view(), name="dataset-restore-detail"),
    path(f"{ONE}pinnings/", api.PinningListApi.as_view(), name="dataset-pinning-list"),
    path(f"{ONE}pinnings/<int:pinning_id>/", api.PinningDetailApi.as_view(), name="dataset-pinning-detail"),
    path(f"{ONE}versions/", api.VersionListApi.as_view(), name="dataset-version-list"),
    path(VERSION, api.VersionDetailApi.as_view(), name="dataset-version-detail"),
    path(f"{VERSION}archive/", api.VersionArchiveApi.as_view(), name="dataset-version-archive"),
    path(f"{VERSION}unarchive/", api.VersionUnarchiveApi.as_view(), name="dataset-version-unarchive"),
    path(f"{VERSION}download/", api.VersionDownloadApi.as_view(), name="dataset-version-download"),
    path(f"{VERSION}restore/", api.VersionRestoreApi.as_view(), name="dataset-version-restore"),
    path(f"{VERSION}annotations/", api_data.VersionAnnotationsApi.as_view(), name="dataset-version-annotations"),
    path(f"{VERSION}manifest/", api_data.VersionManifestApi.as_view(), name="dataset-version-manifest"),
    path(f"{VERSION}records/", api_data.VersionRecordsApi.as_view(), name="dataset-version-records"),
    path(f"{VERSION}labels/", api_data.VersionLabelsApi.as_view(), name="dataset-version-labels"),
    path(f"{VERSION}data/", api_data.DataListApi.as_view(), name="dataset-version-data"),
    path(DATUM, api_data.DatumApi.as_view(), name="dataset-version-datum"),
    path(f"{DATUM}content/", api_data.DatumContentApi.as_view(), name="dataset-version-datum-content"),
    path(f"{DATUM}thumbnail/", api_data.DatumThumbnailApi.as_view(), name="dataset-version-datum-thumbnail"),
    path(f"{VERSION}compare/", api_data.CompareApi.as_view(), name="dataset-version-compare"),
    path(f"{VERSION}compare/images/", api_data.ChangedImagesApi.as_view(), name="dataset-version-changed"),
]
