"""What a run says of its end, for each limit it may meet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from yard.executions.launchers.base import Limit
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State
from yard.runs import verdict

GIB = 1 << 30


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.BOX_DISK_BYTES, settings.BOX_FILES, settings.BOX_PROCESSES = 100 * GIB, 1_000_000, 4096
    settings.STOP_GRACE_SECONDS = 10


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ({"exit_code": 137, "out_of_memory": True}, "ran out of memory: its limit is 2 GiB"),
        ({"exit_code": 1, "limit_hit": Limit.PIDS}, "hit its limit of 4,096 processes and threads"),
        ({"exit_code": 137, "limit_hit": Limit.DISK}, "filled its disk limit of 5 GiB"),
        ({"exit_code": 137, "limit_hit": Limit.FILES}, "more than the 1,000,000 files and folders"),
        ({"exit_code": 143, "timed_out": True}, "reached its time limit of 1 h and was ended"),
        ({"exit_code": 153}, "wrote a file larger than its disk limit"),
        ({"exit_code": 159}, "a call to the kernel that boxes may not make"),
    ],
)
def test_each_limit_has_its_sentence(attempt: dict[str, Any], words: str) -> None:
    execution = Execution(memory_bytes=2 * GIB, disk_bytes=5 * GIB, time_limit_seconds=3600)
    found = verdict.failure_of(Attempt(**attempt), execution)
    assert found is not None
    assert (found.state, found.cause) == (State.FAILED, Cause.USER)
    assert words in found.reason


def test_one_that_would_not_end_is_told_so() -> None:
    attempt = Attempt(exit_code=137, timed_out=True, kill_sent_at=datetime.now(UTC))
    found = verdict.failure_of(attempt, Execution(time_limit_seconds=60))
    assert found is not None
    assert found.reason.endswith("It did not end when it was asked to, and was killed after 10 s.")


def test_no_run_is_without_a_disk_limit() -> None:
    found = verdict.failure_of(Attempt(exit_code=137, limit_hit=Limit.DISK), Execution(disk_bytes=None))
    assert found is not None
    assert "filled its disk limit of 100 GiB" in found.reason


@pytest.mark.parametrize(
    ("log", "limit"),
    [
        ("BlockingIOError: [Errno 11] Resource temporarily unavailable", Limit.PIDS),
        ("bash: fork: retry: Resource temporarily unavailable", Limit.PIDS),
        ("RuntimeError: can't start new thread", Limit.PIDS),
        ("ValueError: no such column", None),
        ("", None),
    ],
)
def test_the_end_of_a_log_may_tell_the_limit(log: str, limit: Limit | None) -> None:
    assert verdict.limit_told_by(log) is limit
