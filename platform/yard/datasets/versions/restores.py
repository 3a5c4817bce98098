"""Restores as people see them: queued, with progress, taken up again after a kill."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core import audit
from yard.core.errors import Conflict, Unavailable, YardError
from yard.core.events import emit
from yard.datasets.models import Dataset, DatasetVersion, Restore, WorkState
from yard.datasets.versions.restore import Restored, version_restore
from yard.datasets.working_state import check_changeable
from yard.executions.leases import is_dead, owner_id
from yard.storage.base import StoreFull

logger = logging.getLogger(__name__)

RESTORE_TASK = "yard.datasets.tasks.restore_run_task"
# The rows change in one transaction, in which nothing can be told. A dead worker of this host is noticed at once.
LEASE = timedelta(minutes=15)
# How long a queued one may wait for a worker before the watchdog queues it again; twice does no harm.
QUEUE_PATIENCE = timedelta(seconds=300)
MAX_INTERRUPTIONS = 5
TELL_SECONDS = 0.5
_OF_PROCESS = "#"
OUR_FAULT = "A fault of the platform ended this; the log of its worker tells more. Try again."


class LeaseLost(Exception):
    """Another process has taken the restore over; stop without a word."""


def restore_create(*, dataset: Dataset, version: DatasetVersion, user: User) -> Restore:
    """A queued restore. Raises ``Conflict`` when another is under way, an import works, or the data set is archived."""
    check_changeable(dataset)
    try:
        with transaction.atomic():
            made = Restore.objects.create(
                dataset=dataset, version=version, created_by=user, lease_until=timezone.now() + QUEUE_PATIENCE
            )
            _emit(made)
            audit.record(
                "dataset.restore_started",
                actor=user,
                object_type="dataset",
                object_id=dataset.pk,
                object_name=dataset.name,
                project_id=dataset.project_id,
                details={"version": version.number},
            )
            transaction.on_commit(partial(async_task, RESTORE_TASK, made.pk))
    except IntegrityError as error:
        raise Conflict("A version of this data set is being brought back already. Wait until it is.") from error
    return made


def restore_perform(restore_id: int) -> None:
    """Do the restore; nothing happens when it has ended or is done elsewhere."""
    lease = _Lease.take(restore_id)
    if lease is None:
        return
    restore = lease.restore
    try:
        lease.finish(WorkState.SUCCEEDED, _perform(lease))
    except LeaseLost:
        logger.info("Restore %s was taken over by another process.", restore_id)
    except (Unavailable, StoreFull) as error:
        # The platform's own trouble passes: the watchdog tries again until it has.
        lease.release(f"{error.message} Nothing is lost: trying again.")
    except YardError as error:
        lease.finish(WorkState.FAILED, error.message)
    except Exception:
        logger.exception("Restore %s failed by a fault of ours.", restore.pk)
        lease.finish(WorkState.FAILED, OUR_FAULT)


def restore_resume_stale() -> int:
    """Queue restores again whose worker is gone or never came; says how many."""
    now = timezone.now()
    resumed = 0
    for found in Restore.objects.filter(_stale(), state__in=[WorkState.QUEUED, WorkState.RUNNING])[:10]:
        with transaction.atomic():
            # Only whoever moves the lease queues the task, should two watchdogs look at once.
            mine = Restore.objects.filter(pk=found.pk, state=found.state, lease_until=found.lease_until).update(
                state=WorkState.QUEUED, lease_owner="", lease_until=now + QUEUE_PATIENCE
            )
            if mine:
                transaction.on_commit(partial(async_task, RESTORE_TASK, found.pk))
                resumed += 1
    return resumed


def _perform(lease: _Lease) -> str:
    restore = lease.restore
    if restore.version is None:
        raise Conflict("The version was deleted before it could be brought back.")
    if restore.interruptions > MAX_INTERRUPTIONS:
        raise Conflict("This was interrupted too often; something may be wrong with this machine's memory.")
    done = version_restore(dataset=restore.dataset, version=restore.version, user=restore.created_by, tell=lease.tell)
    if restore.before_id is None and done.before is not None and done.before.pk != restore.version_id:
        lease.write(before=done.before)
    return _summary(restore.version, done)


def _summary(version: DatasetVersion, done: Restored) -> str:
    changes = [
        f"{number} {what}"
        for number, what in (
            (done.added, "came back"),
            (done.removed, "went"),
            (done.replaced, "have other content"),
            (done.relabelled, "are annotated otherwise"),
        )
        if number
    ]
    text = f"The data set is as in version {version.number}."
    return f"{text} Images: {', '.join(changes)}." if changes else text


def _emit(restore: Restore) -> None:
    emit(
        kind="dataset.restore",
        object_type="restore",
        object_id=restore.pk,
        project_id=restore.dataset.project_id,
        payload={
            "dataset": restore.dataset_id,
            "state": str(restore.state),
            "progress": round(restore.progress, 4),
            "message": restore.message,
        },
    )


def _stale() -> Q:
    """Whose lease is over, or whose worker on this host was killed."""
    running = Restore.objects.filter(state=WorkState.RUNNING).exclude(lease_owner="")
    owners = running.values_list("lease_owner", flat=True)
    dead = [owner for owner in owners if is_dead(owner.partition(_OF_PROCESS)[0])]
    return Q(lease_until__lt=timezone.now()) | Q(lease_owner__in=dead)


class _Lease:
    """The right to work on one restore. Every write through it fails once another process has it."""

    def __init__(self, restore: Restore, owner: str) -> None:
        self.restore = restore
        self._owner = owner
        self._told_at = 0.0

    @classmethod
    def take(cls, restore_id: int) -> _Lease | None:
        """The lease; None when there is nothing to do, or somebody else does it."""
        owner = f"{owner_id()}{_OF_PROCESS}{uuid.uuid4().hex[:8]}"
        values = {"state": WorkState.RUNNING, "lease_owner": owner, "lease_until": timezone.now() + LEASE}
        free = Restore.objects.filter(pk=restore_id, state=WorkState.QUEUED)
        left = Restore.objects.filter(_stale(), pk=restore_id, state=WorkState.RUNNING)
        if not free.update(**values) and not left.update(**values, interruptions=F("interruptions") + 1):
            return None
        related = ("dataset", "version__fileset", "created_by")
        return cls(Restore.objects.select_related(*related).get(pk=restore_id), owner)

    def write(self, **values: Any) -> None:
        """Change the restore and renew the lease. Raises ``LeaseLost``."""
        mine = Restore.objects.filter(pk=self.restore.pk, lease_owner=self._owner, state=WorkState.RUNNING)
        values.setdefault("lease_until", timezone.now() + LEASE)
        if not mine.update(**values, updated_at=timezone.now()):
            raise LeaseLost
        for name, value in values.items():
            setattr(self.restore, name, value)

    def tell(self, progress: float, message: str) -> None:
        """Progress for people to see, at most twice a second. Raises ``LeaseLost``."""
        now = time.monotonic()
        if now - self._told_at >= TELL_SECONDS:
            self._told_at = now
            self._write_and_tell(progress=progress, message=message)

    def finish(self, state: WorkState, message: str) -> None:
        """It has ended."""
        progress = 1.0 if state == WorkState.SUCCEEDED else self.restore.progress
        self._write_quietly(
            state=state, message=message, progress=progress, finished_at=timezone.now(), lease_until=None
        )

    def release(self, message: str) -> None:
        """Give it back: the watchdog has another go."""
        self._write_quietly(state=WorkState.QUEUED, lease_owner="", message=message)

    def _write_quietly(self, **values: Any) -> None:
        try:
            self._write_and_tell(**values)
        except LeaseLost:
            logger.info("Restore %s was taken over by another process.", self.restore.pk)

    def _write_and_tell(self, **values: Any) -> None:
        with transaction.atomic():
            self.write(**values)
            _emit(self.restore)
