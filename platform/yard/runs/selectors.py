"""Reading runs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.core.errors import NotFound
from yard.executions.logs import store
from yard.executions.models import Attempt
from yard.executions.states import ACTIVE, State
from yard.runs.models import Run, RunOutput

TAIL_LINES = 40
TAIL_BYTES = 64 << 10
EXPECTED_FROM = 20
"""How many earlier runs tell how long one takes."""


def run_list_for(user: AnyUser) -> QuerySet[Run]:
    """The runs of the user's projects."""
    return access.visible(user, Run.objects.all())


def for_list(runs: QuerySet[Run]) -> QuerySet[Run]:
    """With what a list shows of each, and nothing large."""
    return runs.select_related(
        "execution__created_by", "dataset", "dataset_version", "blueprint_version__blueprint"
    ).only(
        "name",
        "project",
        "created_at",
        "phase",
        "progress",
        "score",
        "score_name",
        "execution__state",
        "execution__reason",
        "execution__created_by__username",
        "execution__started_at",
        "execution__finished_at",
        "execution__stop_requested_at",
        "dataset__name",
        "dataset_version__number",
        "blueprint_version__number",
        "blueprint_version__blueprint__provider",
        "blueprint_version__blueprint__category",
        "blueprint_version__blueprint__architecture",
    )


def run_get_for(*, user: AnyUser, run_id: int, role: Role = Role.VIEWER) -> Run:
    """The run, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    outputs = RunOutput.objects.filter(model_version__stored_at__isnull=False)
    found = (
        run_list_for(user)
        .filter(pk=run_id)
        .select_related(
            "execution__created_by",
            "dataset",
            "dataset_version",
            "blueprint_version__blueprint",
            "image_build__execution",
        )
        .prefetch_related(
            "execution__changes",
            Prefetch(
                "outputs", outputs.select_related("model_version__model").prefetch_related("model_version__files")
            ),
        )
        .first()
    )
    if found is None:
        raise NotFound("There is no such run, or you are not a member of its project.")
    access.require(user, found.project_id, role, what="such run")
    return found


def run_by_request_key(key: str | None) -> Run | None:
    """The run that a request with this key made, if any."""
    return Run.objects.filter(request_key=key).select_related("execution").first() if key else None


def attempt_of(run: Run) -> Attempt | None:
    """The newest attempt."""
    return Attempt.objects.filter(execution_id=run.execution_id).select_related("host").order_by("-number").first()


def duration_of(run: Run) -> float | None:
    """Seconds in its box so far, or until it ended; None when it never had one."""
    started = run.execution.started_at
    if started is None:
        return None
    return max(0.0, ((run.execution.finished_at or timezone.now()) - started).total_seconds())


def expected_duration(run: Run) -> float | None:
    """Seconds that the last successful runs of the same template took (their median); None when there was none."""
    if run.blueprint_version is None:
        return None
    earlier = Run.objects.filter(
        project=run.project_id,
        blueprint_version__blueprint=run.blueprint_version.blueprint_id,
        execution__state=State.SUCCEEDED,
        execution__started_at__isnull=False,
        execution__finished_at__isnull=False,
    ).exclude(pk=run.pk)
    times = earlier.order_by("-pk").values_list("execution__started_at", "execution__finished_at")[:EXPECTED_FROM]
    spans: list[timedelta] = [finished - started for started, finished in times if started and finished]
    return statistics.median(span.total_seconds() for span in spans) if spans else None


def log_tail(attempt: Attempt | None) -> str:
    """The last lines the attempt printed; empty when it printed nothing."""
    if attempt is None or attempt.log_bytes == 0:
        return ""
    start = max(0, attempt.log_bytes - TAIL_BYTES)
    text = store.read(attempt, start, TAIL_BYTES).decode("utf-8", "replace")
    lines = text.splitlines()
    if start > 0 and len(lines) > 1:
        del lines[0]  # its beginning was cut off
    return "\n".join(lines[-TAIL_LINES:])


def makers_of_versions(version_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The run that made each of these model versions, for the registry's pages."""
    outputs = RunOutput.objects.filter(model_version__in=version_ids).values_list(
        "model_version_id", "run_id", "run__name"
    )
    return {version: {"id": run_id, "name": name} for version, run_id, name in outputs}


def filesets_in_use() -> set[str]:
    """Digests of the file sets that runs read now, or will before they end."""
    active = Run.objects.filter(execution__state__in=ACTIVE, dataset_version__isnull=False)
    return set(active.values_list("dataset_version__fileset__digest", flat=True))


def run_counts_of_datasets(version_ids: Sequence[int]) -> dict[int, int]:
    """version of a data set → runs that were made with it."""
    rows = Run.objects.filter(dataset_version__in=version_ids).order_by().values_list("dataset_version")
    return dict(rows.annotate(count=Count("pk")))


def run_names_of_dataset(version_id: int, most: int) -> list[str]:
    """Names of runs that were made with this version of a data set, the newest first."""
    runs = Run.objects.filter(dataset_version=version_id).order_by("-pk")
    return list(runs.values_list("name", flat=True)[:most])
