"""Shapes that somebody sends: every one is whole, finite and of a known kind, or it is refused with the reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from yard.datasets.annotations.types import Geometry, ShapeAnnotation
from yard.datasets.models import ShapeKind
from yard.datasets.texts import is_control

LABEL_MAX = 255
ATTRIBUTES_MAX = 100
ATTRIBUTE_MAX = 4096
POINTS_MAX = 20_000
COORDINATE_MAX = 1e7  # pixels; no image is as large
SIDE_MIN = 0.01  # pixels; annotation files have two decimals
WHOLE_MAX = (1 << 31) - 1
SOURCE_DRAWN = "manual"


class BadShape(Exception):
    """The text says what is wrong, as the end of a sentence that begins with the shape."""


def shape_read(given: dict[str, Any]) -> ShapeAnnotation:
    """The shape as all formats have it. Raises ``BadShape``."""
    kind = given.get("kind")
    read = _GEOMETRIES.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise BadShape(f"has no known kind; known are {', '.join(ShapeKind.values)}")
    geometry = given.get("geometry", {})
    if not isinstance(geometry, dict):
        raise BadShape("has a geometry that is no object")
    return ShapeAnnotation(
        kind=str(kind),
        label=label_read(given.get("label")),
        geometry=read(geometry),
        attributes=_attributes(given.get("attributes", {})),
        z_order=_whole(given.get("z_order", 0), "z_order"),
        occluded=_flag(given.get("occluded", False), "occluded"),
        source=SOURCE_DRAWN,
        group=_whole(given.get("group", 0), "group"),
    )


def label_read(name: Any) -> str:
    """The name of a class, without spaces around it. Raises ``BadShape``."""
    if not isinstance(name, str) or not name.strip():
        raise BadShape("has no label")
    if len(name) > LABEL_MAX:
        raise BadShape(f"has a label of more than {LABEL_MAX} characters")
    if any(is_control(character) for character in name):
        raise BadShape("has a label with control characters, which cannot be seen")
    return name.strip()


# --- parts ------------------------------------------------------------------------------------------------------------


def _attributes(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadShape("has attributes that are no object of texts")
    if len(given) > ATTRIBUTES_MAX:
        raise BadShape(f"has more than {ATTRIBUTES_MAX} attributes")
    for name, value in given.items():
        if not isinstance(value, str) or len(value) > ATTRIBUTE_MAX or not name or len(name) > LABEL_MAX:
            raise BadShape(f"has an attribute whose name or value is no text of at most {ATTRIBUTE_MAX} characters")
        if any(is_control(character) and character not in "\n\t" for character in name + value):
            raise BadShape("has an attribute with control characters, which cannot be seen")
    return dict(given)


def _number(given: Any, name: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise BadShape(f"has no number for {name}")
    if abs(given) > COORDINATE_MAX:
        raise BadShape(f"has {given:g} for {name}, which is out of all bounds")
    return float(given)


def _whole(given: Any, name: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > WHOLE_MAX:
        raise BadShape(f"has no whole number for {name}")
    return given


def _flag(given: Any, name: str) -> bool:
    if not isinstance(given, bool):
        raise BadShape(f"has neither true nor false for {name}")
    return given


def _only(geometry: Geometry, *names: str) -> None:
    unknown = sorted(set(geometry) - set(names))
    if unknown:
        raise BadShape(f"has something in its geometry that its kind does not: {', '.join(unknown)[:100]}")


def _pairs(geometry: Geometry, least: int, most: int = POINTS_MAX) -> list[list[float]]:
    _only(geometry, "points")
    points = geometry.get("points")
    if not isinstance(points, list) or not least <= len(points) <= most:
        raise BadShape(f"needs {least} points" if least == most else f"needs {least} to {most:,} points")
    if any(not isinstance(point, list) or len(point) != 2 for point in points):
        raise BadShape("has a point that is not a pair of numbers")
    return [[_number(x, "a point's x"), _number(y, "a point's y")] for x, y in points]


# --- kinds ------------------------------------------------------------------------------------------------------------


def _tag(geometry: Geometry) -> Geometry:
    _only(geometry)
    return {}


def _box(geometry: Geometry) -> Geometry:
    _only(geometry, "x1", "y1", "x2", "y2", "rotation")
    x1, y1, x2, y2 = (_number(geometry.get(name), name) for name in ("x1", "y1", "x2", "y2"))
    if x2 - x1 < SIDE_MIN or y2 - y1 < SIDE_MIN:
        raise BadShape("has no area: its left upper corner must lie left of and above the other")
    rotation = _number(geometry.get("rotation", 0.0), "rotation") % 360
    return {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": rotation}


def _polygon(geometry: Geometry) -> Geometry:
    points = _pairs(geometry, 3)
    if len({(x, y) for x, y in points}) < 3:
        raise BadShape("needs three points that differ")
    return {"points": points}


def _mask(geometry: Geometry) -> Geometry:
    _only(geometry, "left", "top", "width", "height", "rle")
    left, top, width, height = (_whole(geometry.get(name), name) for name in ("left", "top", "width", "height"))
    rle = geometry.get("rle")
    if width <= 0 or height <= 0 or width * height > WHOLE_MAX:
        raise BadShape("has a window without area, or one that is too large")
    if not isinstance(rle, list) or not all(isinstance(run, int) and not isinstance(run, bool) for run in rle):
        raise BadShape("has run lengths that are no list of whole numbers")
    if any(run < 0 for run in rle) or sum(rle) != width * height:
        raise BadShape(f"has run lengths that do not add up to {width} x {height} pixels")
    return {"left": left, "top": top, "width": width, "height": height, "rle": rle}


def _ellipse(geometry: Geometry) -> Geometry:
    _only(geometry, "cx", "cy", "rx", "ry", "rotation")
    cx, cy, rx, ry = (_number(geometry.get(name), name) for name in ("cx", "cy", "rx", "ry"))
    if rx < SIDE_MIN or ry < SIDE_MIN:
        raise BadShape("has no area")
    return {"cx": cx, "cy": cy, "rx": rx, "ry": ry, "rotation": _number(geometry.get("rotation", 0.0), "rotation")}


def _skeleton(geometry: Geometry) -> Geometry:
    _only(geometry, "points")
    points = geometry.get("points")
    if not isinstance(points, list) or not 1 <= len(points) <= POINTS_MAX:
        raise BadShape("has no points")
    return {"points": [_joint(point) for point in points]}


def _joint(point: Any) -> dict[str, Any]:
    if not isinstance(point, dict) or not isinstance(point.get("label"), str) or len(point["label"]) > LABEL_MAX:
        raise BadShape("has a point without a label")
    _only(point, "label", "x", "y", "outside", "occluded")
    return {
        "label": point["label"],
        "x": _number(point.get("x"), "a point's x"),
        "y": _number(point.get("y"), "a point's y"),
        "outside": _flag(point.get("outside", False), "outside"),
        "occluded": _flag(point.get("occluded", False), "occluded"),
    }


_GEOMETRIES: dict[str, Callable[[Geometry], Geometry]] = {
    "tag": _tag,
    "box": _box,
    "polygon": _polygon,
    "polyline": lambda geometry: {"points": _pairs(geometry, 2)},
    "points": lambda geometry: {"points": _pairs(geometry, 1)},
    "mask": _mask,
    "ellipse": _ellipse,
    "cuboid": lambda geometry: {"points": _pairs(geometry, 8, 8)},
    "skeleton": _skeleton,
}
