"""Models: named, with numbered versions of weights and everything that belongs to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel


class Model(TimestampedModel):
    """A named model of a project."""

    project = models.ForeignKey("accounts.Project", on_delete=models.CASCADE, related_name="models")
    name = models.CharField(max_length=450)
    description = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="model_name_unique")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class ModelVersion(TimestampedModel):
    """One set of weights. Its files lie readable under ``models/<id>/`` in its owner's bucket.

    The row is there before its files are, since their keys hold its id; until ``stored_at`` is set nobody is shown it.
    """

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    # What made it, e.g. "attempt:17": a second collection of the same attempt finds the version instead of making one.
    origin = models.CharField(max_length=100, unique=True, null=True, blank=True)
    bucket = models.CharField(max_length=63)
    stored_at = models.DateTimeField(
        null=True, blank=True, help_text="When all its files were stored; empty: being stored or deleted, hidden"
    )
    score = models.FloatField(null=True, blank=True)
    score_name = models.CharField(max_length=100, blank=True)
    class_names = models.JSONField(default=list)
    metadata = models.JSONField(default=dict, help_text="Config, versions, digests: how it came to be")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="model_version_number_unique")]
        indexes = [models.Index(fields=["stored_at"], name="model_version_stored")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.model} v{self.number}"


class FileRole(models.TextChoices):
    """What a file is to its model version."""

    NATIVE = "native", "Model in its own format"
    ONNX = "onnx", "ONNX export"
    LOG = "log", "Training log"
    CONFIG = "config", "Config of the training"
    OTHER = "other", "Other"


class ModelFile(TimestampedModel):
    """One file of a model version."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255, help_text="Path below the version's folder")
    role = models.CharField(max_length=10, choices=FileRole.choices)
    format = models.CharField(max_length=20, blank=True, help_text="pytorch, onnx, tensorrt, tensorflow, … or empty")
    key = models.CharField(max_length=1024)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    check_state = models.CharField(
        max_length=12, blank=True, help_text='ONNX only: "unchecked" until it was compared with the original'
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="model_file_name_unique")]
        ordering = ["version", "name"]

    def __str__(self) -> str:
        return self.name
