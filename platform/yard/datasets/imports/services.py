"""Changing imports: make, start, answer, cancel, resume, remove."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.datasets.audit import dataset_audit
from yard.datasets.imports.bucket_keys import check_keys_kept, keys_forget
from yard.datasets.imports.lease import emit_import
from yard.datasets.models import Dataset, Import, ImportState, OnConflict, OnDuplicate, UploadKind
from yard.datasets.texts import counted
from yard.datasets.uploads import KEPT, OPEN_STATES, uploads_discard, uploads_unfinished
from yard.datasets.working_state import ACTIVE_STATES, check_not_archived
from yard.executions.worker_leases import resume_abandoned

IMPORT_TASK = "yard.datasets.tasks.import_run_task"
# How long a queued import may wait for a worker before the watchdog queues it again; twice does no harm.
QUEUE_PATIENCE = timedelta(seconds=300)
NAMES_SHOWN = 5
CANCELLABLE_STATES = (*OPEN_STATES, ImportState.ASKING)
EXPIRED_AT_ONCE = 10


def import_create(
    *,
    dataset: Dataset,
    user: User,
    on_conflict: str = OnConflict.RENAME,
    on_duplicate: str = OnDuplicate.KEEP,
) -> Import:
    """A new import that files can be uploaded into. Raises ``Conflict`` for an archived data set."""
    check_not_archived(dataset)
    return Import.objects.create(dataset=dataset, created_by=user, on_conflict=on_conflict, on_duplicate=on_duplicate)


def import_start(*, dataset_import: Import, user: User | None = None) -> Import:
    """The import, queued. It begins as soon as a worker is free; a failed one begins anew.

    Raises:
        Conflict: It has started already, uploads are not complete, or the data set is archived.
        InvalidInput: Nothing was uploaded.
    """
    check_keys_kept(dataset_import)
    with transaction.atomic():
        check_not_archived(_locked(dataset_import))
        waiting = Import.objects.filter(pk=dataset_import.pk, state__in=OPEN_STATES).update(
            state=ImportState.QUEUED,
            progress=0,
            message="",
            report={},
            cursor=0,
            compared=0,
            interruptions=0,
            finished_at=None,
            newest_label=None,
            cancel_requested_at=None,
            lease_owner="",
            lease_until=timezone.now() + QUEUE_PATIENCE,
        )
        if not waiting:
            raise Conflict("This import has started already.")
        _check_complete(dataset_import)
        dataset_import.conflicts.all().delete()  # files may have come or gone since they were found
        dataset_import.refresh_from_db()
        emit_import(dataset_import)
        dataset_audit(
            dataset_import.dataset,
            "dataset.import_started",
            user or dataset_import.created_by,
            {"import": dataset_import.pk},
        )
        transaction.on_commit(partial(async_task, IMPORT_TASK, dataset_import.pk))
    return dataset_import


def conflicts_answer(
    *, dataset_import: Import, answers: Mapping[int, str], rest: str = "", user: User | None = None
) -> Import:
    """The import with these answers; it goes on as soon as none is missing.

    Args:
        dataset_import: One that asks.
        answers: Id of a conflict → what becomes of it.
        rest: What becomes of all others that have no answer yet; empty: they wait.
        user: Who answers.

    Raises:
        Conflict: The import does not ask.
        InvalidInput: A conflict is none of this import.
    """
    with transaction.atomic():
        _locked(dataset_import)
        asking = Import.objects.select_for_update().filter(pk=dataset_import.pk, state=ImportState.ASKING)
        locked = asking.first()
        if locked is None:
            raise Conflict("This import does not wait for an answer.")
        for answer in set(answers.values()):
            ids = [pk for pk, given in answers.items() if given == answer]
            if locked.conflicts.filter(pk__in=ids).update(answer=answer) != len(ids):
                raise InvalidInput("One of these files is none that the import asks about.")
        if rest:
            locked.conflicts.filter(answer="").update(answer=rest)
        if not locked.conflicts.filter(answer="").exists():
            _go_on(locked, user)
    dataset_import.refresh_from_db()
    return dataset_import


def _locked(dataset_import: Import) -> Dataset:
    """The data set's row, locked: whoever changes or deletes the data set looks first whether an import is at work, and
    none begins behind his back. Raises ``NotFound`` when it has gone."""
    found = Dataset.objects.select_for_update().filter(pk=dataset_import.dataset_id).first()
    if found is None:
        raise NotFound("The data set of this import was deleted.")
    return found


def _go_on(found: Import, user: User | None) -> None:
    found.state = ImportState.QUEUED
    found.message = ""
    found.lease_until = timezone.now() + QUEUE_PATIENCE
    found.save(update_fields=["state", "message", "lease_until", "updated_at"])
    emit_import(found)
    dataset_audit(found.dataset, "dataset.import_answered", user, {"import": found.pk})
    transaction.on_commit(partial(async_task, IMPORT_TASK, found.pk))


def import_delete(*, dataset_import: Import) -> None:
    """Nothing of the import and its uploads is left.

    Raises ``Conflict`` unless it waits for files or an answer, has failed, or was cancelled.
    """
    if dataset_import.state not in CANCELLABLE_STATES:
        raise Conflict("This import is at work, or through. Cancel it first if it is at work.")
    uploads_discard(dataset_import)
    keys_forget(dataset_import)
    with transaction.atomic():
        Import.objects.filter(pk=dataset_import.pk, state__in=CANCELLABLE_STATES).delete()


def import_cancel(*, dataset_import: Import, user: User) -> Import:
    """Ask an import to end. One that has changed nothing yet ends at once; else the worker takes back what it added.

    Twice changes nothing. Raises ``Conflict`` when it has not started, or has ended.
    """
    now = timezone.now()
    same = Import.objects.filter(pk=dataset_import.pk)
    untouched = Q(state=ImportState.ASKING) | Q(state=ImportState.QUEUED, newest_label=None)
    with transaction.atomic():
        if not same.filter(untouched).update(
            state=ImportState.CANCELLED, message="It was cancelled.", progress=0, finished_at=now, lease_until=None
        ) and not same.filter(state__in=ACTIVE_STATES).update(cancel_requested_at=now):
            raise Conflict("This import is not at work, so there is nothing to cancel.")
        dataset_import.refresh_from_db()
        if dataset_import.state == ImportState.CANCELLED:
            dataset_import.conflicts.all().delete()
        emit_import(dataset_import)
        dataset_audit(dataset_import.dataset, "dataset.import_cancelled", user, {"import": dataset_import.pk})
        if dataset_import.state == ImportState.QUEUED:
            transaction.on_commit(partial(async_task, IMPORT_TASK, dataset_import.pk))
    return dataset_import


def import_requeue(import_id: int) -> None:
    """Have another task go on with a queued import."""
    Import.objects.filter(pk=import_id, state=ImportState.QUEUED).update(lease_until=timezone.now() + QUEUE_PATIENCE)
    async_task(IMPORT_TASK, import_id)


def import_resume_stale() -> int:
    """Queue imports anew whose worker is gone or never came; says how many. Called every few seconds."""
    resumed = resume_abandoned(Import, IMPORT_TASK, patience=QUEUE_PATIENCE)
    for done in Import.objects.filter(state=ImportState.SUCCEEDED, uploads__isnull=False).distinct()[:10]:
        uploads_discard(done)
    return resumed


def import_expire_abandoned() -> int:
    """Remove uploads that nobody has added to for a week, with imports that never started; says how many imports."""
    before = timezone.now() - KEPT
    open_ones = Import.objects.filter(state__in=CANCELLABLE_STATES, uploads__isnull=False, updated_at__lt=before)
    abandoned = open_ones.exclude(uploads__updated_at__gte=before).distinct()[:EXPIRED_AT_ONCE]
    for found in abandoned:
        uploads_discard(found)
        # A failed one stays for its report.
        never_done = (ImportState.UPLOADING, ImportState.ASKING)
        Import.objects.filter(pk=found.pk, state__in=never_done, uploads__isnull=True).delete()
    return len(abandoned)


def _check_complete(dataset_import: Import) -> None:
    if dataset_import.remote:
        return
    if not dataset_import.uploads.exclude(kind=UploadKind.PART).exists():
        raise InvalidInput("Nothing was uploaded yet. Upload images, an annotations.xml, or a ZIP, then start.")
    unfinished = uploads_unfinished(dataset_import)
    if unfinished:
        missing = sum((upload.size or 0) - upload.offset for upload in unfinished if upload.size is not None)
        names = [upload.name for upload in unfinished]
        shown = ", ".join(names[:NAMES_SHOWN]) + (" …" if len(names) > NAMES_SHOWN else "")
        raise Conflict(
            f"{counted(len(names), 'upload')} {_are(len(names))} not complete "
            f"({counted(missing, 'byte')} {_are(missing)} missing): {shown}."
        )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
