"""Data sets in the admin. Content changes through imports only; versions never change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from yard.core.admin import ReadOnly, link
from yard.datasets.models import (
    Dataset,
    DatasetVersion,
    Examination,
    Figure,
    Finding,
    Image,
    Import,
    Label,
    Pinning,
    Repair,
    Restore,
    Shape,
    Split,
    SplitMember,
    Upload,
    UploadChunk,
)


class LabelInline(ReadOnly, admin.TabularInline[Label, Dataset]):
    model = Label
    extra = 0
    fields = ["name", "color", "type", "shape_count"]


class VersionInline(ReadOnly, admin.TabularInline[DatasetVersion, Dataset]):
    model = DatasetVersion
    extra = 0
    show_change_link = True
    fields = ["number", "image_count", "shape_count", "created_by", "created_at"]
    readonly_fields = ["created_at"]


class ShapeInline(ReadOnly, admin.TabularInline[Shape, Image]):
    model = Shape
    extra = 0
    fields = ["kind", "label", "geometry", "attributes", "occluded", "z_order"]


class UploadInline(ReadOnly, admin.TabularInline[Upload, Import]):
    model = Upload
    extra = 0
    fields = ["name", "size", "offset", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Dataset)
class DatasetAdmin(admin.ModelAdmin[Dataset]):
    """Name and description may be put right here; deleting goes through the API, which removes the files too."""

    list_display = ["id", "name", "project", "image_count", "shape_count", "total_bytes", "created_by", "created_at"]
    list_filter = ["project"]
    search_fields = ["name", "description", "=id"]
    list_select_related = ["project", "created_by"]
    date_hierarchy = "created_at"
    fields = [
        "name",
        "description",
        "project",
        "bucket",
        "created_by",
        "image_count",
        "annotated_count",
        "shape_count",
        "kind_counts",
        "total_bytes",
        "annotations_digest",
        "created_at",
        "updated_at",
    ]
    inlines = [LabelInline, VersionInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Dataset | None = None) -> list[str]:
        return [name for name in self.fields or [] if isinstance(name, str) and name not in ("name", "description")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        return False


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnly, admin.ModelAdmin[DatasetVersion]):
    list_display = ["id", "dataset_link", "number", "image_count", "shape_count", "created_by", "created_at"]
    list_filter = ["dataset__project"]
    search_fields = ["dataset__name", "=id", "fileset__digest"]
    list_select_related = ["dataset", "created_by"]
    date_hierarchy = "created_at"

    @admin.display(description="data set")
    def dataset_link(self, version: DatasetVersion) -> str:
        return link(version.dataset)


@admin.register(Label)
class LabelAdmin(ReadOnly, admin.ModelAdmin[Label]):
    list_display = ["id", "name", "color", "type", "shape_count", "dataset_link"]
    list_filter = ["type"]
    search_fields = ["name", "dataset__name", "=id"]
    list_select_related = ["dataset"]

    @admin.display(description="data set")
    def dataset_link(self, label: Label) -> str:
        return link(label.dataset)


@admin.register(Image)
class ImageAdmin(ReadOnly, admin.ModelAdmin[Image]):
    list_display = ["id", "name", "dataset_link", "width", "height", "media_type", "size", "shape_count"]
    list_filter = ["media_type", "dataset__project"]
    search_fields = ["name", "path", "digest", "=id"]
    list_select_related = ["dataset"]
    show_full_result_count = False
    inlines = [ShapeInline]

    @admin.display(description="data set")
    def dataset_link(self, image: Image) -> str:
        return link(image.dataset)


@admin.register(Shape)
class ShapeAdmin(ReadOnly, admin.ModelAdmin[Shape]):
    list_display = ["id", "kind", "label", "image_link", "source", "occluded"]
    list_filter = ["kind"]
    search_fields = ["label__name", "image__name", "=id"]
    list_select_related = ["label", "image"]
    show_full_result_count = False

    @admin.display(description="image")
    def image_link(self, shape: Shape) -> str:
        return link(shape.image)


@admin.register(Import)
class ImportAdmin(ReadOnly, admin.ModelAdmin[Import]):
    list_display = [
        "id",
        "dataset_link",
        "state",
        "progress",
        "upload_count",
        "created_by",
        "finished_at",
    ]
    list_filter = ["state", "dataset__project"]
    search_fields = ["dataset__name", "message", "=id"]
    list_select_related = ["dataset", "created_by"]
    date_hierarchy = "created_at"
    inlines = [UploadInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request).annotate(upload_total=Count("uploads"))

    @admin.display(description="data set")
    def dataset_link(self, found: Import) -> str:
        return link(found.dataset)

    @admin.display(description="uploads", ordering="upload_total")
    def upload_count(self, found: Import) -> int:
        return int(getattr(found, "upload_total", 0))


@admin.register(Upload)
class UploadAdmin(ReadOnly, admin.ModelAdmin[Upload]):
    list_display = ["id", "name", "import_link", "offset", "size", "created_by", "created_at"]
    search_fields = ["name", "=id", "dataset__name"]
    list_select_related = ["dataset_import__dataset", "created_by"]
    date_hierarchy = "created_at"

    @admin.display(description="import")
    def import_link(self, upload: Upload) -> str:
        return link(upload.dataset_import)


@admin.register(UploadChunk)
class UploadChunkAdmin(ReadOnly, admin.ModelAdmin[UploadChunk]):
    list_display = ["id", "upload_name", "offset", "size", "key"]
    search_fields = ["upload__name", "key"]
    list_select_related = ["upload"]

    @admin.display(description="upload")
    def upload_name(self, chunk: UploadChunk) -> str:
        return link(chunk.upload)


@admin.register(Split)
class SplitAdmin(ReadOnly, admin.ModelAdmin[Split]):
    list_display = ["id", "name", "dataset_link", "method", "seed", "counts", "created_by", "updated_at"]
    list_filter = ["method", "dataset__project"]
    search_fields = ["name", "dataset__name", "=id"]
    list_select_related = ["dataset", "created_by"]

    @admin.display(description="data set")
    def dataset_link(self, split: Split) -> str:
        return link(split.dataset)


@admin.register(SplitMember)
class SplitMemberAdmin(ReadOnly, admin.ModelAdmin[SplitMember]):
    list_display = ["id", "split", "image", "part"]
    list_filter = ["part"]
    search_fields = ["split__name", "image__name"]
    list_select_related = ["split", "image"]
    show_full_result_count = False


@admin.register(Finding)
class FindingAdmin(ReadOnly, admin.ModelAdmin[Finding]):
    list_display = ["id", "code", "severity", "message", "image_link", "intended", "dataset_link"]
    list_filter = ["severity", "code", "intended", "dataset__project"]
    search_fields = ["code", "message", "image__name", "dataset__name"]
    list_select_related = ["dataset", "image"]
    show_full_result_count = False

    @admin.display(description="data set")
    def dataset_link(self, finding: Finding) -> str:
        return link(finding.dataset)

    @admin.display(description="image")
    def image_link(self, finding: Finding) -> str:
        return link(finding.image)


class WorkAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """Work of the worker: people look at it, the worker alone changes it."""

    list_filter = ["state", "dataset__project"]
    list_select_related = ["dataset"]
    date_hierarchy = "created_at"

    @admin.display(description="data set")
    def dataset_link(self, work: Examination | Repair | Restore | Pinning | Figure) -> str:
        return link(work.dataset)


@admin.register(Examination)
class ExaminationAdmin(WorkAdmin):
    list_display = ["id", "dataset_link", "state", "progress", "message", "revision", "created_by", "finished_at"]
    search_fields = ["dataset__name", "message", "=id"]


@admin.register(Repair)
class RepairAdmin(WorkAdmin):
    list_display = ["id", "dataset_link", "code", "finding_code", "state", "summary", "created_by", "undone_at"]
    search_fields = ["dataset__name", "code", "finding_code", "summary", "=id"]


@admin.register(Restore)
class RestoreAdmin(WorkAdmin):
    list_display = ["id", "dataset_link", "version", "before", "state", "progress", "message", "created_by"]
    search_fields = ["dataset__name", "message", "=id"]
    list_select_related = ["dataset", "version__dataset", "before__dataset"]


@admin.register(Pinning)
class PinningAdmin(WorkAdmin):
    list_display = ["id", "dataset_link", "version", "origin", "state", "progress", "message", "created_by"]
    search_fields = ["dataset__name", "note", "message", "=id"]
    list_select_related = ["dataset", "version__dataset"]


@admin.register(Figure)
class FigureAdmin(WorkAdmin):
    list_display = ["id", "dataset_link", "kind", "question", "state", "progress", "message", "finished_at"]
    search_fields = ["dataset__name", "kind", "question", "=id"]
