"""Anything that runs in a box: what was asked for, each try of it, where it ran, and what it printed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from yard.core.models import TimestampedModel
from yard.executions.states import FINAL, Cause, State


class Host(TimestampedModel):
    """A machine on which a supervisor's launcher starts boxes."""

    name = models.CharField(max_length=100, unique=True)
    launcher = models.CharField(max_length=20)
    launcher_reason = models.TextField(blank=True, help_text="Why this launcher was chosen")
    cpus = models.FloatField()
    memory_bytes = models.BigIntegerField()
    version = models.CharField(max_length=200, blank=True)
    not_enforced = models.JSONField(default=list, blank=True, help_text="Limits that nobody keeps for its boxes")
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Execution(TimestampedModel):
    """Something to be run in a box: a run, an image build, later an export or an evaluation."""

    project = models.ForeignKey(
        "accounts.Project", null=True, blank=True, on_delete=models.CASCADE, related_name="executions"
    )
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED, db_index=True)
    reason = models.TextField(blank=True, help_text="Why it is in this state, or what it waits for")
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True, help_text="Who a failure is due to")
    state_changed_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the box first ran")
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    stop_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    priority = models.IntegerField(default=0)
    cpus = models.FloatField(default=1)
    memory_bytes = models.BigIntegerField(default=2 << 30)
    shared_memory_bytes = models.BigIntegerField(default=1 << 30)
    gpus = models.IntegerField(default=0)
    disk_bytes = models.BigIntegerField(null=True, blank=True)
    time_limit_seconds = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-priority", "id"], name="execution_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.title}"

    @property
    def is_final(self) -> bool:
        """Whether it has ended, however."""
        return self.state in FINAL


class StateChange(models.Model):
    """One step in an execution's life. Append-only."""

    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="changes")
    from_state = models.CharField(max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Attempt(TimestampedModel):
    """One try of an execution in a box. A restart or resume is a new attempt."""

    execution = models.ForeignKey(Execution, on_delete=models.CASCADE, related_name="attempts")
    number = models.IntegerField(default=1)
    host = models.ForeignKey(Host, null=True, blank=True, on_delete=models.PROTECT, related_name="attempts")
    handle = models.JSONField(null=True, blank=True, help_text="By which the launcher finds the box again")
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    image_reference = models.CharField(max_length=300, blank=True)
    image_digest = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    terminate_sent_at = models.DateTimeField(null=True, blank=True)
    exit_code = models.IntegerField(null=True, blank=True)
    out_of_memory = models.BooleanField(default=False)
    timed_out = models.BooleanField(default=False)
    kill_sent_at = models.DateTimeField(null=True, blank=True, help_text="When it had not ended on being asked to")
    limit_hit = models.CharField(max_length=20, blank=True, help_text="The limit it ran into: disk, files, pids")
    started_mark = models.CharField(max_length=80, blank=True, help_text="started_at by the kernel's clock")
    terminate_mark = models.CharField(max_length=80, blank=True, help_text="terminate_sent_at by the kernel's clock")
    message = models.TextField(blank=True, help_text="The engine's words when the box could not run")
    log_cursor = models.CharField(max_length=300, blank=True)
    log_bytes = models.BigIntegerField(default=0)
    log_lines = models.BigIntegerField(default=0)
    log_dropped_bytes = models.BigIntegerField(default=0)
    log_complete = models.BooleanField(default=False)
    log_bucket = models.CharField(max_length=63, blank=True, help_text="Where the compacted log lies; empty: in chunks")
    log_key = models.CharField(max_length=1024, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["execution", "number"], name="attempt_number_unique")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.execution_id}"

    @property
    def box_name(self) -> str:
        """The name of its box: the same in every process and after every restart, and no other platform's."""
        return f"yard-{settings.INSTANCE}-attempt-{self.pk}"


class Device(TimestampedModel):
    """A GPU of a host, free or reserved for one attempt."""

    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="devices")
    uuid = models.CharField(max_length=100)
    index = models.IntegerField()
    name = models.CharField(max_length=100)
    memory_bytes = models.BigIntegerField(default=0)
    present = models.BooleanField(default=True)
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.SET_NULL, related_name="devices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "uuid"], name="device_unique")]
        ordering = ["host", "index"]

    def __str__(self) -> str:
        return f"{self.host} GPU {self.index} ({self.name})"


class LogChunk(models.Model):
    """A piece of an attempt's output, at most 256 KiB. Append-only; one object when the attempt ended."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="chunks")
    offset = models.BigIntegerField(help_text="Of its first byte in the attempt's output")
    line = models.BigIntegerField(help_text="Line breaks before its first byte")
    data = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        # Two followers of one attempt cannot both store the same bytes.
        constraints = [models.UniqueConstraint(fields=["attempt", "offset"], name="log_chunk_offset_unique")]
        ordering = ["attempt", "offset"]

    def __str__(self) -> str:
        return f"{len(self.data)} bytes at {self.offset}"


class LogTail(models.Model):
    """The last output of an attempt whose log is full: how a flood ended, and its score, are in there."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="log_tail")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"the last {len(self.data)} bytes"
