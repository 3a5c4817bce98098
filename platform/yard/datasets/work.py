"""Work of the worker on a data set: who is at it, how far it is, and that it goes on when its worker was killed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from yard.core.errors import Conflict, Unavailable, YardError
from yard.core.events import emit
from yard.datasets.models import Examination, Figure, Pinning, Repair, Restore, WorkState
from yard.executions.worker_leases import LeaseLost, WorkerLease, resume_abandoned
from yard.storage.base import StoreFull

logger = logging.getLogger(__name__)

W = TypeVar("W", Examination, Repair, Restore, Pinning, Figure)
Work = Examination | Repair | Restore | Pinning | Figure

# One transaction may take long, and nothing that it writes is seen before its end.
LONG_LEASE = timedelta(minutes=16)
# How long queued work may wait for a worker before the watchdog queues it again; twice does no harm.
QUEUE_PATIENCE = timedelta(seconds=300)
MOST_INTERRUPTIONS = 3
AGAIN = timedelta(seconds=30)
TOO_OFTEN = (
    "This was interrupted several times; the machine may have too little memory for it. "
    "Try again when less is going on."
)
WORKING = (WorkState.QUEUED, WorkState.RUNNING)
_tasks: dict[type[Work], str] = {}


def work_emit(work: Work) -> None:
    """Tell whoever watches how the work is doing; call it in the transaction that changes it."""
    emit(
        kind=f"dataset.{work.event}",
        object_type=work.event,
        object_id=work.pk,
        project_id=work.dataset.project_id,
        payload={
            "dataset": work.dataset_id,
            "state": str(work.state),
            "progress": round(work.progress, 4),
            "message": work.message,
        },
    )


def work_register(model: type[W], task: str) -> None:
    """Have work of this kind taken up again, by this task, when its worker is gone or never came."""
    _tasks[model] = task


def work_queue(work: Work) -> None:
    """Save the work as queued, tell everybody, and hand it to a worker when the transaction ends."""
    work.state, work.progress = WorkState.QUEUED, 0.0
    work.interruptions, work.lease_owner, work.finished_at = 0, "", None
    work.lease_until = timezone.now() + QUEUE_PATIENCE
    work.save()
    work_emit(work)
    transaction.on_commit(partial(async_task, _tasks[type(work)], work.pk))


def work_requeue(work: Work) -> None:
    """Have another task go on with work that was released."""
    async_task(_tasks[type(work)], work.pk)


def work_resume_stale() -> int:
    """Queue work anew whose worker is gone or never came; says how many. Called every few seconds."""
    return sum(resume_abandoned(model, task, patience=QUEUE_PATIENCE) for model, task in _tasks.items())


class Claim(WorkerLease[W]):
    """The right to do one piece of work."""

    related = ("dataset",)

    @classmethod
    def take(cls, model: type[W], pk: int) -> Claim[W] | None:
        """The claim; None when there is nothing to do, or somebody else does it."""
        return cls.take_row(model, pk)

    @property
    def work(self) -> W:
        """What is to be done."""
        return self.row

    def announce(self) -> None:
        """Tell whoever watches how the work is doing."""
        work_emit(self.row)

    def write_for_long(self, **values: Any) -> None:
        """Change the row; a long transaction follows, in which nothing can be told. Raises ``LeaseLost``."""
        self.write(**values, lease_until=timezone.now() + LONG_LEASE)

    def tell(self, progress: float, message: str) -> None:
        """Progress (0 to 1) for people to see, at most twice a second. Raises ``LeaseLost``."""
        if self.is_time_to_tell():
            self.write_and_announce(progress=progress, message=message)

    def release(self, message: str, *, wait: timedelta = QUEUE_PATIENCE) -> None:
        """Put it back into the queue; the watchdog takes it up after ``wait`` where nobody else does."""
        until = timezone.now() + wait
        self.write_and_announce(state=WorkState.QUEUED, lease_owner="", lease_until=until, message=message)

    def finish(self, state: WorkState, message: str, **values: Any) -> None:
        """End the work. Raises ``LeaseLost``."""
        self.write_and_announce(
            state=state,
            message=message,
            progress=1.0 if state == WorkState.SUCCEEDED else self.row.progress,
            finished_at=timezone.now(),
            lease_until=None,
            **values,
        )

    def fail(self, message: str) -> None:
        """End the work without success. Raises ``LeaseLost``."""
        self.finish(WorkState.FAILED, message)


def work_perform(
    model: type[W],
    pk: int,
    act: Callable[[Claim[W]], bool | None],
    *,
    fault: str,
    fail: Callable[[Claim[W], str], None] = Claim.fail,
) -> bool:
    """Do this piece of work, whatever happens to it; True when another task has to go on with it at once.

    Nothing happens when it has ended or is done elsewhere.

    Args:
        act: Does it, and finishes or releases the claim; returns whether another task goes on.
        fault: What people are told when a fault of ours ended it.
        fail: Ends it without success.
    """
    claim = Claim.take(model, pk)
    if claim is None:
        return False
    try:
        return _performed(claim, act, fault, fail)
    except LeaseLost:
        logger.info("%s %s was taken over by another process, or deleted.", model.__name__, pk)
        return False


def _performed(
    claim: Claim[W], act: Callable[[Claim[W]], bool | None], fault: str, fail: Callable[[Claim[W], str], None]
) -> bool:
    try:
        if claim.work.interruptions >= MOST_INTERRUPTIONS:
            raise Conflict(TOO_OFTEN)
        return bool(act(claim))
    except LeaseLost:
        raise
    except (Unavailable, StoreFull) as error:
        claim.release(f"{error.message} Nothing is lost: trying again.", wait=AGAIN)
    except YardError as error:
        fail(claim, error.message)
    except Exception:
        logger.exception("%s %s failed by a fault of ours.", type(claim.work).__name__, claim.work.pk)
        fail(claim, fault)
    return False
