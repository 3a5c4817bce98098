"""How much two shapes cover the same place."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from yard.datasets.annotations.types import Geometry
from yard.datasets.doctor.facts import ShapeFacts

Contains = Callable[[float, float], bool]

# So many points a side are looked at where outlines are no upright boxes.
GRID = 24


def bounds_iou(one: ShapeFacts, other: ShapeFacts) -> float:
    """Intersection over union of the upright rectangles around two shapes that have a place."""
    left, top, width, height = _bounds(one)
    left2, top2, width2, height2 = _bounds(other)
    across = min(left + width, left2 + width2) - max(left, left2)
    down = min(top + height, top2 + height2) - max(top, top2)
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return both / (width * height + width2 * height2 - both)


def shapes_iou(one: ShapeFacts, other: ShapeFacts) -> float:
    """Intersection over union of two shapes whose surrounding rectangles nearly agree.

    Exact for upright boxes; for others estimated on a grid of 24 x 24 points.
    """
    if _is_upright(one) and _is_upright(other):
        return bounds_iou(one, other)
    in_one, in_other = contains(one.kind, one.geometry), contains(other.kind, other.geometry)
    left, top, width, height = _around(one, other)
    both = either = 0
    for row in range(GRID):
        y = top + height * (row + 0.5) / GRID
        for column in range(GRID):
            x = left + width * (column + 0.5) / GRID
            first, second = in_one(x, y), in_other(x, y)
            both += first and second
            either += first or second
    return both / either if either else 0.0


def contains(kind: str, geometry: Geometry) -> Contains:
    """Whether a point (pixels) is inside of a shape with area."""
    if kind == "box":
        return _in_box(geometry)
    if kind == "ellipse":
        return _in_ellipse(geometry)
    if kind == "mask":
        return _in_mask(geometry)
    return _in_polygon(geometry)


def _is_upright(shape: ShapeFacts) -> bool:
    return shape.kind == "box" and not shape.geometry.get("rotation")


def _bounds(shape: ShapeFacts) -> tuple[float, float, float, float]:
    return shape.left or 0.0, shape.top or 0.0, shape.width or 0.0, shape.height or 0.0


def _around(one: ShapeFacts, other: ShapeFacts) -> tuple[float, float, float, float]:
    left, top, width, height = _bounds(one)
    left2, top2, width2, height2 = _bounds(other)
    x, y = min(left, left2), min(top, top2)
    return x, y, max(left + width, left2 + width2) - x, max(top + height, top2 + height2) - y


def _in_box(geometry: Geometry) -> Contains:
    cx, cy = (geometry["x1"] + geometry["x2"]) / 2, (geometry["y1"] + geometry["y2"]) / 2
    half_x, half_y = (geometry["x2"] - geometry["x1"]) / 2, (geometry["y2"] - geometry["y1"]) / 2
    turned = _turned(cx, cy, geometry.get("rotation", 0.0))

    def inside(x: float, y: float) -> bool:
        u, v = turned(x, y)
        return bool(abs(u) <= half_x and abs(v) <= half_y)

    return inside


def _in_ellipse(geometry: Geometry) -> Contains:
    rx, ry = geometry["rx"] or 1e-9, geometry["ry"] or 1e-9
    turned = _turned(geometry["cx"], geometry["cy"], geometry.get("rotation", 0.0))

    def inside(x: float, y: float) -> bool:
        u, v = turned(x, y)
        return bool((u / rx) ** 2 + (v / ry) ** 2 <= 1)

    return inside


def _turned(cx: float, cy: float, degrees: float) -> Callable[[float, float], tuple[float, float]]:
    """Points as seen from a centre, turned back."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return lambda x, y: ((x - cx) * cos + (y - cy) * sin, (y - cy) * cos - (x - cx) * sin)


def _in_mask(geometry: Geometry) -> Contains:
    left, top, width, height = (geometry[name] for name in ("left", "top", "width", "height"))
    # Odd runs are foreground, so a pixel is when an odd number of runs ends before it.
    ends = list(accumulate(geometry["rle"]))

    def inside(x: float, y: float) -> bool:
        column, row = math.floor(x - left), math.floor(y - top)
        if not (0 <= column < width and 0 <= row < height):
            return False
        return bisect_right(ends, row * width + column) % 2 == 1

    return inside


def _in_polygon(geometry: Geometry) -> Contains:
    """By the even-odd rule."""
    points = geometry["points"]

    def inside(x: float, y: float) -> bool:
        found = False
        before_x, before_y = points[-1][0], points[-1][1]
        for px, py in points:
            if (py > y) != (before_y > y) and x < (before_x - px) * (y - py) / (before_y - py) + px:
                found = not found
            before_x, before_y = px, py
        return found

    return inside
