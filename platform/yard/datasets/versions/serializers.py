"""What versions hold, how two of them differ, and restores, as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.datasets.models import Part, Pinning, Restore, ShapeKind, VersionOrigin, WorkState
from yard.datasets.serializers import DatasetUserSerializer, GeometryField, thumbnail_url
from yard.datasets.versions.compare import Change, Seen
from yard.datasets.versions.records import Record
from yard.datasets.versions.selecting import NO_PART

NOTE_MAX = 2000
SEARCH_MAX = 255
WORKING = "working"


class NoteSerializer(serializers.Serializer[Any]):
    """A note on a version."""

    note = serializers.CharField(allow_blank=True, max_length=NOTE_MAX)


class VersionCreateSerializer(serializers.Serializer[Any]):
    """A version to be made."""

    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=NOTE_MAX)


class DataQuerySerializer(serializers.Serializer[Any]):
    """Which images of a version."""

    split = serializers.ChoiceField(
        choices=[*Part.values, NO_PART], required=False, default="", help_text="In this part; none: in no part"
    )
    label = serializers.CharField(  # type: ignore[assignment]
        required=False, default="", max_length=SEARCH_MAX, help_text="With this class"
    )
    search = serializers.CharField(required=False, default="", max_length=SEARCH_MAX, help_text="In the name")
    annotations = serializers.BooleanField(required=False, default=False, help_text="With the shapes of each image")
    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, help_text="At most 500")


class DatumShapeSerializer(serializers.Serializer[Any]):
    """A shape as the version's annotations.xml has it; coordinates in pixels of the upright image."""

    kind = serializers.ChoiceField(choices=ShapeKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    geometry = GeometryField()
    attributes = serializers.DictField(child=serializers.CharField(allow_blank=True))
    z_order = serializers.IntegerField()
    occluded = serializers.BooleanField()
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    group = serializers.IntegerField()


class DatumBriefSerializer(serializers.Serializer[Any]):
    """An image of a version. The context's ``version`` is the version."""

    index = serializers.IntegerField(help_text="Its place in the version, from 0; never changes")
    name = serializers.CharField()
    path = serializers.CharField(help_text="As it was uploaded, folders included")
    split = serializers.ChoiceField(choices=Part.choices, allow_blank=True, help_text="Empty: in no part")
    size = serializers.IntegerField(help_text="Bytes")
    digest = serializers.CharField(help_text="SHA-256 of the content")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="class → its shapes on this image")
    url = serializers.SerializerMethodField(help_text="Of the content")
    thumbnail_url = serializers.SerializerMethodField()

    def to_representation(self, record: Record) -> Any:
        return {**super().to_representation(record), "path": record.path or record.name}

    def get_url(self, record: Record) -> str:
        return _datum_url("dataset-version-datum-content", self.context, record.index)

    def get_thumbnail_url(self, record: Record) -> str:
        return _datum_url("dataset-version-datum-thumbnail", self.context, record.index)


class DatumSerializer(DatumBriefSerializer):
    """An image of a version with its annotations."""

    shapes = DatumShapeSerializer(many=True)


class DatumListedSerializer(DatumBriefSerializer):
    """An image in a list; with its annotations if they were asked for."""

    shapes = DatumShapeSerializer(many=True, required=False, help_text="Only with annotations=true")

    def to_representation(self, record: Record) -> Any:
        shown = super().to_representation(record)
        if not self.context["with_shapes"]:
            shown.pop("shapes")
        return shown


class VersionLabelSerializer(serializers.Serializer[Any]):
    """A class of a version. Classes are sorted by name, so the index is the same for everybody."""

    index = serializers.IntegerField(help_text="From 0")
    name = serializers.CharField()
    shape_count = serializers.IntegerField()


