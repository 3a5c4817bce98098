"""Asking for repairs: look first, then do, and take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.audit import dataset_audit
from yard.datasets.doctor.checks.all import KINDS
from yard.datasets.doctor.repairs.all import REMEDIES
from yard.datasets.doctor.repairs.base import Outcome, Remedy
from yard.datasets.doctor.repairs.rename import RenameClass
from yard.datasets.doctor.repairs.run import order_of, thresholds_of
from yard.datasets.models import Dataset, Finding, Label, Repair, WorkState
from yard.datasets.shapes import in_batches
from yard.datasets.work import WORKING, work_queue
from yard.datasets.working_state import check_changeable


def repair_preview(
    *, dataset: Dataset, finding_code: str, code: str, findings: Sequence[int] | None, options: dict[str, Any]
) -> Outcome:
    """What the repair would change. Raises as ``repair_request`` does, but for what only matters when it is done."""
    repair = _asked(dataset, finding_code, code, findings, options)
    return REMEDIES[code].carry_out(order_of(repair, thresholds_of(dataset)), dry=True)


def repair_request(
    *,
    dataset: Dataset,
    user: User,
    finding_code: str,
    code: str,
    findings: Sequence[int] | None,
    options: dict[str, Any],
) -> Repair:
    """The repair, queued.

    Args:
        finding_code: The kind of finding.
        code: The remedy.
        findings: Ids of the chosen ones; None for all that are not intended.
        options: What the remedy wants to know.

    Raises:
        InvalidInput: There is no such remedy for these findings, or its options make no sense.
        Conflict: The chosen findings are gone, another repair is at work, an import is, or the data set is archived.
    """
    check_changeable(dataset)
    repair = _asked(dataset, finding_code, code, findings, options)
    return _queued(repair, user)


def rename_request(*, dataset: Dataset, user: User, label: Label, name: str) -> Repair:
    """Giving a class another name, queued. Raises as ``repair_request``."""
    check_changeable(dataset)
    remedy = REMEDIES[RenameClass.code]
    chosen = remedy.checked(dataset, {"label": label.pk, "name": name})
    return _queued(Repair(dataset=dataset, code=remedy.code, options={"chosen": chosen}), user)


def _queued(repair: Repair, user: User) -> Repair:
    dataset = repair.dataset
    repair.created_by = user
    repair.summary = REMEDIES[repair.code].title
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)  # one at a time, also when two ask at once
        check_idle(dataset)
        work_queue(repair)
        _record("dataset.repair_started", repair, user)
    return repair


def repair_undo(*, repair: Repair, user: User, force: bool = False) -> Repair:
    """The repair, about to be taken back: the data set becomes what it was before.

    Raises ``Conflict`` when that is not possible; with the code ``changed_since`` when other changes came after it,
    which would be taken back too: ask, then ``force``.
    """
    dataset = repair.dataset
    check_changeable(dataset)
    with transaction.atomic():
        locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
        found = Repair.objects.select_for_update(of=("self",)).select_related("dataset").get(pk=repair.pk)
        _check_undoable(found)
        check_idle(dataset)
        if locked.revision != found.changed_revision and not force:
            raise Conflict(
                "The data set was changed after this repair. Taking it back brings the data set to what it was before "
                "the repair, so those changes go too; a version of now is kept.",
                code="changed_since",
            )
        found.undoing, found.undone_by = True, user
        found.message = ""
        work_queue(found)
        _record("dataset.repair_undo_started", found, user)
    return found


def _record(action: str, repair: Repair, user: User) -> None:
    dataset_audit(repair.dataset, action, user, {"repair": repair.pk, "code": repair.code})


def check_idle(dataset: Dataset) -> None:
    """Raises ``Conflict`` while a repair is at work on the data set."""
    if dataset.repairs.filter(state__in=WORKING).exists():
        raise Conflict("Another repair of this data set is at work. Wait until it has ended, then try again.")


def _check_undoable(repair: Repair) -> None:
    if repair.undone_at is not None:
        raise Conflict("This repair was taken back already.")
    if repair.state != WorkState.SUCCEEDED:
        raise Conflict("This repair has not ended well, so there is nothing to take back.")
    if repair.before_id is None:
        raise Conflict("The version before this repair is gone, so it cannot be taken back.")


def _asked(
    dataset: Dataset, finding_code: str, code: str, findings: Sequence[int] | None, options: dict[str, Any]
) -> Repair:
    """An unsaved row of what is asked for, checked."""
    kind = KINDS.get(finding_code)
    if kind is None or code not in kind.repairs:
        raise InvalidInput(f"There is no repair {code} for findings of the kind {finding_code}.")
    remedy: Remedy = REMEDIES[code]
    asked: dict[str, Any] = {"chosen": remedy.checked(dataset, options)}
    if findings is not None:
        asked["fingerprints"] = _fingerprints(dataset, finding_code, findings)
    return Repair(dataset=dataset, code=code, finding_code=finding_code, options=asked)


def _fingerprints(dataset: Dataset, code: str, ids: Sequence[int]) -> list[str]:
    """Of the chosen findings, since an examination may replace the rows before the repair begins."""
    found: list[str] = []
    for some in in_batches(sorted(set(ids))):
        rows = Finding.objects.filter(dataset=dataset, code=code, pk__in=some)
        found += rows.values_list("fingerprint", flat=True)
    if not found:
        raise Conflict(
            "None of the chosen findings is there any more: the data set was examined again. Reload the page."
        )
    return sorted(found)
