"""Clipping shapes at the edge of their image."""

from __future__ import annotations

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.facts import ImageFacts, ShapeFacts
from yard.datasets.doctor.repairs.base import Outcome
from yard.datasets.doctor.repairs.clipping import clipped
from yard.datasets.doctor.repairs.shape_remedy import ShapeRemedy


class Clip(ShapeRemedy):
    """Cuts off what lies beside the image."""

    code = "clip"
    title = "Clip at the edge"
    explanation = "What lies beside the image is cut off; a shape of which nothing is left is removed."

    def mended(
        self, image: ImageFacts, shape: ShapeFacts, annotation: ShapeAnnotation, outcome: Outcome
    ) -> list[ShapeAnnotation]:
        left = clipped(annotation, image.width, image.height)
        outcome.count("shapes clipped" if left else "shapes removed")
        if any(piece.kind != annotation.kind for piece in left):
            outcome.count("ellipses or turned boxes that become polygons")
        return left
