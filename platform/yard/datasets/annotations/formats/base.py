"""What all formats have in common: what they can hold, the files they are read from, and what they write."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from django.conf import settings

from yard.core.errors import InvalidInput
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.pictures import Pictures
from yard.datasets.annotations.types import FindingList, ImageAnnotations, LabelSpec, ShapeAnnotation
from yard.datasets.texts import is_control, shown

LABEL_MAX_CHARACTERS = 255
TEXT_MAX_CHARACTERS = 2000
# All coordinates of a shape together are compared with it, so it is far from what any image has.
COORDINATES_MAX = 1e15
# So that the CVAT file that is written of whatever was read can be read again: one value there has its limit.
POINTS_MAX = 1_000_000
RUNS_MAX = 5_000_000


class Unreadable(InvalidInput):
    """The file as a whole cannot be read; ``extra`` holds ``line`` and ``column`` where they are known."""

    code = "annotations_unreadable"


class BadShape(ValueError):
    """One shape cannot be understood; the text says why."""


class LabelFile(Protocol):
    """A file that somebody sent: its path with forward slashes, its bytes, and how to read it."""

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def open(self) -> Callable[[], AbstractContextManager[IO[bytes]]]: ...


@dataclass(frozen=True, slots=True)
class Holds:
    """What a format can say. ``kinds`` are the kinds of shape; the rest is about them, their images and classes."""

    kinds: frozenset[str]
    turned: bool = False
    circles_only: bool = False
    attributes: bool = False
    z_order: bool = False
    occluded: bool = False
    group: bool = False
    split: bool = False
    empty_images: bool = True
    label_details: bool = False
    outside: bool = True
    needs_size: bool = False


class Document(Protocol):
    """Label files of one format: iterate once for the images they speak of.

    ``labels`` are the classes met so far, declared ones first; ``findings`` are about what was wrong, ``losses`` about
    what was understood and cannot be kept.

    Raises (while iterating) ``Unreadable``.
    """

    labels: dict[str, LabelSpec]
    findings: FindingList
    losses: Losses

    def __iter__(self) -> Iterator[ImageAnnotations]: ...


@dataclass(slots=True)
class Source:
    """What a document read from: the files of one format that belong together."""

    files: Sequence[LabelFile]
    pictures: Pictures


@dataclass(slots=True)
class Export:
    """What is to be written.

    Attributes:
        name: Of the data set.
        labels: Its classes; shapes have no others.
        images: Read once. ``subset`` is ``train``, ``val``, ``test`` or empty.
        image_count: How many there are.
        losses: Where writers tell what they could not write.
    """

    name: str
    labels: Sequence[LabelSpec]
    images: Iterable[ImageAnnotations]
    image_count: int
    losses: Losses = field(default_factory=Losses)


@dataclass(slots=True)
class Written:
    """A file of an export. Its parts are to be read before the next file is asked for.

    ``image`` names the image whose content belongs here; then there are no parts.
    """

    path: str
    parts: Iterable[bytes] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        key: Its name in addresses.
        title: Its name for people.
        holds: What it can say.
        single: The name of the one file that it is; empty for formats of many files.
        summary: What the files look like, in a sentence.
        read: The document that the files make.
        write: The files that tell of the images.
        write_single: Only the one file that tells of all of them; None for formats of many files.
        splits_files: The one file cannot tell the parts of a split, several can.
        has_labels: The images alone do not tell all.
    """

    key: str
    title: str
    holds: Holds
    single: str
    summary: str
    read: Callable[[Source], Document]
    write: Callable[[Export], Iterator[Written]]
    write_single: Callable[[Export], Generator[Written]] | None = None
    splits_files: bool = False
    has_labels: bool = True


