"""Who is working on an import, and how far it is."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from yard.core.events import emit
from yard.datasets.models import Import, ImportState
from yard.executions.leases import is_dead, owner_id

LEASE = timedelta(seconds=60)
CLOCK_TRUST = timedelta(hours=1)
_OF_PROCESS = "#"
EVENT_SECONDS = 0.5


def abandoned(now: datetime) -> Q:
    """Imports whose lease is over (or endless: the clock was set back), or whose worker on this host was killed."""
    running = Import.objects.filter(state=ImportState.RUNNING).exclude(lease_owner="")
    owners = running.values_list("lease_owner", flat=True)
    dead = [owner for owner in owners if is_dead(owner.partition(_OF_PROCESS)[0])]
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCK_TRUST) | Q(lease_owner__in=dead)


class LeaseLost(Exception):
    """Another process has taken the import over; stop without a word."""


class Cancelled(Exception):
    """Somebody has asked the import to end."""


def emit_import(dataset_import: Import) -> None:
    """Tell whoever watches how the import is doing; call it in the transaction that changes it."""
    emit(
        kind="dataset.import",
        object_type="import",
        object_id=dataset_import.pk,
        project_id=dataset_import.dataset.project_id,
        payload={
            "dataset": dataset_import.dataset_id,
            "state": str(dataset_import.state),
            "progress": round(dataset_import.progress, 4),
            "message": dataset_import.message,
        },
    )


class Lease:
    """The right to work on one import. Every write through it fails once another process has it."""

    def __init__(self, dataset_import: Import, owner: str) -> None:
        self.dataset_import = dataset_import
        self._owner = owner
        self._told_at = 0.0

    @classmethod
    def take(cls, import_id: int) -> Lease | None:
        """The lease; None when there is nothing to do, somebody else does it, or the data set is busy with another."""
        now = timezone.now()
        owner = f"{owner_id()}{_OF_PROCESS}{uuid.uuid4().hex[:8]}"
        free = Import.objects.filter(pk=import_id, state=ImportState.QUEUED)
        left = Import.objects.filter(abandoned(now), pk=import_id, state=ImportState.RUNNING)
        values = {"state": ImportState.RUNNING, "lease_owner": owner, "lease_until": now + LEASE}
        try:
            with transaction.atomic():
                if not free.update(**values) and not left.update(**values):
                    return None
                found = Import.objects.select_related("dataset", "created_by").get(pk=import_id)
                emit_import(found)
        except IntegrityError:
            return None  # one import at a time per data set
        return cls(found, owner)

    def write(self, **values: Any) -> None:
        """Change the import and renew the lease. Raises ``LeaseLost``."""
        mine = Import.objects.filter(pk=self.dataset_import.pk, lease_owner=self._owner, state=ImportState.RUNNING)
        values.setdefault("lease_until", timezone.now() + LEASE)
        if not mine.update(**values, updated_at=timezone.now()):
            raise LeaseLost
        for name, value in values.items():
            setattr(self.dataset_import, name, value)

    def check_wanted(self) -> None:
        """Raises ``Cancelled`` when somebody has asked for it."""
        if Import.objects.filter(pk=self.dataset_import.pk).exclude(cancel_requested_at=None).exists():
            raise Cancelled

    def tell(self, progress: float, message: str) -> None:
        """Progress (0 to 1) for people to see, at most twice a second; the place where an import can be ended.

        Never call it between storing a file and writing its row. Raises ``LeaseLost``, ``Cancelled``.
        """
        now = time.monotonic()
        if now - self._told_at < EVENT_SECONDS:
            return
        self._told_at = now
        self.check_wanted()
        with transaction.atomic():
            self.write(progress=progress, message=message)
            emit_import(self.dataset_import)
