"""Addresses of operations, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.operations import api

urlpatterns = [path("platform/doctor/", api.DoctorApi.as_view(), name="platform-doctor")]
