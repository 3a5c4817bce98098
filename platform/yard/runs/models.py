"""Runs: one training as the user asked for it, its metrics, score and outputs."""

from __future__ import annotations

from django.db import models

from yard.blueprints.fields import OrderedJSONField
from yard.core.models import TimestampedModel


class RunOrigin(models.TextChoices):
    """Who asked for the run."""

    WEB = "web", "Browser"
    API = "api", "API"


class Run(TimestampedModel):
    """One training as the user asked for it. A user's retry is a new run."""

    project = models.ForeignKey("accounts.Project", on_delete=models.CASCADE, related_name="runs")
    name = models.CharField(max_length=200)
    execution = models.OneToOneField("executions.Execution", on_delete=models.PROTECT, related_name="run")
    dataset = models.ForeignKey("datasets.Dataset", on_delete=models.PROTECT, related_name="runs")
    dataset_version = models.ForeignKey(
        "datasets.DatasetVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="runs",
        help_text="None while it is made or its annotations are being pulled; pinned before its box starts",
    )
    pull = models.ForeignKey(
        "cvat.CvatTransfer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="runs",
        help_text="That brings the annotations it is to train on",
    )
    pinning = models.ForeignKey(
        "datasets.Pinning",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="runs",
        help_text="That makes the version it is to train on, where the data set is large",
    )
    blueprint_version = models.ForeignKey(
        "blueprints.BlueprintVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    image_build = models.ForeignKey(
        "blueprints.ImageBuild", null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reruns", help_text="Run again from"
    )
    origin = models.CharField(max_length=10, choices=RunOrigin.choices, default=RunOrigin.API)
    request_key = models.CharField(
        max_length=200, unique=True, null=True, blank=True, help_text="The same request sent twice makes one run"
    )
    # Their order is that of the arguments of train.py, which PostgreSQL's own JSON type would forget.
    config = OrderedJSONField(help_text="As submitted; whole numbers are whole")
    presets = OrderedJSONField(default=dict, help_text="The template's, at the time")
    export_config = OrderedJSONField(null=True, blank=True, help_text="None: no ONNX export")
    grants = models.JSONField(
        default=list, blank=True, help_text="What it was allowed beyond what every run may, when it was started"
    )
    seed = models.BigIntegerField(null=True, blank=True)
    phase = models.CharField(
        max_length=20, blank=True, help_text="From the entrypoint's markers: setup, training, ended"
    )
    progress = models.FloatField(null=True, blank=True, help_text="0 to 1")
    log_parsed_to = models.BigIntegerField(default=0, help_text="Log bytes already searched for metrics and markers")
    log_parsed_attempt = models.IntegerField(default=1, help_text="Number of the attempt that log_parsed_to is about")
    metric_messages = models.JSONField(default=dict, blank=True, help_text="metric → why it is no longer read")
    score = models.FloatField(null=True, blank=True)
    score_name = models.CharField(max_length=100, blank=True)
    score_regexp = models.TextField(blank=True)
    score_line = models.TextField(blank=True, help_text="The log line the score was found in")
    score_message = models.TextField(blank=True, help_text="Why there is no score")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["project", "-id"], name="run_by_project"),
            models.Index(fields=["project", "score"], name="run_by_score"),
            models.Index(fields=["blueprint_version", "-id"], name="run_by_blueprint"),
        ]

    def __str__(self) -> str:
        return self.name


class MetricKey(models.Model):
    """The name of a metric within a run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="metric_keys")
    name = models.CharField(max_length=200)
    last_value = models.FloatField(null=True, blank=True)
    point_count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="metric_key_unique")]
        ordering = ["run", "name"]

    def __str__(self) -> str:
        return self.name


class MetricPoint(models.Model):
    """One value of a metric. Append-only."""

    key = models.ForeignKey(MetricKey, on_delete=models.CASCADE, related_name="points")
    attempt = models.ForeignKey("executions.Attempt", on_delete=models.CASCADE, related_name="+")
    sequence = models.IntegerField(help_text="Counts the points of this key from 0")
    step = models.BigIntegerField()
    epoch = models.FloatField(null=True, blank=True)
    at = models.DateTimeField()
    value = models.FloatField(null=True, help_text="None with kind nan, inf or -inf")
    kind = models.CharField(max_length=6, default="number", help_text="number, nan, inf, -inf")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "attempt", "sequence"], name="metric_point_unique")]
        ordering = ["key", "sequence"]

    def __str__(self) -> str:
        return f"{self.key_id} [{self.step}] {self.value}"


class RunOutput(TimestampedModel):
    """A model version that a run made; the link lives here so that the registry never knows runs."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="outputs")
    model_version = models.OneToOneField("registry.ModelVersion", on_delete=models.CASCADE, related_name="run_output")
    attempt = models.ForeignKey("executions.Attempt", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.run} → {self.model_version}"
