"""Runs in Django's admin: to be looked at; history does not change.

Deleting a run goes through the API, which removes its log as well.
"""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from yard.core.admin import ReadOnly, link
from yard.runs.models import MetricKey, MetricPoint, Run, RunOutput


class OutputInline(ReadOnly, admin.TabularInline[RunOutput, Run]):
    model = RunOutput
    extra = 0
    fields = ["model_version", "attempt", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Run)
class RunAdmin(ReadOnly, admin.ModelAdmin[Run]):
    list_display = [
        "id",
        "name",
        "project",
        "state",
        "score",
        "score_name",
        "blueprint_version",
        "dataset",
        "dataset_version",
        "created_by",
        "created_at",
        "log",
    ]
    list_filter = ["execution__state", "project", "origin", "created_at"]
    list_select_related = [
        "project",
        "execution__created_by",
        "blueprint_version__blueprint",
        "dataset",
        "dataset_version__dataset",
    ]
    search_fields = ["name", "=id", "execution__created_by__username", "dataset__name"]
    date_hierarchy = "created_at"
    inlines = [OutputInline]
    readonly_fields = ["state", "reason", "created_by", "execution_link", "log"]

    @admin.display(ordering="execution__state")
    def state(self, run: Run) -> str:
        """Where it is in its life."""
        return run.execution.get_state_display()

    @admin.display
    def reason(self, run: Run) -> str:
        """Why it is in this state."""
        return run.execution.reason

    @admin.display(ordering="execution__created_by")
    def created_by(self, run: Run) -> str:
        """Who started it."""
        return str(run.execution.created_by or "")

    @admin.display(description="execution")
    def execution_link(self, run: Run) -> str:
        """Its execution, with every state and attempt."""
        return link(run.execution)

    @admin.display
    def log(self, run: Run) -> str:
        """Its whole log."""
        address = reverse("api:execution-log", args=[run.execution_id])
        return format_html('<a href="{}?download=1">log</a>', address)


@admin.register(MetricKey)
class MetricKeyAdmin(ReadOnly, admin.ModelAdmin[MetricKey]):
    list_display = ["id", "run", "name", "point_count", "last_value"]
    list_select_related = ["run"]
    search_fields = ["name", "run__name"]


@admin.register(MetricPoint)
class MetricPointAdmin(ReadOnly, admin.ModelAdmin[MetricPoint]):
    list_display = ["id", "key", "sequence", "step", "epoch", "value", "kind", "at"]
    list_filter = ["kind"]
    list_select_related = ["key"]
    search_fields = ["=key__run__id", "key__name"]
    show_full_result_count = False


@admin.register(RunOutput)
class RunOutputAdmin(ReadOnly, admin.ModelAdmin[RunOutput]):
    list_display = ["id", "run", "model_version", "attempt", "created_at"]
    list_select_related = ["run", "model_version__model", "attempt"]
    search_fields = ["run__name", "model_version__model__name"]
