"""One import from beginning to end; may be killed anywhere and called again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone

from yard.core.bulk import tables_analyze
from yard.core.errors import InvalidInput, Unavailable, YardError
from yard.core.events import emit
from yard.core.findings import Finding, Severity
from yard.datasets.annotation_rows import annotations_current
from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.annotations.formats.registry import LabelSet
from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.imports.bucket_keys import keys_forget
from yard.datasets.imports.buckets import listing_make
from yard.datasets.imports.cancelling import import_take_back
from yard.datasets.imports.conflicts import Conflicts
from yard.datasets.imports.labelling import Labelling, check_readable, find_nothing_matched
from yard.datasets.imports.lease import Cancelled, Lease, LeaseLost, emit_import
from yard.datasets.imports.parts import parts_keep, parts_of_folders
from yard.datasets.imports.pictures import Pictures
from yard.datasets.imports.report import Report
from yard.datasets.imports.sources import Sources, open_sources
from yard.datasets.models import Dataset, Image, ImportState, OnConflict, Shape
from yard.datasets.texts import counted, shown
from yard.datasets.uploads import uploads_discard
from yard.storage.base import StoreFull
from yard.storage.local import room_errors

logger = logging.getLogger(__name__)

# Well below the time after which the queue ends a task; the rest is done by a task of its own.
SLICE_SECONDS = 480
# Annotations are taken in one go, so they only begin while there is time.
LABELLING_BEGINS_SECONDS = 240
MAX_INTERRUPTIONS = 5
# So many make a database server's picture of its tables a wrong one.
MANY_IMAGES = 2_000
WRITING = "The annotations are being written"
OUR_FAULT = "A fault of the platform ended this import; the log of its worker tells more. Start it again."


class _Pause(Exception):
    """The time of this task is up; the import goes on in another."""


class _Ask(Exception):
    """The import waits for answers of a person."""


def import_perform(import_id: int) -> bool:
    """Do the import, or as much of it as there is time for; True when another task has to go on with it.

    Nothing happens when the import has ended, is done elsewhere, or waits for another one of its data set.
    """
    lease = Lease.take(import_id)
    if lease is None:
        return False
    report = Report(lease.dataset_import.report if lease.dataset_import.cursor else None)
    try:
        lease.check_wanted()
        _check_interruptions(lease)
        with room_errors("the temporary files of the import, in TMPDIR"):
            _perform(lease, report, time.monotonic())
        _finish(lease, report, ImportState.SUCCEEDED, _summary(report))
    except LeaseLost:
        logger.info("Import %s was taken over by another process.", import_id)
    except _Pause:
        _release(lease)
        return True
    except _Ask:
        _ask(lease)
    except Cancelled:
        _take_back(lease)
    except (Unavailable, StoreFull) as error:
        # The platform's own trouble passes: the watchdog tries again every few seconds until it has.
        _release(lease, message=f"{error.message} Nothing is lost: trying again.")
    except YardError as error:
        _add_to_report(report, error)
        _finish(lease, report, ImportState.FAILED, error.message)
    except Exception:
        logger.exception("Import %s failed by a fault of ours.", import_id)
        _finish(lease, report, ImportState.FAILED, OUR_FAULT)
    if lease.dataset_import.state == ImportState.SUCCEEDED:
        uploads_discard(lease.dataset_import)
        keys_forget(lease.dataset_import)
    return False


def _check_interruptions(lease: Lease) -> None:
    found = lease.dataset_import
    if found.interruptions >= MAX_INTERRUPTIONS:
        raise InvalidInput(
            f"This import was interrupted {found.interruptions} times at the same place "
            f"(after {found.cursor} images); one of the next files may be too much for this machine's memory."
        )


def _perform(lease: Lease, report: Report, began: float) -> None:
    listing_make(lease)
    with open_sources(lease.dataset_import) as sources:
        _leave_out_unreadable(lease, report, sources)
        if lease.dataset_import.cursor == 0:
            _begin(lease, report, sources)
        time_is_up = partial(_is_over, began + SLICE_SECONDS)
        _settle_conflicts(lease, sources, time_is_up)
        if not Pictures(lease, sources, report).run(time_is_up):
            raise _Pause
        if sources.annotations:
            if time.monotonic() - began > LABELLING_BEGINS_SECONDS:
                raise _Pause
            _label(lease, report, sources)
        elif sources.classes:
            parts_keep(lease, parts_of_folders(lease))
        _conclude(report, sources)


def _is_over(end: float) -> bool:
    return time.monotonic() > end


def _settle_conflicts(lease: Lease, sources: Sources, time_is_up: Callable[[], bool]) -> None:
    """Know what becomes of every file whose name is taken, before anything is changed."""
    found = lease.dataset_import
    if found.on_conflict == OnConflict.RENAME or found.cursor:
        return
    if not Conflicts(lease, sources).run(time_is_up):
        raise _Pause
    if found.conflicts.filter(answer="").exists():
        raise _Ask


def _leave_out_unreadable(lease: Lease, report: Report, sources: Sources) -> None:
    """Label files that cannot be read cost only themselves. Raises the reason when nothing else came.

    Known before anything is changed. An import that goes on looks only at those again that it left out before.
    """
    is_first = lease.dataset_import.cursor == 0
    readable: list[LabelSet] = []
    errors: list[tuple[LabelSet, Unreadable]] = []
    for found in sources.annotations:
        error = _refusal(found, lease) if is_first or report.has_skipped(found.title) else None
        if error is None:
            readable.append(found)
        else:
            errors.append((found, error))
    if errors and not readable and not sources.images:
        raise errors[0][1]
    sources.annotations, sources.has_unreadable = readable, bool(errors)
    for found, error in errors if is_first else ():
        report.skip(found.title, error.message)
        report.find(
            Severity.ERROR,
            error.code,
            f"{shown(found.title)} could not be read, so nothing of it was taken; see why among the files not taken.",
            file=found.title,
            hint="Mend it, then upload it by itself: labels find their images by name.",
        )


def _begin(lease: Lease, report: Report, sources: Sources) -> None:
    if lease.dataset_import.newest_label is None:
        newest = lease.dataset_import.dataset.labels.order_by("pk").values_list("pk", flat=True).last()
        lease.write(newest_label=newest or 0)
    for name, why in sources.skipped:
        report.skip(name, why)
    report.extend(sources.findings, sources.findings_total)


def _refusal(found: LabelSet, lease: Lease) -> Unreadable | None:
    try:
        check_readable(found, lease.tell)
    except Unreadable as error:
        return error
    return None


def _label(lease: Lease, report: Report, sources: Sources) -> None:
    lease.tell(0.82, "Annotations are being taken")
    # Blank until the new rows are all there, so that nobody takes the old file for the new content.
    Dataset.objects.filter(pk=lease.dataset_import.dataset_id).update(annotations_digest="")
    lease.dataset_import.dataset.annotations_digest = ""
    Labelling(lease, report).run(sources.annotations)
    find_nothing_matched(report)


def _conclude(report: Report, sources: Sources) -> None:
    numbers = report.numbers
    if not any(numbers[name] for name in ("images", "matched", "kept", "duplicates")):
        why = "None of the files is an image or has labels that could be used; the list tells why."
        if sources.annotations:
            why = "The annotations match no image of this data set. Upload the images together with them."
        raise InvalidInput(why, code="nothing_taken")
    if numbers["turned"]:
        report.find(
            Severity.INFO,
            "image.turned",
            f"{numbers['turned']} images are stored turned (EXIF). They are shown upright, with shapes drawn so; "
            "training code that ignores EXIF sees them turned.",
        )
    if numbers["several"]:
        report.find(
            Severity.INFO,
            "image.several",
            f"{numbers['several']} images have several frames or pages. Size, thumbnail and shapes are those of the "
            "first; the files stay as they are.",
        )
    if sources.classes:
        names = sorted(set(sources.classes.values()))
        first = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
        report.find(
            Severity.INFO, "folders.classes", f"No annotations came along, so the folders became classes: {first}."
        )
    elif not sources.annotations and not sources.has_unreadable:
        report.find(
            Severity.INFO,
            "annotations.none",
            "No annotations came along. Upload them any time: CVAT, COCO, YOLO, Pascal VOC and others are understood.",
        )


def _summary(report: Report) -> str:
    numbers = report.numbers
    skipped = report.as_dict()["totals"]["skipped"]
    text = (
        f"{counted(numbers['images'], 'image')} ({numbers['added']} new), {counted(numbers['shapes'], 'annotation')}."
    )
    for name, words in (("replaced", "replaced"), ("kept", "left as before")):
        if numbers[name]:
            text = f"{text} {numbers[name]} {words}."
    if numbers["duplicates"]:
        text = f"{text} {counted(numbers['duplicates'], 'duplicate')}."
    return f"{text} Not taken: {counted(skipped, 'file')}." if skipped else text


def _add_to_report(report: Report, error: YardError) -> None:
    if isinstance(error, Unreadable):
        line, column = error.extra.get("line"), error.extra.get("column")
        report.extend([Finding(Severity.ERROR, error.code, error.message, line=line, column=column)], 1)
    else:
        report.find(Severity.ERROR, error.code, error.message)


def _finish(lease: Lease, report: Report, state: ImportState, message: str) -> None:
    """Counts, report and state in one transaction; annotations.xml is then brought up to date."""
    dataset = lease.dataset_import.dataset
    try:
        with transaction.atomic():
            lease.write()
            dataset_refresh_counts(dataset)
        if report.numbers["added"] + report.numbers["annotated"] >= MANY_IMAGES:
            tables_analyze(Image, Shape)
        if dataset.image_count:
            # A hundred thousand images take longer than the lease.
            annotations_current(dataset, each=partial(lease.tell, lease.dataset_import.progress, WRITING))
        with transaction.atomic():
            lease.write(
                state=state,
                message=message,
                progress=1.0 if state == ImportState.SUCCEEDED else lease.dataset_import.progress,
                report=report.as_dict(),
                finished_at=timezone.now(),
                lease_until=None,
            )
            emit_import(lease.dataset_import)
            emit(
                kind="dataset.changed",
                object_type="dataset",
                object_id=dataset.pk,
                project_id=dataset.project_id,
                payload={"dataset": dataset.pk},
            )
    except LeaseLost:
        logger.info("Import %s was taken over by another process.", lease.dataset_import.pk)
        lease.dataset_import.state = ImportState.RUNNING


def _ask(lease: Lease) -> None:
    """Wait for answers, without a worker; ``conflicts_answer`` has it go on."""
    open_ones = lease.dataset_import.conflicts.filter(answer="").count()
    files = "1 file has the name" if open_ones == 1 else f"{open_ones} files have the names"
    try:
        with transaction.atomic():
            lease.write(
                state=ImportState.ASKING,
                lease_owner="",
                lease_until=None,
                message=f"{files} of images that are there already, with other content. Say which to take.",
            )
            lease.check_wanted()
            emit_import(lease.dataset_import)
    except LeaseLost:
        logger.info("Import %s was taken over by another process.", lease.dataset_import.pk)
    except Cancelled:
        lease.dataset_import.refresh_from_db()
        _take_back(lease)


def _take_back(lease: Lease) -> None:
    """End an import that somebody has cancelled; where that cannot be done now, the watchdog tries again."""
    try:
        import_take_back(lease)
    except LeaseLost:
        logger.info("Import %s was taken over by another process.", lease.dataset_import.pk)
    except (Unavailable, StoreFull) as error:
        _release(lease, message=f"{error.message} It is cancelled as soon as that has passed.")


def _release(lease: Lease, **told: str) -> None:
    """Give the import back: the next task, or the watchdog, goes on with it."""
    try:
        with transaction.atomic():
            lease.write(state=ImportState.QUEUED, lease_owner="", lease_until=timezone.now(), **told)
            emit_import(lease.dataset_import)
    except LeaseLost:
        logger.info("Import %s was taken over by another process.", lease.dataset_import.pk)
