from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.factories import attempt_of, make_run, make_template, printed
from yard.accounts.models import Project
from yard.core.models import Event
from yard.datasets.models import DatasetVersion
from yard.executions.logs import store
from yard.runs import metrics
from yard.runs.metrics import log_read, stored_value
from yard.runs.models import MetricKey, MetricPoint, Run
from yard.runs.throttle import Throttle


def points(run: Run, name: str = "loss") -> list[tuple[int, int, float | None]]:
    found = MetricPoint.objects.filter(key__run=run, key__name=name).order_by("sequence")
    return list(found.values_list("sequence", "step", "value"))


def test_it_stores_points_as_they_appear(run: Run) -> None:
    log_read(attempt=printed(run, "loss=0.5\nnothing\nloss=0.25\n"))
    assert points(run) == [(0, 0, 0.5), (1, 1, 0.25)]
    key = MetricKey.objects.get(run=run)
    assert (key.point_count, key.last_value) == (2, 0.25)


def test_it_reads_every_line_once_whatever_is_called_twice(run: Run) -> None:
    log_read(attempt=printed(run, "loss=0.5\nloss=0."))
    log_read(attempt=attempt_of(run))
    log_read(attempt=attempt_of(run))
    log_read(attempt=printed(run, "25\n"))
    log_read(attempt=attempt_of(run), final=True)
    log_read(attempt=attempt_of(run), final=True)
    assert points(run) == [(0, 0, 0.5), (1, 1, 0.25)]


def test_it_takes_the_last_line_without_a_break_when_the_log_is_complete(run: Run) -> None:
    log_read(attempt=printed(run, "loss=0.5"))
    assert points(run) == []
    log_read(attempt=attempt_of(run), final=True)
    assert points(run) == [(0, 0, 0.5)]


def test_it_takes_step_and_epoch_from_the_patterns_groups(project: Project, dataset_version: DatasetVersion) -> None:
    template = make_template(
        metrics={"loss": r"it (?P<step>\d+) loss (?P<value>\S+)", "acc": r"e(?P<epoch>\d+) acc=(\S+)"}
    )
    run = make_run(project, version=dataset_version, template=template)
    log_read(attempt=printed(run, "it 40 loss 0.5\ne7 acc=0.9\n"))
    assert points(run) == [(0, 40, 0.5)]
    point = MetricPoint.objects.get(key__run=run, key__name="acc")
    assert (point.step, point.epoch, point.value) == (7, 7.0, 0.9)


def test_it_takes_the_epoch_from_the_same_line(run: Run) -> None:
    log_read(attempt=printed(run, "epoch 3/10 loss=0.5\n"))
    point = MetricPoint.objects.get(key__run=run)
    assert (point.step, point.epoch) == (3, 3.0)


def test_it_keeps_what_is_no_number_by_its_kind(run: Run) -> None:
    log_read(attempt=printed(run, "loss=nan\nloss=inf\nloss=-inf\nloss=1e-5\n"))
    kinds = list(MetricPoint.objects.filter(key__run=run).values_list("kind", "value"))
    assert kinds == [("nan", None), ("inf", None), ("-inf", None), ("number", 1e-5)]


def test_it_follows_phase_and_progress(run: Run) -> None:
    log_read(attempt=printed(run, "Setup started: 2026-01-01T00:00:00\n"))
    run.refresh_from_db()
    assert (run.phase, run.progress) == ("setup", None)
    log_read(attempt=printed(run, "Training started: 2026-01-01T00:00:00\nEpoch 2/8\n"))
    run.refresh_from_db()
    assert (run.phase, run.progress) == ("training", 0.25)
    log_read(attempt=printed(run, "Epoch 8/8\nTraining ended: 2026-01-01T00:00:00\n"))
    run.refresh_from_db()
    assert (run.phase, run.progress) == ("ended", 1.0)


def test_it_tells_of_points_and_phases(run: Run) -> None:
    log_read(attempt=printed(run, "Training started: 2026-01-01T00:00:00\nloss=0.5\n"))
    told = {event.kind: event.payload for event in Event.objects.filter(object_type="run", object_id=run.pk)}
    assert told["run.metrics"] == {"run": run.pk, "metrics": {"loss": 0}}
    assert told["run.progress"] == {"run": run.pk, "phase": "training", "progress": None}


def test_it_holds_news_back_and_loses_none_at_the_end(run: Run) -> None:
    for number in range(5):
        log_read(attempt=printed(run, f"loss={number}\n"))
    log_read(attempt=attempt_of(run), final=True)
    told = Event.objects.filter(kind="run.metrics", object_id=run.pk)
    assert told.count() <= 5
    assert told.latest("id").payload["metrics"] == {"loss": 4}


def test_the_throttle_waits_between_two_news() -> None:
    now = [0.0]
    throttle = Throttle(seconds=0.5, clock=lambda: now[0])
    throttle.add("run", {"loss": 0})
    assert throttle.take("run") == {"loss": 0}
    assert throttle.take("run") is None
    throttle.add("run", {"loss": 1})
    throttle.add("run", {"acc": 0})
    now[0] = 0.4
    assert throttle.take("run") is None
    now[0] = 0.5
    assert throttle.take("run") == {"loss": 1, "acc": 0}
    throttle.add("run", {"loss": 2})
    assert throttle.take("run", now=True) == {"loss": 2}


def test_it_switches_a_slow_pattern_off_and_reads_the_others(
    project: Project, dataset_version: DatasetVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = metrics.compile_metrics
    monkeypatch.setattr(metrics, "compile_metrics", lambda patterns: quick(patterns, timeout_seconds=1))
    template = make_template(metrics={"bad": r"(a+)+b([0-9])", "loss": r"loss=(\S+)"})
    run = make_run(project, version=dataset_version, template=template)
    log_read(attempt=printed(run, "a" * 60 + "\nloss=0.5\n"))
    run.refresh_from_db()
    assert "longer than" in run.metric_messages["bad"]
    assert points(run) == [(0, 0, 0.5)]


def test_it_survives_a_pattern_that_is_none(project: Project, dataset_version: DatasetVersion) -> None:
    run = make_run(
        project, version=dataset_version, template=make_template(metrics={"bad": "(", "loss": r"loss=(\S+)"})
    )
    log_read(attempt=printed(run, "loss=0.5\n"))
    run.refresh_from_db()
    assert "bad" in run.metric_messages
    assert points(run) == [(0, 0, 0.5)]


def test_a_flood_of_lines_is_read_to_its_end(run: Run) -> None:
    """A million lines must not stop the supervisor; the few that count are found."""
    attempt = attempt_of(run)
    noise = b"batch 17 of 20000 took 12 ms\n" * 100_000
    for number in range(10):
        store.append(attempt, noise + b"loss=%d\n" % number)
    parts = 1
    while log_read(attempt=attempt_of(run)):
        parts += 1
    assert parts > 10
    assert [value for _, _, value in points(run)] == list(range(10))
    run.refresh_from_db()
    assert run.log_parsed_to == attempt.log_bytes


def test_it_stops_counting_somewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "POINTS_MAX", 3)
    log_read(attempt=printed(run, "loss=1\n" * 5))
    run.refresh_from_db()
    assert len(points(run)) == 3
    assert "3 points" in run.metric_messages["loss"]
    log_read(attempt=printed(run, "loss=1\n"))
    assert len(points(run)) == 3


@given(st.floats())
def test_every_number_has_a_kind(value: float) -> None:
    stored, kind = stored_value(value)
    assert (stored is None) == (not math.isfinite(value))
    assert kind == "number" if math.isfinite(value) else kind in {"nan", "inf", "-inf"}
