"""Random interleavings of steps, crashes, stops, ends and outages over the supervisor, with boxes in memory.

Whatever the order: one box per attempt, a log without loss or doubling, a history that is one way through the table,
devices and leases free in the end, and an end that is true.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.executions.conftest import TrialBoxKind
from yard.accounts.models import Membership, Project, Role, User
from yard.core.errors import Conflict, Unavailable
from yard.core.models import Event
from yard.executions import kinds, leases
from yard.executions.driving import attempt as attempt_module
from yard.executions.driving import box as box_module
from yard.executions.kinds import Box, Verdict
from yard.executions.launchers.base import BoxState, GpuFacts, ImageRequest, LaunchSpec
from yard.executions.launchers.fake import FakeLauncher
from yard.executions.logs import store
from yard.executions.models import Attempt, Device, Execution
from yard.executions.services import Requested, execution_create, execution_stop
from yard.executions.states import ALLOWED, Cause, State
from yard.executions.supervisor import Supervisor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

FUNCTIONS = ["end", "collect", "compact", "launch"]
RARELY = st.sampled_from([False, False, True])


class Killed(BaseException):
    """The supervisor's process is gone: nothing catches it, nothing is tidied up."""


class ModelKind(TrialBoxKind):
    """A training that leaves a model, without which its end is no success."""

    def launch_spec(self, attempt: Attempt, launcher: Any, gpu_ids: Any) -> LaunchSpec:
        return replace(super().launch_spec(attempt, launcher, gpu_ids), copies={"/train/model.pt": b"weights"})

    def collect(self, attempt: Attempt, box: Box) -> Verdict:
        verdict = super().collect(attempt, box)
        with tempfile.TemporaryDirectory() as folder:
            model = box.copy_out("/train/model.pt", Path(folder))
            return verdict if model else Verdict(State.FAILED, "It left no model.", Cause.USER)


