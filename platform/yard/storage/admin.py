"""Stored objects and file sets, to look at: they are changed through the services, with the store beside them."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from yard.core.admin import ReadOnly
from yard.storage.models import FileSet, StoredObject


@admin.register(StoredObject)
class StoredObjectAdmin(ReadOnly, admin.ModelAdmin[StoredObject]):
    list_display = ["key", "bucket", "bytes", "short_digest", "pinned_at", "updated_at"]
    list_filter = [("pinned_at", admin.EmptyFieldListFilter), "updated_at"]
    search_fields = ["key", "=digest", "=bucket"]
    show_full_result_count = False  # there may be millions

    @admin.display(description="Size", ordering="size")
    def bytes(self, row: StoredObject) -> str:
        return filesizeformat(row.size)

    @admin.display(description="SHA-256", ordering="digest")
    def short_digest(self, row: StoredObject) -> str:
        return row.digest[:12]


@admin.register(FileSet)
class FileSetAdmin(ReadOnly, admin.ModelAdmin[FileSet]):
    list_display = ["__str__", "bucket", "file_count", "bytes", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["=digest", "=bucket"]

    @admin.display(description="Size", ordering="total_bytes")
    def bytes(self, row: FileSet) -> str:
        return filesizeformat(row.total_bytes)
