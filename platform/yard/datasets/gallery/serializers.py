"""The images of a gallery as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from yard.datasets.models import Finding, Image, Part, Severity, ShapeKind
from yard.datasets.serializers import DatasetUserSerializer, GeometryField, ImageSerializer, thumbnail_url


class OverlayShapeSerializer(serializers.Serializer[Any]):
    """A shape for a small picture: with fewer points where they could not be seen, or as its upright rectangle."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ShapeKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    geometry = GeometryField()
    occluded = serializers.BooleanField()
    z_order = serializers.IntegerField()


class GalleryImageSerializer(serializers.Serializer[Any]):
    """One image of the gallery."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    shape_count = serializers.IntegerField()
    labels = serializers.DictField(child=serializers.IntegerField(), help_text="class → its shapes on this image")
    part = serializers.CharField(allow_blank=True, help_text="Of the current split; empty: none")
    thumbnail_url = serializers.CharField(read_only=True)
    shapes = OverlayShapeSerializer(many=True)


class GallerySerializer(serializers.Serializer[Any]):
    """A window of the images that fit."""

    count = serializers.IntegerField(help_text="Images that fit, in all")
    offset = serializers.IntegerField()
    results = GalleryImageSerializer(many=True)


class GalleryWindowSerializer(serializers.Serializer[Any]):
    """Which window is asked for."""

    offset = serializers.IntegerField(default=0, min_value=0, max_value=(1 << 31) - 1)
    limit = serializers.IntegerField(default=100, min_value=0, max_value=200)
    shapes = serializers.BooleanField(default=True, help_text="Whether to send the shapes along")


class ImportBroughtSerializer(serializers.Serializer[Any]):
    """An import, and how many of its images there are."""

    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    images = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """What there is to filter by, with the number of images."""

    parts = serializers.DictField(child=serializers.IntegerField(), help_text="part of the current split → images")
    findings = serializers.DictField(child=serializers.IntegerField(), help_text="code → images")
    imports = ImportBroughtSerializer(many=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """Where an image stands among those that fit."""

    position = serializers.IntegerField(allow_null=True, help_text="From 0; null: the image does not fit")
    count = serializers.IntegerField()
    previous = serializers.IntegerField(allow_null=True, help_text="Id of the image before")
    next = serializers.IntegerField(allow_null=True, help_text="Id of the image after")


class ImageFindingSerializer(serializers.ModelSerializer[Finding]):
    """What the annotation doctor noticed about the image."""

    severity = serializers.ChoiceField(choices=Severity.values)

    class Meta:
        model = Finding
        fields = ["id", "code", "severity", "message", "shape"]


class ImageDetailSerializer(ImageSerializer):
    """All that is known of an image."""

    labels = serializers.DictField(child=serializers.IntegerField(), help_text="class → its shapes on this image")
    part = serializers.SerializerMethodField(help_text="Of the current split; empty: none")
    findings = ImageFindingSerializer(many=True)
    edited_by = DatasetUserSerializer(allow_null=True)

    class Meta(ImageSerializer.Meta):
        fields = [
            *ImageSerializer.Meta.fields,
            "path",
            "digest",
            "orientation",
            "revision",
            "labels",
            "part",
            "findings",
            "edited_by",
            "edited_at",
            "edited_revision",
        ]

    def get_part(self, image: Image) -> str:
        found = image.parts.filter(split_id=image.dataset.split_id or 0).first()
        return Part(found.part).value if found else ""


def gallery_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``gallery_page`` as ``GalleryImageSerializer`` describes it; written out by hand, being the hot path."""
    image: Image = row["image"]
    return {
        "id": image.pk,
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "shape_count": image.shape_count,
        "labels": image.labels,
        "part": row["part"],
        "thumbnail_url": thumbnail_url(image.dataset_id, image.pk, image.digest),
        "shapes": row["drawn"] or [],
    }