class Executions(RuleBasedStateMachine):
    """One host with two CPUs and a GPU."""

    executions = Bundle("executions")

    @initialize(target=executions)
    def begin(self) -> int:
        self.kind = ModelKind()
        self.before = kinds._KINDS.get(self.kind.name)
        kinds._KINDS[self.kind.name] = self.kind
        self.launcher = FakeLauncher(cpus=2, memory_bytes=4 << 30, gpus=[GpuFacts("GPU-a", 0, "T4", 1 << 34)])
        image = ImageRequest(tag="trial", context=Path(), base="fake")
        self.launcher.prepare_image(image, log=lambda _: None, cancelled=lambda: False)
        self.user = User.objects.create_user("olga", password="x")
        self.project = Project.objects.create(name="Beans", created_by=self.user)
        Membership.objects.create(project=self.project, user=self.user, role=Role.EDITOR)
        self.printed: dict[int, bytes] = {}
        self.vanished: set[int] = set()
        self.finished: dict[int, int] = {}
        self.stopped: set[int] = set()
        self.crashes = 0
        self.supervisors = [self.new_supervisor()]
        first = self.ask_for(gpus=1, cpus=1)
        self.ask_for(gpus=0, cpus=0.5)
        self.tick(6)
        return first

    def new_supervisor(self) -> Supervisor:
        supervisor = Supervisor(self.launcher, reason="a test")
        supervisor._owner = f"{leases.owner_id().rpartition('/')[0]}/{self.crashes}"  # of a process that is no more
        return supervisor

    @rule(target=executions, gpus=st.integers(0, 1), cpus=st.sampled_from([0.5, 1, 2]))
    def ask(self, gpus: int, cpus: float) -> int:
        return self.ask_for(gpus, cpus)

    def ask_for(self, gpus: int, cpus: float) -> int:
        asked = Requested(cpus=cpus, gpus=gpus, memory_bytes=1 << 28)
        made = execution_create(project=self.project, kind="trial", title="t", user=self.user, resources=asked)
        return made.pk

    @rule(times=st.integers(1, 8))
    def tick(self, times: int) -> None:
        for _ in range(times):
            self.supervisors[-1].tick()
            self.settle()

    @rule(function=st.sampled_from(FUNCTIONS), after=st.booleans())
    def die_at(self, function: str, after: bool) -> None:
        """The supervisor is killed where it next calls the function, before or behind it; another one starts."""
        if function != "launch":
            self.finish_one()
        with dying(function, after) as died:
            until = time.monotonic() + 2  # what a box printed is stored a moment later
            while not died.is_set() and time.monotonic() < until and self.is_on_the_way(function):
                self.supervisors[-1].tick()
                self.settle()
                time.sleep(0.02)
        self.crash()

    @rule()
    def crash(self) -> None:
        self.supervisors[-1]._leaving.set()
        for driver in self.supervisors[-1]._drivers.values():
            driver.close()
        self.settle()
        self.crashes += 1
        self.supervisors.append(self.new_supervisor())

    @rule(number=executions, really=RARELY)
    def click_stop_twice(self, number: int, really: bool) -> None:
        for _ in range(2 * really):
            try:
                execution_stop(execution=Execution.objects.get(pk=number), user=self.user)
                self.stopped.add(number)
            except Conflict:
                assert Execution.objects.get(pk=number).is_final

    @rule(number=executions, lines=st.integers(1, 5))
    def print(self, number: int, lines: int) -> None:
        if self.box_runs(number):
            text = b"".join(b"line %d\n" % (len(self.printed.get(number, b"")) + each) for each in range(lines))
            self.launcher.emit(self.box_name(number), text)
            self.printed[number] = self.printed.get(number, b"") + text

    @rule(number=executions, code=st.sampled_from([0, 0, 3]))
    def finish(self, number: int, code: int) -> None:
        if self.box_runs(number):
            self.launcher.finish(self.box_name(number), code)
            self.finished[number] = code

    def is_on_the_way(self, function: str) -> bool:
        """Whether some execution will come to the function by itself."""
        states = [State.QUEUED, State.WAITING, State.STARTING] if function == "launch" else [State.COLLECTING]
        finished = [number for number in self.finished if not Execution.objects.get(pk=number).is_final]
        return bool(finished) or Execution.objects.filter(state__in=states).exists()

    def finish_one(self) -> None:
        for execution in Execution.objects.filter(state=State.RUNNING)[:1]:
            self.finish(execution.pk, 0)

    @rule(number=executions, really=RARELY)
    def vanish(self, number: int, really: bool) -> None:
        if really and self.box_runs(number):
            self.launcher.vanish(self.box_name(number))
            self.vanished.add(number)

    @rule()
    def the_engine_is_away_for_a_while(self) -> None:
        self.launcher.unavailable = "The engine does not answer."
        with contextlib.suppress(Unavailable):
            self.supervisors[-1].tick()
        self.settle()
        self.launcher.unavailable = ""

    @rule()
    def the_store_is_away_for_a_while(self) -> None:
        self.kind.collect_raises = [Unavailable("The store does not answer.")]

    @invariant()
    def every_history_is_a_way_through_the_table(self) -> None:
        for execution in Execution.objects.all():
            steps = list(execution.changes.order_by("pk").values_list("from_state", "to_state"))
            assert steps[-1][1] == execution.state
            for (_, before), (origin, target) in itertools.pairwise(steps):
                assert origin == before
                assert State(target) in ALLOWED[State(origin)]

    @invariant()
    def no_box_was_started_twice(self) -> None:
        names = [spec.name for spec in getattr(self, "launcher", FakeLauncher()).launched]
        assert len(names) == len(set(names))

    @invariant()
    def devices_are_held_by_the_living(self) -> None:
        ended = Device.objects.filter(attempt__execution__state__in=["succeeded", "failed", "stopped", "lost"])
        assert not ended.exists()

    def teardown(self) -> None:
        """Everything comes to its end, and that is the true one."""
        try:
            if hasattr(self, "supervisors"):
                self.to_the_end()
        finally:
            self.launcher.unavailable = ""
            if hasattr(self, "supervisors"):
                self.crash()
            kinds._KINDS.pop("trial", None)
            connection.close()
            for model in (Event, Execution, Device, Project, User):
                model.objects.all().delete()

    def to_the_end(self) -> None:
        deadline = time.monotonic() + 60
        while left := list(Execution.objects.exclude(state__in=["succeeded", "failed", "stopped", "lost"])):
            assert time.monotonic() < deadline, [(each.state, each.reason) for each in left]
            for execution in left:
                if self.box_runs(execution.pk):
                    self.launcher.finish(self.box_name(execution.pk), 0)
                    self.finished[execution.pk] = 0
            self.supervisors[-1].tick()
            self.settle()
        self.supervisors[-1].collect()
        assert not self.launcher.list_boxes()
        for execution in Execution.objects.all():
            self.check_end(execution)
        told: dict[int, list[str]] = {}
        for event in Event.objects.filter(kind="execution.state").order_by("pk"):
            told.setdefault(event.object_id, []).append(event.payload["state"])
        for execution in Execution.objects.all():
            assert told[execution.pk] == [change.to_state for change in execution.changes.order_by("pk")][1:]

    def check_end(self, execution: Execution) -> None:
        attempt = execution.attempts.get()
        assert attempt.log_complete
        assert (attempt.lease_owner, attempt.lease_until) == ("", None)
        log = b"".join(store.parts(attempt))
        printed = self.printed.get(execution.pk, b"")
        if execution.pk in self.vanished:
            assert printed.startswith(log), "what was read is kept, in order"
            assert execution.state == State.LOST
            return
        assert log == printed
        if execution.state == State.SUCCEEDED:
            assert attempt.exit_code is not None
            assert attempt.terminate_sent_at is None
        elif execution.state == State.STOPPED:
            assert execution.pk in self.stopped
            assert execution.reason
        else:
            raise AssertionError(f"{execution.state} is not true: {execution.reason}")

    # --- helpers ------------------------------------------------------------------------------------------------------

    def box_name(self, number: int) -> str:
        return Attempt.objects.get(execution_id=number).box_name

    def box_runs(self, number: int) -> bool:
        handle = self.launcher.find(self.box_name(number))
        return handle is not None and self.launcher.poll(handle).state is BoxState.RUNNING

    def settle(self) -> None:
        """Wait for the threads that a step began."""
        for thread in threading.enumerate():
            if thread.name.startswith("attempt-"):
                thread.join(20)


