"""Counting shapes and images one by one, as a version's annotation file names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.statistics.bins import ASPECTS, CELLS, OBJECTS, SIDES, bin_of, cell_of


@dataclass(slots=True)
class Counts:
    """What is counted. Of shapes all, or those of one class (``label``); steps are those of ``bins``."""

    label: str = ""
    images: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    images_with: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    objects: Counter[int] = field(default_factory=Counter)
    aspects: Counter[int] = field(default_factory=Counter)
    image_sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    shape_sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    places: Counter[tuple[int, int]] = field(default_factory=Counter)

    def image(self, width: int, height: int, shapes: Sequence[ShapeAnnotation]) -> None:
        """One more image, with its shapes and tags."""
        self.images += 1
        here = Counter(shape.label for shape in shapes)
        self.shapes.update(here)
        self.images_with.update(here.keys())
        self.objects[bin_of(OBJECTS, here[self.label] if self.label else len(shapes))] += 1
        self.image_sizes[bin_of(SIDES, width), bin_of(SIDES, height)] += 1
        for shape in shapes:
            if not self.label or shape.label == self.label:
                self._shape(shape, width, height)

    def _shape(self, shape: ShapeAnnotation, width: int, height: int) -> None:
        self.kinds[shape.kind] += 1
        found = measure(shape.kind, shape.geometry)
        if found is None or width <= 0 or height <= 0:
            return
        self.shape_sizes[bin_of(SIDES, found.width), bin_of(SIDES, found.height)] += 1
        if found.height > 0:
            self.aspects[bin_of(ASPECTS, found.width / found.height)] += 1
        column = cell_of((found.left + found.width / 2) / width)
        self.places[column, cell_of((found.top + found.height / 2) / height)] += 1

    def figures(self) -> dict[str, Any]:
        """All that was counted, JSON-able."""
        return {
            "label": self.label,
            "image_count": self.images,
            "shape_count": sum(self.shapes.values()),
            "classes": [
                {"label": label, "shapes": count, "images": self.images_with[label]}
                for label, count in sorted(self.shapes.items(), key=lambda item: (-item[1], item[0]))
            ],
            "kinds": dict(sorted(self.kinds.items())),
            "objects_per_image": _bars(OBJECTS, self.objects),
            "shape_aspects": _bars(ASPECTS, self.aspects),
            "shape_sizes": _grid(SIDES, self.shape_sizes),
            "image_sizes": _grid(SIDES, self.image_sizes),
            "positions": {"cells": CELLS, "counts": _cells(self.places)},
        }


def _bars(edges: tuple[float, ...], counts: Counter[int]) -> dict[str, Any]:
    return {"edges": list(edges), "counts": [counts[index] for index in range(len(edges))]}


def _grid(edges: tuple[float, ...], counts: Counter[tuple[int, int]]) -> dict[str, Any]:
    return {"edges": list(edges), "counts": _cells(counts)}


def _cells(counts: Counter[tuple[int, int]]) -> list[list[int]]:
    """[column, row, count] of the cells that are not empty."""
    return [[column, row, count] for (column, row), count in sorted(counts.items())]
