"""Every address of the platform."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from yard.core.frontend import page
from yard.core.health import healthz, readyz
from yard.operations.metrics.views import metrics

api = [
    path("", include("yard.accounts.urls")),
    path("", include("yard.executions.urls")),
    path("", include("yard.blueprints.urls")),
    path("", include("yard.datasets.urls")),
    path("", include("yard.registry.urls")),
    path("", include("yard.cvat.urls")),
    path("", include("yard.runs.urls")),
    path("", include("yard.operations.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="core/api_docs.html"),
        name="api-docs",
    ),
    path("api/v1/", include((api, "api"))),
    re_path(r"^(?!api/|static/|admin/).*$", page, name="page"),
]

handler400 = "yard.core.error_pages.bad_request"
handler404 = "yard.core.error_pages.not_found"
handler500 = "yard.core.error_pages.server_error"
