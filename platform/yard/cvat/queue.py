"""Who works on a transfer, how far it is, and who goes on when a worker is gone."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from yard.core.events import emit
from yard.cvat.models import CvatLink, CvatTransfer, TransferState
from yard.executions.leases import is_dead, owner_id

TRANSFER_TASK = "yard.cvat.tasks.transfer_run_task"
LEASE = timedelta(seconds=90)  # longer than connecting and one answer may take
CLOCK_TRUST = timedelta(hours=1)
# So long a queued transfer may wait for a worker before the watchdog queues it again; twice does no harm.
PATIENCE = timedelta(seconds=300)
SLICE_SECONDS = 300.0
"""So long one task works on a transfer; another goes on, before the queue would hand it out a second time."""
TELL_SECONDS = 0.5
_OF_PROCESS = "#"


class LeaseLost(Exception):
    """Another process has taken the transfer over; stop without a word."""


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


def abandoned(now: datetime) -> Q:
    """Transfers whose lease is over (or endless: the clock was set back), or whose worker on this host was killed."""
    running = CvatTransfer.objects.filter(state=TransferState.RUNNING).exclude(lease_owner="")
    owners = running.values_list("lease_owner", flat=True)
    dead = [owner for owner in owners if is_dead(owner.partition(_OF_PROCESS)[0])]
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCK_TRUST) | Q(lease_owner__in=dead)


def transfers_resume() -> int:
    """Queue transfers anew that are due, or whose worker is gone; says how many. Called every few seconds."""
    now = timezone.now()
    killed = CvatTransfer.objects.filter(abandoned(now), state=TransferState.RUNNING)
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


class TransferLease:
    """The right to work on one transfer. Every write through it fails once another process has it."""

    def __init__(self, transfer: CvatTransfer, owner: str) -> None:
        self.transfer = transfer
        self._owner = owner
        self._told_at = 0.0
        self._ends_at = time.monotonic() + SLICE_SECONDS

    @classmethod
    def take(cls, transfer_id: int) -> TransferLease | None:
        """The lease; None when there is nothing to do, or another transfer of the data set is under way."""
        now = timezone.now()
        owner = f"{owner_id()}{_OF_PROCESS}{uuid.uuid4().hex[:8]}"
        free = CvatTransfer.objects.filter(pk=transfer_id, state=TransferState.QUEUED)
        left = CvatTransfer.objects.filter(abandoned(now), pk=transfer_id, state=TransferState.RUNNING)
        values = {"state": TransferState.RUNNING, "lease_owner": owner, "lease_until": now + LEASE}
        try:
            with transaction.atomic():
                if not free.update(**values) and not left.update(**values):
                    return None
                CvatTransfer.objects.filter(pk=transfer_id, started_at=None).update(started_at=now)
                found = CvatTransfer.objects.select_related(
                    "dataset__project", "link__server__secret", "link__server__project", "created_by"
                ).get(pk=transfer_id)
                emit_transfer(found)
        except IntegrityError:
            return None  # one at a time per data set; it is queued when the other one has ended
        return cls(found, owner)

    def write(self, **values: Any) -> None:
        """Change the transfer and renew the lease. Raises ``LeaseLost``."""
        mine = CvatTransfer.objects.filter(pk=self.transfer.pk, lease_owner=self._owner, state=TransferState.RUNNING)
        values.setdefault("lease_until", timezone.now() + LEASE)
        if not mine.update(**values, updated_at=timezone.now()):
            raise LeaseLost
        for name, value in values.items():
            setattr(self.transfer, name, value)

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
        now = time.monotonic()
        if now - self._told_at < TELL_SECONDS and not at_once:
            return
        self._told_at = now
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
        if may_pause and now > self._ends_at:
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
        with transaction.atomic():
            self.write(state=TransferState.QUEUED, lease_owner="", due_at=timezone.now() + due_in, **values)
            emit_transfer(self.transfer)

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
