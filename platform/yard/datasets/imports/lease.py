"""Who is working on an import, and how far it is."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yard.core.events import emit
from yard.datasets.models import Import, ImportState

LEASE = timedelta(seconds=60)
EVENT_SECONDS = 0.5


class LeaseLost(Exception):
    """Another process has taken the import over; stop without a word."""


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
        owner = str(uuid.uuid4())
        free = Import.objects.filter(pk=import_id, state=ImportState.QUEUED)
        abandoned = Import.objects.filter(pk=import_id, state=ImportState.RUNNING, lease_until__lt=timezone.now())
        values = {"state": ImportState.RUNNING, "lease_owner": owner, "lease_until": timezone.now() + LEASE}
        try:
            with transaction.atomic():
                if not free.update(**values) and not abandoned.update(**values):
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

    def tell(self, progress: float, message: str) -> None:
        """Progress (0 to 1) for people to see, at most twice a second. Raises ``LeaseLost``."""
        now = time.monotonic()
        if now - self._told_at < EVENT_SECONDS:
            return
        self._told_at = now
        with transaction.atomic():
            self.write(progress=progress, message=message)
            emit_import(self.dataset_import)
