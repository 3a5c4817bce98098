"""Addresses of the API of models."""

from __future__ import annotations

from django.urls import path

from yard.registry import api

urlpatterns = [
    path("models/", api.ModelListApi.as_view(), name="model-list"),
    path("models/<int:model_id>/", api.ModelDetailApi.as_view(), name="model-detail"),
    path("model-versions/<int:version_id>/", api.ModelVersionDetailApi.as_view(), name="model-version-detail"),
    path(
        "model-versions/<int:version_id>/files/<int:file_id>/content/",
        api.ModelFileContentApi.as_view(),
        name="model-file-content",
    ),
    path(
        "model-versions/<int:version_id>/download/",
        api.ModelVersionDownloadApi.as_view(),
        name="model-version-download",
    ),
]
