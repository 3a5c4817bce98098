"""Turning a label file, or a ZIP of them, into another format.

The report is JSON-able:

source            key of the format that was found
target            key of the format that it became
images            images written, those without objects included
images_empty      … of these, without objects
shapes            objects read
labels            classes
findings          [Finding], at most 1000
findings_total    how many there were
losses            see yard.datasets.annotations.formats.losses
skipped           [{"name", "why"}]  files that were not read, at most 1000
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

from django.conf import settings

from yard.core.errors import InvalidInput
from yard.datasets.annotations.formats.base import Document, Export, Format, LabelFile, Source, Unreadable, Written
from yard.datasets.annotations.formats.content import COPY_BYTES, copied
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.pictures import Picture, Pictures
from yard.datasets.annotations.formats.registry import FORMATS, LabelSet, detect
from yard.datasets.annotations.types import FindingList, ImageAnnotations, LabelSpec
from yard.datasets.archives import JUNK_FILES, Archive
from yard.datasets.exports.packing import zip_entries
from yard.datasets.images import SUFFIXES, NotAnImage, size_of_image
from yard.datasets.imports.report import shown_finding
from yard.datasets.naming import classes_from_folders
from yard.datasets.texts import counted, shown
from yard.storage.base import Parts
from yard.storage.zips import ZipParts

LIST_MAX = 1000
HEAD_BYTES = 1 << 18
BEAT_IMAGES = 200
# Formats whose files tell the size of each image themselves.
SIZES_TOLD = {"cvat", "coco", "voc", "labelme", "masks"}

Beat = Callable[[float], None]


@dataclass(slots=True)
class Converted:
    """What came out: the name to save it under, what to say of it, and the report (see above)."""

    name: str
    message: str
    report: dict[str, Any]


def convert(
    source: IO[bytes],
    target: BinaryIO,
    *,
    name: str,
    source_key: str,
    target_key: str,
    with_images: bool = False,
    beat: Beat = lambda share: None,
) -> Converted:
    """Read the file, and write what it becomes to ``target``.

    Args:
        source: The file; it can be sought in.
        target: Where the result goes.
        name: The file's name.
        source_key: Key of its format; empty: found out by its content.
        target_key: Key of the format to write.
        with_images: Whether images of the archive come along, for formats of many files.
        beat: Called now and then with the share (0 to 1) that is done.

    Raises:
        InvalidInput: Nothing in it can be read, or it holds nothing of the source format.
        TooLarge: An archive above the limits.
    """
    with ExitStack() as opened:
        given = _open(source, name, opened)
        sets = _sets(given, source_key, name)
        return _Conversion(given, sets, FORMATS[target_key], beat).run(target, with_images=with_images)


# --- the file ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """The uploaded file, or a member of it."""

    path: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(slots=True)
class _Given:
    """What was uploaded: label files, images, and what was left out."""

    labels: list[LabelFile] = field(default_factory=list)
    images: dict[str, LabelFile] = field(default_factory=dict)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    findings: FindingList = field(default_factory=FindingList)


def _open(source: IO[bytes], name: str, opened: ExitStack) -> _Given:
    head = source.read(4)
    source.seek(0)
    if head[:2] != b"PK" and not name.lower().endswith(".zip"):
        size = source.seek(0, 2)
        source.seek(0)
        return _Given(labels=[_File(name, size, lambda: _again(source))])
    archive = Archive(source, name=name)  # type: ignore[arg-type]
    given = _Given(findings=archive.findings)
    for member in archive.members:
        file = _File(member.path, member.size, lambda member=member: archive.open(member))  # type: ignore[misc]
        base = member.path.rsplit("/", 1)[-1].lower()
        if base in JUNK_FILES or base.startswith("._"):
            continue
        if base[base.rfind(".") :] in SUFFIXES:
            given.images[member.path] = file
        else:
            given.labels.append(file)
    return given


@contextmanager
def _again(source: IO[bytes]) -> Iterator[IO[bytes]]:
    """The uploaded file from its beginning, not closed behind."""
    source.seek(0)
    with tempfile.TemporaryFile() as copy:
        while part := source.read(COPY_BYTES):
            copy.write(part)
        copy.seek(0)
        yield copy


def _sets(given: _Given, source_key: str, name: str) -> list[LabelSet]:
    found = detect(given.labels, list(given.images.values()))
    given.skipped += [(file.path, why) for file, why in found.rest if why]
    for path in found.masks:
        given.images.pop(path, None)
    sets = found.sets
    if not sets and classes_from_folders(given.images):
        sets = [LabelSet(FORMATS["folders"], [])]
    family = source_key.partition("-")[0]
    if source_key:
        sets = [one for one in sets if one.format.key.partition("-")[0] == family]
    if not sets and source_key and len(given.labels) == 1 and FORMATS[source_key].single:
        sets = [LabelSet(FORMATS[source_key], given.labels)]
    if sets:
        return sets
    others = ", ".join(sorted({one.format.title for one in found.sets}))
    if others:
        raise InvalidInput(f"{shown(name)} holds {others}, not {FORMATS[source_key].title}. Choose that format.")
    why = f" ({given.skipped[0][1]})" if len(given.skipped) == 1 else ""
    raise InvalidInput(
        f"No labels were found in {shown(name)}{why}. Upload a label file, or a ZIP with the label files"
        " and, where the format needs the size of the images, the images."
    )


# --- the conversion ---------------------------------------------------------------------------------------------------


class _Conversion:
    """Reads twice: the classes and the number of images must be known before the first is written."""

    def __init__(self, given: _Given, sets: list[LabelSet], target: Format, beat: Beat) -> None:
        self._given = given
        self._sets = sets
        self._target = target
        self._beat = beat
        self._sizes: dict[str, tuple[int, int]] = {}
        self._pictures = self._all_pictures()
        self._labels: dict[str, LabelSpec] = {}
        self._empty = self._shapes = self._count = 0
        self._last: ImageAnnotations | None = None

    def run(self, target: BinaryIO, *, with_images: bool) -> Converted:
        self._leave_out_unreadable()
        documents = [self._document(found) for found in self._sets]
        for image in self._images(documents, share=0.5):
            self._count += 1
            self._shapes += len(image.shapes)
            self._empty += not image.shapes
        if not self._count:
            raise InvalidInput("No image is named in the file, so there is nothing to convert.")
        for document in documents:
            self._labels |= document.labels
        losses = Losses()
        again = [self._document(found) for found in self._sets]
        export = Export("converted", list(self._labels.values()), self._images(again, share=1.0), self._count, losses)
        name = self._write(export, target, with_images=with_images)
        message = self._message(losses)  # before what was lost in reading joins it
        for document in documents:
            losses.merge(document.losses.as_list())
        return Converted(name, message, self._report(documents, losses))

    def _message(self, losses: Losses) -> str:
        """What was read and, where that differs, how much of it the result holds."""
        told = f"{counted(self._count, 'image')}, {counted(self._shapes, 'object')}"
        dropped = losses.shapes_dropped()
        kept = max(self._shapes - dropped, 0)
        if not dropped:
            return f"{told}."
        if kept:
            return f"{told} read; {kept} of them {'is' if kept == 1 else 'are'} in the result."
        holds_tags_only = self._target.holds.kinds == {"tag"} and not losses.count("no_image")
        why = (
            f"{self._target.title} hold no shapes, only classes of whole images"
            if holds_tags_only
            else "the losses tell why"
        )
        return f"{told} read; none of them is in the result: {why}."

    def _report(self, documents: list[Document], losses: Losses) -> dict[str, Any]:
        findings = [*self._given.findings.items, *(item for found in documents for item in found.findings.items)]
        return {
            "source": self._sets[0].format.key,
            "target": self._target.key,
            "images": self._count,
            "images_empty": self._empty,
            "shapes": self._shapes,
            "labels": len(self._labels),
            "findings": [shown_finding(finding) for finding in findings[:LIST_MAX]],
            "findings_total": self._given.findings.total + sum(found.findings.total for found in documents),
            "losses": losses.as_list(),
            "skipped": [{"name": shown(name), "why": shown(why, 1000)} for name, why in self._given.skipped[:LIST_MAX]],
        }

    # --- reading ------------------------------------------------------------------------------------------------------

    def _leave_out_unreadable(self) -> None:
        """Of several label files those that cannot be read cost only themselves. Raises the reason when all are so."""
        if len(self._sets) == 1:
            return  # its own reading tells
        errors: list[tuple[LabelSet, Unreadable]] = []
        for found in self._sets:
            try:
                for number, _ in enumerate(self._document(found)):
                    if number % BEAT_IMAGES == 0:
                        self._beat(0.0)
            except Unreadable as error:
                errors.append((found, error))
        if len(errors) == len(self._sets):
            raise errors[0][1]
        unreadable = [found for found, _ in errors]
        self._sets = [found for found in self._sets if found not in unreadable]
        self._given.skipped += [(found.title, error.message) for found, error in errors]

    def _document(self, found: LabelSet) -> Document:
        size = sum(file.size for file in found.files)
        if size > settings.ANNOTATIONS_MAX_BYTES:
            raise Unreadable(
                f"The label files have {size} bytes; at most {settings.ANNOTATIONS_MAX_BYTES} are allowed."
            )
        return found.format.read(Source(found.files, self._pictures))

    def _all_pictures(self) -> Pictures:
        need_sizes = any(found.format.key not in SIZES_TOLD for found in self._sets)
        pictures = Pictures()
        for number, path in enumerate(self._given.images):
            pictures.add(Picture(path, *(self._size_of(path) if need_sizes else (0, 0))))
            if number % BEAT_IMAGES == 0:
                self._beat(0.0)
        return pictures

    def _size_of(self, path: str) -> tuple[int, int]:
        """The image's pixels; 0 and 0 when it is none that can be opened."""
        if path not in self._sizes:
            try:
                self._sizes[path] = _size_of_file(self._given.images[path])
            except InvalidInput as error:
                self._given.skipped.append((path, error.message))
                self._sizes[path] = 0, 0
        return self._sizes[path]

    def _images(self, documents: list[Document], *, share: float) -> Iterator[ImageAnnotations]:
        """What the label files tell, then the images of the archive that they do not name."""
        left = dict.fromkeys(self._given.images)
        number = 0
        for document in documents:
            for image in document:
                number += 1
                if number % BEAT_IMAGES == 0:
                    self._beat(share - 0.5 + 0.5 * number / max(self._count, number + 1))
                path = self._path_of(image.name)
                if path is not None:
                    left.pop(path, None)
                    if not (image.width and image.height):
                        image.width, image.height = self._size_of(path)
                self._last = image
                yield image
        for path in left:
            width, height = self._size_of(path)
            if width:
                self._last = ImageAnnotations(path, width, height)
                yield self._last

    def _path_of(self, name: str) -> str | None:
        """The image of the archive that this name means."""
        if name in self._given.images:
            return name
        picture = self._pictures.find(name)
        return picture.name if picture else None

    # --- writing ------------------------------------------------------------------------------------------------------

    def _write(self, export: Export, target: BinaryIO, *, with_images: bool) -> str:
        found = self._target
        if found.write_single is not None and not with_images:
            files = found.write_single(export)
            for part in next(files).parts:
                target.write(part)
            files.close()
            return f"labels.{found.single.rsplit('.', 1)[-1]}"
        images = with_images or not found.has_labels
        entries = zip_entries(self._written(export, images=images), export, self._open_image, found.title)
        with ZipParts(entries) as parts:
            for part in parts:
                target.write(part)
        return "labels.zip"

    def _written(self, export: Export, *, images: bool) -> Iterator[Written]:
        """The files of the result; of images those that are there."""
        for file in self._target.write(export):
            if not file.image or (images and self._path_of(file.image) is not None):
                yield file
            elif not self._target.has_labels:
                self._tell_image_missing(export.losses)

    def _tell_image_missing(self, losses: Losses) -> None:
        """The image would have been the label: of its tags, others than the first were told of by the writer."""
        if self._last is not None and any(shape.kind == "tag" for shape in self._last.shapes):
            losses.add("no_image", image=self._last.name)

    def _open_image(self, name: str) -> Parts:
        path = self._path_of(name)
        assert path is not None
        return _FileParts(self._given.images[path])


class _FileParts(Parts):
    """The bytes of a file, part by part."""

    def __init__(self, file: LabelFile) -> None:
        self._opened = ExitStack()
        self._stream = self._opened.enter_context(file.open())

    def __next__(self) -> bytes:
        part = self._stream.read(COPY_BYTES)
        if not part:
            self.close()
            raise StopIteration
        return part

    def close(self) -> None:
        self._opened.close()


def _size_of_file(file: LabelFile) -> tuple[int, int]:
    """By the first bytes where these suffice, else by all of them. Raises ``NotAnImage``."""
    try:
        with copied(file, HEAD_BYTES) as head:
            return size_of_image(head)
    except NotAnImage:
        if file.size <= HEAD_BYTES:
            raise
    if file.size > settings.IMAGE_MAX_BYTES:
        raise NotAnImage(f"it has {file.size} bytes; at most {settings.IMAGE_MAX_BYTES} are allowed for one image here")
    with copied(file, file.size) as whole:
        return size_of_image(whole)
