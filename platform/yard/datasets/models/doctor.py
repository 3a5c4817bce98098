"""What is wrong with a data set, and what was done about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.datasets.models.contents import Dataset, Image, Label, Shape
from yard.datasets.models.versions import DatasetVersion
from yard.datasets.models.work import Work


class Severity(models.TextChoices):
    """How bad a finding is."""

    ERROR = "error", "Error"
    WARNING = "warning", "Warning"
    INFO = "info", "Info"


class Finding(models.Model):
    """Something the annotation doctor noticed. All are made anew at each examination."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40, help_text="What kind of finding; see yard.datasets.doctor.kinds")
    severity = models.CharField(max_length=7, choices=Severity.choices)
    message = models.TextField()
    image = models.ForeignKey(Image, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    other_image = models.ForeignKey(Image, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    shape = models.ForeignKey(Shape, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    label = models.ForeignKey(Label, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    details = models.JSONField(default=dict, blank=True)
    # The same as long as the same is found about the same content, so that "intended" outlives examinations.
    fingerprint = models.CharField(max_length=64, blank=True)
    intended = models.BooleanField(default=False, help_text="Somebody has said that it is meant to be so")

    class Meta:
        indexes = [models.Index(fields=["dataset", "code"], name="finding_by_code")]
        ordering = ["dataset", "code", "id"]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Intention(TimestampedModel):
    """Somebody's word that what the doctor noticed is meant to be so."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="intentions")
    code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "code", "fingerprint"], name="intention_unique")]
        ordering = ["dataset", "code", "id"]

    def __str__(self) -> str:
        return f"{self.code} is intended in {self.dataset_id}"


class Examination(Work):
    """The newest examination of a data set by the annotation doctor."""

    event = "examination"

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, related_name="examination")
    # Of whoever asked; None: it was begun after a change.
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    options = models.JSONField(default=dict, blank=True, help_text="See yard.datasets.doctor.options")
    revision = models.BigIntegerField(null=True, help_text="Of the data set, that it looks or looked at")
    beyond = models.JSONField(default=dict, blank=True, help_text="code → how many more were found than are kept")
    # What reading the files has brought so far, so that a killed one need not read them again.
    reading = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"examination of {self.dataset_id}"


class Repair(Work):
    """A one-click repair: the versions before and after it, so that it can be undone."""

    event = "repair"

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="repairs")
    code = models.CharField(max_length=40, help_text="Which repair; see yard.datasets.doctor.repairs")
    finding_code = models.CharField(max_length=40, blank=True, help_text="What kind of finding it is for")
    options = models.JSONField(default=dict, blank=True, help_text="What was chosen")
    summary = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)
    before = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    after = models.ForeignKey(DatasetVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_revision = models.BigIntegerField(null=True, help_text="Of the data set, right after the change")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undoing = models.BooleanField(default=False, help_text="The worker is to take it back")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.summary
