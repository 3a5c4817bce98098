"""Data sets as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.datasets.annotations.formats.losses import Effect
from yard.datasets.filters import ID_MAX
from yard.datasets.imports.serializers import remote_text
from yard.datasets.models import (
    Dataset,
    DatasetVersion,
    Image,
    Import,
    ImportState,
    Label,
    Shape,
    ShapeKind,
    Upload,
    UploadKind,
    VersionOrigin,
)
from yard.datasets.selectors import ARCHIVED_VERBS, UPLOADS_SHOWN, uploads_shown
from yard.datasets.working_state import ACTIVE_STATES

NAME_MAX = 200
DIGEST_SHOWN = 16  # characters in addresses of thumbnails


class DatasetUserSerializer(serializers.Serializer[Any]):
    """A user in brief."""

    id = serializers.IntegerField()
    username = serializers.CharField()


class LabelSerializer(serializers.ModelSerializer[Label]):
    """A class of a data set."""

    class Meta:
        model = Label
        fields = ["id", "name", "color", "shape_count"]


class LatestVersionSerializer(serializers.Serializer[Any]):
    """The newest version in brief."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()


class ActiveImportSerializer(serializers.Serializer[Any]):
    """An import that has not ended."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ImportState.choices)
    progress = serializers.FloatField()


class CurrentSplitSerializer(serializers.Serializer[Any]):
    """The split that new versions carry, in brief."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="part → images")


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A data set with its figures. ``verbs`` in the context says what the caller may do, by project."""

    project = serializers.IntegerField(source="project_id", read_only=True)
    created_by = DatasetUserSerializer(allow_null=True)
    labels = LabelSerializer(many=True)
    kind_counts = serializers.DictField(child=serializers.IntegerField(), help_text="shape kind → shapes")
    latest_version = LatestVersionSerializer(source="newest_version", allow_null=True)
    active_import = ActiveImportSerializer(source="newest_import", allow_null=True)
    split = CurrentSplitSerializer(allow_null=True, help_text="That new versions carry")
    thumbnails = serializers.SerializerMethodField(help_text="Addresses of up to four thumbnails")
    can = serializers.SerializerMethodField(help_text="What the caller may do")

    class Meta:
        model = Dataset
        fields = [
            "id",
            "project",
            "name",
            "description",
            "created_by",
            "created_at",
            "updated_at",
            "image_count",
            "annotated_count",
            "shape_count",
            "total_bytes",
            "labels",
            "kind_counts",
            "latest_version",
            "active_import",
            "split",
            "archived_at",
            "thumbnails",
            "can",
        ]

    def get_thumbnails(self, dataset: Dataset) -> list[str]:
        return [thumbnail_url(dataset.pk, image_id) for image_id in dataset.cover]

    def get_can(self, dataset: Dataset) -> list[str]:
        verbs: list[str] = self.context["verbs"].get(dataset.project_id, [])
        return verbs if dataset.archived_at is None else [verb for verb in verbs if verb in ARCHIVED_VERBS]


class DatasetCreateSerializer(serializers.Serializer[Any]):
    """A data set to be made."""

    project = serializers.IntegerField(min_value=1, max_value=ID_MAX, help_text="Id of the project it will belong to")
    name = serializers.CharField(max_length=NAME_MAX)
    description = serializers.CharField(required=False, allow_blank=True, default="", max_length=10_000)


class DatasetUpdateSerializer(serializers.Serializer[Any]):
    """What can be changed about a data set by hand."""

    name = serializers.CharField(required=False, max_length=NAME_MAX)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class GeometryField(serializers.JSONField):
    """By kind: box ``{x1, y1, x2, y2, rotation}``, polygon ``{points}``, mask ``{left, top, width, height, rle}``, …"""


class ShapeSerializer(serializers.ModelSerializer[Shape]):
    """An annotation; coordinates in pixels of the upright image."""

    kind = serializers.ChoiceField(choices=ShapeKind.choices)
    label = serializers.CharField(source="label.name")  # type: ignore[assignment]
    geometry = GeometryField()
    attributes = serializers.DictField(child=serializers.CharField(allow_blank=True))

    class Meta:
        model = Shape
        fields = ["id", "kind", "label", "geometry", "attributes", "z_order", "occluded", "group", "source"]


class ImageSerializer(serializers.ModelSerializer[Image]):
    """An image of a data set with its annotations."""

    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()
    shapes = ShapeSerializer(many=True)

    class Meta:
        model = Image
        fields = [
            "id",
            "name",
            "width",
            "height",
            "size",
            "media_type",
            "shape_count",
            "url",
            "thumbnail_url",
            "shapes",
        ]

    def get_url(self, image: Image) -> str:
        return reverse("api:dataset-image-content", args=[image.dataset_id, image.pk])

    def get_thumbnail_url(self, image: Image) -> str:
        return thumbnail_url(image.dataset_id, image.pk, image.digest)


class VersionSerializer(serializers.ModelSerializer[DatasetVersion]):
    """An immutable snapshot of a data set. ``usage`` in the context says how many use it, by version."""

    digest = serializers.CharField(source="fileset.digest", help_text="Of the manifest; the same content has the same")
    total_bytes = serializers.IntegerField(source="fileset.total_bytes")
    label_counts = serializers.DictField(child=serializers.IntegerField())
    kind_counts = serializers.DictField(child=serializers.IntegerField())
    split_counts = serializers.DictField(child=serializers.IntegerField(), help_text="part → images")
    origin = serializers.ChoiceField(choices=VersionOrigin.choices)
    run_count = serializers.SerializerMethodField(help_text="Runs that were made with it; then it cannot be deleted")
    created_by = DatasetUserSerializer(allow_null=True)

    class Meta:
        model = DatasetVersion
        fields = [
            "id",
            "number",
            "digest",
            "image_count",
            "annotated_count",
            "shape_count",
            "label_counts",
            "kind_counts",
            "split_name",
            "split_counts",
            "total_bytes",
            "split_name",
            "split_counts",
            "origin",
            "note",
            "run_count",
            "archived_at",
            "created_at",
            "created_by",
        ]

    def get_run_count(self, version: DatasetVersion) -> int:
        count: int = self.context["usage"][version.pk]
        return count


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file on its way; complete when ``offset`` is ``size``."""

    kind = serializers.ChoiceField(choices=UploadKind.choices)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes; null: the client says so later")

    class Meta:
        model = Upload
        fields = ["id", "kind", "name", "size", "offset", "fingerprint"]