class Reading:
    """What readers share: classes, findings, losses, and what is said about a shape that is left out."""

    def __init__(self, source: Source, file: str = "") -> None:
        self.source = source
        self.labels: dict[str, LabelSpec] = {}
        self.findings = FindingList(file)
        self.losses = Losses()

    def label(self, name: str) -> str:
        """The class of this name, noted if it is new. Raises ``BadShape``, and ``Unreadable`` for too many."""
        found = name.strip()
        if found in self.labels:
            return found
        if not found:
            raise BadShape("it has no class")
        if len(found) > LABEL_MAX_CHARACTERS:
            raise BadShape(f"its class is longer than {LABEL_MAX_CHARACTERS} characters")
        if any(is_control(character) for character in found):
            raise BadShape("the name of its class holds control characters")
        most = settings.ANNOTATIONS_MAX_LABELS
        if len(self.labels) >= most:
            raise Unreadable(
                f"There are more than {most} classes, which is the limit here. Were numbers or file names taken "
                "for them?"
            )
        self.labels[found] = LabelSpec(found)
        return found

    def left_out(self, what: str, image: str, why: str, *, file: str = "", line: int = 0) -> None:
        """Tell of a shape that was left out."""
        self.findings.file = file or self.findings.file
        self.findings.error("annotations.bad_shape", f"{what} of {image} was left out: {why}.", line=line or None)
        self.losses.add("unreadable", file=self.findings.file, line=line, image=image, message=why)

    def left_out_file(self, file: LabelFile, error: Unreadable) -> None:
        """Tell of a file that was left out, since it cannot be read."""
        self.findings.file = file.path
        self.findings.error(
            "annotations.unreadable",
            f"{shown(file.path)} was left out: {error.message.rstrip('.')}.",
            line=error.extra.get("line"),
        )


def clean(text: Any) -> str:
    """A text of somebody else's that databases and XML can hold; true and false as JSON writes them."""
    found = str(text).lower() if isinstance(text, bool) else str(text)[:TEXT_MAX_CHARACTERS]
    return found if found.isprintable() else "".join("\ufffd" if is_control(c) else c for c in found)


def bounded(values: Sequence[float]) -> None:
    """Raises ``BadShape`` unless all are numbers to draw with."""
    # A sum is within bounds only if every part is: one check instead of one per number.
    try:
        total = sum(map(abs, values))
    except TypeError:
        raise BadShape("a coordinate is no number") from None
    except OverflowError:  # a whole number of hundreds of digits beside one with a fraction
        total = math.inf
    if not total < COORDINATES_MAX:
        raise BadShape("a coordinate is not finite, or out of all bounds")


def box_geometry(x1: float, y1: float, x2: float, y2: float, rotation: float = 0.0) -> dict[str, float]:
    """A box, its corners in order, whatever order they came in."""
    bounded((x1, y1, x2, y2, rotation))
    left, right = (x1, x2) if x1 <= x2 else (x2, x1)
    top, bottom = (y1, y2) if y1 <= y2 else (y2, y1)
    return {"x1": float(left), "y1": float(top), "x2": float(right), "y2": float(bottom), "rotation": float(rotation)}


def polygon_geometry(flat: Sequence[float]) -> dict[str, list[list[float]]]:
    """A polygon of ``x, y, x, y, …``. Raises ``BadShape`` for fewer than three corners."""
    bounded(flat)
    if len(flat) % 2:
        raise BadShape(f"it has {len(flat)} coordinates, which make no pairs")
    if len(flat) < 6:
        raise BadShape(f"it has {len(flat) // 2} corners, and needs at least 3")
    if len(flat) > 2 * POINTS_MAX:
        raise BadShape(f"it has {len(flat) // 2} corners; at most {POINTS_MAX} are allowed")
    return {"points": [[float(x), float(y)] for x, y in zip(flat[::2], flat[1::2], strict=True)]}


def number(value: float) -> str:
    """A whole number as such, else with two decimals where they tell everything, else as many as it takes."""
    if value == int(value):
        return str(int(value))
    short = f"{value:.2f}"
    return short if float(short) == value else repr(float(value))


__all__ = [
    "BadShape",
    "Document",
    "Export",
    "Format",
    "Holds",
    "LabelFile",
    "Pictures",
    "Reading",
    "ShapeAnnotation",
    "Source",
    "Unreadable",
    "Written",
    "bounded",
    "box_geometry",
    "clean",
    "number",
    "polygon_geometry",
]
