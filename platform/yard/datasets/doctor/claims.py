"""Who is at work on an examination or a repair, and how far it is. As the leases of imports, for any kind of work."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yard.core.events import emit
from yard.datasets.models import Examination, Repair, WorkState
from yard.executions.leases import is_dead, owner_id

W = TypeVar("W", Examination, Repair)

LEASE = timedelta(seconds=60)
# One transaction may take long, and nothing that it writes is seen before its end.
LONG_LEASE = timedelta(minutes=16)
CLOCK_TRUST = timedelta(hours=1)
# How long queued work may wait for a worker before the watchdog queues it again; twice does no harm.
QUEUE_PATIENCE = timedelta(seconds=300)
MOST_INTERRUPTIONS = 3
_OF_PROCESS = "#"
_EVENT_SECONDS = 0.5


class ClaimLost(Exception):
    """Another process has taken the work over; stop without a word."""


def abandoned(model: type[W], now: datetime) -> Q:
    """Work whose lease is over (or endless: the clock was set back), or whose worker on this host was killed."""
    owners = model.objects.filter(state=WorkState.RUNNING).exclude(lease_owner="")
    dead = [owner for owner in owners.values_list("lease_owner", flat=True) if is_dead(owner.partition(_OF_PROCESS)[0])]
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCK_TRUST) | Q(lease_owner__in=dead)


def work_emit(work: Examination | Repair) -> None:
    """Tell whoever watches how the work is doing; call it in the transaction that changes it."""
    kind = "examination" if isinstance(work, Examination) else "repair"
    emit(
        kind=f"dataset.{kind}",
        object_type=kind,
        object_id=work.pk,
        project_id=work.dataset.project_id,
        payload={
            "dataset": work.dataset_id,
            "state": str(work.state),
            "progress": round(work.progress, 4),
            "message": work.message,
        },
    )


class Claim(Generic[W]):
    """The right to do one piece of work. Every write through it fails once another process has it."""

    def __init__(self, work: W, owner: str) -> None:
        self.work: W = work
        self._owner = owner
        self._told_at = 0.0

    @classmethod
    def take(cls, model: type[W], pk: int) -> Claim[W] | None:
        """The claim; None when there is nothing to do, or somebody else does it."""
        now = timezone.now()
        owner = f"{owner_id()}{_OF_PROCESS}{uuid.uuid4().hex[:8]}"
        values = {"state": WorkState.RUNNING, "lease_owner": owner, "lease_until": now + LEASE}
        free = model.objects.filter(pk=pk, state=WorkState.QUEUED)
        left = model.objects.filter(abandoned(model, now), pk=pk, state=WorkState.RUNNING)
        with transaction.atomic():
            if not free.update(**values) and not left.update(**values):
                return None
            work: W = model.objects.select_related("dataset", "created_by").get(pk=pk)
            work_emit(work)
        return cls(work, owner)

    def write(self, *, lease: timedelta = LEASE, **values: Any) -> None:
        """Change the row and renew the lease. Raises ``ClaimLost``."""
        rows = type(self.work).objects.filter(pk=self.work.pk, lease_owner=self._owner, state=WorkState.RUNNING)
        now = timezone.now()
        values.setdefault("lease_until", now + lease)
        if not rows.update(**values, updated_at=now):
            raise ClaimLost
        for name, value in values.items():
            setattr(self.work, name, value)

    def tell(self, progress: float, message: str) -> None:
        """Progress (0 to 1) for people to see, at most twice a second. Raises ``ClaimLost``."""
        now = time.monotonic()
        if now - self._told_at < _EVENT_SECONDS:
            return
        self._told_at = now
        with transaction.atomic():
            self.write(progress=progress, message=message)
            work_emit(self.work)

    def release(self, message: str, *, wait: timedelta = QUEUE_PATIENCE) -> None:
        """Put it back into the queue; the watchdog takes it up after ``wait`` where nobody else does."""
        with transaction.atomic():
            self.write(state=WorkState.QUEUED, lease_owner="", lease_until=timezone.now() + wait, message=message)
            work_emit(self.work)

    def finish(self, state: WorkState, message: str, **values: Any) -> None:
        """End the work. Raises ``ClaimLost``."""
        with transaction.atomic():
            self.write(
                state=state,
                message=message,
                progress=1.0 if state == WorkState.SUCCEEDED else self.work.progress,
                finished_at=timezone.now(),
                lease_until=None,
                **values,
            )
            work_emit(self.work)
