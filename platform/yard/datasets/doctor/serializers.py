"""The doctor's work as the API shows and takes it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.datasets.doctor.options import BOUNDS, Options
from yard.datasets.doctor.repairs.all import REMEDIES
from yard.datasets.doctor.selectors import KindCount, class_ids
from yard.datasets.filters import ID_MAX
from yard.datasets.models import Finding, Image, Repair, Severity, WorkState
from yard.datasets.serializers import DatasetUserSerializer, GeometryField, ShapeSerializer, thumbnail_url

CHOSEN_MAX = 10_000


class FindingImageSerializer(serializers.ModelSerializer[Image]):
    """An image in brief."""

    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Image
        fields = ["id", "name", "width", "height", "size", "shape_count", "url", "thumbnail_url"]

    def get_url(self, image: Image) -> str:
        return reverse("api:dataset-image-content", args=[image.dataset_id, image.pk])

    def get_thumbnail_url(self, image: Image) -> str:
        return thumbnail_url(image.dataset_id, image.pk)


class ClassExampleSerializer(serializers.Serializer[Any]):
    """What a class looks like: one of its shapes, on its image."""

    image = FindingImageSerializer()
    shape = ShapeSerializer(source="*")


class DatasetFindingSerializer(serializers.ModelSerializer[Finding]):
    """Something the doctor noticed, with what is needed to draw it."""

    severity = serializers.ChoiceField(choices=Severity.values)
    image = FindingImageSerializer(allow_null=True)
    other_image = FindingImageSerializer(allow_null=True)
    shape = ShapeSerializer(allow_null=True)
    other_shape = serializers.SerializerMethodField(help_text="The first of two shapes at one place")
    label = serializers.CharField(source="label.name", allow_null=True, default=None)  # type: ignore[assignment]
    label_id = serializers.IntegerField(allow_null=True)
    suggestion = serializers.SerializerMethodField(help_text="The class to merge into")
    classes = serializers.SerializerMethodField(
        help_text="Of a finding about classes: an example of the class and of the suggested one, where there are any"
    )

    class Meta:
        model = Finding
        fields = [
            "id",
            "code",
            "severity",
            "message",
            "intended",
            "image",
            "other_image",
            "shape",
            "other_shape",
            "label",
            "label_id",
            "suggestion",
            "classes",
        ]

    @extend_schema_field(ShapeSerializer(allow_null=True))
    def get_other_shape(self, finding: Finding) -> Any:
        other = self.context["other_shapes"].get(finding.details.get("other_shape"))
        return ShapeSerializer(other).data if other is not None else None

    @extend_schema_field(ClassExampleSerializer(many=True))
    def get_classes(self, finding: Finding) -> Any:
        if finding.image_id is not None:
            return []
        found = self.context["class_examples"]
        return ClassExampleSerializer([found[pk] for pk in class_ids(finding) if pk in found], many=True).data

    def get_suggestion(self, finding: Finding) -> str | None:
        name: str | None = finding.details.get("into_name")
        return name


class RemedySerializer(serializers.Serializer[Any]):
    """A repair that helps with a kind of finding."""

    code = serializers.CharField()
    title = serializers.CharField(help_text="The button's words")
    explanation = serializers.CharField()


class FindingKindSerializer(serializers.Serializer[KindCount]):
    """A kind of finding, how many there are, and a few of them."""

    code = serializers.CharField(source="kind.code")
    title = serializers.CharField(source="kind.title")
    severity = serializers.ChoiceField(choices=Severity.values, source="kind.severity")
    explanation = serializers.CharField(source="kind.explanation")
    advice = serializers.CharField(source="kind.advice")
    repairs = serializers.SerializerMethodField()
    count = serializers.IntegerField(source="open", help_text="Open ones")
    intended = serializers.IntegerField(help_text="Marked as meant to be so")
    beyond = serializers.IntegerField(help_text="Of the open ones, how many were counted but not kept")
    examples = DatasetFindingSerializer(many=True)

    @extend_schema_field(RemedySerializer(many=True))
    def get_repairs(self, found: KindCount) -> Any:
        return RemedySerializer([REMEDIES[code] for code in found.kind.repairs], many=True).data


class ExaminationOptionsSerializer(serializers.Serializer[Any]):
    """Thresholds; those that are not given are those of the examination before."""

    outside_pixels = serializers.FloatField(required=False, help_text=BOUNDS["outside_pixels"].text)
    same_place_iou = serializers.FloatField(required=False, help_text=BOUNDS["same_place_iou"].text)
    small_object_pixels = serializers.FloatField(required=False, help_text=BOUNDS["small_object_pixels"].text)
    tiny_image_pixels = serializers.IntegerField(required=False, help_text=BOUNDS["tiny_image_pixels"].text)
    size_factor = serializers.FloatField(required=False, help_text=BOUNDS["size_factor"].text)
    few_examples = serializers.IntegerField(required=False, help_text=BOUNDS["few_examples"].text)
    near_bits = serializers.IntegerField(required=False, help_text=BOUNDS["near_bits"].text)
    read_files = serializers.BooleanField(
        required=False, help_text="Read every file again, this once, instead of those that look changed"
    )


class ExaminationSerializer(serializers.Serializer[Any]):
    """Where the examination is, what it asked, and what it found."""

    state = serializers.ChoiceField(choices=[*WorkState.choices, ("none", "None")], help_text="none: not examined yet")
    progress = serializers.FloatField()
    message = serializers.CharField()
    checked = serializers.BooleanField(help_text="Whether it was ever examined, so that the findings mean something")
    stale = serializers.BooleanField(help_text="The data set was changed after what the findings are about")
    finished_at = serializers.DateTimeField(allow_null=True)
    options = ExaminationOptionsSerializer()
    kinds = FindingKindSerializer(many=True)
    attention = serializers.IntegerField(help_text="Open errors and warnings")


class ExamineSerializer(serializers.Serializer[Any]):
    """What to examine with."""

    options = ExaminationOptionsSerializer(required=False)


class FindingsMarkSerializer(serializers.Serializer[Any]):
    """Findings to be marked."""

    code = serializers.CharField(max_length=40)
    findings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=ID_MAX),
        required=False,
        allow_null=True,
        allow_empty=False,
        max_length=CHOSEN_MAX,
        default=None,
        help_text="Ids; left out: all of the kind",
    )
    intended = serializers.BooleanField(default=True)


class FindingsMarkedSerializer(serializers.Serializer[Any]):
    """How many were marked."""

    marked = serializers.IntegerField()


class RepairOptionsSerializer(serializers.Serializer[Any]):
    """What repairs want to know."""

    into = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=ID_MAX,
        help_text="merge_classes: id of the class to keep",
    )
    keep = serializers.ChoiceField(
        choices=["labelled", "first"],
        required=False,
        help_text="remove_images, of images that are alike: the one with the most labels, or the first by name",
    )


class RepairCreateSerializer(serializers.Serializer[Any]):
    """What is to be repaired, and how."""

    finding = serializers.CharField(max_length=40, help_text="The kind of finding")
    repair = serializers.CharField(max_length=40, help_text="One of the kind's repairs")
    findings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=ID_MAX),
        required=False,
        allow_null=True,
        allow_empty=False,
        max_length=CHOSEN_MAX,
        default=None,
        help_text="Ids of the chosen ones; left out: all of the kind that are not marked as intended",
    )
    options = RepairOptionsSerializer(required=False)


class RepairShapeSerializer(serializers.Serializer[Any]):
    """A shape before or after a repair."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    geometry = GeometryField()


