"""The right of one worker process to work on a row, for as long as it says that it lives.

Such a row has ``state`` (``queued``, ``running`` or ended), ``lease_owner``, ``lease_until`` and ``updated_at``. A
worker may be killed anywhere: once its lease is over, or its process is seen to be gone, another takes the row over.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q
from django.utils import timezone
from django_q.tasks import async_task

from yard.executions.leases import is_dead, owner_id

QUEUED, RUNNING = "queued", "running"
CLOCK_TRUST = timedelta(hours=1)
_OF_PROCESS = "#"
TELL_SECONDS = 0.5

R = TypeVar("R", bound=Model)


class LeaseLost(Exception):
    """Another process has taken the row over, or it was deleted or ended; stop without a word."""


def abandoned(model: type[Model], now: datetime) -> Q:
    """Rows whose lease is over (or endless: the clock was set back), or whose worker on this host was killed."""
    running = model._default_manager.filter(state=RUNNING).exclude(lease_owner="")
    owners = running.values_list("lease_owner", flat=True)
    dead = [owner for owner in owners if is_dead(owner.partition(_OF_PROCESS)[0])]
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCK_TRUST) | Q(lease_owner__in=dead)


def resume_abandoned(model: type[Model], task: str, *, patience: timedelta) -> int:
    """Queue rows anew whose worker is gone or never came; says how many. They also have ``interruptions``.

    Args:
        task: What is given each row's id.
        patience: How long a queued row may wait for a worker.
    """
    now = timezone.now()
    rows, resumed = model._default_manager, 0
    stale = rows.filter(abandoned(model, now), state__in=(QUEUED, RUNNING))
    for pk, state, until in stale.values_list("pk", "state", "lease_until"):
        with transaction.atomic():
            # Only whoever moves the lease queues the task, should two watchdogs look at once.
            mine = rows.filter(pk=pk, state=state, lease_until=until).update(
                state=QUEUED,
                lease_owner="",
                lease_until=now + patience,
                interruptions=F("interruptions") + int(state == RUNNING),
            )
            if mine:
                transaction.on_commit(partial(async_task, task, pk))
                resumed += 1
    return resumed


class WorkerLease(Generic[R]):
    """The right to work on one row. Every write through it fails once another process has it."""

    lease: ClassVar[timedelta] = timedelta(seconds=60)
    related: ClassVar[tuple[str, ...]] = ()
    """What is fetched with the row."""

    def __init__(self, row: R, owner: str) -> None:
        self.row: R = row
        self._owner = owner
        self._told_at = 0.0

    @classmethod
    def take_row(cls, model: type[R], pk: int) -> Self | None:
        """The lease; None when there is nothing to do, somebody else does it, or what it is about is busy."""
        now = timezone.now()
        owner = f"{owner_id()}{_OF_PROCESS}{uuid.uuid4().hex[:8]}"
        values = {"state": RUNNING, "lease_owner": owner, "lease_until": now + cls.lease}
        rows = model._default_manager.filter(pk=pk)
        try:
            with transaction.atomic():
                left = abandoned(model, now) & Q(state=RUNNING)
                if not rows.filter(state=QUEUED).update(**values) and not rows.filter(left).update(**values):
                    return None
                taken = cls(rows.select_related(*cls.related).get(), owner)
                taken.announce()
        except IntegrityError:
            return None  # a table may allow one running row for what it is about
        return taken

    def announce(self) -> None:
        """Tell whoever watches how the work is doing; called in the transaction that changes the row."""
        raise NotImplementedError

    def write(self, **values: Any) -> None:
        """Change the row and renew the lease. Raises ``LeaseLost``."""
        now = timezone.now()
        values.setdefault("lease_until", now + self.lease)
        mine = type(self.row)._default_manager.filter(pk=self.row.pk, lease_owner=self._owner, state=RUNNING)
        if not mine.update(**values, updated_at=now):
            raise LeaseLost
        for name, value in values.items():
            setattr(self.row, name, value)

    def write_and_announce(self, **values: Any) -> None:
        """Change the row, renew the lease, and tell everybody. Raises ``LeaseLost``."""
        with transaction.atomic():
            self.write(**values)
            self.announce()

    def is_time_to_tell(self) -> bool:
        """Whether progress may be told now: twice a second is enough for people."""
        now = time.monotonic()
        if now - self._told_at < TELL_SECONDS:
            return False
        self._told_at = now
        return True
