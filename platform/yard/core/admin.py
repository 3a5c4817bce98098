"""What every admin page shares, the audit log, and the outbox of events."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from yard.core.models import AuditEntry, Event, Lineage

EXPORT_MAX = 100_000
# A spreadsheet takes cells that begin like this for formulas.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin[AuditEntry]):
    """Searched by names, numbers, addresses and requests; exported as CSV."""

    list_display = [
        "at",
        "actor_name",
        "action",
        "outcome",
        "object_type",
        "object_id",
        "object_name",
        "project_id",
        "address",
    ]
    list_filter = ["outcome", "action", "object_type"]
    search_fields = ["actor_name", "action", "object_name", "=object_id", "=project_id", "=address", "=request_id"]
    date_hierarchy = "at"
    show_full_result_count = False
    actions = ["export"]

    @admin.action(description="Export the selected entries as CSV (at most 100,000)", permissions=["view"])
    def export(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> HttpResponse:
        response = HttpResponse(_csv(entries[:EXPORT_MAX]), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response


class _Line:
    """Gives each written line back."""

    def write(self, line: str) -> str:
        return line


def _csv(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    names = [field.name for field in AuditEntry._meta.concrete_fields]
    writer = csv.writer(_Line())
    yield writer.writerow(names)
    for row in entries.values_list(*names).iterator():
        yield writer.writerow([_harmless(value) for value in row])


def _harmless(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
