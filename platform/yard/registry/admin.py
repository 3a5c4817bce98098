"""Models in Django's admin: to be looked at; what made them must not change.

Nothing is deleted here, since the files would stay behind; the API deletes both.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from yard.core.admin import ReadOnly, link
from yard.registry.models import Model, ModelFile, ModelVersion


class VersionInline(ReadOnly, admin.TabularInline[ModelVersion, Model]):
    model = ModelVersion
    extra = 0
    show_change_link = True
    fields = ["number", "score", "score_name", "origin", "stored_at", "created_by"]


class FileInline(ReadOnly, admin.TabularInline[ModelFile, ModelVersion]):
    model = ModelFile
    extra = 0
    fields = ["name", "role", "format", "size", "digest", "check_state"]


@admin.register(Model)
class ModelAdmin(admin.ModelAdmin[Model]):
    list_display = ["id", "name", "project", "created_by", "created_at"]
    list_filter = ["project"]
    list_select_related = ["project", "created_by"]
    search_fields = ["name", "description", "project__name", "=id"]
    fields = ["name", "description", "project", "created_by", "created_at", "updated_at"]
    readonly_fields = ["project", "created_by", "created_at", "updated_at"]
    inlines = [VersionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnly, admin.ModelAdmin[ModelVersion]):
    list_display = ["id", "model", "number", "score", "score_name", "origin", "stored_at", "created_by"]
    list_filter = ["score_name", "model__project"]
    list_select_related = ["model", "created_by"]
    search_fields = ["model__name", "origin", "=id"]
    inlines = [FileInline]


@admin.register(ModelFile)
class ModelFileAdmin(ReadOnly, admin.ModelAdmin[ModelFile]):
    list_display = ["id", "version_link", "name", "role", "format", "size", "check_state"]
    list_filter = ["role", "format", "check_state"]
    list_select_related = ["version__model"]
    search_fields = ["name", "digest", "version__model__name"]

    @admin.display(description="version")
    def version_link(self, file: ModelFile) -> str:
        """The version it belongs to."""
        return link(file.version)