class NameAndWhySerializer(serializers.Serializer[Any]):
    """A file or image, and why it is in this list."""

    name = serializers.CharField()
    why = serializers.CharField()


class ImportFindingSerializer(serializers.Serializer[Any]):
    """Something an import has to say about a line of a file."""

    severity = serializers.ChoiceField(choices=["error", "warning", "info"])
    code = serializers.CharField()
    message = serializers.CharField()
    file = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    hint = serializers.CharField(allow_blank=True)


class LossExampleSerializer(serializers.Serializer[Any]):
    """One place where something was lost."""

    file = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    image = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)


class LossSerializer(serializers.Serializer[Any]):
    """What a translation between formats could not keep: how often, with a few examples."""

    code = serializers.CharField()
    effect = serializers.ChoiceField(choices=[str(effect) for effect in Effect])
    message = serializers.CharField()
    count = serializers.IntegerField()
    examples = LossExampleSerializer(many=True)


class ImportReportSerializer(serializers.Serializer[Any]):
    """What became of the files; lists are cut at 1000, ``totals`` has their full lengths."""

    images = serializers.IntegerField(default=0)
    added = serializers.IntegerField(default=0)
    annotated = serializers.IntegerField(default=0)
    shapes = serializers.IntegerField(default=0)
    matched = serializers.IntegerField(default=0)
    turned = serializers.IntegerField(default=0)
    duplicates = serializers.IntegerField(default=0, help_text="Files whose content was there under another name")
    replaced = serializers.IntegerField(default=0, help_text="Images that others of the same name replaced")
    kept = serializers.IntegerField(default=0, help_text="Files left out because the old image was to stay")
    unmatched_images = NameAndWhySerializer(many=True, default=list)
    unmatched_annotations = NameAndWhySerializer(many=True, default=list)
    skipped = NameAndWhySerializer(many=True, default=list)
    findings = ImportFindingSerializer(many=True, default=list)
    losses = LossSerializer(many=True, default=list)
    totals = serializers.DictField(child=serializers.IntegerField(), default=dict)


class ImportBriefSerializer(serializers.ModelSerializer[Import]):
    """An import in a list, without its report."""

    dataset = serializers.IntegerField(source="dataset_id")
    state = serializers.ChoiceField(choices=ImportState.choices)
    source = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="The bucket it reads; empty: it takes uploads"
    )
    cancelling = serializers.SerializerMethodField(help_text="It ends as soon as its worker has taken things back")

    class Meta:
        model = Import
        fields = [
            "id",
            "dataset",
            "state",
            "progress",
            "message",
            "cancelling",
            "on_conflict",
            "on_duplicate",
            "source",
            "created_at",
            "finished_at",
        ]

    def get_source(self, found: Import) -> str:
        return remote_text(found)

    def get_cancelling(self, found: Import) -> bool:
        return found.cancel_requested_at is not None and found.state in ACTIVE_STATES


class ImportSerializer(ImportBriefSerializer):
    """An import with its uploads (at most 1000 are listed; unfinished ones first) and, in the end, its report."""

    report = ImportReportSerializer()
    uploads = serializers.SerializerMethodField()
    upload_count = serializers.SerializerMethodField()
    open_conflicts = serializers.SerializerMethodField(help_text="Files it waits for an answer about")

    class Meta(ImportBriefSerializer.Meta):
        fields = [*ImportBriefSerializer.Meta.fields, "report", "uploads", "upload_count", "open_conflicts"]

    @extend_schema_field(UploadSerializer(many=True))
    def get_uploads(self, found: Import) -> Any:
        uploads = uploads_shown(found).order_by((F("offset") - F("size")).asc(), "created_at", "id")
        return UploadSerializer(uploads[:UPLOADS_SHOWN], many=True).data

    def get_upload_count(self, found: Import) -> int:
        return uploads_shown(found).count()

    def get_open_conflicts(self, found: Import) -> int:
        return found.conflicts.filter(answer="").count()


def thumbnail_url(dataset_id: int, image_id: int, digest: str = "") -> str:
    """The address of an image's thumbnail; with the image's digest one whose answer may be kept for good."""
    address = reverse("api:dataset-image-thumbnail", args=[dataset_id, image_id])
    return f"{address}?of={digest[:DIGEST_SHOWN]}" if digest else address
