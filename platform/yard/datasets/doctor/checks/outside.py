"""Shapes that reach beyond their image, or lie beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_shapes
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity, ShapeKind

# Cuboids and skeletons stand for things that may continue beyond the image.
MAY_CONTINUE = frozenset({ShapeKind.CUBOID, ShapeKind.SKELETON})

OUTSIDE = Kind(
    "shape.outside",
    "Shapes outside of their image",
    Severity.ERROR,
    "They lie wholly beside the image. Training code that crops or clips makes shapes without area of them.",
    "Remove them. When nearly all shapes of an image lie outside, it was probably labelled at another size.",
    ("remove_shapes",),
)
PARTLY = Kind(
    "shape.partly_outside",
    "Shapes that reach beyond their image",
    Severity.WARNING,
    "Part of them lies beside the image. Most training code expects coordinates inside of it; some stops otherwise.",
    "Clip them at the edge of the image.",
    ("clip",),
)


class Outside(Check):
    """Shapes partly or wholly outside."""

    kinds = (OUTSIDE, PARTLY)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        for shape in shapes:
            kind = where_outside(image, shape, self.options.outside_pixels)
            if kind is not None:
                yield self._found(kind, image, shape)

    def _found(self, kind: Kind, image: ImageFacts, shape: ShapeFacts) -> Found:
        labels = self.dataset.labels
        left, top = shape.left or 0.0, shape.top or 0.0
        right, bottom = left + (shape.width or 0.0), top + (shape.height or 0.0)
        what = "lies outside of" if kind is OUTSIDE else "reaches beyond"
        return Found(
            kind,
            f"A {shape.kind} ({labels[shape.label_id].name}) {what} {image.name} "
            f"({left:g}, {top:g} to {right:g}, {bottom:g} on {image.width} x {image.height} pixels).",
            about_shapes(image, [shape], labels),
            image_id=image.id,
            shape_id=shape.id,
            label_id=shape.label_id,
        )


def where_outside(image: ImageFacts, shape: ShapeFacts, tolerance: float) -> Kind | None:
    """Which of the two kinds it is; None for a shape that is inside, or has no place."""
    if shape.left is None or shape.top is None or shape.width is None or shape.height is None:
        return None
    right, bottom = shape.left + shape.width, shape.top + shape.height
    # A shape without extent on the very edge is beside nothing.
    if shape.left > image.width or shape.top > image.height or right < 0 or bottom < 0:
        return OUTSIDE
    if not (shape.width and shape.height):
        return None
    if shape.left >= image.width or shape.top >= image.height or right <= 0 or bottom <= 0:
        return OUTSIDE
    # The corners of a turned box or ellipse stick out wherever an object lies at the edge; it cannot be drawn better.
    if shape.kind in MAY_CONTINUE or shape.geometry.get("rotation"):
        return None
    beyond = max(-shape.left, -shape.top, right - image.width, bottom - image.height)
    return PARTLY if beyond > tolerance else None
