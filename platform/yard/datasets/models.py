"""Labelled image data: a working state that changes, and versions that never do."""

from __future__ import annotations

import uuid

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
    annotations_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="dataset_name_unique")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """A class of a data set."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=200)
    color = models.CharField(max_length=9, help_text="#rrggbb")
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
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    width = models.IntegerField(help_text="Pixels, as stored (before EXIF rotation)")
    height = models.IntegerField()
    media_type = models.CharField(max_length=40)
    shape_count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="image_name_unique")]
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
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="shapes")
    kind = models.CharField(max_length=10, choices=ShapeKind.choices)
    # By kind; see yard.datasets.annotations.types for the exact keys.
    geometry = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict, blank=True)
    z_order = models.IntegerField(default=0)
    occluded = models.BooleanField(default=False)
    source = models.CharField(max_length=30, blank=True)
    group = models.IntegerField(default=0)

    class Meta:
        ordering = ["image", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.label_id}"


class DatasetVersion(TimestampedModel):
    """An immutable snapshot: which files with which content, and the annotations that go with them."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    # Holds every image and annotations/annotations.xml; the same digest means the same version.
    fileset = models.ForeignKey("storage.FileSet", on_delete=models.PROTECT, related_name="+")
    image_count = models.IntegerField()
    annotated_count = models.IntegerField()
    shape_count = models.IntegerField()
    label_counts = models.JSONField(default=dict, help_text="label → shapes")
    kind_counts = models.JSONField(default=dict, help_text="shape kind → shapes")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_number_unique"),
            models.UniqueConstraint(fields=["dataset", "fileset"], name="dataset_version_content_unique"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"


class Upload(TimestampedModel):
    """A resumable upload of one file (tus-shaped); its chunks lie in the store until it is imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="uploads")
    dataset_import = models.ForeignKey(
        "Import", null=True, blank=True, on_delete=models.CASCADE, related_name="uploads"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=1024, help_text="As the browser named it, folders included")
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0, help_text="Bytes acknowledged so far")

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset}/{self.size})"


class ImportState(models.TextChoices):
    """Where an import is."""

    UPLOADING = "uploading", "Uploading"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class Import(TimestampedModel):
    """Uploads that are unpacked, checked and matched together; ends with a report."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADING)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    report = models.JSONField(default=dict)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"import {self.pk} into {self.dataset}"
