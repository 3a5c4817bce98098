"""Bringing the points of self-crossing polygons into an order in which the outline does not cross itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.checks.crossing import MOST_POINTS, crossings, without_repeats
from yard.datasets.doctor.facts import ImageFacts, ShapeFacts
from yard.datasets.doctor.repairs.base import Outcome
from yard.datasets.doctor.repairs.shape_remedy import ShapeRemedy

MOST_STEPS = 2000


class Untangle(ShapeRemedy):
    """Changes the order of points until no two edges cross."""

    code = "untangle"
    title = "Untangle"
    explanation = "The points stay where they are; their order changes so that the outline no longer crosses itself."

    def mended(
        self, image: ImageFacts, shape: ShapeFacts, annotation: ShapeAnnotation, outcome: Outcome
    ) -> list[ShapeAnnotation]:
        points = untangled(annotation.geometry["points"])
        if points is None:
            outcome.count("polygons left as they are (too tangled)")
            return [annotation]
        outcome.count("polygons untangled")
        return [replace(annotation, geometry={"points": points})]


def untangled(points: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """The same points, without repeats, in an order in which the ring does not cross itself; None when that fails.

    Where two edges cross, the way between them is walked backwards. Each such step makes the ring shorter, so it ends
    (the 2-opt move of G. Croes, 1958).
    """
    ring = [list(point) for point in without_repeats(points)]
    if len(ring) > MOST_POINTS:
        return None
    for _ in range(MOST_STEPS):
        found = next(crossings(ring), None)
        if found is None:
            return ring
        one, other = found
        ring[one + 1 : other + 1] = reversed(ring[one + 1 : other + 1])
    return None
