"""Runs as the API takes and shows them."""

from __future__ import annotations

import shlex
from typing import Any

from django.db.models import TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.accounts.serializers import UserBriefSerializer
from yard.blueprints.config import config_arguments, merge_presets
from yard.blueprints.models import ImageBuild
from yard.executions.models import Attempt, Execution
from yard.executions.serializers import AttemptSerializer, ResourcesSerializer, StateChangeSerializer
from yard.executions.services import Requested
from yard.executions.states import Cause, State
from yard.registry.filters import LARGEST_ID
from yard.registry.roles import Roles
from yard.registry.serializers import ModelFileSerializer
from yard.runs import selectors
from yard.runs.models import MetricKey, Run, RunOutput
from yard.runs.verdict import what_to_do

KIB = 1 << 10
MIB = 1 << 20
BIGGEST = 1 << 50


class RunDatasetSerializer(serializers.Serializer[Run]):
    """The data set of a run, and the number of the version it uses."""

    id = serializers.IntegerField(source="dataset_id")
    name = serializers.CharField(source="dataset.name")
    version = serializers.SerializerMethodField(help_text="Null while the annotations are being pulled from CVAT")
    version_id = serializers.IntegerField(source="dataset_version_id", allow_null=True)

    def get_version(self, run: Run) -> int | None:
        """The version's number."""
        return run.dataset_version.number if run.dataset_version else None


class RunTemplateSerializer(serializers.Serializer[Run]):
    """The template of a run, and the number of the version it uses."""

    id = serializers.IntegerField(source="blueprint_id")
    provider = serializers.CharField(source="blueprint.provider")
    category = serializers.CharField(source="blueprint.category")
    architecture = serializers.CharField(source="blueprint.architecture")
    version = serializers.IntegerField(source="number")
    version_id = serializers.IntegerField(source="pk")


class RunSerializer(serializers.ModelSerializer[Run]):
    """A run in a list. Needs ``roles`` in its context."""

    state = serializers.ChoiceField(source="execution.state", choices=State.choices)
    reason = serializers.CharField(source="execution.reason", help_text="Why it is in this state")
    dataset = RunDatasetSerializer(source="*")
    template = RunTemplateSerializer(source="blueprint_version", allow_null=True)
    created_by = UserBriefSerializer(source="execution.created_by", allow_null=True)
    started_at = serializers.DateTimeField(source="execution.started_at", allow_null=True)
    finished_at = serializers.DateTimeField(source="execution.finished_at", allow_null=True)
    duration = serializers.SerializerMethodField(help_text="Seconds in its box so far, or until it ended")
    execution = serializers.IntegerField(source="execution_id")
    can = serializers.SerializerMethodField(help_text="What the caller may do with it now")

    class Meta:
        model = Run
        fields = [
            "id",
            "name",
            "project",
            "state",
            "reason",
            "phase",
            "progress",
            "score",
            "score_name",
            "dataset",
            "template",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
            "duration",
            "execution",
            "can",
        ]
        read_only_fields = fields

    def get_duration(self, run: Run) -> float | None:
        """Seconds in its box so far, or until it ended."""
        return selectors.duration_of(run)

    def get_can(self, run: Run) -> list[str]:
        """What the caller may do with it now."""
        roles: Roles = self.context["roles"]
        return verbs(run, may_edit=roles.may_edit(run.project_id))


def verbs(run: Run, *, may_edit: bool) -> list[str]:
    """What may be done with a run now."""
    if not may_edit:
        return []
    if run.execution.is_final:
        return ["edit", "rerun", "score", "delete"]
    can_stop = run.execution.stop_requested_at is None
    return ["edit", "rerun", "score", *(["stop"] if can_stop else [])]


class RunImageState(TextChoices):
    """Whether a run's image is there."""

    NONE = "none", "None"
    BUILDING = "building", "Building"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class RunImageSerializer(serializers.Serializer[Any]):
    """The image of a run."""

    state = serializers.ChoiceField(choices=RunImageState.choices)
    tag = serializers.CharField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)
    execution = serializers.IntegerField(allow_null=True, help_text="The build's execution: its state and log")


class RunOutputSerializer(serializers.Serializer[RunOutput]):
    """A model version that a run made."""

    model = serializers.IntegerField(source="model_version.model_id")
    model_name = serializers.CharField(source="model_version.model.name")
    model_version = serializers.IntegerField(source="model_version_id")
    number = serializers.IntegerField(source="model_version.number")
    files = ModelFileSerializer(source="model_version.files", many=True)


