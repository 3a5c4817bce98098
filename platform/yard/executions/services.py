"""Making and stopping executions."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from yard.accounts.models import Project, User
from yard.core import audit
from yard.core.errors import Conflict
from yard.executions import kinds
from yard.executions.models import Attempt, Execution, StateChange
from yard.executions.states import State
from yard.executions.transitions import StateIsStale, transition


@dataclass(frozen=True, slots=True)
class Requested:
    """The resources an execution asks for; bytes and seconds."""

    cpus: float = 1
    memory_bytes: int = 2 << 30
    shared_memory_bytes: int = 1 << 30
    gpus: int = 0
    disk_bytes: int | None = None
    time_limit_seconds: int | None = None


@transaction.atomic
def execution_create(
    *,
    project: Project | None,
    kind: str,
    title: str,
    user: User | None,
    resources: Requested | None = None,
    priority: int = 0,
) -> Execution:
    """A queued execution with its first attempt; the supervisor finds it by itself.

    No event is written: the caller first stores what belongs to it, then calls ``transitions.announce``.
    """
    now = timezone.now()
    execution = Execution.objects.create(
        project=project,
        kind=kind,
        title=title[:200],
        created_by=user,
        state=State.QUEUED,
        state_changed_at=now,
        priority=priority,
        **asdict(resources or Requested()),
    )
    StateChange.objects.create(execution=execution, to_state=State.QUEUED, at=now)
    Attempt.objects.create(execution=execution, number=1)
    return execution


def execution_stop(*, execution: Execution, user: User | None) -> None:
    """Ask an execution to end. One that has no box yet ends at once, the others when their box did.

    Asking twice changes nothing.

    Raises:
        Conflict: It has ended already.
    """
    for _ in range(3):
        execution.refresh_from_db()
        if execution.is_final:
            raise Conflict(f"It has already ended ({execution.get_state_display().lower()}), so it cannot be stopped.")
        _note_stop(execution, user)
        if execution.state not in {State.QUEUED, State.BUILDING, State.WAITING}:
            return
        try:
            transition(execution, State.STOPPED, reason=_stopped_by(user), actor=user)
        except StateIsStale:
            continue  # the supervisor moved it in the same moment
        return


@transaction.atomic
def _note_stop(execution: Execution, user: User | None) -> None:
    first = Execution.objects.filter(pk=execution.pk, stop_requested_at=None).update(
        stop_requested_at=timezone.now(), stop_requested_by=user
    )
    if not first:
        return
    kind = kinds.find(execution.kind)
    audit.record(
        f"{execution.kind}.stopped",
        actor=user,
        object_type="execution",
        object_id=execution.pk,
        object_name=execution.title,
        project_id=execution.project_id,
        details=kind.event_payload(execution) if kind else {},
    )


def _stopped_by(user: User | None) -> str:
    return f"Stopped by {user} before it started." if user else "Stopped before it started."
