"""Metrics, phase and progress of a run, read from its log as it grows.

A point is stored in the transaction that also says how far the log was read, so none is stored twice or lost.
"""

from __future__ import annotations

import atexit
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

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
LINES_AT_ONCE = 5000
"""So many lines are searched within the time that a pattern has, on a slow machine too."""
POINTS_MAX = 1_000_000
"""Points of one metric of one run; what comes later is left out, and the run says so."""
_LAST_STEP = 2**63 - 1


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

    def close_all(self) -> None:
        """End every child process."""
        for attempt_id in list(self._readers):
            self.close(attempt_id)


readers = MetricReaders()
atexit.register(readers.close_all)
_throttle = Throttle(seconds=0.5)


def forget(*, run_id: int, attempt_ids: Iterable[int]) -> None:
    """The run has ended: let go of what this process holds for it."""
    for attempt_id in attempt_ids:
        readers.close(attempt_id)
    for kind in ("run.progress", "run.metrics"):
        _throttle.forget((kind, run_id))


def log_read_all(*, attempt: Attempt) -> None:
    """The log is complete: search all of it that was not searched yet; an unfinished last line counts."""
    while log_read(attempt=attempt, final=True):
        pass


@transaction.atomic
def log_read(*, attempt: Attempt, final: bool = False) -> bool:
    """Search the next part of what the attempt has printed for metrics, markers and epochs.

    One part at a time, so that no transaction is long, however much was printed.

    Args:
        final: The log is complete: an unfinished last line counts, and every event is sent with the last part.

    Returns:
        Whether more is stored that was not searched yet.
    """
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("blueprint_version")
        .get(execution_id=attempt.execution_id)
    )
    if run.log_parsed_attempt > attempt.number:
        return False
    if run.log_parsed_attempt < attempt.number:
        run.log_parsed_attempt, run.log_parsed_to = attempt.number, 0
    before = (run.phase, run.progress)
    data = store.read(attempt, run.log_parsed_to, READ_BYTES)
    more = len(data) == READ_BYTES
    newest = _read_part(run, attempt, data, final=final and not more)
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
    changed = (run.phase != before[0], run.progress != before[1])
    _tell(run, newest, phase_changed=changed[0], progressed=changed[1], final=final and not more)
    return more


def _read_part(run: Run, attempt: Attempt, data: bytes, *, final: bool) -> dict[str, int]:
    """Read one part of the log; tells the newest sequence of each metric that got points."""
    writer = _PointWriter(run, attempt)
    lines, used = split_lines(data, final=final)
    run.log_parsed_to += used
    _read_progress(run, lines)
    for start in range(0, len(lines), LINES_AT_ONCE):
        some = lines[start : start + LINES_AT_ONCE]
        writer.write(_matches(run, attempt, some), some)
    return writer.newest


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


class _PointWriter:
    """Stores the points of one run."""

    def __init__(self, run: Run, attempt: Attempt) -> None:
        self.newest: dict[str, int] = {}
        self._run = run
        self._attempt = attempt

    def write(self, matches: Sequence[MetricMatch], lines: Sequence[str]) -> None:
        """Store what was found in these lines."""
        if not matches:
            return
        now = timezone.now()
        points = []
        changed: dict[str, MetricKey] = {}
        for match in matches:
            key = self._keys.get(match.name) or self._new_key(match.name)
            if key.point_count >= POINTS_MAX:
                self._give_up(key.name, f"It has {POINTS_MAX} points; no more are kept.")
                continue
            point = self._point(key, match, lines[match.line])
            point.at = now
            points.append(point)
            key.point_count += 1
            key.last_value = point.value
            changed[key.name] = key
            self.newest[key.name] = point.sequence
        MetricPoint.objects.bulk_create(points, batch_size=1000)
        MetricKey.objects.bulk_update(changed.values(), ["point_count", "last_value"])

    @cached_property
    def _keys(self) -> dict[str, MetricKey]:
        return {key.name: key for key in self._run.metric_keys.all()}

    def _new_key(self, name: str) -> MetricKey:
        key = self._keys[name] = MetricKey.objects.create(run=self._run, name=name)
        return key

    def _give_up(self, name: str, why: str) -> None:
        self._run.metric_messages = {**self._run.metric_messages, name: why}

    def _point(self, key: MetricKey, match: MetricMatch, line: str) -> MetricPoint:
        spoken = epoch_of(line)
        epoch = match.epoch if match.epoch is not None else (spoken.number if spoken else None)
        if epoch is not None and not math.isfinite(epoch):
            epoch = None
        step = match.step if match.step is not None or epoch is None else int(epoch)
        if step is None or not 0 <= step <= _LAST_STEP:
            step = key.point_count
        value, kind = stored_value(match.value)
        return MetricPoint(
            key=key,
            attempt=self._attempt,
            sequence=key.point_count,
            step=step,
            epoch=epoch,
            value=value,
            kind=kind,
        )


def stored_value(value: float) -> tuple[float | None, str]:
    """The value as a database keeps it, and its kind: SQLite would turn NaN into NULL and say nothing."""
    if math.isnan(value):
        return None, "nan"
    if math.isinf(value):
        return None, "inf" if value > 0 else "-inf"
    return value, "number"


def _tell(run: Run, newest: dict[str, int], *, phase_changed: bool, progressed: bool, final: bool) -> None:
    """Send events, not more often than people can follow; what was held back goes with the next."""
    if phase_changed or progressed:
        _throttle.add(("run.progress", run.pk), {})
    if newest:
        _throttle.add(("run.metrics", run.pk), newest)
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