class RunParentSerializer(serializers.Serializer[Run]):
    """The run that a run repeats."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class RunDetailSerializer(RunSerializer):
    """A run with everything there is to tell. Needs ``attempt`` and ``roles`` in its context."""

    dataset_version = serializers.IntegerField(source="dataset_version_id", allow_null=True)
    template_version = serializers.IntegerField(source="blueprint_version_id", allow_null=True)
    config = serializers.DictField(help_text="As submitted")
    presets = serializers.DictField(help_text="The template's; they win over the config")
    export_config = serializers.DictField(allow_null=True, help_text="Null: no ONNX export")
    merged_config = serializers.SerializerMethodField(help_text="What train.py gets: config, overridden by presets")
    arguments = serializers.SerializerMethodField(help_text="The same as one line of arguments")
    cause = serializers.SerializerMethodField(help_text="Who a failure is due to: user or platform")
    resources = ResourcesSerializer(source="execution")
    grants = serializers.ListField(
        child=serializers.CharField(), help_text="What it was allowed beyond what every run may: network, root, fuse"
    )
    changes = StateChangeSerializer(source="execution.changes", many=True)
    attempt = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField()
    metric_messages = serializers.DictField(
        child=serializers.CharField(), help_text="Metric → why its pattern is no longer read"
    )
    outputs = RunOutputSerializer(many=True)
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    origin = serializers.CharField()
    expected_duration = serializers.SerializerMethodField(help_text="Median seconds of earlier runs of the template")
    log_tail = serializers.SerializerMethodField(help_text="The last lines of the log, of a run that failed")
    what_to_do = serializers.SerializerMethodField(help_text="A next step, for a run that failed")

    class Meta(RunSerializer.Meta):
        fields = [
            *RunSerializer.Meta.fields,
            "dataset_version",
            "template_version",
            "config",
            "presets",
            "export_config",
            "merged_config",
            "arguments",
            "cause",
            "resources",
            "grants",
            "changes",
            "attempt",
            "image",
            "score_regexp",
            "score_line",
            "score_message",
            "metric_messages",
            "outputs",
            "parent",
            "origin",
            "expected_duration",
            "log_tail",
            "what_to_do",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_merged_config(self, run: Run) -> dict[str, Any]:
        """What train.py gets."""
        return merge_presets(run.config, run.presets)

    def get_arguments(self, run: Run) -> str:
        """The config as one line of arguments."""
        return shlex.join(config_arguments(merge_presets(run.config, run.presets)))

    @extend_schema_field(serializers.ChoiceField(choices=Cause.choices, allow_null=True))
    def get_cause(self, run: Run) -> str | None:
        """Who a failure is due to."""
        return run.execution.cause or None

    @extend_schema_field(AttemptSerializer(allow_null=True))
    def get_attempt(self, _run: Run) -> dict[str, Any] | None:
        """The newest attempt."""
        attempt: Attempt | None = self.context["attempt"]
        return AttemptSerializer(attempt).data if attempt else None

    @extend_schema_field(RunImageSerializer)
    def get_image(self, run: Run) -> dict[str, Any]:
        """The image, and where its build can be watched."""
        return image_of(run)

    def get_expected_duration(self, run: Run) -> float | None:
        """Median seconds of earlier runs of the template."""
        return selectors.expected_duration(run)

    def get_log_tail(self, run: Run) -> str:
        """The last lines of the log, of a run that failed."""
        return selectors.log_tail(self.context["attempt"]) if has_failed(run.execution) else ""

    def get_what_to_do(self, run: Run) -> str:
        """A next step, for a run that failed."""
        attempt: Attempt | None = self.context["attempt"]
        return what_to_do(run.execution, attempt) if attempt and has_failed(run.execution) else ""


def has_failed(execution: Execution) -> bool:
    """Whether it ended badly without anybody asking for it."""
    return execution.state in {State.FAILED, State.LOST}


def image_of(run: Run) -> dict[str, Any]:
    """The state of the run's image."""
    build = run.image_build
    if build is None:
        return {"state": RunImageState.NONE, "tag": None, "digest": None, "size_bytes": None, "execution": None}
    return {
        "state": _image_state(build),
        "tag": build.tag,
        "digest": build.digest or None,
        "size_bytes": build.size_bytes or None,
        "execution": build.execution_id,
    }


