"""Templates in Django's admin: to look at; versions and builds are history and do not change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from yard.blueprints.models import Blueprint, BlueprintVersion, ImageBuild


class _History(admin.ModelAdmin[Any]):
    """Rows that may be read only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Blueprint)
class BlueprintAdmin(admin.ModelAdmin[Blueprint]):
    """Names are fixed; network access and the archive are an administrator's to decide."""

    list_display = ["provider", "category", "architecture", "project", "allow_network", "archived_at", "versions_link"]
    list_filter = ["allow_network", "provider", "category", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["provider", "category", "architecture", "project__name"]
    list_select_related = ["project"]
    readonly_fields = ["project", "provider", "category", "architecture", "created_by", "created_at", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="Versions")
    def versions_link(self, blueprint: Blueprint) -> str:
        """To the template's versions."""
        address = reverse("admin:blueprints_blueprintversion_changelist")
        return format_html('<a href="{}?blueprint__id__exact={}">Versions</a>', address, blueprint.pk)


@admin.register(BlueprintVersion)
class BlueprintVersionAdmin(_History):
    """One immutable state of a template."""

    list_display = ["blueprint", "number", "score_name", "base_image", "created_by", "created_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["blueprint__provider", "blueprint__category", "blueprint__architecture", "context_digest"]
    list_select_related = ["blueprint", "created_by"]


@admin.register(ImageBuild)
class ImageBuildAdmin(_History):
    """One build of an image."""

    list_display = ["tag", "version", "launcher", "state", "size_bytes", "execution_link", "created_at"]
    list_filter = ["launcher", "execution__state"]
    search_fields = ["tag", "digest", "version__blueprint__architecture"]
    list_select_related = ["version__blueprint", "execution"]

    @admin.display(description="State", ordering="execution__state")
    def state(self, build: ImageBuild) -> str:
        """The execution's."""
        return build.execution.get_state_display()

    @admin.display(description="Execution")
    def execution_link(self, build: ImageBuild) -> str:
        """To the execution, with its log."""
        return format_html(
            '<a href="/admin/executions/execution/{}/change/">{}</a>', build.execution_id, build.execution_id
        )