class dying:  # noqa: N801  reads as a verb
    """Within, a background step ends its thread at the function, once, as a kill would."""

    def __init__(self, function: str, after: bool) -> None:
        owner: Any = box_module.BoxSteps if function in {"launch", "collect"} else box_module
        self._owner, self._name, self._after = owner, function, after
        self._real: Callable[..., Any] = getattr(owner, function)
        self._guarded = attempt_module.AttemptDriver._guarded

    def __enter__(self) -> threading.Event:
        """Set when it has died."""
        done = threading.Event()

        def function(*args: Any, **kwargs: Any) -> Any:
            if done.is_set():
                return self._real(*args, **kwargs)
            done.set()
            if self._after:
                self._real(*args, **kwargs)
            raise Killed

        real = self._guarded

        def guarded(driver: Any, job: Callable[[], None]) -> None:
            try:
                real(driver, job)
            except Killed:
                connection.close()

        setattr(self._owner, self._name, function)
        attempt_module.AttemptDriver._guarded = guarded  # type: ignore[method-assign]
        return done

    def __exit__(self, *_: object) -> None:
        setattr(self._owner, self._name, self._real)
        attempt_module.AttemptDriver._guarded = self._guarded  # type: ignore[method-assign]


def run(examples: int, steps: int, tmp_path: Path) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Executions.TestCase.settings = chosen
    with override_settings(STORAGE_DIR=tmp_path / "storage", STOP_GRACE_SECONDS=0), pytest.MonkeyPatch.context() as no:
        no.setattr(attempt_module, "RETRY_SECONDS", 0.05)
        Executions.TestCase().runTest()


def test_any_order_of_steps_and_crashes_keeps_every_promise(db: None, tmp_path: Path) -> None:
    run(12, 20, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_many_orders_of_steps_and_crashes(db: None, tmp_path: Path) -> None:
    run(400, 60, tmp_path)
