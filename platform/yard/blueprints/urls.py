"""The addresses of templates."""

from __future__ import annotations

from django.urls import path

from yard.blueprints import api

urlpatterns = [
    path("templates/", api.TemplateListApi.as_view(), name="template-list"),
    path("templates/upload/", api.TemplateUploadApi.as_view(), name="template-upload"),
    path("templates/<int:template_id>/", api.TemplateDetailApi.as_view(), name="template-detail"),
    path("template-versions/<int:version_id>/", api.TemplateVersionDetailApi.as_view(), name="template-version"),
    path(
        "template-versions/<int:version_id>/download/",
        api.TemplateVersionDownloadApi.as_view(),
        name="template-version-download",
    ),
    path("template-versions/<int:version_id>/build/", api.TemplateBuildApi.as_view(), name="template-version-build"),
    path(
        "template-versions/<int:version_id>/builds/", api.TemplateBuildListApi.as_view(), name="template-version-builds"
    ),
    path(
        "template-versions/<int:version_id>/validate-config/",
        api.ConfigCheckApi.as_view(),
        name="template-version-validate-config",
    ),
    path("export-config/", api.ExportConfigApi.as_view(), name="export-config"),
]