class RepairExampleSerializer(serializers.Serializer[Any]):
    """One image before and after; only shapes that change."""

    image = FindingImageSerializer()
    before = RepairShapeSerializer(many=True)
    after = RepairShapeSerializer(many=True, allow_null=True, help_text="null: the image goes")


class RepairPreviewSerializer(serializers.Serializer[Any]):
    """What a repair would change."""

    summary = serializers.CharField()
    images = serializers.IntegerField(help_text="That are changed or removed")
    numbers = serializers.DictField(child=serializers.IntegerField(), help_text="What is counted → how many")
    notes = serializers.ListField(child=serializers.CharField())
    examples = RepairExampleSerializer(many=True)


class RepairSerializer(serializers.ModelSerializer[Repair]):
    """A repair and how far it is."""

    state = serializers.ChoiceField(choices=WorkState.choices)
    finding = serializers.CharField(source="finding_code")
    repair = serializers.CharField(source="code")
    title = serializers.SerializerMethodField()
    created_by = DatasetUserSerializer(allow_null=True)
    undone_by = DatasetUserSerializer(allow_null=True)
    before = serializers.IntegerField(source="before.number", allow_null=True, default=None, help_text="Version")
    after = serializers.IntegerField(source="after.number", allow_null=True, default=None, help_text="Version")
    can_undo = serializers.SerializerMethodField()

    class Meta:
        model = Repair
        fields = [
            "id",
            "finding",
            "repair",
            "title",
            "state",
            "progress",
            "message",
            "summary",
            "created_by",
            "created_at",
            "finished_at",
            "before",
            "after",
            "undoing",
            "undone_at",
            "undone_by",
            "can_undo",
        ]

    def get_title(self, repair: Repair) -> str:
        remedy = REMEDIES.get(repair.code)
        return remedy.title if remedy is not None else repair.code

    def get_can_undo(self, repair: Repair) -> bool:
        return repair.state == WorkState.SUCCEEDED and repair.undone_at is None and repair.before_id is not None


class RepairUndoSerializer(serializers.Serializer[Any]):
    """How to take a repair back."""

    force = serializers.BooleanField(default=False, help_text="Also when later changes go with it")


def default_options() -> dict[str, Any]:
    """The thresholds of a data set that was never examined."""
    return Options().as_dict()
