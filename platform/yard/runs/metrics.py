"""Metrics, phase and progress of a run, read from its log as it grows.

A point is stored in the transaction that also says how far the log was read, so none is stored twice or lost.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from yard.core.events import emit
from yard.core.patterns import MetricMatch, MetricReader, compile_metrics
from yard.executions.logs import store
from yard.executions.models import Attempt
from yard.runs.log_text import epoch_of, phase_of, split_lines
from yard.runs.models import MetricKey, MetricPoint, Run
from yard.runs.throttle import Throttle

READ_BYTES = 1 << 20
POINTS_MAX = 1_000_000
"""Points of one metric of one run; what comes later is left out, and the run says so."""
_LAST_STEP = 2**63 - 1


@dataclass(slots=True)
class _News:
    """What a piece of log told."""

    phase: str | None = None
    progress: float | None = None
    metrics: dict[str, int] = field(default_factory=dict)


class MetricReaders:
    """The child processes that run the templates' patterns, one per attempt that is being read in this process."""

    def __init__(self) -> None:
        self._readers: dict[int, MetricReader] = {}
        self._lock = threading.Lock()

    def of(self, attempt: Attempt, patterns: Mapping[str, str]) -> MetricReader:
        """The attempt's reader, made at the first call."""
        with self._lock:
            if attempt.pk not in self._readers:
                self._readers[attempt.pk] = compile_metrics(patterns)
            return self._readers[attempt.pk]

    def close(self, attempt_id: int) -> None:
        """End the attempt's child process, if there is one."""
        with self._lock:
            reader = self._readers.pop(attempt_id, None)
        if reader is not None:
            reader.close()


readers = MetricReaders()
_throttle = Throttle(seconds=0.5)


@transaction.atomic
def log_read(*, attempt: Attempt, final: bool = False) -> None:
    """Search what the attempt has printed since the last call for metrics, markers and epochs.

    Args:
        final: The log is complete: an unfinished last line counts, and every event is sent now.
    """
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("blueprint_version")
        .get(execution_id=attempt.execution_id)
    )
    if run.log_parsed_attempt > attempt.number:
        return
    if run.log_parsed_attempt < attempt.number:
        run.log_parsed_attempt, run.log_parsed_to = attempt.number, 0
    before = (run.phase, run.progress)
    news = _read_pieces(run, attempt, final)
    run.save(
        update_fields=[
            "log_parsed_attempt",
            "log_parsed_to",
            "phase",
            "progress",
            "metric_messages",
            "updated_at",
        ]
    )
    _tell(run, news, phase_changed=run.phase != before[0], progressed=run.progress != before[1], final=final)


def _read_pieces(run: Run, attempt: Attempt, final: bool) -> _News:
    """Read piece by piece up to the end of what is stored."""
    all_news = _News()
    keys: dict[str, MetricKey] | None = None
    while data := store.read(attempt, run.log_parsed_to, READ_BYTES):
        lines, used = split_lines(data, final=final and len(data) < READ_BYTES)
        if not used:
            break
        run.log_parsed_to += used
        _read_progress(run, lines)
        matches = _matches(run, attempt, lines)
        if matches:
            keys = keys if keys is not None else {key.name: key for key in run.metric_keys.all()}
            _store_points(run, attempt, lines, matches, keys, all_news)
    return all_news


def _read_progress(run: Run, lines: Sequence[str]) -> None:
    for line in lines:
        phase = phase_of(line)
        if phase is not None:
            run.phase = phase
        elif "poch" in line or "POCH" in line:
            epoch = epoch_of(line)
            if epoch is not None and epoch.progress is not None:
                run.progress = epoch.progress


def _matches(run: Run, attempt: Attempt, lines: Sequence[str]) -> list[MetricMatch]:
    patterns = run.blueprint_version.metrics if run.blueprint_version else {}
    wanted = {name: pattern for name, pattern in patterns.items() if name not in run.metric_messages}
    if not wanted or not lines:
        return []
    reader = readers.of(attempt, wanted)
    found = reader.read(lines)
    if reader.disabled:
        run.metric_messages = {**run.metric_messages, **reader.disabled}
    return [match for match in found if match.name in wanted]


def _store_points(
    run: Run,
    attempt: Attempt,
    lines: Sequence[str],
    matches: Sequence[MetricMatch],
    keys: dict[str, MetricKey],
    news: _News,
) -> None:
    points: list[MetricPoint] = []
    changed: dict[str, MetricKey] = {}
    now = timezone.now()
    for match in matches:
        key = keys.get(match.name)
        if key is None:
            key = keys[match.name] = MetricKey.objects.create(run=run, name=match.name)
        if key.point_count >= POINTS_MAX:
            run.metric_messages = {**run.metric_messages, key.name: f"It has {POINTS_MAX} points; no more are kept."}
            continue
        point = _point(key, attempt, match, lines[match.line])
        point.at = now
        points.append(point)
        key.point_count += 1
        key.last_value = point.value
        changed[key.name] = key
        news.metrics[key.name] = point.sequence
    MetricPoint.objects.bulk_create(points, batch_size=1000)
    MetricKey.objects.bulk_update(changed.values(), ["point_count", "last_value"])


def _point(key: MetricKey, attempt: Attempt, match: MetricMatch, line: str) -> MetricPoint:
    spoken = epoch_of(line)
    epoch = match.epoch if match.epoch is not None else (spoken.number if spoken else None)
    if epoch is not None and not math.isfinite(epoch):
        epoch = None
    step = match.step if match.step is not None or epoch is None else int(epoch)
    if step is None or not 0 <= step <= _LAST_STEP:
        step = key.point_count
    value, kind = stored_value(match.value)
    return MetricPoint(
        key=key, attempt=attempt, sequence=key.point_count, step=step, epoch=epoch, value=value, kind=kind
    )


def stored_value(value: float) -> tuple[float | None, str]:
    """The value as a database keeps it, and its kind: SQLite would turn NaN into NULL and say nothing."""
    if math.isnan(value):
        return None, "nan"
    if math.isinf(value):
        return None, "inf" if value > 0 else "-inf"
    return value, "number"


def _tell(run: Run, news: _News, *, phase_changed: bool, progressed: bool, final: bool) -> None:
    """Send events, not more often than people can follow; what was held back goes with the next."""
    if phase_changed or progressed:
        _throttle.add(("run.progress", run.pk), {})
    if news.metrics:
        _throttle.add(("run.metrics", run.pk), news.metrics)
    if _throttle.take(("run.progress", run.pk), now=phase_changed or final) is not None:
        _emit(run, "run.progress", {"phase": run.phase, "progress": run.progress})
    metrics = _throttle.take(("run.metrics", run.pk), now=final)
    if metrics is not None:
        _emit(run, "run.metrics", {"metrics": metrics})


def _emit(run: Run, kind: str, payload: dict[str, object]) -> None:
    emit(
        kind=kind,
        object_type="run",
        object_id=run.pk,
        project_id=run.project_id,
        payload={"run": run.pk, **payload},
    )
