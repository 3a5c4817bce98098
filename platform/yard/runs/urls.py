"""Addresses of the API of runs."""

from __future__ import annotations

from django.urls import path

from yard.runs import api

urlpatterns = [
    path("runs/", api.RunListApi.as_view(), name="run-list"),
    path("runs/defaults/", api.RunDefaultsApi.as_view(), name="run-defaults"),
    path("runs/<int:run_id>/", api.RunDetailApi.as_view(), name="run-detail"),
    path("runs/<int:run_id>/stop/", api.RunStopApi.as_view(), name="run-stop"),
    path("runs/<int:run_id>/score/", api.RunScoreApi.as_view(), name="run-score"),
    path("runs/<int:run_id>/metrics/", api.RunMetricsApi.as_view(), name="run-metrics"),
    path("runs/<int:run_id>/metrics/points/", api.RunMetricPointsApi.as_view(), name="run-metric-points"),
]
