"""Shapes that are there twice, and places with two classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.checks.degenerate import why_degenerate
from yard.datasets.doctor.checks.inside import bounds_iou, shapes_iou
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts, about_shapes
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity, ShapeKind

PLACES = frozenset({ShapeKind.BOX, ShapeKind.POLYGON, ShapeKind.MASK, ShapeKind.ELLIPSE})
# An image may have hundreds of thousands of shapes, all at one place.
MOST_COMPARISONS = 500_000

DUPLICATE = Kind(
    "shape.duplicate",
    "Shapes that are there twice",
    Severity.WARNING,
    "Two shapes of the same class at nearly the same place: the object is counted twice, and a detector is punished "
    "for finding it once.",
    "Remove the second one.",
    ("remove_shapes",),
)
CONFLICT = Kind(
    "shape.conflict",
    "One place, two classes",
    Severity.WARNING,
    "Two shapes of different classes at nearly the same place. Mostly one of them is wrong; a model cannot learn both.",
    "Open the image and remove the wrong one, or mark the finding as intended where both hold.",
)


class SamePlace(Check):
    """Pairs of shapes at the same place."""

    kinds = (DUPLICATE, CONFLICT)

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        if len(shapes) < 2:
            return
        yield from self._equal(image, shapes)
        yield from self._overlapping(image, shapes)

    def _equal(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        """Those of kinds without an area, tags among them, that say exactly the same."""
        seen: dict[tuple[str, int, str], ShapeFacts] = {}
        for shape in shapes:
            if shape.kind in PLACES:
                continue
            first = seen.setdefault((shape.kind, shape.label_id, repr(shape.geometry)), shape)
            if first is not shape:
                yield self._found(DUPLICATE, image, first, shape, 1.0)

    def _overlapping(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        least = self.options.same_place_iou
        placed = [
            (shape.left, index, shape)
            for index, shape in enumerate(shapes)
            if shape.kind in PLACES and shape.left is not None and not why_degenerate(shape)
        ]
        placed.sort(key=lambda item: (item[0], item[1]))
        twice: set[int] = set()
        comparisons = 0
        for place, (left, index, shape) in enumerate(placed):
            if index in twice:
                continue
            # What begins further to the right cannot overlap enough.
            reach = left + (1 - least) * (shape.width or 0.0) / least + 1e-9
            for other_left, other_index, other in placed[place + 1 :]:
                comparisons += 1
                if other_left > reach or comparisons > MOST_COMPARISONS:
                    break
                if other_index in twice or bounds_iou(shape, other) < least:
                    continue
                iou = shapes_iou(shape, other)
                if iou < least:
                    continue
                first, second = (shape, other) if index < other_index else (other, shape)
                if shape.label_id == other.label_id:
                    twice.add(max(index, other_index))
                    yield self._found(DUPLICATE, image, first, second, iou)
                    if index in twice:
                        break
                else:
                    yield self._found(CONFLICT, image, first, second, iou)

    def _found(self, kind: Kind, image: ImageFacts, first: ShapeFacts, second: ShapeFacts, iou: float) -> Found:
        labels = self.dataset.labels
        name, other_name = labels[first.label_id].name, labels[second.label_id].name
        if kind is CONFLICT:
            message = f"{name} and {other_name} are at the same place of {image.name} ({iou:.0%} overlap)."
        elif first.kind == ShapeKind.TAG:
            message = f"{image.name} has the tag {name} twice."
        else:
            message = f"A {second.kind} ({name}) of {image.name} is there twice ({iou:.0%} overlap)."
        return Found(
            kind,
            message,
            about_shapes(image, [first, second], labels),
            image_id=image.id,
            shape_id=second.id,
            label_id=second.label_id,
            details={"other_shape": first.id, "iou": round(iou, 4)},
        )
