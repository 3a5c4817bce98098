"""Templates in Django's admin: to look at; versions and builds are history and do not change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from yard.accounts.access import signed_in
from yard.blueprints.grants import Grant, template_grant
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
    """Names are fixed; grants and the archive are an administrator's to decide."""

    list_display = [
        *("provider", "category", "architecture", "project"),
        *(grant.field for grant in Grant),
        *("granted_version", "archived_at", "versions_link"),
    ]
    list_filter = [
        *(grant.field for grant in Grant),
        "provider",
        "category",
        ("archived_at", admin.EmptyFieldListFilter),
    ]
    actions = ["confirm_grants"]
    search_fields = ["provider", "category", "architecture", "project__name"]
    list_select_related = ["project"]
    readonly_fields = [
        *("project", "provider", "category", "architecture", "created_by", "created_at", "updated_at"),
        "granted_version",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Blueprint, form: Any, change: bool) -> None:
        """Grants go through their service, which looks at the newest version and writes events."""
        changes = {grant: getattr(obj, grant.field) for grant in Grant if grant.field in form.changed_data}
        super().save_model(request, obj, form, change)
        if changes:
            template_grant(blueprint=obj, changes=changes, user=signed_in(request.user))

    @admin.action(description="Confirm the grants for the newest version", permissions=["change"])
    def confirm_grants(self, request: HttpRequest, chosen: QuerySet[Blueprint]) -> None:
        """For templates with a version that nobody had looked at when they were granted something."""
        for blueprint in chosen:
            held = {grant: True for grant in Grant if getattr(blueprint, grant.field)}
            if held:
                template_grant(blueprint=blueprint, changes=held, user=signed_in(request.user))

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
