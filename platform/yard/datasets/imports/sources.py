"""The files of an import, be they uploaded one by one or in archives, as one list in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, BinaryIO

from django.conf import settings

from yard.core.errors import TooLarge, YardError
from yard.core.findings import Finding
from yard.datasets.annotations.formats.registry import LabelSet, detect
from yard.datasets.archives import ARCHIVE_SUFFIXES, JUNK_FILES, Archive, NotAnArchive
from yard.datasets.bundles import Bundle
from yard.datasets.images import SUFFIXES
from yard.datasets.imports.buckets import BucketFiles
from yard.datasets.models import Import, Upload, UploadKind
from yard.datasets.naming import classes_from_folders
from yard.datasets.uploads import open_upload

# What labels may lie in, whatever their format.
LABEL_SUFFIXES = {".xml", ".json", ".csv", ".tsv", ".txt", ".yaml", ".yml", ".names", ".data", ".labels"}


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path as uploaded, where it came from (an archive's name, or empty), and how to read it."""

    path: str
    origin: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    modified_at: datetime | None = None


@dataclass(slots=True)
class Sources:
    """What an import consists of. ``images`` is in the same order every time, so a position in it is a cursor."""

    images: list[Source] = field(default_factory=list)
    annotations: list[LabelSet] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, YardError]] = field(default_factory=list)
    """Archives of which nothing is taken, and why."""
    findings: list[Finding] = field(default_factory=list)
    findings_total: int = 0
    has_unreadable: bool = False
    """Whether label files came that cannot be read."""
    classes: dict[int, str] = field(default_factory=dict)
    """Position in ``images`` → class, where folders tell it."""


@contextmanager
def open_sources(dataset_import: Import) -> Iterator[Sources]:
    """The files of the import, readable inside the ``with``.

    An archive that is refused as a whole is skipped. Raises ``NotAnArchive`` or ``TooLarge`` when nothing else came.
    """
    with ExitStack() as opened:
        sources = Sources()
        loose: list[Source] = []
        uploads = dataset_import.uploads.exclude(kind=UploadKind.PART)
        for upload in uploads.select_related("dataset").order_by("created_at", "id"):
            if upload.kind == UploadKind.LISTING:
                _add_bucket(sources, loose, dataset_import, upload, opened)
            elif upload.kind == UploadKind.BUNDLE:
                loose += _bundle_sources(upload, sources, opened)
            elif upload.name.lower().endswith(".zip"):
                _add_archive(sources, upload.name, opened.enter_context(open_upload(upload)))
            else:
                loose.append(Source(upload.name, "", upload.offset, _opener(upload)))
        _add_group(sources, loose)
        if sources.refused and not sources.images and not sources.annotations:
            raise sources.refused[0][1]
        sources.skipped += [(name, error.message) for name, error in sources.refused]
        if sources.annotations:
            sources.classes.clear()
        yield sources


def _opener(upload: Upload) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    return lambda: open_upload(upload)


def _add_archive(sources: Sources, name: str, content: BinaryIO) -> None:
    try:
        found = _archive_sources(name, content, sources)
    except (NotAnArchive, TooLarge) as error:
        sources.refused.append((name, error))
    else:
        _add_group(sources, found)


def _archive_sources(name: str, content: BinaryIO, sources: Sources) -> list[Source]:
    archive = Archive(content, name=name)
    sources.findings += archive.findings.items
    sources.findings_total += archive.findings.total
    return [
        Source(member.path, name, member.size, lambda member=member: archive.open(member))  # type: ignore[misc]
        for member in archive.members
    ]


def _add_bucket(
    sources: Sources, loose: list[Source], dataset_import: Import, listing: Upload, opened: ExitStack
) -> None:
    files = BucketFiles(dataset_import, listing)
    for path, found in files:
        opener = files.opener(found)
        if path.lower().endswith(".zip"):
            _add_archive(sources, path, opened.enter_context(opener()))
        else:
            loose.append(Source(path, "", found.size, opener))
    sources.findings += files.findings.items
    sources.findings_total += files.findings.total


def _bundle_sources(upload: Upload, sources: Sources, opened: ExitStack) -> list[Source]:
    bundle = Bundle(opened.enter_context(open_upload(upload)), name=upload.name)
    sources.findings += bundle.findings.items
    sources.findings_total += bundle.findings.total
    return [
        Source(member.path, "", member.size, lambda member=member: bundle.open(member), member.modified_at)  # type: ignore[misc]
        for member in bundle.members
    ]


def _add_group(sources: Sources, group: list[Source]) -> None:
    """Sort the files of one archive (or all loose ones) by what they are."""
    images: list[Source] = []
    labels: list[Source] = []
    for source in group:
        why = _sort(source, images, labels)
        if why:
            sources.skipped.append((source.path, why))
    found = detect(labels, images)
    sources.annotations += found.sets
    sources.skipped += [(file.path, why) for file, why in found.rest if why]
    images = [source for source in images if source.path not in found.masks]
    first = len(sources.images)
    sources.images += images
    classes = classes_from_folders([source.path for source in images]) or {}
    if len(set(classes.values())) > settings.ANNOTATIONS_MAX_LABELS:
        classes = {}  # folders of something else, such as days or patients
    sources.classes |= {
        first + index: classes[source.path] for index, source in enumerate(images) if source.path in classes
    }


def _sort(source: Source, images: list[Source], labels: list[Source]) -> str:
    """Put the file to its like; else why it is not taken, or an empty text when it is not worth a word."""
    file = source.path.rsplit("/", 1)[-1].lower()
    suffix = f".{file.rsplit('.', 1)[-1]}" if "." in file else ""
    if file in JUNK_FILES or file.startswith("._"):
        return ""
    if suffix in LABEL_SUFFIXES:
        labels.append(source)
        return ""
    if suffix in SUFFIXES or not suffix or not suffix[1:].isalpha():
        images.append(source)
        return ""
    if suffix in ARCHIVE_SUFFIXES:
        return "only ZIP archives are opened; pack the files as a ZIP"
    return f"files ending in {suffix} are neither images nor labels"


__all__ = ["NotAnArchive", "Source", "Sources", "open_sources"]
