"""Taking the annotations from CVAT into the data set.

The file is fetched whole and checked whole before anything changes; then all images change in one transaction. One
annotation that cannot be kept here ends the pull: a run would else train on less than people have drawn. What the data
set had before is a version, and what it has then is another: nothing drawn by hand is lost to a pull.

A report of it:

matched, only_here, only_there, tasks, examples    see ``matching``
changed              images whose annotations are others now
unchanged            images whose annotations are the same
emptied              … of the changed ones, those that have none any more
shapes               annotations of all images in the file
labels_added         names of new labels
before, after        numbers of the versions before and after (``before``: None when nothing changed)
findings             [Finding], at most a hundred, about what was mended in the file
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yard.core.errors import Conflict
from yard.core.findings import Finding, Severity
from yard.cvat.errors import CvatOdd, CvatRefused
from yard.cvat.matching import counted, match_images, name_index
from yard.cvat.models import CvatLink, RemoteKind, TransferState
from yard.cvat.queue import TransferLease
from yard.cvat.remote import Remote
from yard.cvat.waiting import wait_for
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.digests import annotations_digest
from yard.datasets.annotations.types import FindingList, ImageAnnotations, LabelSpec
from yard.datasets.archives import Archive
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, DatasetVersion, VersionOrigin
from yard.datasets.shapes import shapes_replace
from yard.datasets.texts import shown
from yard.datasets.versions.create import version_create
from yard.datasets.working_state import changing, check_changeable

EXPORT = (0.02, 0.4)
FETCHED, READ, STORED = 0.5, 0.7, 0.9
FILE = "annotations.xml"
CONFLICT = 409
TRIES = 5
BATCH_IMAGES = 500
BATCH_SHAPES = 2000
FINDINGS_SHOWN = 100
LABELS_SHOWN = 50


class _Changed(Exception):
    """Somebody changed the data set between looking and writing: look again."""


@dataclass(slots=True)
class _Read:
    """What the file says, compared with what there is. Nothing of the shapes is kept."""

    positions: dict[int, int] = field(default_factory=dict)
    """Position in the file → id of the image whose annotations are others."""
    unchanged: int = 0
    emptied: int = 0
    shapes: int = 0
    only_there: int = 0
    labels: dict[str, LabelSpec] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def pull(lease: TransferLease, remote: Remote) -> None:
    """Export, fetch, compare, change; the transfer ends with a report and a version."""
    link = lease.transfer.link
    assert link is not None
    check_changeable(link.dataset)
    with tempfile.TemporaryDirectory(prefix="yard-cvat-") as folder:
        _fetch(lease, remote, link, Path(folder) / "export.zip")
        report = match_images(lease, remote, at_least_one=True)
        with _annotations(Path(folder) / "export.zip") as file:
            before, read, added = _apply(lease, link, file)
    lease.tell(STORED, "Making a version of it.", at_once=True)
    version = _pinned(link.dataset, lease, note=f"Pulled from CVAT, {link.kind} {link.remote_id}")
    report |= {
        "changed": len(read.positions),
        "unchanged": read.unchanged,
        "emptied": read.emptied,
        "shapes": read.shapes,
        "labels_added": [shown(name) for name in added[:LABELS_SHOWN]],
        "before": before.number if before else None,
        "after": version.number,
        "findings": [finding.as_dict() for finding in read.findings[:FINDINGS_SHOWN]],
    }
    CvatLink.objects.filter(pk=link.pk).update(images={name: report[name] for name in link_facts(report)})
    lease.end(TransferState.SUCCEEDED, _summary(report), report=report, version=version)


def link_facts(report: dict[str, Any]) -> list[str]:
    """Which parts of a report tell how the images match."""
    return [name for name in ("matched", "only_here", "only_there", "tasks", "examples") if name in report]


# --- fetching ---------------------------------------------------------------------------------------------------------


def _fetch(lease: TransferLease, remote: Remote, link: CvatLink, target: Path) -> None:
    """Have it exported and save it; an export that this transfer has asked for before is waited for."""
    assert link.remote_id is not None
    lease.tell(EXPORT[0], "Asking CVAT for the annotations.", at_once=True)
    asked = link.memo.get("export_request") if link.memo.get("export_for") == lease.transfer.pk else None
    if asked is None:
        asked = _asked(remote, RemoteKind(link.kind), link.remote_id)
        lease.got_on(export_request=asked, export_for=lease.transfer.pk)
    try:
        found = wait_for(lease, remote, asked, what="prepares the annotations", span=EXPORT)
    except CvatRefused:
        lease.got_on(export_for=None)  # failed or forgotten: the next try asks anew
        raise
    if not found.result_url:
        raise CvatOdd("CVAT says that the annotations are exported, but not where they are.")
    got = _Limited(lease)
    remote.download(found.result_url, target, got)


def _asked(remote: Remote, kind: RemoteKind, remote_id: int) -> str:
    try:
        return remote.export_begin(kind, remote_id)
    except CvatRefused as error:
        going = remote.export_under_way(kind, remote_id) if error.extra.get("status") == CONFLICT else None
        if going is None:
            raise
        return going


class _Limited:
    """Counts the bytes that arrive; no more than an annotation file may have."""

    def __init__(self, lease: TransferLease) -> None:
        self._lease = lease
        self._size = 0

    def __call__(self, size: int) -> None:
        self._size += size
        if self._size > settings.ANNOTATIONS_MAX_BYTES:
            raise CvatRefused(
                f"The annotations have more than {settings.ANNOTATIONS_MAX_BYTES >> 20} MiB, which is the limit here."
            )
        self._lease.tell(FETCHED, f"Fetching the annotations: {self._size >> 20} MiB.")


@contextmanager
def _annotations(archive: Path) -> Iterator[IO[bytes]]:
    """The annotation file in the exported archive, as a file that can be sought in."""
    with archive.open("rb") as packed, tempfile.TemporaryFile() as file:
        opened = Archive(packed, name="The export from CVAT")
        found = [member for member in opened.members if member.path.rsplit("/", 1)[-1] == FILE]
        if len(found) != 1:
            raise CvatOdd(f"The export from CVAT holds {len(found)} files called {FILE}; it should hold one.")
        with opened.open(found[0]) as stream:
            while part := stream.read(1 << 20):
                file.write(part)
        file.seek(0)
        yield file


# --- comparing and changing -------------------------------------------------------------------------------------------


def _apply(lease: TransferLease, link: CvatLink, file: IO[bytes]) -> tuple[DatasetVersion | None, _Read, list[str]]:
    """The data set as the file says: the version before (if anything changed), what was read, and new labels."""
    for _ in range(TRIES):
        try:
            return _apply_once(lease, link, file)
        except _Changed:
            continue
    raise Conflict(f"The data set {link.dataset.name} is being changed all the time. Try again later.")


def _apply_once(
    lease: TransferLease, link: CvatLink, file: IO[bytes]
) -> tuple[DatasetVersion | None, _Read, list[str]]:
    dataset = link.dataset
    dataset.refresh_from_db()
    revision = dataset.revision
    read = _compare(lease, dataset, file)
    known = set(dataset.labels.values_list("name", flat=True))
    added = sorted(name for name in read.labels if name not in known)
    if not read.positions and not added:
        return None, read, []
    lease.tell(READ, f"{len(read.positions)} images have other annotations than here.", at_once=True)
    before = _pinned(dataset, lease, note="Before the pull from CVAT")
    with changing(dataset, user=lease.transfer.created_by, action="dataset.cvat_pulled") as locked:
        if locked.revision != revision:
            raise _Changed
        lease.write()
        labels = LabelBook(locked)
        for spec in read.labels.values():
            labels.define(spec)
        for some in _batches(file, read.positions):
            shapes_replace({image_id: image.shapes for image_id, image in some}, labels)
    return before, read, added


def _compare(lease: TransferLease, dataset: Dataset, file: IO[bytes]) -> _Read:
    """Read the whole file.

    Raises ``NotCvat`` for one that cannot be read to its end, ``CvatOdd`` for one that does not say everything.
    """
    index = name_index(dataset)
    digests = dict(dataset.images.values_list("pk", "annotations_digest").iterator(chunk_size=5000))
    read = _Read()
    seen: set[int] = set()
    file.seek(0)
    document = CvatDocument(file, file="the export from CVAT")
    for position, image in enumerate(document):
        lease.tell(READ, f"Comparing: {position} images.")
        found = index.find(image.name).image
        if found is None or found.id in seen:
            read.only_there += 1
            continue
        seen.add(found.id)
        read.shapes += len(image.shapes)
        if annotations_digest(image.shapes) == digests.get(found.id):
            read.unchanged += 1
        else:
            read.positions[position] = found.id
            read.emptied += not image.shapes
    _check_says_everything(document.findings, images=len(seen))
    read.labels = dict(document.labels)
    read.findings = document.findings.items
    return read


def _check_says_everything(findings: FindingList, *, images: int) -> None:
    if findings.errors:
        told = (finding.message for finding in findings.items if finding.severity is Severity.ERROR)
        what = "an annotation" if findings.errors == 1 else f"{findings.errors} annotations"
        raise CvatOdd(
            f"The export from CVAT holds {what} that cannot be kept here, so nothing was changed. "
            f"{next(told, '')} Mend it in CVAT, then pull again."
        )
    if not images:
        raise CvatOdd("The export from CVAT speaks of none of the data set's images, so nothing was changed.")


def _batches(file: IO[bytes], positions: dict[int, int]) -> Iterator[list[tuple[int, ImageAnnotations]]]:
    """(image id, what the file says of it) for the images at these positions, some at a time."""
    file.seek(0)
    batch: list[tuple[int, ImageAnnotations]] = []
    shapes = 0
    for position, image in enumerate(CvatDocument(file, file="the export from CVAT")):
        if position not in positions:
            continue
        batch.append((positions[position], image))
        shapes += len(image.shapes)
        if shapes >= BATCH_SHAPES or len(batch) >= BATCH_IMAGES:
            yield batch
            batch, shapes = [], 0
    if batch:
        yield batch


def _pinned(dataset: Dataset, lease: TransferLease, *, note: str) -> DatasetVersion:
    """The data set as it is now; tried again when somebody changes it in the same moment."""
    for last in (*[False] * (TRIES - 1), True):
        try:
            return version_create(
                dataset=dataset,
                user=lease.transfer.created_by,
                origin=VersionOrigin.CVAT,
                note=note,
                tell=lambda _, message: lease.tell(STORED, message),
            )
        except Conflict:
            if last:
                raise
    raise AssertionError("unreachable")


def _summary(report: dict[str, Any]) -> str:
    changed, matched = report["changed"], report["matched"]
    if not changed:
        text = f"Nothing has changed in CVAT: {matched} images have the annotations that they have here."
    else:
        text = f"{changed} of {matched} images got other annotations, in version {report['after']}."
    if report["only_here"]:
        text += f" {counted(report['only_here'])} not in CVAT."
    if report["only_there"]:
        text += f" In CVAT, {counted(report['only_there'])} not in this data set."
    return text
