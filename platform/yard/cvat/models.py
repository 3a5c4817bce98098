"""CVAT servers of projects, the data sets linked to their tasks, and what is carried to and fro."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel


class SignIn(models.TextChoices):
    """How the platform signs in to CVAT."""

    PASSWORD = "password", "User name and password"
    TOKEN = "token", "Access token"


class CvatServer(TimestampedModel):
    """A CVAT server that a project works with. Its password or token lies encrypted among the project's secrets."""

    project = models.ForeignKey("accounts.Project", on_delete=models.CASCADE, related_name="cvat_servers")
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=500)
    sign_in = models.CharField(max_length=10, choices=SignIn.choices, default=SignIn.PASSWORD)
    username = models.CharField(max_length=150, blank=True)
    organization = models.CharField(
        max_length=100, blank=True, help_text="Short name of an organization in CVAT; empty: the account's own space"
    )
    secret = models.ForeignKey("accounts.Secret", on_delete=models.CASCADE, related_name="+", editable=False)
    version = models.CharField(max_length=50, blank=True, help_text="As the server told it at the last test")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="Last test")
    fault = models.TextField(blank=True, help_text="Why the last test failed; empty: it went well")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="cvat_server_name_unique")]
        ordering = ["project", "name"]

    def __str__(self) -> str:
        return self.name


class RemoteKind(models.TextChoices):
    """What in CVAT a data set is linked to."""

    TASK = "task", "Task"
    PROJECT = "project", "Project"


class CvatLink(TimestampedModel):
    """A data set and the task or project in CVAT in which it is annotated."""

    dataset = models.OneToOneField("datasets.Dataset", on_delete=models.CASCADE, related_name="cvat_link")
    server = models.ForeignKey(CvatServer, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=7, choices=RemoteKind.choices)
    remote_id = models.BigIntegerField(null=True, blank=True, help_text="Id of the task or project in CVAT")
    name = models.CharField(max_length=255, help_text="What it is called in CVAT")
    made_here = models.BooleanField(help_text="Whether the platform made it; else it was there already")
    ready = models.BooleanField(default=False, help_text="It is complete and its images are known: it can be pulled")
    # Stands in the name of what is being made, so that it is found again when its id was lost with a killed worker.
    marker = models.CharField(max_length=20, editable=False)
    # How far work came: the ids of what was made and asked for, and the last image that was sent.
    memo = models.JSONField(default=dict, blank=True, editable=False)
    images = models.JSONField(default=dict, blank=True, help_text="How the images match; see yard.cvat.matching")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.dataset} ↔ {self.kind} {self.remote_id or '(being made)'}"


class CvatFrame(models.Model):
    """The job in CVAT that an image belongs to."""

    link = models.ForeignKey(CvatLink, on_delete=models.CASCADE, related_name="frames")
    image_name = models.CharField(max_length=255, help_text="As the data set names it")
    task_id = models.BigIntegerField()
    job_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "image_name"], name="cvat_frame_unique")]

    def __str__(self) -> str:
        return f"{self.image_name} in job {self.job_id}"


class TransferKind(models.TextChoices):
    """What is done with CVAT."""

    CREATE = "create", "Make a task or project"
    LINK = "link", "Look at a task or project that is there"
    PULL = "pull", "Pull annotations"


class TransferState(models.TextChoices):
    """Where it is."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ACTIVE = (TransferState.QUEUED, TransferState.RUNNING)


class CvatTransfer(TimestampedModel):
    """Something done with CVAT for a data set; ends with a report. A killed one goes on."""

    dataset = models.ForeignKey("datasets.Dataset", on_delete=models.CASCADE, related_name="cvat_transfers")
    link = models.ForeignKey(
        CvatLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="transfers", help_text="None: unlinked"
    )
    kind = models.CharField(max_length=6, choices=TransferKind.choices)
    state = models.CharField(max_length=9, choices=TransferState.choices, default=TransferState.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1")
    message = models.TextField(blank=True)
    away = models.BooleanField(default=False, help_text="It failed since the server did not answer")
    report = models.JSONField(default=dict, blank=True, help_text="See yard.cvat.pulling and yard.cvat.matching")
    version = models.ForeignKey(
        "datasets.DatasetVersion",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The data set with what was pulled",
    )
    failures = models.IntegerField(default=0, help_text="In a row, of the server or the worker, since it last got on")
    due_at = models.DateTimeField(help_text="When the watchdog gives a queued one to the worker (again)")
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Two that write to one data set, or make one task, would get into each other's way.
            models.UniqueConstraint(
                fields=["dataset"], condition=models.Q(state="running"), name="cvat_transfer_running_once"
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="cvat_transfer_by_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.dataset_id}"