class CompareQuerySerializer(serializers.Serializer[Any]):
    """What a version is compared with. The version of the address is what was before."""

    with_ = serializers.RegexField(
        rf"^(\d{{1,9}}|{WORKING})$", help_text="The number of the version after it, or: working", default=WORKING
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``with`` is no name that Python allows."""
        fields = super().get_fields()
        fields["with"] = fields.pop("with_")
        return fields


class ChangedQuerySerializer(CompareQuerySerializer):
    """Which of the images that differ."""

    change = serializers.ChoiceField(choices=[str(change) for change in Change])
    page = serializers.IntegerField(required=False, min_value=1)
    page_size = serializers.IntegerField(required=False, min_value=1, help_text="At most 500")


class StateBriefSerializer(serializers.Serializer[Any]):
    """One of the two states."""

    number = serializers.IntegerField(allow_null=True, help_text="Empty: the data set as it is now")
    image_count = serializers.IntegerField()
    shape_count = serializers.IntegerField()
    annotated_count = serializers.IntegerField()


class ChangeCountsSerializer(serializers.Serializer[Any]):
    """Images by what became of them; several of the last three may hold for one image."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    replaced = serializers.IntegerField(help_text="Other content under the same name")
    relabelled = serializers.IntegerField(help_text="Annotated otherwise")
    moved = serializers.IntegerField(help_text="In another part of the split")


class LabelChangeSerializer(serializers.Serializer[Any]):
    """A class, and its shapes in both states."""

    name = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class MoveSerializer(serializers.Serializer[Any]):
    """Images that are in another part than before; empty: in none."""

    before = serializers.ChoiceField(choices=Part.choices, allow_blank=True)
    after = serializers.ChoiceField(choices=Part.choices, allow_blank=True)
    images = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """How two states differ."""

    before = StateBriefSerializer()
    after = StateBriefSerializer()
    changes = ChangeCountsSerializer()
    labels = LabelChangeSerializer(many=True)
    moves = MoveSerializer(many=True)


class SeenSerializer(serializers.Serializer[Any]):
    """An image as one of the states has it."""

    index = serializers.IntegerField(allow_null=True, help_text="Its place in the version")
    image = serializers.IntegerField(allow_null=True, help_text="Its id in the working state")
    name = serializers.CharField()
    digest = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    split = serializers.ChoiceField(choices=Part.choices, allow_blank=True)
    labels = serializers.DictField(child=serializers.IntegerField())
    url = serializers.CharField(read_only=True)
    thumbnail_url = serializers.CharField(read_only=True)
    shapes = DatumShapeSerializer(many=True)

    def to_representation(self, seen: Seen) -> Any:
        return super().to_representation({**_plain(seen), **_places(seen, self.context)})


@extend_schema_field(SeenSerializer)
class _SeenField(serializers.Field[Any, Any, Any, Any]):
    """A side of a pair; the context says for each side which version it is of (None: the working state)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, seen: Seen) -> Any:
        context = {"dataset": self.context["dataset"], "number": self.context[str(self.field_name)]}
        return SeenSerializer(seen, context=context).data


class ChangedSerializer(serializers.Serializer[Any]):
    """An image that differs; null where a state does not have it."""

    changes = serializers.ListField(child=serializers.ChoiceField(choices=[str(change) for change in Change]))
    before = _SeenField()
    after = _SeenField()


class VersionDeleteSerializer(serializers.Serializer[Any]):
    """How sure the caller is."""

    force = serializers.BooleanField(default=False, help_text="Also when a repair can then no longer be taken back")


class PinningSerializer(serializers.ModelSerializer[Pinning]):
    """The making of a version of a large data set."""

    dataset = serializers.IntegerField(source="dataset_id", read_only=True)
    version = serializers.IntegerField(
        source="version.number", allow_null=True, default=None, read_only=True, help_text="That was made"
    )
    state = serializers.ChoiceField(choices=WorkState.choices)
    origin = serializers.ChoiceField(choices=VersionOrigin.choices)
    created_by = DatasetUserSerializer(allow_null=True)

    class Meta:
        model = Pinning
        fields = [
            "id",
            "dataset",
            "version",
            "origin",
            "note",
            "state",
            "progress",
            "message",
            "created_by",
            "created_at",
            "finished_at",
        ]


class RestoreSerializer(serializers.ModelSerializer[Restore]):
    """Bringing the working state back to a version."""

    dataset = serializers.IntegerField(source="dataset_id", read_only=True)
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None, read_only=True)
    before = serializers.IntegerField(
        source="before.number",
        allow_null=True,
        default=None,
        read_only=True,
        help_text="The version that holds the working state as it was",
    )
    state = serializers.ChoiceField(choices=WorkState.choices)
    created_by = DatasetUserSerializer(allow_null=True)

    class Meta:
        model = Restore
        fields = [
            "id",
            "dataset",
            "version",
            "before",
            "state",
            "progress",
            "message",
            "created_by",
            "created_at",
            "finished_at",
        ]


def _datum_url(name: str, context: Mapping[str, Any], index: int) -> str:
    version = context["version"]
    return reverse(f"api:{name}", args=[version.dataset_id, version.number, index])


def _plain(seen: Seen) -> dict[str, Any]:
    names = ("name", "digest", "size", "width", "height", "split", "labels", "shapes")
    return {name: getattr(seen, name) for name in names}


def _places(seen: Seen, context: Mapping[str, Any]) -> dict[str, Any]:
    """Where to find the image and its pictures."""
    dataset, number = context["dataset"], context["number"]
    if number is None:
        url = reverse("api:dataset-image-content", args=[dataset, seen.ref])
        return {"index": None, "image": seen.ref, "url": url, "thumbnail_url": thumbnail_url(dataset, seen.ref)}
    args = [dataset, number, seen.ref]
    return {
        "index": seen.ref,
        "image": None,
        "url": reverse("api:dataset-version-datum-content", args=args),
        "thumbnail_url": reverse("api:dataset-version-datum-thumbnail", args=args),
    }
