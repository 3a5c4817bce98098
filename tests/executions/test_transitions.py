from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.core.models import Event
from yard.executions.models import Device, Execution, Host
from yard.executions.states import ALLOWED, FINAL, Cause, State
from yard.executions.transitions import StateIsStale, TransitionRefused, set_reason, transition

Make = Callable[..., Execution]


def test_it_writes_state_history_and_event_together(make: Make, kind: object) -> None:
    execution = make()
    transition(execution, State.WAITING, reason="its turn comes")
    execution.refresh_from_db()
    assert (execution.state, execution.reason) == (State.WAITING, "its turn comes")
    assert [change.to_state for change in execution.changes.all()] == [State.QUEUED, State.WAITING]
    event = Event.objects.get(kind="execution.state")
    assert event.object_id == execution.pk
    assert event.payload == {
        "state": "waiting",
        "reason": "its turn comes",
        "kind": "trial",
        "trial": execution.pk,
    }


def test_it_refuses_a_step_that_is_not_in_the_table(make: Make) -> None:
    execution = make()
    with pytest.raises(TransitionRefused):
        transition(execution, State.RUNNING)
    assert execution.changes.count() == 1


def test_it_refuses_when_somebody_was_faster(make: Make) -> None:
    execution = make()
    stale = Execution.objects.get(pk=execution.pk)
    transition(execution, State.WAITING)
    with pytest.raises(StateIsStale):
        transition(stale, State.FAILED)
    assert Execution.objects.get(pk=execution.pk).state == State.WAITING


def test_it_frees_devices_at_the_end(make: Make) -> None:
    execution = make(gpus=1)
    host = Host.objects.create(name="h", launcher="fake", cpus=2, memory_bytes=1 << 30)
    attempt = execution.attempts.get()
    device = Device.objects.create(host=host, uuid="GPU-1", index=0, name="T4", attempt=attempt)
    transition(execution, State.WAITING)
    transition(execution, State.FAILED, cause=Cause.USER)
    device.refresh_from_db()
    assert device.attempt is None
    assert execution.finished_at is not None
    assert execution.cause == Cause.USER


def test_it_says_anew_what_is_waited_for_only_when_the_words_change(make: Make) -> None:
    execution = make()
    set_reason(execution, "Waits for 2 CPUs.")
    set_reason(execution, "Waits for 2 CPUs.")
    assert Event.objects.filter(kind="execution.reason").count() == 1


@given(path=st.lists(st.sampled_from(list(State)), max_size=12))
def test_no_path_leaves_a_final_state(path: list[State]) -> None:
    state = State.QUEUED
    for step in path:
        if step in ALLOWED[state]:
            assert state not in FINAL
            state = step
    assert not ALLOWED[state] or state not in FINAL


def test_every_state_can_reach_an_end() -> None:
    reached = set(FINAL)
    while True:
        more = {state for state, steps in ALLOWED.items() if steps & reached} | reached
        if more == reached:
            break
        reached = more
    assert reached == set(State)
