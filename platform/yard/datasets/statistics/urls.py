"""Addresses of statistics, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.addresses import ONE
from yard.datasets.statistics import api

urlpatterns = [
    path(f"{ONE}statistics/", api.StatisticsApi.as_view(), name="dataset-statistics"),
]
