"""What the worker does for a large data set, with its progress."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.datasets.models.contents import Dataset
from yard.datasets.models.versions import DatasetVersion, VersionOrigin


class WorkState(models.TextChoices):
    """Where a piece of work of the worker is."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Work(TimestampedModel):
    """Something that a worker does under a lease; may be killed anywhere and is then done again.

    Every kind has a ``dataset``. ``event`` is what its events call it.
    """

    event: ClassVar[str]

    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    interruptions = models.IntegerField(default=0, help_text="Times its worker was gone before it had ended")
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Pinning(Work):
    """Making a version of a data set that is too large for a request to wait for it."""

    event = "pinning"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="pinnings")
    revision = models.BigIntegerField(help_text="Of the data set, when it was asked for")
    origin = models.CharField(max_length=10, choices=VersionOrigin.choices, default=VersionOrigin.USER)
    note = models.TextField(blank=True)
    version = models.ForeignKey(
        DatasetVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="That was made"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"version of {self.dataset_id} as it is at {self.revision}"


class Figure(Work):
    """Something about a data set that takes long to work out. The last answer is shown until there is a newer one."""

    event = "figure"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="figures")
    kind = models.CharField(max_length=20, help_text="What is worked out; see yard.datasets.figures")
    question = models.CharField(max_length=300, blank=True, help_text="About which part of it: a class, a split, …")
    wanted = models.CharField(max_length=120, help_text="The state of the data set that it is (to be) worked out for")
    stamp = models.CharField(max_length=120, blank=True, help_text="The state that the value is about; empty: none yet")
    value = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "kind", "question"], name="figure_unique")]
        ordering = ["dataset", "kind", "question"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.dataset_id}"


class Restore(Work):
    """Bringing the working state back to a version; may be killed anywhere and goes on."""

    event = "restore"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="restores")
    version = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    # The working state as it was, pinned first: nothing is lost by a restore.
    before = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset"], condition=models.Q(state__in=["queued", "running"]), name="restore_active_once"
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"restore {self.pk} of {self.dataset}"
