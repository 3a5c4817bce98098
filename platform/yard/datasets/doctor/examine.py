"""One examination from beginning to end; may be killed anywhere and called again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction

from yard.datasets.doctor.checks.all import CHECKS, KINDS
from yard.datasets.doctor.facts import Found
from yard.datasets.doctor.files import Files
from yard.datasets.doctor.options import Options
from yard.datasets.doctor.reading import dataset_facts, images_seen
from yard.datasets.models import Dataset, Examination, Finding, Intention, WorkState
from yard.datasets.work import Claim, work_perform
from yard.datasets.working_state import ACTIVE_STATES

# Well below the time after which the queue ends a task; the rest is done by a task of its own.
SLICE_SECONDS = 420
# Rows of one kind; beyond that they are only counted. Nobody looks at more.
MOST_KEPT = 10_000
# A data set that changes while it is looked at is looked at again when it has been still for so long.
STILL = timedelta(seconds=20)
TELL_EVERY = 500
FILES_SHARE = 0.3
OUR_FAULT = "A fault of the platform ended this examination; the log of its worker tells more. Start it again."


class _Moved(Exception):
    """The data set was changed meanwhile; what was found may not be so any more."""


class _Pause(Exception):
    """The time of this task is up; the rest is done by another."""


def examination_perform(examination_id: int) -> bool:
    """Examine, or as much of it as there is time for; True when another task has to go on with it at once.

    All findings are replaced in one transaction, or none. Nothing happens when the examination has ended, is done
    elsewhere, or waits for an import.
    """
    return work_perform(Examination, examination_id, _performed, fault=OUR_FAULT)


def _performed(claim: Claim[Examination]) -> bool:
    dataset = claim.work.dataset
    if dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        claim.release("Waiting for an import to end.", wait=STILL)
        return False
    try:
        _examine(claim, dataset)
    except _Moved:
        claim.release("The data set is being changed; it is looked at again when it stays still.", wait=STILL)
    except _Pause:
        claim.release("Going on.")
        return True
    return False


def _examine(claim: Claim[Examination], dataset: Dataset) -> None:
    revision = dataset.revision
    claim.write(revision=revision)
    options = Options.of(claim.work.options)
    files = _files(claim, dataset, options)
    kept = _Kept()
    kept.take(files.found())
    _run_checks(claim, dataset, options, kept)
    claim.tell(0.97, "Findings are being stored")
    _store(claim, dataset, revision, kept)


def _files(claim: Claim[Examination], dataset: Dataset, options: Options) -> Files:
    files = Files(dataset, every=options.read_files, state=claim.work.reading)
    began = time.monotonic()
    done = 0

    def tell(_: int) -> None:
        nonlocal done
        done += 1
        if done % TELL_EVERY == 0 or options.read_files:
            share = done / (dataset.image_count or 1)
            claim.tell(FILES_SHARE * min(share, 1), f"{done} of {dataset.image_count} files")

    def save() -> None:
        claim.write(reading=files.state)

    if not files.read(lambda: time.monotonic() - began > SLICE_SECONDS, tell, save):
        raise _Pause
    return files


def _run_checks(claim: Claim[Examination], dataset: Dataset, options: Options, kept: _Kept) -> None:
    facts = dataset_facts(dataset)
    checks = [check(facts, options) for check in CHECKS]
    for number, (image, shapes) in enumerate(images_seen(dataset)):
        if number % TELL_EVERY == 0:
            share = number / (dataset.image_count or 1)
            claim.tell(FILES_SHARE + (0.9 - FILES_SHARE) * min(share, 1), f"{number} of {dataset.image_count} images")
        for check in checks:
            kept.take(check.see(image, shapes))
    for number, check in enumerate(checks):
        claim.tell(0.9 + 0.07 * number / len(checks), "Comparing images and classes")
        kept.take(check.conclude())


class _Kept:
    """What was found: the first of each kind are kept, all are counted."""

    def __init__(self) -> None:
        self.items: list[Found] = []
        self.counts: Counter[str] = Counter()

    def take(self, found: Iterable[Found]) -> None:
        for item in found:
            code = item.kind.code
            self.counts[code] += 1
            if self.counts[code] <= MOST_KEPT:
                self.items.append(item)

    def beyond(self) -> dict[str, int]:
        """code → how many are not kept."""
        return {code: count - MOST_KEPT for code, count in self.counts.items() if count > MOST_KEPT}


def _store(claim: Claim[Examination], dataset: Dataset, revision: int, kept: _Kept) -> None:
    """All findings in place of those of before."""
    try:
        with transaction.atomic():
            locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
            if locked.revision != revision or locked.imports.filter(state__in=ACTIVE_STATES).exists():
                raise _Moved
            intended = set(Intention.objects.filter(dataset=locked).values_list("code", "fingerprint"))
            Finding.objects.filter(dataset=locked).delete()
            rows = [_row(locked, item, intended) for item in kept.items]
            Finding.objects.bulk_create(rows, batch_size=500)
            # Not through save(): updated_at tells when the data set itself was changed.
            Dataset.objects.filter(pk=locked.pk).update(checked_revision=revision)
            open_ones = sum(not row.intended for row in rows) + sum(kept.beyond().values())
            claim.finish(WorkState.SUCCEEDED, _summary(open_ones, dataset), beyond=kept.beyond(), reading={})
    except IntegrityError as error:  # an image or a shape has gone since it was seen
        raise _Moved from error


def _row(dataset: Dataset, item: Found, intended: set[tuple[str, str]]) -> Finding:
    fingerprint = item.fingerprint
    return Finding(
        dataset=dataset,
        code=item.kind.code,
        severity=item.kind.severity,
        message=item.message,
        image_id=item.image_id,
        other_image_id=item.other_image_id,
        shape_id=item.shape_id,
        label_id=item.label_id,
        details=item.details,
        fingerprint=fingerprint,
        intended=(item.kind.code, fingerprint) in intended,
    )


def _summary(count: int, dataset: Dataset) -> str:
    looked = f"{dataset.image_count:,} images and {dataset.shape_count:,} annotations, {len(KINDS)} questions"
    return f"{count:,} findings ({looked})." if count else f"Nothing found ({looked})."
