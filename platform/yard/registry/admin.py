"""Models in Django's admin: to be looked at; what made them must not change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from yard.registry.models import Model, ModelFile, ModelVersion


class _Shown(admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, _request: HttpRequest, _parent: Any = None) -> bool:
        """Rows are made by runs only."""
        return False

    def has_change_permission(self, _request: HttpRequest, _parent: Any = None) -> bool:
        """History does not change."""
        return False


class VersionInline(_Shown):
    model = ModelVersion
    fields = ["number", "score", "score_name", "origin", "stored_at", "created_by"]


class FileInline(_Shown):
    model = ModelFile
    fields = ["name", "role", "format", "size", "digest", "check_state"]


@admin.register(Model)
class ModelAdmin(admin.ModelAdmin[Model]):
    list_display = ["id", "name", "project", "created_by", "created_at"]
    list_filter = ["project"]
    list_select_related = ["project", "created_by"]
    search_fields = ["name", "description", "project__name"]
    readonly_fields = ["project", "created_by", "created_at", "updated_at"]
    inlines = [VersionInline]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Models are made by runs only."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _model: Model | None = None) -> bool:
        """Not here: the files would stay behind. The API deletes both."""
        return False


@admin.register(ModelVersion)
class ModelVersionAdmin(admin.ModelAdmin[ModelVersion]):
    list_display = ["id", "model", "number", "score", "score_name", "origin", "stored_at", "created_by"]
    list_filter = ["score_name", "model__project"]
    list_select_related = ["model", "created_by"]
    search_fields = ["model__name", "origin"]
    inlines = [FileInline]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Versions are made by runs only."""
        return False

    def has_change_permission(self, _request: HttpRequest, _version: ModelVersion | None = None) -> bool:
        """History does not change."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _version: ModelVersion | None = None) -> bool:
        """Not here: the files would stay behind. The API deletes both."""
        return False


@admin.register(ModelFile)
class ModelFileAdmin(admin.ModelAdmin[ModelFile]):
    list_display = ["id", "version", "name", "role", "format", "size", "check_state"]
    list_filter = ["role", "format", "check_state"]
    list_select_related = ["version__model"]
    search_fields = ["name", "digest", "version__model__name"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Files come with their version."""
        return False

    def has_change_permission(self, _request: HttpRequest, _file: ModelFile | None = None) -> bool:
        """History does not change."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _file: ModelFile | None = None) -> bool:
        """Files go with their version."""
        return False
