"""Taking the annotations of an import: matched to images by name, stored batch by batch.

An image that an import's annotations speak of gets exactly the shapes they name; what it had before is replaced, so
doing it twice changes nothing. Images they do not speak of keep theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.db import transaction

from yard.core.findings import Severity
from yard.datasets.annotation_rows import MEDIA_TYPE
from yard.datasets.annotations.checks import oddity
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.formats.base import Document, LabelFile, Unreadable
from yard.datasets.annotations.formats.base import Source as FormatSource
from yard.datasets.annotations.formats.content import copied
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.parts import part_named
from yard.datasets.annotations.formats.pictures import Picture, Pictures
from yard.datasets.annotations.formats.registry import LabelSet
from yard.datasets.annotations.types import FindingList, ImageAnnotations
from yard.datasets.imports.lease import Lease
from yard.datasets.imports.parts import parts_keep
from yard.datasets.imports.report import Report
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, OnConflict
from yard.datasets.naming import Match, Named, NameIndex
from yard.datasets.shapes import shapes_replace
from yard.datasets.texts import shown
from yard.storage import keys
from yard.storage.objects import object_put

BATCH_SHAPES = 2000
BATCH_IMAGES = 500
BEAT_IMAGES = 2000

Tell = Callable[[float, str], None]


def check_readable(found: LabelSet, tell: Tell) -> None:
    """Read all of it once, before anything is changed. Raises ``Unreadable`` for what cannot be read."""
    with _opened(found, Pictures()) as reading:
        document = reading.document
        parts = document.check() if isinstance(document, CvatDocument) else document
        for count, _ in enumerate(parts, 1):
            if count % BEAT_IMAGES == 0:
                tell(0.02, f"{shown(found.title)} is being checked")


class Labelling:
    """Stores the annotations of one import."""

    def __init__(self, lease: Lease, report: Report) -> None:
        self._lease = lease
        self._report = report
        self._dataset: Dataset = lease.dataset_import.dataset
        self._labels = LabelBook(self._dataset)
        self._sizes: dict[int, tuple[int, int]] = {}
        self._pictures: dict[str, int] = {}
        kept = lease.dataset_import.conflicts.filter(answer=OnConflict.KEEP)
        self._kept = set(kept.values_list("image_id", flat=True))
        self._index = self._make_index()
        self._seen: dict[int, tuple[str, str]] = {}  # image → its name in the file that told of it, and that file
        self._parts: dict[int, str] = {}
        self._faithful = True
        self._odd = FindingList()

    def run(self, sets: list[LabelSet]) -> None:
        """Take every file; leaves the one as the data set's annotations.xml when it tells all there is to tell."""
        for found in sets:
            with _opened(found, self._lookup(found)) as reading:
                self._read(reading, found.title)
                if len(sets) == 1 and self._faithful and self._seen and not self._others_annotated():
                    assert reading.cvat is not None
                    self._keep_as_uploaded(reading.cvat)
        parts_keep(self._lease, self._parts)
        self._report.count("matched", len(self._seen))
        self._tell_unmatched()

    # --- reading ------------------------------------------------------------------------------------------------------

    def _lookup(self, found: LabelSet) -> Pictures:
        """The images by name, for formats whose files do not tell names or sizes."""
        if found.format.key in ("cvat", "coco"):
            return Pictures()
        return Pictures(Picture(name, *self._sizes[pk]) for name, pk in self._pictures.items())

    def _read(self, reading: _Reading, name: str) -> None:
        document = reading.document
        self._odd = FindingList(name)
        batch: list[tuple[Named, ImageAnnotations]] = []
        shapes = 0
        for image in document:
            match = self._match(image, image.file or name)
            if match.image is None:
                continue
            self._check(image, match.image)
            batch.append((match.image, image))
            shapes += len(image.shapes)
            if shapes >= BATCH_SHAPES or len(batch) >= BATCH_IMAGES:
                self._store(batch, document)
                self._lease.tell(0.82 + 0.15 * reading.share(), f"{len(self._seen)} images annotated")
                batch, shapes = [], 0
        self._store(batch, document)
        self._faithful &= reading.is_lossless()
        self._report.losses.merge(reading.losses.as_list())
        for findings in (document.findings, self._odd):
            self._report.extend(findings.items, findings.total)

    def _match(self, image: ImageAnnotations, file: str) -> Match:
        match = self._index.find(image.name)
        if match.image is None:
            # Training code compares base names: if it would find an image here, the file must not reach it as it is.
            self._faithful &= match.why == "no image has this name"
            self._report.unmatched_annotation(image.name, match.why)
            return match
        if match.image.id in self._kept:
            self._faithful = False
            why = f"the old image of this name was kept, and these annotations of {shown(file)} are for the new one"
            self._report.unmatched_annotation(image.name, why)
            return Match(None)
        if match.image.id in self._seen:
            self._faithful = False
            before, there = self._seen[match.image.id]
            why = f"its image was annotated before, as {shown(before)} in {shown(there)}"
            self._report.unmatched_annotation(image.name, why)
            return Match(None)
        self._seen[match.image.id] = image.name, file
        if part := part_named(image.subset):
            self._parts[match.image.id] = part
        self._faithful &= match.exact
        return match

    def _check(self, image: ImageAnnotations, named: Named) -> None:
        width, height = self._sizes[named.id]
        if image.width and image.height and (image.width, image.height) != (width, height):
            hint = ""
            if (image.width, image.height) == (height, width):
                hint = "The labelling tool seems to have ignored the EXIF rotation; look at the shapes before training."
            self._odd.warning(
                "annotations.other_size",
                f"{shown(image.name)} has {width} x {height} pixels, but was annotated at "
                f"{shown(str(image.width), 30)} x {shown(str(image.height), 30)}.",
                file=image.file,
                line=image.line,
                hint=hint,
            )
        for shape in image.shapes:
            found = oddity(shape, width, height)
            if found is not None:
                code, what = found
                self._odd.warning(
                    code,
                    f"A {shape.kind} ({shape.label}) of {shown(image.name)} {what}.",
                    file=image.file,
                    line=shape.line,
                )

    # --- storing ------------------------------------------------------------------------------------------------------

    def _store(self, batch: list[tuple[Named, ImageAnnotations]], document: Document | CvatDocument) -> None:
        if not batch:
            return
        with transaction.atomic():
            self._lease.write()
            for spec in document.labels.values():
                self._labels.define(spec)
            shapes_replace({named.id: image.shapes for named, image in batch}, self._labels)
        self._report.count("annotated", sum(bool(image.shapes) for _, image in batch))
        self._report.count("shapes", sum(len(image.shapes) for _, image in batch))

    def _others_annotated(self) -> bool:
        """Whether images that the file does not speak of have shapes, which it then does not hold."""
        annotated = self._dataset.images.filter(shape_count__gt=0).values_list("pk", flat=True)
        return any(pk not in self._seen for pk in annotated.iterator(chunk_size=5000))

    def _keep_as_uploaded(self, file: IO[bytes]) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        stored = object_put(
            bucket=self._dataset.bucket,
            key=keys.dataset_annotations(self._dataset.pk),
            source=file,
            size=size,
            media_type=MEDIA_TYPE,
        )
        self._dataset.annotations_digest = stored.digest

    # --- images -------------------------------------------------------------------------------------------------------

    def _make_index(self) -> NameIndex:
        mine = self._lease.dataset_import.pk
        newer: set[int] = set()
        rows = self._dataset.images.order_by("pk").values_list(
            "pk", "name", "path", "width", "height", "dataset_import_id"
        )

        def named() -> Iterator[Named]:
            for pk, name, path, width, height, import_id in rows.iterator(chunk_size=5000):
                self._sizes[pk] = (width, height)
                if import_id == mine:
                    newer.add(pk)
                # Of images that were uploaded under one path, the newest is meant.
                self._pictures[path or name] = pk
                yield Named(pk, name, path)

        return NameIndex(list(named()), newer)

    def _tell_unmatched(self) -> None:
        """Images without annotations: those that came with this import, or all when only annotations came."""
        images = self._dataset.images.order_by("name")
        if self._report.numbers["added"]:
            images = images.filter(dataset_import=self._lease.dataset_import)
        for pk, name in images.values_list("pk", "name").iterator(chunk_size=5000):
            if pk not in self._seen:
                self._report.unmatched_image(name, "the annotations do not mention it")


