"""Saying that what the doctor noticed is meant to be so. It stays said at later examinations."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from yard.accounts.models import User
from yard.core.errors import InvalidInput
from yard.datasets.audit import dataset_audit
from yard.datasets.doctor.repairs.base import in_batches_of_text
from yard.datasets.models import Dataset, Finding, Intention
from yard.datasets.shapes import in_batches
from yard.datasets.working_state import check_not_archived


def findings_mark(*, dataset: Dataset, user: User, code: str, findings: Sequence[int] | None, intended: bool) -> int:
    """How many findings of this kind are now marked as intended (or no longer are); None for all of the kind.

    Raises ``InvalidInput`` when no such finding is there, ``Conflict`` for an archived data set.
    """
    check_not_archived(dataset)
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)  # an examination does not replace the rows meanwhile
        rows = _wanted(dataset, code, findings)
        if not rows:
            raise InvalidInput("There are no such findings (any more). Reload the page, and choose again.")
        for some in in_batches([pk for pk, _ in rows]):
            Finding.objects.filter(pk__in=some).update(intended=intended)
        _remember(dataset, user, code, sorted({fingerprint for _, fingerprint in rows}), intended=intended)
        dataset_audit(
            dataset, "dataset.findings_marked", user, {"code": code, "findings": len(rows), "intended": intended}
        )
    return len(rows)


def _wanted(dataset: Dataset, code: str, findings: Sequence[int] | None) -> list[tuple[int, str]]:
    rows = Finding.objects.filter(dataset=dataset, code=code).order_by("pk").values_list("pk", "fingerprint")
    if findings is None:
        return list(rows)
    return [row for some in in_batches(sorted(set(findings))) for row in rows.filter(pk__in=some)]


def _remember(dataset: Dataset, user: User, code: str, fingerprints: Sequence[str], *, intended: bool) -> None:
    if intended:
        marks = [
            Intention(dataset=dataset, code=code, fingerprint=fingerprint, created_by=user)
            for fingerprint in fingerprints
        ]
        Intention.objects.bulk_create(marks, batch_size=500, ignore_conflicts=True)
        return
    for some in in_batches_of_text(fingerprints):
        Intention.objects.filter(dataset=dataset, code=code, fingerprint__in=some).delete()
