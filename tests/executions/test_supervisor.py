"""The supervisor drives executions through every state, and finds them again after it was killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import override_settings
from django.utils import timezone

from yard.core.errors import InvalidInput, Unavailable
from yard.core.models import Event
from yard.executions import leases
from yard.executions import supervisor as supervisor_module
from yard.executions.kinds import Blocked, Ready, Refused, Verdict
from yard.executions.launchers.base import GpuFacts, ImageCancelled, ImageRequest
from yard.executions.launchers.fake import FakeLauncher
from yard.executions.logs import store
from yard.executions.models import Attempt, Device, Execution
from yard.executions.services import execution_stop
from yard.executions.states import Cause, State
from yard.executions.supervisor import Supervisor
from yard.executions.transitions import set_reason

from .conftest import TrialBoxKind, TrialWorkKind

pytestmark = pytest.mark.django_db(transaction=True)

Make = Callable[..., Execution]
IMAGE = ImageRequest(tag="trial", context=__import__("pathlib").Path("."), base="fake")


@pytest.fixture
def launcher() -> FakeLauncher:
    launcher = FakeLauncher(cpus=2, memory_bytes=4 << 30, gpus=[GpuFacts("GPU-a", 0, "T4", 1 << 34)])
    launcher.prepare_image(IMAGE, log=lambda _: None, cancelled=lambda: False)
    return launcher


@pytest.fixture
def supervisor(launcher: FakeLauncher) -> Iterator[Supervisor]:
    with supervising(launcher) as supervisor:
        yield supervisor


class supervising:  # noqa: N801  reads as a verb
    """A supervisor that is left in good order, so that its threads end."""

    def __init__(self, launcher: FakeLauncher) -> None:
        self._supervisor = Supervisor(launcher, reason="a test")

    def __enter__(self) -> Supervisor:
        return self._supervisor

    def __exit__(self, *_: object) -> None:
        self._supervisor.leave()
        self._supervisor.run()
        for thread in threading.enumerate():
            if thread.name.startswith(("attempt-", "log-")):
                thread.join(10)


def drive(supervisor: Supervisor, until: Callable[[], Any], seconds: float = 20) -> None:
    """Tick until something holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come to that"
        supervisor.tick()
        time.sleep(0.02)


def in_state(execution: Execution, *states: State) -> Callable[[], bool]:
    return lambda: Execution.objects.get(pk=execution.pk).state in states


def box_of(execution: Execution) -> str:
    return execution.attempts.get().box_name


def states_of(execution: Execution) -> list[str]:
    return [change.to_state for change in execution.changes.all()]


def log_of(execution: Execution) -> bytes:
    return b"".join(store.parts(execution.attempts.get()))


