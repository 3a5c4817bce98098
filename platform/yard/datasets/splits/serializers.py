"""Splits as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.core.errors import InvalidInput
from yard.core.patterns import PATTERN_MAX_CHARACTERS
from yard.datasets.figures.serializers import PendingSerializer
from yard.datasets.filters import ID_MAX
from yard.datasets.models import Image, Part, Split, SplitMethod
from yard.datasets.serializers import DatasetUserSerializer, thumbnail_url
from yard.datasets.splits.grouping import Grouping, GroupSource
from yard.datasets.splits.leaks import SHOWN_IN_LEAK, Leak
from yard.datasets.splits.plan import DEALT, Recipe
from yard.datasets.splits.shares import DEFAULT, shares_of

NAME_MAX = 100
BITS_MAX = 8
SEED_MAX = (1 << 53) - 1  # what a browser holds exactly
MEMBERS_MAX = 100_000


class SharesSerializer(serializers.Serializer[Any]):
    """Percent of the images for each part; 100 in all."""

    train = serializers.FloatField(default=0, min_value=0, max_value=100)
    val = serializers.FloatField(default=0, min_value=0, max_value=100)
    test = serializers.FloatField(default=0, min_value=0, max_value=100)


class RecipeSerializer(serializers.Serializer[Any]):
    """How images are to be dealt out."""

    method = serializers.ChoiceField(choices=SplitMethod.choices)
    shares = SharesSerializer(required=False, help_text="70, 15 and 15 unless said otherwise")
    seed = serializers.IntegerField(
        default=42, min_value=0, max_value=SEED_MAX, help_text="The same seed gives the same parts on every machine"
    )
    group_by = serializers.ChoiceField(
        choices=GroupSource.choices, required=False, allow_blank=True, default="", help_text="For the method group"
    )
    pattern = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=PATTERN_MAX_CHARACTERS,
        trim_whitespace=False,
        help_text="For groups by pattern: a regular expression with a group, searched for in each image's path",
    )
    near_bits = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=BITS_MAX,
        help_text="Images whose perceptual hashes differ in at most so many of 64 bits stay together; null: never mind",
    )

    def recipe(self) -> Recipe:
        """What was asked for. Raises ``InvalidInput`` for a method that deals nothing out."""
        values = self.validated_data
        if values["method"] not in DEALT:
            message = "Only random, stratified and group deal images out by shares."
            raise InvalidInput(message, extra={"errors": [{"path": ["method"], "message": message}]})
        source = GroupSource(values["group_by"]) if values["group_by"] else None
        if values["method"] != SplitMethod.GROUP:
            source = None
        shares = shares_of(values.get("shares") or {str(part): value for part, value in DEFAULT.items()})
        grouping = Grouping(source, values["pattern"] if source == GroupSource.PATTERN else "", values["near_bits"])
        return Recipe(SplitMethod(values["method"]), shares, values["seed"], grouping)


@extend_schema_field(
    {
        "type": "object",
        "description": "train, val and test (or eval, validation, …): lists of indexes or names. Indexes count the "
        "images in the order of their names, from 0. What else a downloaded document holds is checked too.",
        "additionalProperties": {},
        "example": {"train": [0, 1, 2], "val": [3], "test": [4]},
    }
)
class ListsField(serializers.JSONField):
    """Lists of indexes or names by part."""


class SplitCreateSerializer(RecipeSerializer):
    """A split to be made."""

    name = serializers.CharField(max_length=NAME_MAX)
    current = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether new versions carry it; null: if the data set has no current split yet",
    )
    lists = ListsField(required=False, help_text="For the method lists")


class SplitUpdateSerializer(serializers.Serializer[Any]):
    """What can be changed about a split."""

    name = serializers.CharField(required=False, max_length=NAME_MAX)
    current = serializers.BooleanField(required=False, help_text="Whether new versions carry it")
    revision = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=ID_MAX, help_text="That the caller has seen"
    )


class SplitOptionsSerializer(serializers.Serializer[Any]):
    """What a split was made by."""

    shares = serializers.DictField(child=serializers.FloatField(), required=False)
    group_by = serializers.CharField(required=False, allow_blank=True)
    pattern = serializers.CharField(required=False, allow_blank=True)
    near_bits = serializers.IntegerField(required=False, allow_null=True)


class SplitSerializer(serializers.ModelSerializer[Split]):
    """A named way to deal the images out."""

    method = serializers.ChoiceField(choices=SplitMethod.choices)
    options = SplitOptionsSerializer()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="part → images")
    without = serializers.SerializerMethodField(help_text="Images in no part")
    is_current = serializers.SerializerMethodField(help_text="Whether new versions carry it")
    created_by = DatasetUserSerializer(allow_null=True)

    class Meta:
        model = Split
        fields = [
            "id",
            "name",
            "method",
            "seed",
            "options",
            "counts",
            "without",
            "is_current",
            "revision",
            "created_at",
            "updated_at",
            "created_by",
        ]

    def get_without(self, split: Split) -> int:
        counted: int = sum(split.counts.values())
        return max(0, split.dataset.image_count - counted)

    def get_is_current(self, split: Split) -> bool:
        return split.dataset.split_id == split.pk


class ClassPartsSerializer(serializers.Serializer[Any]):
    """How many images of each part show a class."""

    name = serializers.CharField()
    train = serializers.IntegerField()
    val = serializers.IntegerField()
    test = serializers.IntegerField()
    none = serializers.IntegerField(help_text="In no part")


class SplitDetailSerializer(SplitSerializer):
    """A split with its classes."""

    classes = serializers.SerializerMethodField()

    class Meta(SplitSerializer.Meta):
        fields = [*SplitSerializer.Meta.fields, "classes"]

    @extend_schema_field(ClassPartsSerializer(many=True))
    def get_classes(self, _split: Split) -> Any:
        return class_rows(self.context["classes"])


class PreviewGroupSerializer(serializers.Serializer[Any]):
    """One of the largest groups."""

    title = serializers.CharField(allow_blank=True)
    images = serializers.IntegerField()
    part = serializers.ChoiceField(choices=Part.choices)
    examples = serializers.ListField(child=serializers.CharField(), help_text="Addresses of a few thumbnails")


class PreviewSerializer(serializers.Serializer[Any]):
    """What would come of it; nothing was saved."""

    counts = serializers.DictField(child=serializers.IntegerField(), help_text="part → images")
    classes = ClassPartsSerializer(many=True)
    groups = serializers.IntegerField(help_text="How many groups there are; images on their own count too")
    largest_groups = PreviewGroupSerializer(many=True)
    without_hash = serializers.IntegerField(help_text="Images that could not be compared with others yet")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What to look at before it is saved")


class SplitImageSerializer(serializers.ModelSerializer[Image]):
    """An image with its part."""

    part = serializers.ChoiceField(choices=Part.choices, allow_blank=True)
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Image
        fields = ["id", "name", "width", "height", "labels", "part", "thumbnail_url"]

    def get_thumbnail_url(self, image: Image) -> str:
        return thumbnail_url(image.dataset_id, image.pk)


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "string"}, "description": "As the list of images takes them"}
)
class FiltersField(serializers.DictField):
    """Query parameters of the list of images."""


class AssignSerializer(serializers.Serializer[Any]):
    """Images to be put into a part: these, or all that filters leave."""

    images = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=ID_MAX), required=False, max_length=MEMBERS_MAX
    )
    filters = FiltersField(child=serializers.CharField(allow_blank=True), required=False)
    part = serializers.ChoiceField(choices=Part.choices, allow_blank=True, help_text="Empty: in no part")
    revision = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=ID_MAX)


class MovedSerializer(serializers.Serializer[Any]):
    """What became of it."""

    moved = serializers.IntegerField(help_text="Images that were somewhere else before")
    split = SplitSerializer()


class RevisionSerializer(serializers.Serializer[Any]):
    """The state of the split that the caller has seen; a later one is a conflict."""

    revision = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=ID_MAX)


class MendSerializer(RevisionSerializer):
    """Which leaks to mend."""

    image = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=ID_MAX, help_text="Only the leak with this image"
    )


class ListsSerializer(RevisionSerializer):
    """Lists to fill a split with."""

    lists = ListsField()


class LeakImageSerializer(serializers.Serializer[Any]):
    """An image of a leak."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    part = serializers.ChoiceField(choices=Part.choices)
    thumbnail_url = serializers.CharField(read_only=True)


