"""Asking for examinations: by hand, and after changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.doctor.options import Options
from yard.datasets.models import Dataset, Examination, WorkState
from yard.datasets.work import WORKING, work_emit, work_queue
from yard.datasets.working_state import ACTIVE_STATES, check_not_archived

BEGUN_AT_ONCE = 5


def examination_request(*, dataset: Dataset, user: User | None, options: dict[str, Any] | None = None) -> Examination:
    """The data set's examination, queued; one that is under way already is left to go on.

    ``options`` that are not given are those of the examination before. Raises ``InvalidInput`` for a data set without
    images or for thresholds that make no sense, ``Conflict`` for an archived one.
    """
    check_not_archived(dataset)
    if not dataset.image_count:
        raise InvalidInput(f"The data set {dataset.name} has no images yet, so there is nothing to examine.")
    with transaction.atomic():
        found = _locked(dataset)
        if found.state in WORKING and found.lease_until is not None:
            return found
        # Reading every file is for once: the automatic examinations after it need not do it again.
        before = {**found.options, "read_files": False}
        found.options = Options.of({**before, **(options or {})}).as_dict()
        found.created_by = user
        found.message, found.reading, found.revision = "", {}, dataset.revision
        work_queue(found)
    return found


def examination_cancel(*, dataset: Dataset) -> Examination:
    """The examination, ended; what was found before stays. Begun by hand, or by the next change, it starts anew.

    A worker that is at it notices at its next word; until its end it writes nothing. Raises ``Conflict`` when none is
    under way.
    """
    with transaction.atomic():
        found = _locked(dataset)
        if found.state not in WORKING or found.lease_until is None:
            raise Conflict("No examination is under way, so there is nothing to cancel.")
        found.state, found.message, found.finished_at = WorkState.CANCELLED, "It was cancelled.", timezone.now()
        found.revision, found.reading = dataset.revision, {}
        found.lease_owner, found.lease_until = "", None
        found.save()
        work_emit(found)
    return found


def examinations_begin_due() -> int:
    """Examine data sets that were changed and have been still for a while; says how many. Called every few seconds."""
    if not settings.DOCTOR_AUTOMATIC:
        return 0
    begun = 0
    for dataset in _due():
        examination_request(dataset=dataset, user=None)
        begun += 1
    return begun


def _due() -> list[Dataset]:
    still = timezone.now() - timedelta(seconds=settings.DOCTOR_DELAY_SECONDS)
    changed = Q(checked_revision__isnull=True) | ~Q(checked_revision=F("revision"))
    # One that failed on this very content would fail again; one that was cancelled is not wanted.
    ended = (WorkState.FAILED, WorkState.CANCELLED)
    given_up = Q(examination__state__in=ended, examination__revision=F("revision"))
    return list(
        Dataset.objects.filter(changed, updated_at__lt=still, image_count__gt=0, archived_at=None)
        .exclude(given_up)
        .exclude(examination__state__in=WORKING)
        .exclude(imports__state__in=ACTIVE_STATES)
        .order_by("updated_at")[:BEGUN_AT_ONCE]
    )


def _locked(dataset: Dataset) -> Examination:
    """The data set's row of examinations; made when it has none."""
    found = Examination.objects.select_for_update().filter(dataset=dataset).first()
    if found is None:
        try:
            with transaction.atomic():
                found = Examination.objects.create(dataset=dataset)
        except IntegrityError:  # somebody else at this moment
            found = Examination.objects.select_for_update().get(dataset=dataset)
    found.dataset = dataset
    return found
