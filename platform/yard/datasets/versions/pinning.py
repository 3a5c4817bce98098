"""Versions of large data sets: made by the worker, as a request cannot wait for them.

Which data set is large is a matter of its images and shapes: what a version costs grows with both.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.models import Dataset, DatasetVersion, Pinning, VersionOrigin, WorkState
from yard.datasets.versions.create import check_pinnable, version_create, version_wanted_again
from yard.datasets.work import WORKING, Claim, work_perform, work_queue

IMAGES_AT_ONCE = 2_000
SHAPES_AT_ONCE = 20_000
TRIES = 3
STILL = timedelta(seconds=20)
OUR_FAULT = "A fault of the platform ended this; the log of its worker tells more. Try again."


def version_is_quick(dataset: Dataset) -> bool:
    """Whether a version of the data set is made in about a second, so that a request may wait for it."""
    return dataset.image_count <= IMAGES_AT_ONCE and dataset.shape_count <= SHAPES_AT_ONCE


def version_now(
    *, dataset: Dataset, user: User | None, origin: VersionOrigin = VersionOrigin.USER, note: str = ""
) -> DatasetVersion | Pinning:
    """The data set as it is now: the version, where it is there already or made in about a second; else its making.

    Call it outside of a transaction. Raises as ``version_create``.
    """
    if version_is_quick(dataset):
        return version_create(dataset=dataset, user=user, origin=origin, note=note)
    dataset.refresh_from_db()
    check_pinnable(dataset)
    made = dataset.pinnings.filter(revision=dataset.revision, version__isnull=False, state=WorkState.SUCCEEDED).first()
    if made is not None and made.version is not None:
        return version_wanted_again(made.version)
    return pinning_request(dataset=dataset, user=user, origin=origin, note=note)


def pinning_request(
    *, dataset: Dataset, user: User | None, origin: VersionOrigin = VersionOrigin.USER, note: str = ""
) -> Pinning:
    """A version of the data set, asked for; one that is being made of the same state for the same reason will do.

    What the data set is when the worker comes to it is pinned, which is usually at once. Raises as ``version_create``.
    """
    dataset.refresh_from_db()
    check_pinnable(dataset)
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
        same = locked.pinnings.filter(state__in=WORKING, revision=locked.revision, origin=origin, note=note).first()
        if same is not None:
            return same
        made = Pinning(dataset=locked, revision=locked.revision, origin=origin, note=note, created_by=user)
        work_queue(made)
    return made


def pinning_perform(pinning_id: int) -> None:
    """Make the version. Nothing happens when it has been made or is made elsewhere; may be killed and called again."""
    work_perform(Pinning, pinning_id, _perform, fault=OUR_FAULT)


def _perform(claim: Claim[Pinning]) -> None:
    version = _made(claim)
    if version is None:
        claim.release("The data set is being changed; the version is made when it stays still.", wait=STILL)
    else:
        revision = claim.work.dataset.revision  # what was pinned, where it was changed since it was asked for
        claim.finish(WorkState.SUCCEEDED, f"Version {version.number} is made.", version=version, revision=revision)


def _made(claim: Claim[Pinning]) -> DatasetVersion | None:
    """The version; None when somebody changed the data set each time it was tried."""
    work = claim.work
    for _ in range(TRIES):
        # Only a change at this moment is tried again; what forbids a version at all is raised here.
        check_pinnable(work.dataset)
        with suppress(Conflict):
            return version_create(
                dataset=work.dataset,
                user=work.created_by,
                origin=VersionOrigin(work.origin),
                note=work.note,
                tell=claim.tell,
            )
        work.dataset.refresh_from_db()
    return None
