"""Executions, attempts and hosts as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from yard.executions.models import Attempt, Device, Execution, Host, StateChange
from yard.executions.selectors import attempt_latest, host_load, queue_counts


class StateChangeSerializer(serializers.ModelSerializer[StateChange]):
    """One step in an execution's life."""

    class Meta:
        model = StateChange
        fields = ["from_state", "to_state", "reason", "at"]


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try of an execution."""

    host = serializers.CharField(source="host.name", default=None, allow_null=True)

    class Meta:
        model = Attempt
        fields = [
            "id",
            "number",
            "host",
            "image_reference",
            "image_digest",
            "started_at",
            "finished_at",
            "exit_code",
            "out_of_memory",
            "timed_out",
            "limit_hit",
            "kill_sent_at",
            "message",
            "log_bytes",
            "log_lines",
            "log_dropped_bytes",
            "log_complete",
        ]


class ResourcesSerializer(serializers.Serializer[Execution]):
    """What an execution asked for; sizes in bytes, times in seconds."""

    cpus = serializers.FloatField()
    memory_bytes = serializers.IntegerField()
    shared_memory_bytes = serializers.IntegerField()
    gpus = serializers.IntegerField()
    disk_bytes = serializers.IntegerField(allow_null=True)
    time_limit_seconds = serializers.IntegerField(allow_null=True)


class ExecutionSerializer(serializers.ModelSerializer[Execution]):
    """An execution with its history and its newest attempt."""

    changes = StateChangeSerializer(many=True, read_only=True)
    attempt = serializers.SerializerMethodField()
    resources = ResourcesSerializer(source="*", read_only=True)
    can = serializers.SerializerMethodField()

    class Meta:
        model = Execution
        fields = [
            "id",
            "project",
            "kind",
            "title",
            "state",
            "reason",
            "cause",
            "created_at",
            "state_changed_at",
            "started_at",
            "finished_at",
            "stop_requested_at",
            "changes",
            "attempt",
            "resources",
            "can",
        ]

    @extend_schema_field(AttemptSerializer)
    def get_attempt(self, execution: Execution) -> dict[str, Any]:
        return AttemptSerializer(attempt_latest(execution)).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_can(self, execution: Execution) -> list[str]:
        may_edit = self.context.get("may_edit", False)
        return ["stop"] if may_edit and not execution.is_final and execution.stop_requested_at is None else []


class DeviceSerializer(serializers.ModelSerializer[Device]):
    """A GPU, and whether a box holds it."""

    in_use = serializers.SerializerMethodField()

    class Meta:
        model = Device
        fields = ["index", "uuid", "name", "memory_bytes", "in_use"]

    def get_in_use(self, device: Device) -> bool:
        return device.attempt_id is not None


class FreeSerializer(serializers.Serializer[dict[str, Any]]):
    """What of a host is free now."""

    cpus = serializers.FloatField()
    memory_bytes = serializers.IntegerField()
    gpus = serializers.IntegerField()


class QueueSerializer(serializers.Serializer[dict[str, Any]]):
    """How many executions wait, and how many hold a box, over all projects."""

    waiting = serializers.IntegerField()
    running = serializers.IntegerField()


class HostSerializer(serializers.ModelSerializer[Host]):
    """A host, what it has and what is free."""

    free = serializers.SerializerMethodField()
    devices = serializers.SerializerMethodField()
    queue = serializers.SerializerMethodField()
    not_enforced = serializers.ListField(
        child=serializers.CharField(), help_text="Limits that nobody keeps for boxes on this host"
    )

    class Meta:
        model = Host
        fields = [
            "id",
            "name",
            "launcher",
            "launcher_reason",
            "version",
            "not_enforced",
            "cpus",
            "memory_bytes",
            "free",
            "devices",
            "queue",
            "seen_at",
        ]

    @extend_schema_field(FreeSerializer)
    def get_free(self, host: Host) -> dict[str, Any]:
        load = host_load(host)
        return {
            "cpus": max(0.0, host.cpus - load.cpus),
            "memory_bytes": max(0, host.memory_bytes - load.memory_bytes),
            "gpus": load.gpus_free,
        }

    @extend_schema_field(DeviceSerializer(many=True))
    def get_devices(self, host: Host) -> Any:
        return DeviceSerializer([device for device in host.devices.all() if device.present], many=True).data

    @extend_schema_field(QueueSerializer)
    def get_queue(self, host: Host) -> dict[str, int]:
        return queue_counts()
