"""Shapes that cover nothing, and polygons that cross themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.checks.crossing import crosses_itself
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_shapes
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity, ShapeKind

# In square pixels: what is left of coordinates with two decimals when a shape has collapsed.
NOTHING = 0.01
AREAS = frozenset({ShapeKind.BOX, ShapeKind.POLYGON, ShapeKind.MASK, ShapeKind.ELLIPSE, ShapeKind.CUBOID})

DEGENERATE = Kind(
    "shape.degenerate",
    "Shapes without area",
    Severity.ERROR,
    "Boxes of zero width or height, polygons with fewer than three different points, empty masks. Nothing can be "
    "learned from them, and many training codes stop at one (a loss becomes NaN, an assertion fails).",
    "Remove them; where an object is really there, draw it anew.",
    ("remove_shapes",),
)
CROSSING = Kind(
    "shape.crossing",
    "Polygons that cross themselves",
    Severity.INFO,
    "Their outline crosses itself, so tools disagree about what is inside. Mostly points in the wrong order, or a "
    "slip of the hand.",
    "Untangle them: the points stay, their order changes. Look at the pictures before.",
    ("untangle",),
)


class Degenerate(Check):
    """Shapes without area, and self-crossing polygons."""

    kinds = (DEGENERATE, CROSSING)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        labels = self.dataset.labels
        for shape in shapes:
            why = why_degenerate(shape)
            if why:
                kind, message = DEGENERATE, f"A {shape.kind} ({labels[shape.label_id].name}) of {image.name} {why}."
            elif shape.kind == ShapeKind.POLYGON and crosses_itself(shape.geometry["points"]):
                kind, message = CROSSING, f"A polygon ({labels[shape.label_id].name}) of {image.name} crosses itself."
            else:
                continue
            yield Found(
                kind,
                message,
                about_shapes(image, [shape], labels),
                image_id=image.id,
                shape_id=shape.id,
                label_id=shape.label_id,
            )


def why_degenerate(shape: ShapeFacts) -> str:
    """Why the shape covers nothing; empty when it does cover something, or need not (tags, points)."""
    if shape.kind in AREAS:
        return _without_area(shape)
    if shape.kind == ShapeKind.POLYLINE and _distinct(shape) < 2:
        return "has fewer than two different points"
    if shape.kind in (ShapeKind.POINTS, ShapeKind.SKELETON) and not shape.geometry["points"]:
        return "has no points"
    return ""


def _without_area(shape: ShapeFacts) -> str:
    if shape.kind == ShapeKind.POLYGON and _distinct(shape) < 3:
        return f"has only {_distinct(shape)} different points"
    if shape.width is None or shape.height is None or shape.area is None:
        return "has no points"
    if shape.kind == ShapeKind.MASK and not shape.area:
        return "is empty"
    if shape.width <= 0 or shape.height <= 0 or shape.width * shape.height <= NOTHING:
        return f"has no area ({shape.width:g} x {shape.height:g} pixels)"
    # A bow tie's parts cancel out in the shoelace formula; it has an area all the same, and crosses itself.
    if shape.kind == ShapeKind.POLYGON and shape.area <= NOTHING and not crosses_itself(shape.geometry["points"]):
        return "has no area: its points lie on one line"
    return ""


def _distinct(shape: ShapeFacts) -> int:
    return len({(round(x, 2), round(y, 2)) for x, y in shape.geometry["points"]})
