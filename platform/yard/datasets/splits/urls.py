"""Addresses of splits, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import ONE, SPLIT
from yard.datasets.splits import api

urlpatterns = [
    path(f"{ONE}splits/", api.SplitListApi.as_view(), name="dataset-split-list"),
    path(f"{ONE}splits/preview/", api.SplitPreviewApi.as_view(), name="dataset-split-preview"),
    path(SPLIT, api.SplitDetailApi.as_view(), name="dataset-split-detail"),
    path(f"{SPLIT}members/", api.SplitMembersApi.as_view(), name="dataset-split-members"),
    path(f"{SPLIT}extend/", api.SplitExtendApi.as_view(), name="dataset-split-extend"),
    path(f"{SPLIT}lists/", api.SplitListsApi.as_view(), name="dataset-split-lists"),
    path(f"{SPLIT}leaks/", api.SplitLeaksApi.as_view(), name="dataset-split-leaks"),
    path(f"{ONE}comparing/", api.ComparingApi.as_view(), name="dataset-comparing"),
]
