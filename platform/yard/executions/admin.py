"""Executions in the admin: to look at, since history must not change."""

from __future__ import annotations

from django.contrib import admin

from yard.core.admin import ReadOnly, link
from yard.executions.models import Attempt, Device, Execution, Host, LogChunk, StateChange


class StateChangeInline(ReadOnly, admin.TabularInline[StateChange, Execution]):
    model = StateChange
    extra = 0
    fields = ["at", "from_state", "to_state", "reason"]


class AttemptInline(ReadOnly, admin.TabularInline[Attempt, Execution]):
    model = Attempt
    extra = 0
    show_change_link = True
    fields = ["number", "host", "exit_code", "out_of_memory", "timed_out", "started_at", "finished_at", "log_bytes"]


@admin.register(Execution)
class ExecutionAdmin(ReadOnly, admin.ModelAdmin[Execution]):
    list_display = ["id", "kind", "title", "state", "project", "created_by", "created_at", "finished_at"]
    list_filter = ["kind", "state", "cause", "project"]
    search_fields = ["title", "reason", "=id"]
    list_select_related = ["project", "created_by"]
    date_hierarchy = "created_at"
    inlines = [AttemptInline, StateChangeInline]


@admin.register(Attempt)
class AttemptAdmin(ReadOnly, admin.ModelAdmin[Attempt]):
    list_display = [
        "id",
        "execution_link",
        "number",
        "host",
        "exit_code",
        "out_of_memory",
        "lease_owner",
        "lease_until",
    ]
    list_filter = ["host", "out_of_memory", "timed_out"]
    search_fields = ["=id", "=execution__id", "execution__title"]
    list_select_related = ["execution", "host"]

    @admin.display(description="execution")
    def execution_link(self, attempt: Attempt) -> str:
        return link(attempt.execution)


@admin.register(StateChange)
class StateChangeAdmin(ReadOnly, admin.ModelAdmin[StateChange]):
    list_display = ["at", "execution", "from_state", "to_state", "reason"]
    list_filter = ["to_state"]
    search_fields = ["=execution__id", "reason"]
    list_select_related = ["execution"]


@admin.register(LogChunk)
class LogChunkAdmin(ReadOnly, admin.ModelAdmin[LogChunk]):
    list_display = ["attempt", "offset", "line", "at"]
    search_fields = ["=attempt__id"]
    list_select_related = ["attempt"]


class DeviceInline(ReadOnly, admin.TabularInline[Device, Host]):
    model = Device
    extra = 0


@admin.register(Host)
class HostAdmin(ReadOnly, admin.ModelAdmin[Host]):
    list_display = ["name", "launcher", "cpus", "memory_bytes", "seen_at", "launcher_reason"]
    inlines = [DeviceInline]


@admin.register(Device)
class DeviceAdmin(ReadOnly, admin.ModelAdmin[Device]):
    list_display = ["host", "index", "name", "present", "attempt"]
    list_filter = ["host", "present"]
    list_select_related = ["host", "attempt"]
