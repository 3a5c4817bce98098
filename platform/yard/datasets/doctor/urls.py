"""Addresses of the annotation doctor, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import ONE
from yard.datasets.doctor import api

urlpatterns = [
    path(f"{ONE}examine/", api.ExaminationApi.as_view(), name="dataset-examination"),
    path(f"{ONE}examine/cancel/", api.ExaminationCancelApi.as_view(), name="dataset-examination-cancel"),
    path(f"{ONE}findings/", api.FindingListApi.as_view(), name="dataset-finding-list"),
    path(f"{ONE}findings/intended/", api.FindingsIntendedApi.as_view(), name="dataset-findings-intended"),
    path(f"{ONE}repairs/", api.RepairListApi.as_view(), name="dataset-repair-list"),
    path(f"{ONE}repairs/preview/", api.RepairPreviewApi.as_view(), name="dataset-repair-preview"),
    path(f"{ONE}repairs/<int:repair_id>/", api.RepairDetailApi.as_view(), name="dataset-repair-detail"),
    path(f"{ONE}repairs/<int:repair_id>/undo/", api.RepairUndoApi.as_view(), name="dataset-repair-undo"),
]