def _image_state(build: ImageBuild) -> RunImageState:
    if build.execution.state == State.SUCCEEDED:
        # Without a reference it was removed from the engine since.
        return RunImageState.READY if build.reference else RunImageState.NONE
    return RunImageState.FAILED if build.execution.is_final else RunImageState.BUILDING


class ResourcesRequestSerializer(serializers.Serializer[Any]):
    """What a run may use; sizes in bytes. What is left out gets its default."""

    cpus = serializers.FloatField(min_value=0.1, max_value=4096, required=False)
    memory_bytes = serializers.IntegerField(min_value=64 * MIB, max_value=BIGGEST, required=False)
    shared_memory_bytes = serializers.IntegerField(min_value=KIB, max_value=BIGGEST, required=False)
    gpus = serializers.IntegerField(min_value=0, max_value=1024, required=False)
    disk_bytes = serializers.IntegerField(min_value=MIB, max_value=BIGGEST, required=False, allow_null=True)
    time_limit_seconds = serializers.IntegerField(
        min_value=1, max_value=365 * 24 * 3600, required=False, allow_null=True, help_text="Null: no limit"
    )


class IdField(serializers.IntegerField):
    """The id of a row; what no database could hold as one is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_ID, **options)


class RunCreateSerializer(serializers.Serializer[Any]):
    """What is needed to start a run."""

    project = IdField()
    dataset = IdField()
    dataset_version = IdField(
        required=False, allow_null=True, help_text="Id of a version; left out: the data set as it is now"
    )
    pull = serializers.BooleanField(
        default=True,
        help_text="Pull the annotations first when the data set is linked to CVAT and no version is named",
    )
    template_version = IdField(help_text="Id of a template version")
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    config = serializers.DictField()
    export_config = serializers.DictField(required=False, allow_null=True, help_text="Null: no ONNX export")
    resources = ResourcesRequestSerializer(required=False, allow_null=True)
    parent = IdField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="The run that this one repeats"
    )
    request_id = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Your id of this request (or the header Idempotency-Key): sent twice it starts one run",
    )


class RunChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of a run."""

    name = serializers.CharField(max_length=200)


class ScorePatternSerializer(serializers.Serializer[Any]):
    """A corrected pattern."""

    score_regexp = serializers.CharField(max_length=2000, trim_whitespace=False)


class RequestedSerializer(serializers.Serializer[Requested]):
    """Resources; sizes in bytes, times in seconds."""

    cpus = serializers.FloatField()
    memory_bytes = serializers.IntegerField()
    shared_memory_bytes = serializers.IntegerField()
    gpus = serializers.IntegerField()
    disk_bytes = serializers.IntegerField(allow_null=True)
    time_limit_seconds = serializers.IntegerField(allow_null=True)


class RunDefaultsSerializer(serializers.Serializer[Any]):
    """Resources a run gets by default, and the most that some host has."""

    resources = RequestedSerializer()
    maximum = RequestedSerializer(allow_null=True, help_text="Null while no host is known")


class MetricKeySerializer(serializers.ModelSerializer[MetricKey]):
    """A metric that a run has."""

    class Meta:
        model = MetricKey
        fields = ["name", "point_count", "last_value"]
        read_only_fields = fields


class SeriesSerializer(serializers.Serializer[Any]):
    """A curve, one list per column."""

    name = serializers.CharField()
    steps = serializers.ListField(child=serializers.IntegerField())
    values = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="Null for NaN")
    times = serializers.ListField(child=serializers.DateTimeField())
    sequences = serializers.ListField(child=serializers.IntegerField())
    point_count = serializers.IntegerField(help_text="Points stored, before thinning")
    last_sequence = serializers.IntegerField(help_text="Ask for what comes after it")


class MetricPointsSerializer(serializers.Serializer[Any]):
    """The curves of a run."""

    series = SeriesSerializer(many=True)


class MetricQuerySerializer(serializers.Serializer[Any]):
    """Which part of which curves."""

    names = serializers.CharField(required=False, help_text="Names, separated by commas; left out: all")
    after = serializers.IntegerField(required=False, default=-1, min_value=-1, max_value=2**62)
    max_points = serializers.IntegerField(required=False, default=2000, min_value=10, max_value=20_000)
