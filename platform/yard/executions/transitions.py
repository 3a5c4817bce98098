"""The one function through which every state changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.core.events import emit
from yard.executions import kinds
from yard.executions.models import Device, Execution, StateChange
from yard.executions.states import ALLOWED, FINAL, Cause, State


class TransitionRefused(Conflict):
    """The table of states does not allow this step."""

    code = "transition_refused"


class StateIsStale(Conflict):
    """Somebody else changed the state first; fetch the execution again and decide anew."""

    code = "state_is_stale"


def transition(
    execution: Execution,
    to: State,
    *,
    reason: str = "",
    cause: Cause | None = None,
    actor: User | None = None,
) -> None:
    """Move an execution to the next state, with its history row and its event, or change nothing at all.

    Raises:
        TransitionRefused: The table has no such step.
        StateIsStale: The row is no longer in the state that ``execution`` shows.
    """
    before = State(execution.state)
    if to not in ALLOWED[before]:
        raise TransitionRefused(f"Execution {execution.pk} cannot go from {before} to {to}.")
    now = timezone.now()
    reason = _storable(reason)
    changes: dict[str, Any] = {
        "state": to,
        "reason": reason,
        "cause": cause or "",
        "state_changed_at": now,
        "updated_at": now,
    }
    if to is State.RUNNING and execution.started_at is None:
        changes["started_at"] = now
    if to in FINAL:
        changes["finished_at"] = now
    with transaction.atomic():
        if not Execution.objects.filter(pk=execution.pk, state=before).update(**changes):
            raise StateIsStale(f"Execution {execution.pk} is no longer {before}.")
        for name, value in changes.items():
            setattr(execution, name, value)
        StateChange.objects.create(execution=execution, from_state=before, to_state=to, reason=reason, at=now)
        if to in FINAL:
            _let_go(execution)
        _emit(execution, "execution.state", actor)


def _let_go(execution: Execution) -> None:
    """What belongs to an end, in its transaction: a kill can leave nothing of it undone."""
    Device.objects.filter(attempt__execution=execution).update(attempt=None)
    # Nobody will print or drive any more; readers of a log wait for just this word.
    execution.attempts.update(lease_owner="", lease_until=None, log_complete=True)
    kind = kinds.find(execution.kind)
    if kind is not None:
        kind.ended(execution)


def _storable(reason: str) -> str:
    """PostgreSQL keeps no null characters, and reasons may quote anything."""
    return reason.replace("\0", "")


def set_reason(execution: Execution, reason: str) -> None:
    """Say anew why the execution is where it is (what it waits for).

    Nothing happens when the words are the same, or when it has ended: why it ended stays true.
    """
    reason = _storable(reason)
    if execution.reason == reason or execution.is_final:
        return
    with transaction.atomic():
        if Execution.objects.filter(pk=execution.pk, state=execution.state).update(reason=reason):
            execution.reason = reason
            _emit(execution, "execution.reason", None)


def announce(execution: Execution) -> None:
    """Tell the world of a new execution; call it when everything that belongs to it is stored."""
    _emit(execution, "execution.state", execution.created_by)


def _emit(execution: Execution, kind_of_event: str, actor: User | None) -> None:
    kind = kinds.find(execution.kind)
    payload = {"state": execution.state, "reason": execution.reason, "kind": execution.kind}
    emit(
        kind=kind_of_event,
        object_type="execution",
        object_id=execution.pk,
        project_id=execution.project_id,
        actor=actor,
        payload={**payload, **(kind.event_payload(execution) if kind else {})},
    )
