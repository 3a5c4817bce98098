"""Addresses of CVAT servers and links, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.cvat import api

_OF_DATASET = "datasets/<int:dataset_id>/cvat/"

urlpatterns = [
    path("projects/<int:project_id>/cvat-servers/", api.CvatServerListApi.as_view(), name="cvat-server-list"),
    path("cvat-servers/<int:server_id>/", api.CvatServerDetailApi.as_view(), name="cvat-server-detail"),
    path("cvat-servers/<int:server_id>/test/", api.CvatServerTestApi.as_view(), name="cvat-server-test"),
    path(_OF_DATASET, api.DatasetCvatApi.as_view(), name="dataset-cvat"),
    path(f"{_OF_DATASET}create/", api.DatasetCvatCreateApi.as_view(), name="dataset-cvat-create"),
    path(f"{_OF_DATASET}link/", api.DatasetCvatLinkApi.as_view(), name="dataset-cvat-link"),
    path(f"{_OF_DATASET}pull/", api.DatasetCvatPullApi.as_view(), name="dataset-cvat-pull"),
    path(f"{_OF_DATASET}cancel/", api.DatasetCvatCancelApi.as_view(), name="dataset-cvat-cancel"),
]
