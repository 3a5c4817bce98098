"""Addresses of executions, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.executions import api

urlpatterns = [
    path("executions/<int:execution_id>/", api.ExecutionDetailApi.as_view(), name="execution-detail"),
    path("executions/<int:execution_id>/stop/", api.ExecutionStopApi.as_view(), name="execution-stop"),
    path("executions/<int:execution_id>/log/", api.ExecutionLogApi.as_view(), name="execution-log"),
    path("executions/<int:execution_id>/log/stream/", api.ExecutionLogStreamApi.as_view(), name="execution-log-stream"),
    path("hosts/", api.HostListApi.as_view(), name="host-list"),
]
