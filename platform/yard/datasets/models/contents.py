"""What a data set is now: its images, their shapes, and the classes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel


class Dataset(TimestampedModel):
    """Named, labelled images. Its files lie readable under ``datasets/<id>/`` in its owner's bucket."""

    project = models.ForeignKey("accounts.Project", on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    bucket = models.CharField(max_length=63, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    image_count = models.IntegerField(default=0)
    annotated_count = models.IntegerField(default=0, help_text="Images with at least one shape or tag")
    shape_count = models.IntegerField(default=0)
    total_bytes = models.BigIntegerField(default=0)
    # Digest of the annotations.xml as uploaded while nothing has changed since: it is then mounted byte for byte.
    # (or as we wrote it from the rows). Empty: the rows have changed since, and it is written anew when it is needed.
    annotations_digest = models.CharField(max_length=64, blank=True)
    kind_counts = models.JSONField(default=dict, help_text="shape kind → shapes")
    cover = models.JSONField(default=list, help_text="Ids of up to four images to show in lists")
    revision = models.BigIntegerField(default=0, help_text="Moves with every change of images, shapes, labels or split")
    split = models.ForeignKey(
        "Split", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="New versions carry it"
    )
    last_version = models.IntegerField(default=0, help_text="Highest number a version ever had; none is given twice")
    checked_revision = models.BigIntegerField(null=True, blank=True, help_text="That the findings are about")
    archived_at = models.DateTimeField(null=True, blank=True, help_text="Hidden from lists; nothing can be changed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="dataset_name_unique")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """A class of a data set."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=255)
    color = models.CharField(max_length=9, help_text="#rrggbb")
    type = models.CharField(max_length=20, default="any", help_text="The kind of shape it is for")
    # [{"name", "mutable", "input_type", "default_value", "values"}], as the labelling tool declares them.
    attributes = models.JSONField(default=list, blank=True)
    shape_count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="label_name_unique")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Image(models.Model):
    """One image of a data set's working state. Names are flat and unique."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="images")
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=1024, blank=True, help_text="As it was uploaded, folders included")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    width = models.IntegerField(help_text="Pixels, upright (after EXIF rotation), as shapes are drawn on it")
    height = models.IntegerField()
    media_type = models.CharField(max_length=40)
    shape_count = models.IntegerField(default=0)
    # What follows from the shapes is kept by yard.datasets.shapes, the only one that changes them.
    labels = models.JSONField(default=dict, blank=True, help_text="class → its shapes on this image")
    annotations_digest = models.CharField(max_length=64, blank=True, help_text="Of its shapes; empty: it has none")
    revision = models.IntegerField(default=0, help_text="Moves with every change of its shapes")
    orientation = models.SmallIntegerField(default=1, help_text="EXIF: 1 upright, 2 to 8 turned or mirrored")
    perceptual_hash = models.BigIntegerField(
        null=True, blank=True, help_text="64 bits, alike for images that look alike; None: not computed yet"
    )
    dataset_import = models.ForeignKey(
        "Import", null=True, blank=True, on_delete=models.SET_NULL, related_name="images", help_text="That brought it"
    )
    # Of the last change by hand, for whoever comes too late with another one.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_revision = models.IntegerField(default=0, help_text="That the last change by hand made")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="image_name_unique")]
        indexes = [
            # With the id, which decides among equals in lists.
            models.Index(fields=["dataset", "shape_count", "id"], name="image_by_shape_count"),
            models.Index(fields=["dataset", "size", "id"], name="image_by_size"),
            models.Index(fields=["dataset", "id"], name="image_by_id"),
            models.Index(fields=["dataset", "digest"], name="image_by_digest"),
        ]
        ordering = ["dataset", "name"]

    def __str__(self) -> str:
        return self.name


class ShapeKind(models.TextChoices):
    """Kinds of annotation, named as in CVAT for images 1.1."""

    TAG = "tag", "Tag"
    BOX = "box", "Box"
    POLYGON = "polygon", "Polygon"
    POLYLINE = "polyline", "Polyline"
    POINTS = "points", "Points"
    MASK = "mask", "Mask"
    ELLIPSE = "ellipse", "Ellipse"
    CUBOID = "cuboid", "Cuboid"
    SKELETON = "skeleton", "Skeleton"


class Shape(models.Model):
    """One annotation of an image."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="shapes")
    # Its own index would be the beginning of the one below.
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="shapes", db_index=False)
    kind = models.CharField(max_length=10, choices=ShapeKind.choices)
    # By kind; see yard.datasets.annotations.types for the exact keys.
    geometry = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict, blank=True)
    z_order = models.IntegerField(default=0)
    occluded = models.BooleanField(default=False)
    source = models.CharField(max_length=30, blank=True)
    group = models.IntegerField(default=0)
    # Upright bounds and area in pixels, for statistics and filters; see yard.datasets.annotations.measures. Tags: None.
    left = models.FloatField(null=True)
    top = models.FloatField(null=True)
    width = models.FloatField(null=True)
    height = models.FloatField(null=True)
    area = models.FloatField(null=True)

    class Meta:
        indexes = [
            # Answers what filters and statistics ask of a class's shapes without reading their geometries.
            models.Index(fields=["label", "kind", "width", "height", "area", "image"], name="shape_by_label")
        ]
        ordering = ["image", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.label_id}"
