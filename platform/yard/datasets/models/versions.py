"""States of a data set that never change."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.datasets.models.contents import Dataset


class VersionOrigin(models.TextChoices):
    """Why a version was made."""

    USER = "user", "By hand"
    RUN = "run", "For a run"
    REPAIR = "repair", "By a repair"
    CVAT = "cvat", "After a pull from CVAT"


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
    split_name = models.CharField(max_length=100, blank=True, help_text="Of the split it carries; empty: none")
    split_counts = models.JSONField(default=dict, blank=True, help_text="part → images")
    origin = models.CharField(max_length=10, choices=VersionOrigin.choices, default=VersionOrigin.USER)
    note = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_number_unique"),
            models.UniqueConstraint(fields=["dataset", "fileset"], name="dataset_version_content_unique"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"
