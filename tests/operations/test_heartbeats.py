"""Signs of life, and the health checks of containers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django_q.models import Schedule

from yard.operations import heartbeats
from yard.operations.heartbeats import SupervisorPulse, beat_worker, declare_schedules, supervisor_beats, worker_beat

HEALTHY = Path(__file__).resolve().parents[2] / "docker" / "healthy.py"


def healthy(part: str, data: Path) -> int:
    env = {**os.environ, "YARD_DATA_DIR": str(data)}
    return subprocess.run([sys.executable, HEALTHY, part], env=env, check=False, capture_output=True).returncode


@pytest.mark.django_db
def test_the_worker_beats_once_a_minute() -> None:
    for _ in range(2):
        declare_schedules()
    schedule = Schedule.objects.get(func="yard.operations.heartbeats.beat_worker")
    assert schedule.minutes == 1
    assert "'save': False" in schedule.kwargs.replace('"', "'"), "the list of tasks would hold nothing else"
    assert worker_beat() is None
    beat_worker()
    first = worker_beat()
    beat_worker()
    second = worker_beat()
    assert first is not None
    assert second is not None
    assert second.at > first.at


@pytest.mark.django_db
def test_the_supervisor_tells_what_its_machine_is(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(heartbeats, "machine_facts", lambda: {"engine": {"answers": True}})
    monkeypatch.setattr(heartbeats, "_BEAT_SECONDS", 0)
    pulse = SupervisorPulse()
    until = time.monotonic() + 30
    while not any(beat.facts for beat in supervisor_beats()):
        pulse()
        assert time.monotonic() < until
        time.sleep(0.01)
    pulse()
    [beat] = supervisor_beats()
    assert beat.facts == {"engine": {"answers": True}}, "a beat without news keeps the old facts"


@pytest.mark.django_db
def test_a_container_sees_whether_its_supervisor_goes_round(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    assert healthy("supervisor", tmp_path) == 1
    heartbeats.touch_alive()
    assert healthy("supervisor", tmp_path) == 0
    long_ago = time.time() - 120
    os.utime(tmp_path / heartbeats.ALIVE_FILE, (long_ago, long_ago))
    assert healthy("supervisor", tmp_path) == 1


def test_a_full_disk_stops_no_supervisor(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "absent"
    heartbeats.touch_alive()
