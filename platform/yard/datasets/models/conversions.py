"""Label files that are converted without a data set."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel


class ConversionState(models.TextChoices):
    """Where a conversion is."""

    UPLOADING = "uploading", "Uploading"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class Conversion(TimestampedModel):
    """A label file of one format made into another; its user's own, and gone after a day."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversions")
    bucket = models.CharField(max_length=63, editable=False)
    name = models.CharField(max_length=255, help_text="Of the uploaded file")
    source = models.CharField(max_length=40, blank=True, help_text="Key of its format; empty: found out by its content")
    target = models.CharField(max_length=40, help_text="Key of the format that it becomes")
    with_images = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ConversionState.choices, default=ConversionState.UPLOADING)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.conversions.convert")
    size = models.BigIntegerField(default=0)
    result_name = models.CharField(max_length=255, blank=True)
    result_size = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0, help_text="Times a worker began with it")
    lease = models.CharField(max_length=40, blank=True, help_text="Of the task that works on it")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "updated_at"], name="conversion_by_state")]

    def __str__(self) -> str:
        return f"{self.name} to {self.target}"
