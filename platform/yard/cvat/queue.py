"""Who works on a transfer, how far it is, and who goes on when a worker is gone."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from yard.core.events import emit
from yard.cvat.models import CvatLink, CvatTransfer, TransferState
from yard.executions.worker_leases import LeaseLost as LeaseLost  # noqa: PLC0414 - raised by what is below
from yard.executions.worker_leases import WorkerLease, abandoned

TRANSFER_TASK = "yard.cvat.tasks.transfer_run_task"
# So long a queued transfer may wait for a worker before the watchdog queues it again; twice does no harm.
PATIENCE = timedelta(seconds=300)
SLICE_SECONDS = 300.0
"""So long one task works on a transfer; another goes on, before the queue would hand it out a second time."""


class Cancelled(Exception):
    """Somebody asked for it."""


class Pause(Exception):
    """The time of this task is over; another goes on."""


def emit_transfer(transfer: CvatTransfer) -> None:
    """Tell whoever watches; call it in the transaction that changes the transfer."""
    emit(
        kind="dataset.cvat",
        object_type="dataset",
        object_id=transfer.dataset_id,
        project_id=transfer.dataset.project_id,
        payload={
            "dataset": transfer.dataset_id,
            "transfer": transfer.pk,
            "kind": str(transfer.kind),
            "state": str(transfer.state),
            "progress": round(transfer.progress, 4),
            "message": transfer.message,
        },
    )


def enqueue(transfer: CvatTransfer) -> None:
    """Give it to the worker when the transaction is through."""
    transaction.on_commit(partial(async_task, TRANSFER_TASK, transfer.pk))


def transfers_resume() -> int:
    """Queue transfers anew that are due, or whose worker is gone; says how many. Called every few seconds."""
    now = timezone.now()
    killed = CvatTransfer.objects.filter(abandoned(CvatTransfer, now), state=TransferState.RUNNING)
    due = CvatTransfer.objects.filter(state=TransferState.QUEUED, due_at__lte=now)
    resumed = 0
    for found in [*killed.only("pk", "state", "failures", "due_at"), *due.only("pk", "state", "failures", "due_at")]:
        with transaction.atomic():
            # Only whoever moves the date queues the task, should two watchdogs look at once.
            mine = CvatTransfer.objects.filter(pk=found.pk, state=found.state, due_at=found.due_at).update(
                state=TransferState.QUEUED,
                lease_owner="",
                due_at=now + PATIENCE,
                failures=found.failures + (found.state == TransferState.RUNNING),
            )
            if mine:
                enqueue(found)
                resumed += 1
    return resumed


class TransferLease(WorkerLease[CvatTransfer]):
    """The right to work on one transfer; there is one at a time for a data set."""

    lease = timedelta(seconds=90)  # longer than connecting and one answer may take
    related = ("dataset__project", "link__server__secret", "link__server__project", "created_by")

    def __init__(self, row: CvatTransfer, owner: str) -> None:
        super().__init__(row, owner)
        self._ends_at = time.monotonic() + SLICE_SECONDS

    @classmethod
    def take(cls, transfer_id: int) -> TransferLease | None:
        """The lease; None when there is nothing to do, or another transfer of the data set is under way."""
        taken = cls.take_row(CvatTransfer, transfer_id)
        if taken is not None and taken.row.started_at is None:
            taken.write(started_at=timezone.now())
        return taken

    @property
    def transfer(self) -> CvatTransfer:
        """What is to be done."""
        return self.row

    def announce(self) -> None:
        """Tell whoever watches how the transfer is doing."""
        emit_transfer(self.row)

    def tell(
        self,
        progress: float | None = None,
        message: str | None = None,
        *,
        at_once: bool = False,
        may_pause: bool = False,
    ) -> None:
        """Progress (0 to 1) for people to see, at most twice a second; the place where a transfer can be ended.

        Args:
            at_once: A new stage: tell it even if something was told just now.
            may_pause: What was done so far is remembered, so another task may go on here.

        Raises ``LeaseLost``, ``Cancelled``, or ``Pause``.
        """
        if not self.is_time_to_tell() and not at_once:
            return
        if CvatTransfer.objects.filter(pk=self.transfer.pk).exclude(cancel_requested_at=None).exists():
            raise Cancelled
        values: dict[str, Any] = {}
        if progress is not None:
            values["progress"] = progress
        if message is not None:
            values["message"] = message
        changed = any(getattr(self.transfer, name) != value for name, value in values.items())
        with transaction.atomic():
            self.write(**values)
            if changed:
                emit_transfer(self.transfer)
        if may_pause and time.monotonic() > self._ends_at:
            raise Pause

    def got_on(self, **memo: Any) -> None:
        """Remember how far it came, so that whoever takes over goes on from there; failures before do not count.

        The memory is the link's: making a task that failed or was cancelled goes on there as well.
        """
        link = self.transfer.link
        assert link is not None
        with transaction.atomic():
            self.write(failures=0)
            link.memo = {**link.memo, **memo}
            CvatLink.objects.filter(pk=link.pk).update(memo=link.memo)

    def release(self, *, due_in: timedelta = timedelta(0), **values: Any) -> None:
        """Give the transfer back to the queue."""
        due_at = timezone.now() + due_in
        self.write_and_announce(state=TransferState.QUEUED, lease_owner="", due_at=due_at, **values)

    def end(self, state: TransferState, message: str, **values: Any) -> None:
        """The last word."""
        with transaction.atomic():
            self.write(
                state=state,
                message=message,
                progress=1.0 if state == TransferState.SUCCEEDED else self.transfer.progress,
                finished_at=timezone.now(),
                lease_until=None,
                **values,
            )
            emit_transfer(self.transfer)
            waiting = (
                CvatTransfer.objects.filter(dataset_id=self.transfer.dataset_id, state=TransferState.QUEUED)
                .order_by("pk")
                .first()
            )
            if waiting is not None:
                enqueue(waiting)
