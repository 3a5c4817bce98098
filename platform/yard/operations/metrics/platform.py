"""Figures of the whole platform, read from the database when somebody asks: true whichever process answers.

Every figure is one query that an index serves or that counts few rows; what needs more is asked every few minutes.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, Max, Min, Q, Sum, Value, When
from django.utils import timezone
from django_q.models import Failure, OrmQ
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from yard import __version__
from yard.core.events import latest_id
from yard.executions.models import Attempt, Device, Execution
from yard.executions.states import State
from yard.operations.doctor.folders import written_folders
from yard.operations.heartbeats import supervisor_beats, worker_beat
from yard.operations.models import BackupRecord
from yard.storage.models import StoredObject

WEEK = timedelta(days=7)
_BEFORE_THE_BOX = (State.QUEUED, State.BUILDING, State.WAITING)
_DURATIONS = (10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 72 * 3600)
_SLOW_SECONDS = 300.0
_KINDS = ("datasets", "models", "blobs", "manifests", "uploads", "templates", "logs")


class PlatformCollector(Collector):
    """All figures that do not belong to one process."""

    def describe(self) -> list[Metric]:
        """Nothing: a registry would ask the database already when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("trainyard", "The release.", {"version": __version__})
        for figures in (_executions, _waiting, _devices, _durations, _tasks, _events, _beats, _disks, _backups):
            yield from figures()
        yield from _slow(_objects)


def _executions() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "trainyard_executions",
        "Runs, builds and other boxes by kind and state, ended ones too.",
        labels=["kind", "state"],
    )
    for kind, state, count in Execution.objects.order_by().values_list("kind", "state").annotate(Count("pk")):
        family.add_metric([kind, state], count)
    yield family


def _waiting() -> Iterator[Metric]:
    oldest = Execution.objects.filter(state__in=_BEFORE_THE_BOX).aggregate(oldest=Min("created_at"))["oldest"]
    family = GaugeMetricFamily(
        "trainyard_queue_oldest_wait_seconds", "How long the oldest run or build that has no box yet waits; 0: none."
    )
    family.add_metric([], _age(oldest) if oldest else 0)
    yield family


def _devices() -> Iterator[Metric]:
    state = Case(
        When(present=False, then=Value("absent")), When(attempt=None, then=Value("free")), default=Value("used")
    )
    family = GaugeMetricFamily("trainyard_devices", "GPUs by host and use.", labels=["host", "state"])
    rows = Device.objects.order_by().annotate(use=state).values_list("host__name", "use").annotate(Count("pk"))
    for host, use, count in rows:
        family.add_metric([host, use], count)
    yield family


def _durations() -> Iterator[Metric]:
    """Of attempts of the last week, so that the query does not grow with the years."""
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    ended = Attempt.objects.filter(
        created_at__gte=timezone.now() - WEEK, started_at__isnull=False, finished_at__isnull=False
    ).annotate(took=took)
    within = {f"le_{limit}": Count("pk", filter=Q(took__lte=timedelta(seconds=limit))) for limit in _DURATIONS}
    figures: dict[str, Any] = ended.aggregate(all=Count("pk"), total=Sum("took"), **within)
    buckets = [(str(float(limit)), figures[f"le_{limit}"]) for limit in _DURATIONS]
    yield GaugeHistogramMetricFamily(
        "trainyard_attempt_duration_seconds",
        "Time in the box of attempts that were made in the last seven days and have ended.",
        buckets=[*buckets, ("+Inf", figures["all"])],
        gsum_value=figures["total"].total_seconds() if figures["total"] else 0.0,
    )


def _tasks() -> Iterator[Metric]:
    now = timezone.now()
    queue = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=Q(lock__lte=now)), taken=Count("pk", filter=Q(lock__gt=now)), oldest=Min("lock")
    )
    family = GaugeMetricFamily("trainyard_tasks", "Short tasks of the worker.", labels=["state"])
    family.add_metric(["waiting"], queue["waiting"])
    family.add_metric(["taken"], queue["taken"])
    yield family
    family = GaugeMetricFamily("trainyard_tasks_oldest_wait_seconds", "How long the oldest task waits; 0: none does.")
    family.add_metric([], _age(queue["oldest"]) if queue["waiting"] else 0)
    yield family
    failed = Failure.objects.filter(stopped__gte=now - timedelta(days=1)).count()
    family = GaugeMetricFamily("trainyard_tasks_failed_last_day", "Short tasks that failed within 24 hours.")
    family.add_metric([], failed)
    yield family


def _events() -> Iterator[Metric]:
    family = CounterMetricFamily("trainyard_events", "Events that were ever written.")
    family.add_metric([], latest_id())
    yield family


def _beats() -> Iterator[Metric]:
    family = GaugeMetricFamily("trainyard_heartbeat_age_seconds", "Since a part's last sign of life.", labels=["part"])
    for beat in [worker_beat(), *supervisor_beats()]:
        if beat is not None:
            family.add_metric([beat.part], _age(beat.at))
    yield family


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily(
        "trainyard_disk_free_bytes", "Room on the disk of a folder we write to.", labels=["folder"]
    )
    size = GaugeMetricFamily("trainyard_disk_size_bytes", "Size of that disk.", labels=["folder"])
    for name, path in written_folders().items():
        if path.is_dir():
            usage = shutil.disk_usage(path)
            free.add_metric([name], usage.free)
            size.add_metric([name], usage.total)
    yield free
    yield size


def _backups() -> Iterator[Metric]:
    newest = BackupRecord.objects.aggregate(newest=Max("finished_at"))["newest"]
    family = GaugeMetricFamily("trainyard_backup_last_success_timestamp_seconds", "End of the newest backup; 0: none.")
    family.add_metric([], newest.timestamp() if newest else 0)
    yield family


def _objects() -> list[Metric]:
    sums: dict[str, Any] = {kind: Sum("size", filter=Q(key__startswith=f"{kind}/"), default=0) for kind in _KINDS}
    figures = StoredObject.objects.aggregate(**sums)
    family = GaugeMetricFamily(
        "trainyard_stored_bytes", "Objects on record, at most five minutes old.", labels=["kind"]
    )
    for kind in _KINDS:
        family.add_metric([kind], figures[kind])
    return [family]


_slow_at: float | None = None
_slow_found: list[Metric] = []


def _slow(figures: Callable[[], list[Metric]]) -> list[Metric]:
    """Figures that read a whole table: kept for a while."""
    global _slow_at, _slow_found
    if _slow_at is None or time.monotonic() - _slow_at >= _SLOW_SECONDS:
        _slow_found, _slow_at = figures(), time.monotonic()
    return _slow_found


def _age(moment: datetime) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds())
