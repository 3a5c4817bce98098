"""Removing shapes."""

from __future__ import annotations

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.facts import ImageFacts, ShapeFacts
from yard.datasets.doctor.repairs.base import Outcome
from yard.datasets.doctor.repairs.shape_remedy import ShapeRemedy


class RemoveShapes(ShapeRemedy):
    """Takes away the shapes that were found; of a pair, the later one."""

    code = "remove_shapes"
    title = "Remove the shapes"
    explanation = "The shapes are removed; of two at the same place the later one. The images stay."

    def mended(
        self, image: ImageFacts, shape: ShapeFacts, annotation: ShapeAnnotation, outcome: Outcome
    ) -> list[ShapeAnnotation]:
        outcome.count("shapes removed")
        return []
