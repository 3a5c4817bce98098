"""What an annotation file says, whatever its format: images, and the shapes drawn on them.

Coordinates are pixels from the image's upper left corner (x to the right, y down), fractions allowed. ``geometry`` is
JSON-able and has, by kind, exactly these keys:

    tag       {}
    box       {"x1", "y1", "x2", "y2", "rotation"}          rotation in degrees, clockwise, about the centre
    polygon   {"points": [[x, y], …]}                       polyline and points likewise
    mask      {"left", "top", "width", "height", "rle"}     run lengths row by row, the first one is background
    ellipse   {"cx", "cy", "rx", "ry", "rotation"}
    cuboid    {"points": [[x, y] × 8]}                      front tl, bl, tr, br, then back tl, bl, tr, br
    skeleton  {"points": [{"label", "x", "y", "outside", "occluded"}, …]}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yard.core.findings import Finding, Severity
from yard.datasets.texts import SENTENCE_SHOWN_CHARACTERS, shown

Geometry = dict[str, Any]

MAX_FINDINGS = 1000
PALETTE = (
    "#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#f032e6",
    "#808000", "#000075", "#469990", "#bf5b17", "#e7298a", "#1b9e77", "#7570b3", "#a6761d",
)  # fmt: skip


@dataclass(slots=True)
class AttributeSpec:
    """An attribute that shapes of a label may have, as the labelling tool declares it."""

    name: str
    mutable: bool = False
    input_type: str = "text"
    default_value: str = ""
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LabelSpec:
    """A class as the file declares it. ``color`` is ``#rrggbb`` or empty; ``type`` restricts the kind of shape."""

    name: str
    color: str = ""
    type: str = "any"
    attributes: list[AttributeSpec] = field(default_factory=list)


@dataclass(slots=True)
class ShapeAnnotation:
    """One shape or tag. ``line`` is where it stands in its file (0: made by us)."""

    kind: str
    label: str
    geometry: Geometry
    attributes: dict[str, str] = field(default_factory=dict)
    z_order: int = 0
    occluded: bool = False
    source: str = ""
    group: int = 0
    line: int = 0


@dataclass(slots=True)
class ImageAnnotations:
    """What the file says about one image. ``width`` and ``height`` are 0 when it does not tell.

    ``file`` is the one of several files that says it; empty where all images stand in one.
    """

    name: str
    width: int = 0
    height: int = 0
    subset: str = ""
    line: int = 0
    shapes: list[ShapeAnnotation] = field(default_factory=list)
    file: str = ""


class FindingList:
    """Findings of one check: the first thousand are kept, all are counted."""

    def __init__(self, file: str = "", limit: int = MAX_FINDINGS) -> None:
        self.file = file
        self.items: list[Finding] = []
        self.total = 0
        self.errors = 0
        self._limit = limit

    def add(
        self, severity: Severity, code: str, message: str, *, file: str = "", line: int | None = None, hint: str = ""
    ) -> None:
        """Note one finding about this file, or the list's where none is named."""
        self.total += 1
        self.errors += severity is Severity.ERROR
        if len(self.items) < self._limit:
            text = shown(message, SENTENCE_SHOWN_CHARACTERS)
            self.items.append(Finding(severity, code, text, file=file or self.file, line=line, hint=hint))

    def error(self, code: str, message: str, *, line: int | None = None, hint: str = "") -> None:
        """Something was refused."""
        self.add(Severity.ERROR, code, message, line=line, hint=hint)

    def warning(self, code: str, message: str, *, file: str = "", line: int | None = None, hint: str = "") -> None:
        """Something was taken, but deserves a look."""
        self.add(Severity.WARNING, code, message, file=file, line=line, hint=hint)

    def info(self, code: str, message: str, *, line: int | None = None, hint: str = "") -> None:
        """Something to know."""
        self.add(Severity.INFO, code, message, line=line, hint=hint)
