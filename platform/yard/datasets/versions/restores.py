"""Restores as people see them: queued, with progress, taken up again after a kill."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, transaction

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.audit import dataset_audit
from yard.datasets.models import Dataset, DatasetVersion, Restore, WorkState
from yard.datasets.versions.restore import Restored, version_restore
from yard.datasets.work import Claim, work_perform, work_queue
from yard.datasets.working_state import check_changeable

OUR_FAULT = "A fault of the platform ended this; the log of its worker tells more. Try again."


def restore_create(*, dataset: Dataset, version: DatasetVersion, user: User) -> Restore:
    """A queued restore. Raises ``Conflict`` when another is under way, an import works, or the data set is archived."""
    check_changeable(dataset)
    try:
        with transaction.atomic():
            made = Restore(dataset=dataset, version=version, created_by=user)
            work_queue(made)
            dataset_audit(dataset, "dataset.restore_started", user, {"version": version.number})
    except IntegrityError as error:
        raise Conflict("A version of this data set is being brought back already. Wait until it is.") from error
    return made


def restore_perform(restore_id: int) -> None:
    """Do the restore; nothing happens when it has ended or is done elsewhere."""
    work_perform(Restore, restore_id, _perform, fault=OUR_FAULT)


def _perform(claim: Claim[Restore]) -> None:
    restore = claim.work
    if restore.version is None:
        raise Conflict("The version was deleted before it could be brought back.")
    claim.write_for_long()
    done = version_restore(
        dataset=restore.dataset, version=restore.version, user=restore.created_by, tell=partial(_tell, claim)
    )
    if restore.before_id is None and done.before is not None and done.before.pk != restore.version_id:
        claim.write(before=done.before)
    claim.finish(WorkState.SUCCEEDED, _summary(restore.version, done))


def _tell(claim: Claim[Restore], progress: float, message: str) -> None:
    # The rows change in one transaction, in which nothing can be told.
    claim.tell(progress, message)
    claim.write_for_long()


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
