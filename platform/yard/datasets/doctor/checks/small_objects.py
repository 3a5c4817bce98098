"""Objects of a few pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.checks.degenerate import why_degenerate
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_shapes
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity, ShapeKind

OBJECTS = frozenset({ShapeKind.BOX, ShapeKind.POLYGON, ShapeKind.MASK, ShapeKind.ELLIPSE})

SMALL = Kind(
    "shape.small",
    "Very small objects",
    Severity.INFO,
    "Objects of a few pixels: often a slip of the mouse. Real ones vanish when training code shrinks the images.",
    "Look at them. Remove the slips; train with larger images or tiles where the objects are real.",
    ("remove_shapes",),
)


class SmallObjects(Check):
    """Objects with less area than a square of a few pixels."""

    kinds = (SMALL,)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        least = self.options.small_object_pixels**2
        labels = self.dataset.labels
        for shape in shapes:
            # A bow tie's area cancels out; its surroundings tell.
            if shape.kind not in OBJECTS or shape.width is None or shape.height is None or shape.area is None:
                continue
            around = shape.width * shape.height
            area = shape.area if shape.kind == ShapeKind.MASK else around
            if area < least and not why_degenerate(shape):
                yield Found(
                    SMALL,
                    f"A {shape.kind} ({labels[shape.label_id].name}) of {image.name} has only "
                    f"{shape.width:.3g} x {shape.height:.3g} pixels.",
                    about_shapes(image, [shape], labels),
                    image_id=image.id,
                    shape_id=shape.id,
                    label_id=shape.label_id,
                )
