"""How files come into a data set: imports, what they ask, and uploads."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.datasets.models.contents import Dataset, Image


class ImportState(models.TextChoices):
    """Where an import is."""

    UPLOADING = "uploading", "Uploading"
    ASKING = "asking", "Waits for an answer"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class OnConflict(models.TextChoices):
    """What becomes of a file whose name an image of the data set has already, with other content."""

    ASK = "ask", "Ask"
    KEEP = "keep", "Keep the old one"
    REPLACE = "replace", "Replace the old one"
    RENAME = "rename", "Keep both"


class OnDuplicate(models.TextChoices):
    """What becomes of a file whose content the data set has already under another name."""

    KEEP = "keep", "Keep both"
    SKIP = "skip", "Leave it out"


class Import(TimestampedModel):
    """Uploads that are unpacked, checked and matched together; ends with a report.

    One that failed or was cancelled keeps its uploads: files can be added or removed, and it can be started again.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADING)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.imports.report")
    # How far it came, so that a killed one goes on from there instead of from the beginning.
    cursor = models.IntegerField(default=0, help_text="Image files dealt with")
    compared = models.IntegerField(default=0, help_text="Image files compared with what the data set has")
    newest_label = models.BigIntegerField(null=True, help_text="The last class that there was when it began; 0: none")
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    on_conflict = models.CharField(max_length=7, choices=OnConflict.choices, default=OnConflict.RENAME)
    on_duplicate = models.CharField(max_length=4, choices=OnDuplicate.choices, default=OnDuplicate.KEEP)
    remote = models.JSONField(default=dict, blank=True, help_text="The S3 bucket it reads; see yard.datasets.remote")
    interruptions = models.IntegerField(default=0, help_text="Times it was taken over since the cursor last moved")
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Two imports that give names to files of one data set would get into each other's way.
            models.UniqueConstraint(fields=["dataset"], condition=models.Q(state="running"), name="import_running_once")
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="import_by_state")]

    def __str__(self) -> str:
        return f"import {self.pk} into {self.dataset}"


class NameConflict(models.Model):
    """A file of an import whose name an image of the data set has, with other content; and what becomes of it."""

    dataset_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="conflicts")
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The old one")
    position = models.IntegerField(help_text="Of the file among those of the import")
    path = models.CharField(max_length=1024, help_text="As it was uploaded, folders included")
    name = models.CharField(max_length=255, help_text="That both would have")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes")
    width = models.IntegerField(null=True, help_text="Pixels; None: it is no image that can be read")
    height = models.IntegerField(null=True)
    modified_at = models.DateTimeField(null=True, help_text="When the file was last changed, where that is known")
    answer = models.CharField(max_length=7, blank=True, choices=OnConflict.choices, help_text="Empty: not answered yet")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset_import", "position"], name="name_conflict_once"),
        ]
        ordering = ["dataset_import", "position"]

    def __str__(self) -> str:
        return f"{self.path} of {self.dataset_import}"


class UploadKind(models.TextChoices):
    """What the bytes of an upload are."""

    FILE = "file", "A file"
    BUNDLE = "bundle", "Many files behind one another"  # a tar; see yard.datasets.bundles
    PART = "part", "A part of a file"  # tus: concatenation
    LISTING = "listing", "The files of a bucket"  # see yard.datasets.remote


class Upload(TimestampedModel):
    """A resumable upload of one file (tus); its chunks lie in the store until it is imported."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="uploads")
    dataset_import = models.ForeignKey(Import, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=7, choices=UploadKind.choices, default=UploadKind.FILE)
    name = models.CharField(max_length=1024, blank=True, help_text="As the browser named it, folders included")
    size = models.BigIntegerField(null=True, help_text="Bytes; None: the client says so later")
    offset = models.BigIntegerField(default=0, help_text="Bytes acknowledged so far")
    metadata = models.TextField(blank=True, help_text="Upload-Metadata, as the client sent it")
    fingerprint = models.CharField(max_length=100, blank=True, help_text="By which the client knows its files again")
    whole = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts", help_text="What it is a part of"
    )

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset}/{self.size})"

    @property
    def is_complete(self) -> bool:
        """Whether every byte is there."""
        return self.offset == self.size


class UploadChunk(models.Model):
    """Acknowledged bytes of an upload. Each has a key nobody else writes to, so a late rival cannot change them."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    offset = models.BigIntegerField()
    size = models.BigIntegerField()
    key = models.CharField(max_length=1024)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="upload_chunk_unique")]
        ordering = ["upload", "offset"]

    def __str__(self) -> str:
        return f"{self.offset}+{self.size} of {self.upload_id}"
