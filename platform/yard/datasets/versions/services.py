"""What becomes of versions after they were made: notes, the archive, deletion. Their content never changes.

An archived version is hidden from lists and whole in every other way: runs that name it can be looked at and repeated,
and it can be downloaded, compared and brought back. A version that a run names is never deleted. What only a deleted
version needed is given back by the collector.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.models import Dataset, DatasetVersion, Repair, Restore, WorkState
from yard.datasets.versions.usage import usage_sentence
from yard.datasets.working_state import ACTIVE_STATES, changed_emit, check_not_archived

UNDER_WAY = (WorkState.QUEUED, WorkState.RUNNING)


def version_update(*, version: DatasetVersion, note: str, user: User) -> DatasetVersion:
    """The version with another note. Raises ``Conflict`` when its data set is archived."""
    return _update(version, user, "dataset.version_changed", note=note)


def version_archive(*, version: DatasetVersion, user: User) -> DatasetVersion:
    """The version, hidden from lists. Raises ``Conflict`` when its data set is archived."""
    if version.archived_at is not None:
        return version
    return _update(version, user, "dataset.version_archived", archived_at=timezone.now())


def version_unarchive(*, version: DatasetVersion, user: User) -> DatasetVersion:
    """The version, in lists again. Raises ``Conflict`` when its data set is archived."""
    if version.archived_at is None:
        return version
    return _update(version, user, "dataset.version_unarchived", archived_at=None)


def version_delete(*, version: DatasetVersion, user: User, force: bool = False) -> None:
    """The version is gone; its number is not given again.

    Raises ``Conflict``, naming them, when runs were made with it, and when it is being brought back; with the code
    ``undo_goes`` when a repair could then no longer be taken back: ask, then ``force``.
    """
    check_not_archived(version.dataset)
    users = usage_sentence(version.pk)
    if users:
        raise _in_use(version, users)
    if Restore.objects.filter(version=version, state__in=UNDER_WAY).exists():
        raise Conflict(f"Version {version.number} is being brought back. Wait until it is, then delete it.")
    if not force:
        _check_undo_stays(version)
    try:
        with transaction.atomic():
            dataset = Dataset.objects.select_for_update().get(pk=version.dataset_id)
            if dataset.last_version < version.number:
                Dataset.objects.filter(pk=dataset.pk).update(last_version=version.number)
            version.delete()
            changed_emit(dataset, user, "dataset.version_deleted")
    except ProtectedError as error:  # a run was made with it in this moment
        raise _in_use(version, ", ".join(str(found) for found in error.protected_objects)) from error


def _check_undo_stays(version: DatasetVersion) -> None:
    repair = Repair.objects.filter(before=version, state=WorkState.SUCCEEDED, undone_at=None).order_by("-pk").first()
    if repair is not None:
        what = (repair.summary or repair.code).rstrip(".")
        raise Conflict(
            f"Version {version.number} is what the data set was before a repair ({what}). Without it, that can no "
            "longer be taken back. Archive the version to hide it, or delete it all the same.",
            code="undo_goes",
        )


def dataset_archive(*, dataset: Dataset, user: User) -> Dataset:
    """The data set, hidden from lists and not to be changed; its versions can still be trained on, by their numbers.

    Raises ``Conflict`` while an import or a restore changes it.
    """
    if dataset.archived_at is not None:
        return dataset
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if locked.imports.filter(state__in=ACTIVE_STATES).exists():
            raise Conflict("An import is working on this data set. Wait until it has ended, then archive it.")
        if locked.restores.filter(state__in=UNDER_WAY).exists():
            raise Conflict("A version of this data set is being brought back. Wait until it is, then archive it.")
        return _archived_at(locked, user, timezone.now(), "dataset.archived")


def dataset_unarchive(*, dataset: Dataset, user: User) -> Dataset:
    """The data set, in lists and to be changed again."""
    if dataset.archived_at is None:
        return dataset
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
        return _archived_at(locked, user, None, "dataset.unarchived")


def _archived_at(dataset: Dataset, user: User, when: object, action: str) -> Dataset:
    Dataset.objects.filter(pk=dataset.pk).update(archived_at=when)
    dataset.refresh_from_db()
    changed_emit(dataset, user, action)
    return dataset


def _update(version: DatasetVersion, user: User, action: str, **values: object) -> DatasetVersion:
    check_not_archived(version.dataset)
    with transaction.atomic():
        DatasetVersion.objects.filter(pk=version.pk).update(**values, updated_at=timezone.now())
        changed_emit(version.dataset, user, action)
    version.refresh_from_db()
    return version


def _in_use(version: DatasetVersion, names: str) -> Conflict:
    return Conflict(
        f"Runs were made with version {version.number}, and what they were trained on must stay known: {names}. "
        "Archive the version to hide it, or delete those runs first."
    )
