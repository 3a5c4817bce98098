"""Where a shape lies and how large it is, in pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from yard.datasets.annotations.types import Geometry


class Measures(NamedTuple):
    """The upright rectangle around a shape, and the area it covers (0 for lines and points), in pixels and their
    squares."""

    left: float
    top: float
    width: float
    height: float
    area: float


def measure(kind: str, geometry: Geometry) -> Measures | None:
    """The measures of a shape; None for a tag, which has no place. Turned boxes and ellipses are measured as turned.

    A polygon's area is that of the shoelace formula; where it crosses itself, parts may cancel out. A cuboid's is that
    of its front.
    """
    read = _MEASURES.get(kind)
    return read(geometry) if read is not None else None


def polygon_area(points: Sequence[Sequence[float]]) -> float:
    """The area inside the polygon, which need not repeat its first point, by the shoelace formula."""
    total = 0.0
    before_x, before_y = points[-1]
    for x, y in points:
        total += before_x * y - x * before_y
        before_x, before_y = x, y
    return abs(total) / 2


def _box(geometry: Geometry) -> Measures:
    left, top, right, bottom = geometry["x1"], geometry["y1"], geometry["x2"], geometry["y2"]
    width, height = right - left, bottom - top
    upright = Measures(left, top, width, height, width * height)
    degrees = geometry.get("rotation")
    if not degrees:
        return upright
    cos, sin = _cos_sin(degrees)
    return _centred(
        (left + right) / 2,
        (top + bottom) / 2,
        width * cos + height * sin,
        width * sin + height * cos,
        area=upright.area,
    )


def _ellipse(geometry: Geometry) -> Measures:
    rx, ry = geometry["rx"], geometry["ry"]
    cos, sin = _cos_sin(geometry.get("rotation", 0.0))
    width, height = 2 * math.hypot(rx * cos, ry * sin), 2 * math.hypot(rx * sin, ry * cos)
    return _centred(geometry["cx"], geometry["cy"], width, height, area=math.pi * rx * ry)


def _mask(geometry: Geometry) -> Measures:
    # Run lengths go from background to foreground in turn, background first.
    area = float(sum(geometry["rle"][1::2]))
    return Measures(geometry["left"], geometry["top"], geometry["width"], geometry["height"], area)


def _skeleton(geometry: Geometry) -> Measures | None:
    return _around([(point["x"], point["y"]) for point in geometry["points"]], 0.0)


def _polygon(geometry: Geometry) -> Measures | None:
    return _around(geometry["points"], polygon_area(geometry["points"]))


def _points(geometry: Geometry) -> Measures | None:
    return _around(geometry["points"], 0.0)


def _cuboid(geometry: Geometry) -> Measures | None:
    points = geometry["points"]
    top_left, bottom_left, top_right, bottom_right = points[:4]
    return _around(points, polygon_area([top_left, top_right, bottom_right, bottom_left]))


def _around(points: Sequence[Sequence[float]], area: float) -> Measures | None:
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    left, top = min(xs), min(ys)
    return Measures(left, top, max(xs) - left, max(ys) - top, area)


def _centred(cx: float, cy: float, width: float, height: float, *, area: float) -> Measures:
    return Measures(cx - width / 2, cy - height / 2, width, height, area)


def _cos_sin(degrees: float) -> tuple[float, float]:
    return abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))


_MEASURES: dict[str, Callable[[Geometry], Measures | None]] = {
    "box": _box,
    "ellipse": _ellipse,
    "mask": _mask,
    "skeleton": _skeleton,
    "polygon": _polygon,
    "polyline": _points,
    "points": _points,
    "cuboid": _cuboid,
}