def find_nothing_matched(report: Report) -> None:
    """Say so when annotations came and none of them found its image: nearly always a mistake."""
    if not report.numbers["matched"]:
        report.find(
            Severity.WARNING,
            "annotations.nothing_matched",
            "Not one image of the annotations was found among the images.",
            hint="Images are matched by file name: upload the images under the names that the annotations give them.",
        )


@dataclass(slots=True)
class _Reading:
    """Label files while they are read: the document, how much of it was read, and the file itself if it is CVAT's."""

    document: Document | CvatDocument
    share: Callable[[], float]
    losses: Losses = field(default_factory=Losses)
    cvat: IO[bytes] | None = None

    def is_lossless(self) -> bool:
        """Whether the file itself tells all that was taken from it."""
        return isinstance(self.document, CvatDocument) and self.document.lossless


@contextmanager
def _opened(found: LabelSet, pictures: Pictures) -> Iterator[_Reading]:
    """The files as a document. Raises ``Unreadable`` above the limit."""
    size = sum(file.size for file in found.files)
    most = settings.ANNOTATIONS_MAX_BYTES
    if size > most:
        raise Unreadable(
            f"{shown(found.title)} has {size} bytes; at most {most} are allowed here. Export the task in several parts."
        )
    if found.format.key == "cvat":
        with copied(found.files[0]) as file:
            document = CvatDocument(file, file=found.files[0].path)
            yield _Reading(document, lambda: file.tell() / (size or 1), cvat=file)
        return
    files = [_Counted(file) for file in found.files]
    other = found.format.read(FormatSource(files, pictures))
    share: Callable[[], float] = lambda: sum(file.size for file in files if file.is_read) / (size or 1)  # noqa: E731
    yield _Reading(other, share, other.losses)


class _Counted:
    """A label file that knows whether it was opened."""

    def __init__(self, file: LabelFile) -> None:
        self._file = file
        self.path = file.path
        self.size = file.size
        self.is_read = False

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Its content."""
        self.is_read = True
        return self._file.open()
