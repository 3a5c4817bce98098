"""One repair, or taking one back, from beginning to end; may be killed anywhere and called again."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from yard.core.errors import Conflict, YardError
from yard.datasets.doctor.options import Options
from yard.datasets.doctor.repairs.all import REMEDIES
from yard.datasets.doctor.repairs.base import Order, Outcome
from yard.datasets.doctor.requests import examination_request
from yard.datasets.models import Dataset, DatasetVersion, Examination, Repair, VersionOrigin, WorkState
from yard.datasets.versions.create import version_create
from yard.datasets.versions.files import files_settle
from yard.datasets.versions.restore import version_restore
from yard.datasets.work import Claim, work_perform
from yard.datasets.working_state import changing

TRIES = 3
OUR_FAULT = "A fault of the platform ended this repair; the log of its worker tells more. Try again."
NOTHING_LEFT = "There is nothing left to repair: the data set has been changed since it was examined."


class _Moved(Exception):
    """The data set was changed between the version before and the repair."""


def repair_perform(repair_id: int) -> None:
    """Do the repair, or take it back. Nothing happens when it has ended or is done elsewhere.

    The change is whole or not at all, and is between two versions; what follows it (files to be removed or brought, the
    version after) is done again after a kill until it is done.
    """
    work_perform(Repair, repair_id, _perform, fault=OUR_FAULT, fail=_fail)


def _perform(claim: Claim[Repair]) -> None:
    _undo(claim) if claim.work.undoing else _repair(claim)
    _examine_again(claim.work.dataset)


def order_of(repair: Repair, thresholds: Options) -> Order:
    """What was asked for."""
    chosen = repair.options.get("fingerprints")
    return Order(
        dataset=repair.dataset,
        code=repair.finding_code,
        fingerprints=frozenset(chosen) if chosen is not None else None,
        options=repair.options.get("chosen", {}),
        thresholds=thresholds,
    )


def thresholds_of(dataset: Dataset) -> Options:
    """Those of the examination that made the findings."""
    found = Examination.objects.filter(dataset=dataset).values_list("options", flat=True).first()
    return Options.of(found)


# --- doing ------------------------------------------------------------------------------------------------------------


def _repair(claim: Claim[Repair]) -> None:
    repair = claim.work
    if repair.changed_revision is None:
        _change(claim)
    tell = partial(claim.tell, 0.7, "Files are being brought in step")
    files_settle(repair.dataset_id, repair.details.get("files", []), beat=tell)
    claim.tell(0.85, "The version after the repair is being made")
    after = _version_after(claim)
    details = {name: value for name, value in repair.details.items() if name != "files"}
    claim.finish(WorkState.SUCCEEDED, repair.summary, after=after, details=details)


def _change(claim: Claim[Repair]) -> None:
    for _ in range(TRIES):
        with suppress(_Moved):
            _change_once(claim)
            return
    raise Conflict("The data set is being changed by somebody else. Try again when it stays still.")


def _change_once(claim: Claim[Repair]) -> None:
    repair = claim.work
    dataset = repair.dataset
    remedy = REMEDIES[repair.code]
    claim.tell(0.05, "The version before the repair is being made")
    before = version_create(
        dataset=dataset,
        user=repair.created_by,
        origin=VersionOrigin.REPAIR,
        note=f"Before a repair: {remedy.title}",
        tell=partial(_tell_share, claim, 0.05, 0.3),
    )
    revision = dataset.revision
    order = order_of(repair, thresholds_of(dataset))
    claim.tell(0.3, "The repair is being prepared")
    remedy.prepare(order)
    claim.write(progress=0.4, message=remedy.title)
    with changing(dataset, user=repair.created_by, action="dataset.repaired") as locked:
        if locked.revision != revision:
            raise _Moved
        claim.write_for_long()
        outcome = remedy.carry_out(order, dry=False)
        if not outcome.changes_something:
            raise Conflict(NOTHING_LEFT)
        # The revision moves by one when the change ends.
        claim.write_for_long(
            before=before,
            changed_revision=revision + 1,
            summary=summary_of(outcome),
            details=_details(outcome),
        )


def summary_of(outcome: Outcome) -> str:
    """The outcome as a short sentence."""
    parts = [_counted(number, what) for what, number in outcome.numbers.items() if not what.startswith("class ")]
    parts += [what for what in outcome.numbers if what.startswith("class ")]
    if outcome.images and not any("images" in what for what in outcome.numbers):
        parts.append(_counted(outcome.images, "images changed"))
    return f"{', '.join(parts)}." if parts else "Nothing to change."


def _counted(number: int, what: str) -> str:
    """``3, "shapes removed"`` → "3 shapes removed"; of one, "1 shape removed"."""
    noun, _, rest = what.partition(" ")
    return f"{number} {noun.removesuffix('s') if number == 1 else noun} {rest}"


def _details(outcome: Outcome) -> dict[str, Any]:
    return {
        "images": outcome.images,
        "numbers": outcome.numbers,
        "notes": outcome.notes,
        "files": outcome.files,
    }


def _version_after(claim: Claim[Repair]) -> DatasetVersion | None:
    """The version of what the repair has made; None when the data set has moved on already."""
    repair = claim.work
    for _ in range(TRIES):
        repair.dataset.refresh_from_db()
        if repair.dataset.revision != repair.changed_revision:
            return None
        with suppress(Conflict):
            return version_create(
                dataset=repair.dataset,
                user=repair.created_by,
                origin=VersionOrigin.REPAIR,
                note=repair.summary,
                tell=partial(_tell_share, claim, 0.85, 0.99),
            )
    return None


# --- undoing ----------------------------------------------------------------------------------------------------------


def _undo(claim: Claim[Repair]) -> None:
    repair = claim.work
    if repair.before is None:
        raise Conflict("The version before this repair is gone, so it cannot be taken back.")
    claim.tell(0.1, "The version before the repair is being brought back")
    claim.write_for_long()
    version_restore(
        dataset=repair.dataset,
        version=repair.before,
        user=repair.undone_by,
        tell=partial(_tell_share, claim, 0.1, 0.95),
    )
    claim.finish(WorkState.SUCCEEDED, repair.summary, undoing=False, undone_at=timezone.now())


def _tell_share(claim: Claim[Repair], start: float, end: float, progress: float, message: str) -> None:
    """Progress of a step that goes from ``start`` to ``end`` of the whole; it also keeps the claim alive."""
    claim.tell(start + (end - start) * progress, message)


# --- afterwards -------------------------------------------------------------------------------------------------------


def _fail(claim: Claim[Repair], message: str) -> None:
    repair = claim.work
    if repair.undoing:  # the repair itself stands
        claim.finish(WorkState.SUCCEEDED, f"It could not be taken back: {message}", undoing=False, undone_by=None)
    else:
        claim.finish(WorkState.FAILED, message)


def _examine_again(dataset: Dataset) -> None:
    dataset.refresh_from_db()
    if settings.DOCTOR_AUTOMATIC and dataset.image_count:
        with suppress(YardError):
            examination_request(dataset=dataset, user=None)
