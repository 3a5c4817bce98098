"""CVAT in the admin: to be looked at. Servers are added and tested in the project's settings; secrets are nowhere."""

from __future__ import annotations

from django.contrib import admin

from yard.core.admin import ReadOnly, link
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer


@admin.register(CvatServer)
class CvatServerAdmin(ReadOnly, admin.ModelAdmin[CvatServer]):
    list_display = ["id", "name", "project", "address", "sign_in", "version", "checked_at", "fault"]
    list_filter = ["project"]
    search_fields = ["name", "address", "=id"]
    list_select_related = ["project"]
    fields = [
        "name",
        "project",
        "address",
        "sign_in",
        "username",
        "organization",
        "version",
        "checked_at",
        "fault",
        "created_by",
        "created_at",
    ]
    readonly_fields = ["created_at"]


@admin.register(CvatLink)
class CvatLinkAdmin(ReadOnly, admin.ModelAdmin[CvatLink]):
    list_display = ["id", "dataset_link", "server", "kind", "remote_id", "ready", "created_by", "created_at"]
    list_filter = ["kind", "ready", "server__project"]
    search_fields = ["dataset__name", "name", "=remote_id"]
    list_select_related = ["dataset", "server", "created_by"]

    @admin.display(description="data set")
    def dataset_link(self, row: CvatLink) -> str:
        return link(row.dataset)


@admin.register(CvatTransfer)
class CvatTransferAdmin(ReadOnly, admin.ModelAdmin[CvatTransfer]):
    list_display = ["id", "dataset_link", "kind", "state", "progress", "message", "created_by", "finished_at"]
    list_filter = ["kind", "state", "dataset__project"]
    search_fields = ["dataset__name", "message", "=id"]
    list_select_related = ["dataset", "created_by"]
    date_hierarchy = "created_at"

    @admin.display(description="data set")
    def dataset_link(self, row: CvatTransfer) -> str:
        return link(row.dataset)