def test_it_drives_an_execution_from_the_queue_to_its_end(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.emit(box_of(execution), b"epoch 1\nepoch 2\n")
    launcher.finish(box_of(execution), 0)
    drive(supervisor, in_state(execution, State.SUCCEEDED))
    assert states_of(execution) == ["queued", "waiting", "starting", "running", "collecting", "succeeded"]
    assert log_of(execution) == b"epoch 1\nepoch 2\n"
    attempt = execution.attempts.get()
    assert (attempt.exit_code, attempt.log_complete) == (0, True)
    assert attempt.log_key, "the log was compacted"
    assert kind.logged[-1] == 16
    assert kind.collected == [attempt.pk]
    drive(supervisor, lambda: not launcher.list_boxes())
    told = [event.payload["state"] for event in Event.objects.filter(kind="execution.state")]
    assert told == ["waiting", "starting", "running", "collecting", "succeeded"]


def test_quick_states_follow_each_other_without_a_pause(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "TICK_SECONDS", 600)
    execution = make()
    supervisor = Supervisor(launcher, reason="a test")

    def run() -> None:
        try:
            supervisor.run()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not in_state(execution, State.RUNNING)():
            assert time.monotonic() < until, states_of(execution)
            time.sleep(0.02)
    finally:
        supervisor.leave()
        supervisor._moved.set()
        thread.join(20)


def test_it_waits_for_what_must_be_built_first(make: Make, kind: TrialBoxKind, supervisor: Supervisor) -> None:
    kind.readiness = Blocked("Building the image.")
    execution = make()
    drive(supervisor, in_state(execution, State.BUILDING))
    execution.refresh_from_db()
    assert execution.reason == "Building the image."
    assert not Device.objects.exclude(attempt=None).exists()
    kind.readiness = Ready()
    drive(supervisor, in_state(execution, State.RUNNING))


def test_it_fails_what_can_never_run(make: Make, kind: TrialBoxKind, supervisor: Supervisor) -> None:
    kind.readiness = Refused("The image could not be built.", Cause.USER)
    execution = make()
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert (execution.reason, execution.cause) == ("The image could not be built.", "user")


def test_it_lets_wait_what_does_not_fit_and_says_for_what(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    first, second = make(cpus=2), make(cpus=1)
    drive(supervisor, in_state(first, State.RUNNING))
    drive(supervisor, lambda: Execution.objects.get(pk=second.pk).reason == "Waits for 1 CPUs (0 of 2 free).")
    launcher.finish(box_of(first))
    drive(supervisor, in_state(second, State.RUNNING))


def test_it_reserves_devices_and_frees_them(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    first, second = make(gpus=1), make(gpus=1)
    drive(supervisor, in_state(first, State.RUNNING))
    assert kind.gpu_ids == ["GPU-a"]
    drive(supervisor, lambda: "1 GPUs (0 of 1 free)" in Execution.objects.get(pk=second.pk).reason)
    launcher.finish(box_of(first))
    drive(supervisor, in_state(second, State.RUNNING))
    assert Device.objects.get().attempt == second.attempts.get()


def test_a_stop_reaches_the_training_and_its_outputs_are_collected(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor, owner: Any
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    execution_stop(execution=execution, user=owner)
    drive(supervisor, in_state(execution, State.STOPPED))
    execution.refresh_from_db()
    assert execution.reason == "Stopped by olga."
    assert kind.collected
    assert states_of(execution)[-3:] == ["stopping", "collecting", "stopped"]


def test_what_does_not_end_when_asked_is_killed_after_the_grace_time(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor, owner: Any
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.box(box_of(execution)).ends_on_term = False
    execution_stop(execution=execution, user=owner)
    with override_settings(STOP_GRACE_SECONDS=0):
        drive(supervisor, in_state(execution, State.STOPPED))
    assert execution.attempts.get().exit_code == 137


def test_what_waits_is_stopped_at_once(make: Make, kind: TrialBoxKind, owner: Any) -> None:
    execution = make()
    execution_stop(execution=execution, user=owner)
    assert in_state(execution, State.STOPPED)()


def test_the_time_limit_is_told_apart(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    execution = make(time_limit_seconds=3600)
    drive(supervisor, in_state(execution, State.RUNNING))
    boot, _, seconds = execution.attempts.get().started_mark.rpartition(":")
    Attempt.objects.filter(execution=execution).update(started_mark=f"{boot}:{float(seconds) - 7200}")
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert execution.reason == "Stopped at its time limit of 3600 s. Raise the limit or train less."
    assert execution.attempts.get().timed_out


def test_a_box_that_vanished_is_lost_and_never_a_success(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.emit(box_of(execution), b"so far\n")
    drive(supervisor, lambda: execution.attempts.get().log_bytes)
    launcher.vanish(box_of(execution))
    drive(supervisor, in_state(execution, State.LOST))
    assert log_of(execution) == b"so far\n"
    assert kind.collected == []


def test_an_engine_that_does_not_answer_loses_nothing(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.unavailable = "The engine does not answer."
    drive(supervisor, lambda: "Nothing is lost" in Execution.objects.get(pk=execution.pk).reason)
    launcher.unavailable = ""
    launcher.finish(box_of(execution))
    drive(supervisor, in_state(execution, State.SUCCEEDED))


def test_collecting_waits_for_a_store_that_does_not_answer(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    kind.collect_raises = [Unavailable("The store does not answer."), RuntimeError("surprise")]
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.finish(box_of(execution))
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert execution.reason == "The platform failed: RuntimeError('surprise')"
    assert execution.cause == Cause.PLATFORM
    said = [event.payload["reason"] for event in Event.objects.filter(kind="execution.reason")]
    assert any("The store does not answer." in reason for reason in said)


def test_a_box_that_cannot_be_started_fails_with_the_reason(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    launcher.refuses = "No such GPU."
    execution = make()
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert (execution.reason, execution.cause) == ("No such GPU.", Cause.USER)


def test_a_config_that_cannot_be_launched_is_the_users(make: Make, kind: TrialBoxKind, supervisor: Supervisor) -> None:
    kind.launch_raises = [InvalidInput("The data set is gone.")]
    execution = make()
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert (execution.reason, execution.cause) == ("The data set is gone.", Cause.USER)


@pytest.mark.parametrize("state", [State.QUEUED, State.WAITING, State.RUNNING, State.STOPPING, State.COLLECTING])
def test_another_supervisor_goes_on_where_a_killed_one_was(
    state: State, make: Make, kind: TrialBoxKind, launcher: FakeLauncher, owner: Any
) -> None:
    execution = make()
    kind.collect_raises = [Unavailable("not now")] * 1000
    with supervising(launcher) as first:
        if state is not State.QUEUED:
            drive(first, in_state(execution, State.RUNNING))
            launcher.emit(box_of(execution), b"before\n")
            drive(first, lambda: execution.attempts.get().log_bytes)
        if state is State.STOPPING:
            launcher.box(box_of(execution)).ends_on_term = False
            execution_stop(execution=execution, user=owner)
            drive(first, in_state(execution, State.STOPPING))
        if state is State.COLLECTING:
            launcher.finish(box_of(execution))
            drive(first, in_state(execution, State.COLLECTING))
    # As if it had been killed: it still holds its lease.
    Attempt.objects.update(
        lease_owner=leases.owner_id().rsplit("/", 1)[0] + "/0", lease_until=timezone.now() + leases.LEASE
    )
    kind.collect_raises = []
    with supervising(launcher) as second:
        if state not in {State.COLLECTING, State.STOPPING}:
            drive(second, in_state(execution, State.RUNNING))
        if state is not State.COLLECTING:
            launcher.emit(box_of(execution), b"after\n")
            launcher.finish(box_of(execution))
        drive(second, in_state(execution, State.SUCCEEDED, State.STOPPED))
    assert len(launcher.launched) == 1, "one box, whoever drives"
    assert len(kind.collected) == 1
    if state is State.RUNNING:
        assert log_of(execution) == b"before\nafter\n"


def test_boxes_nobody_needs_are_removed(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    orphan = kind.launch_spec(Attempt(pk=987654), launcher, [])
    launcher.launch(orphan)
    supervisor._last.pop("collect")
    supervisor.tick()
    assert set(launcher.list_boxes()) == {box_of(execution)}


def test_output_whose_commit_the_database_could_not_confirm_is_there_once(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, cut_off = store.append, threading.Event()

    def append(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        if not cut_off.is_set():
            cut_off.set()
            args[0].log_bytes, args[0].log_lines, args[0].log_cursor = 0, 0, ""
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(store, "append", append)
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.emit(box_of(execution), b"once\n")
    drive(supervisor, cut_off.is_set)
    launcher.emit(box_of(execution), b"and more\n")
    launcher.finish(box_of(execution))
    drive(supervisor, in_state(execution, State.SUCCEEDED))
    assert log_of(execution) == b"once\nand more\n"


def test_what_ends_before_it_began_has_a_complete_log_and_keeps_its_reason(
    make: Make, kind: TrialBoxKind, owner: Any
) -> None:
    execution = make()
    execution_stop(execution=execution, user=owner)
    assert execution.attempts.get().log_complete, "whoever streams its log would wait for ever"
    set_reason(execution, "The store does not answer. Nothing is lost: trying again.")
    execution.refresh_from_db()
    assert execution.reason == "Stopped by olga before it started."


def test_who_writes_too_much_fails_for_that_reason(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    launcher.limits = frozenset()
    execution = make(disk_bytes=3)
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.write(box_of(execution), "/train/big", b"four")
    drive(supervisor, in_state(execution, State.FAILED))
    execution.refresh_from_db()
    assert execution.reason == "It exceeded its limit (disk) and was ended."


def test_secrets_never_reach_the_log(
    make: Make, kind: TrialBoxKind, launcher: FakeLauncher, supervisor: Supervisor
) -> None:
    kind.masked = ("s3cr3t-token",)
    execution = make()
    drive(supervisor, in_state(execution, State.RUNNING))
    launcher.emit(box_of(execution), b"token: s3cr3t-")
    launcher.emit(box_of(execution), b"token\n")
    launcher.finish(box_of(execution))
    drive(supervisor, in_state(execution, State.SUCCEEDED))
    assert log_of(execution) == b"token: ********\n"


def test_work_without_a_box_is_done_logged_and_ended(
    make: Make, work_kind: TrialWorkKind, supervisor: Supervisor
) -> None:
    def work(*, log: Any, cancelled: Any) -> Verdict:
        log(b"Step 1/2\n")
        log(b"Step 2/2\n")
        return Verdict(State.SUCCEEDED, "Built.")

    work_kind.work = work
    execution = make("trial-work")
    drive(supervisor, in_state(execution, State.SUCCEEDED))
    assert log_of(execution) == b"Step 1/2\nStep 2/2\n"


def test_work_can_be_cancelled(make: Make, work_kind: TrialWorkKind, supervisor: Supervisor, owner: Any) -> None:
    def work(*, log: Any, cancelled: Any) -> Verdict:
        while not cancelled():
            time.sleep(0.01)
        raise ImageCancelled("cancelled")

    work_kind.work = work
    execution = make("trial-work")
    drive(supervisor, in_state(execution, State.RUNNING))
    execution_stop(execution=execution, user=owner)
    drive(supervisor, in_state(execution, State.STOPPED))


def test_works_go_one_after_the_other(make: Make, work_kind: TrialWorkKind, supervisor: Supervisor) -> None:
    release = threading.Event()

    def work(*, log: Any, cancelled: Any) -> Verdict:
        release.wait(10)
        return Verdict(State.SUCCEEDED)

    work_kind.work = work
    first, second = make("trial-work"), make("trial-work")
    drive(supervisor, in_state(first, State.RUNNING))
    drive(supervisor, lambda: Execution.objects.get(pk=second.pk).reason == "Waits until another build has ended.")
    release.set()
    drive(supervisor, in_state(second, State.SUCCEEDED))
