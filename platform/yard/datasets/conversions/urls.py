"""Addresses of conversions between formats, below ``/api/v1/``."""

from __future__ import annotations

from django.urls import path

from yard.datasets.conversions import api

urlpatterns = [
    path("datasets/convert/<str:source>/<str:target>", api.ConvertNowApi.as_view(), name="dataset-convert"),
    path("conversions/", api.ConversionListApi.as_view(), name="conversion-list"),
    path("conversions/<int:conversion_id>/", api.ConversionDetailApi.as_view(), name="conversion-detail"),
    path(
        "conversions/<int:conversion_id>/content/",
        api.ConversionContentApi.as_view(),
        name="conversion-content",
    ),
    path("conversions/<int:conversion_id>/result/", api.ConversionResultApi.as_view(), name="conversion-result"),
]
