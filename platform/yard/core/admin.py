"""What every admin page shares, and the outbox of events."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from yard.core.models import Event, Lineage

admin.site.site_header = "Trainyard"
admin.site.site_title = "Trainyard"
admin.site.index_title = "Everything the platform keeps"


class ReadOnly:
    """Mixin: everything is shown, nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def link(row: Model | None, text: str = "") -> str:
    """A link to the row's own admin page; a dash for None."""
    if row is None:
        return "–"
    meta = row._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, text or row)


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin[Event]):
    list_display = ["id", "at", "kind", "object_type", "object_id", "project_id", "actor_id"]
    list_filter = ["kind", "object_type"]
    search_fields = ["kind", "=object_id", "=project_id"]
    date_hierarchy = "at"


@admin.register(Lineage)
class LineageAdmin(ReadOnly, admin.ModelAdmin[Lineage]):
    list_display = ["at", "work_type", "work_id", "role", "object_type", "object_id"]
    list_filter = ["work_type", "role", "object_type"]
    search_fields = ["=work_id", "=object_id"]