class LeakSerializer(serializers.Serializer[Any]):
    """Images that look alike and lie in different parts; the two closest come first, and at most twelve are listed."""

    kind = serializers.ChoiceField(choices=["exact", "near"])
    bits = serializers.IntegerField(help_text="In how many of 64 bits the two closest differ")
    count = serializers.IntegerField(help_text="Images in all")
    home = serializers.ChoiceField(choices=Part.choices, help_text="Where most of them are")
    images = LeakImageSerializer(many=True)


class LeaksSerializer(serializers.Serializer[Any]):
    """What leaks in a split."""

    count = serializers.IntegerField(help_text="Leaks in all")
    exact = serializers.IntegerField(help_text="Of them with the same file in two parts")
    images = serializers.IntegerField(help_text="Images concerned")
    without_hash = serializers.IntegerField(help_text="Images that could not be compared yet")
    leaks = LeakSerializer(many=True, help_text="The first hundred, the closest first")
    pending = PendingSerializer(
        allow_null=True, help_text="This was found before, and it is compared anew; null: it is the newest"
    )


class ComparingSerializer(serializers.Serializer[Any]):
    """How many images wait to be compared with others."""

    without_hash = serializers.IntegerField()


def class_rows(classes: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """class → part → images, as rows."""
    return [
        {"name": name, **{str(part): counts.get(part, 0) for part in Part}, "none": counts.get("", 0)}
        for name, counts in classes.items()
    ]


def leak_row(leak: Leak, images: dict[int, Image]) -> dict[str, Any]:
    """The leak as the API shows it."""
    shown = [images[pk] for pk in list(leak.members)[:SHOWN_IN_LEAK] if pk in images]
    return {
        "kind": leak.kind,
        "bits": leak.bits,
        "count": len(leak.members),
        "home": leak.home,
        "images": [
            {
                "id": image.pk,
                "name": image.name,
                "part": leak.members[image.pk],
                "thumbnail_url": thumbnail_url(image.dataset_id, image.pk),
            }
            for image in shown
        ],
    }
