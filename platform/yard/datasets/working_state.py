"""Changing the working state of a data set by hand: one change at a time, whole or not at all, told to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.core.events import emit
from yard.datasets.counts import (
    dataset_move_revision,
    dataset_moved,
    dataset_refresh_counts,
    dataset_refresh_splits,
)
from yard.datasets.models import Dataset, ImportState

ACTIVE_STATES = (ImportState.QUEUED, ImportState.RUNNING)


@contextmanager
def changing(
    dataset: Dataset, *, user: User | None, action: str, annotations: bool = True, recount: bool = True
) -> Iterator[Dataset]:
    """A transaction in which images, shapes, labels or the split may be changed; yields the locked row.

    In the end the counts are right, the revision has moved, the stored annotations.xml counts as outdated, and
    ``dataset.changed`` is emitted (``action`` is what the audit log calls it). ``dataset`` is brought up to date.
    ``annotations=False`` is for what concerns splits only: images and shapes stay as they are, and so does that file.
    Without ``recount`` the caller has kept the counts right himself, by ``counts.dataset_shift_counts``.

    Raises ``Conflict`` while an import changes the data set, and when it is archived.
    """
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
        check_changeable(locked)
        yield locked
        if not annotations:
            dataset_refresh_splits(locked)
            dataset_move_revision(locked)
        else:
            locked.annotations_digest = ""
            (dataset_refresh_counts if recount else dataset_moved)(locked)
        changed_emit(locked, user, action)
    dataset.refresh_from_db()


def check_changeable(dataset: Dataset) -> None:
    """Raises ``Conflict`` while an import changes the data set, and when it is archived."""
    check_not_archived(dataset)
    if dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        raise Conflict(f"An import is changing the data set {dataset.name}. Wait until it has ended, then try again.")


def check_not_archived(dataset: Dataset) -> None:
    """Raises ``Conflict`` when it is."""
    if dataset.archived_at is not None:
        raise Conflict(f"The data set {dataset.name} is archived. Bring it back before you change it.")


def changed_emit(dataset: Dataset, user: User | None, action: str, *, deleted: bool = False) -> None:
    """Tell everybody who looks at the data set that it has changed, and write it into the audit log."""
    emit(
        kind="dataset.changed",
        object_type="dataset",
        object_id=dataset.pk,
        project_id=dataset.project_id,
        actor=user,
        payload={"dataset": dataset.pk, "deleted": deleted},
        audited_as=action,
        name=dataset.name,
    )
