"""Where a shape of a CVAT file lies, told by its attributes.

As CVAT's documentation and its exports show it: points are ``x,y;x,y``; a mask's run lengths go row by row inside its
box and start with the background; a skeleton's joints are elements within it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

from yard.datasets.annotations.cvat_stream import Element
from yard.datasets.annotations.formats.base import COORDINATES_MAX, POINTS_MAX, RUNS_MAX, BadShape
from yard.datasets.annotations.types import Geometry
from yard.datasets.texts import shown

MASK_MAX_PIXELS = 1 << 31
_ALL_BUT_SEPARATORS = bytes(set(range(256)) - set(b",;"))
# Corners of a cuboid in the order of its attributes.
CUBOID_CORNERS = ("tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2")


def _number(element: Element, name: str) -> float:
    text = element.attributes.get(name)
    if text is None:
        raise BadShape(f"{name} is missing")
    try:
        value = float(text)
    except ValueError:
        raise BadShape(f"{name} is {shown(text, 40)!r}, which is no number") from None
    if not -COORDINATES_MAX < value < COORDINATES_MAX:
        raise BadShape(f"{name} is {shown(text, 40)}, which is no number to draw with")
    return value


def _whole(element: Element, name: str) -> int:
    value = _number(element, name)
    if value != int(value):
        raise BadShape(f"{name} is {value}; a whole number is needed")
    return int(value)


def _pairs(element: Element, least: int) -> list[list[float]]:
    text = element.attributes.get("points")
    if not text:
        raise BadShape("it has no points")
    text = text.rstrip("; ")
    separators = text.encode().translate(None, _ALL_BUT_SEPARATORS)
    if len(separators) > 2 * POINTS_MAX:
        raise BadShape(f"it has more than {POINTS_MAX} points")
    if separators != b",;" * (len(separators) // 2) + b",":
        raise BadShape('its points are not written as "x,y;x,y"')
    try:
        numbers = list(map(float, text.replace(";", ",").split(",")))
    except ValueError:
        raise BadShape('its points are not written as "x,y;x,y": one of them is no number') from None
    if len(numbers) < 2 * least:
        raise BadShape(f"it has {len(numbers) // 2} points, and needs at least {least}")
    # The length of all as one vector is within bounds only if each is: one check instead of one per number.
    if not hypot(*numbers) < COORDINATES_MAX:
        raise BadShape("a point is not finite, or out of all bounds")
    each = iter(numbers)
    return [[x, y] for x, y in zip(each, each, strict=True)]


def _tag(element: Element) -> Geometry:
    return {}


def _box(element: Element) -> Geometry:
    given = element.attributes
    try:
        x1, y1, x2, y2 = float(given["xtl"]), float(given["ytl"]), float(given["xbr"]), float(given["ybr"])
    except KeyError:
        missing = ", ".join(name for name in ("xtl", "ytl", "xbr", "ybr") if name not in given)
        raise BadShape(f"{missing} is missing") from None
    except ValueError:
        x1, y1, x2, y2 = (_number(element, name) for name in ("xtl", "ytl", "xbr", "ybr"))  # raises: it tells which
    if not hypot(x1, y1, x2, y2) < COORDINATES_MAX:
        raise BadShape("a corner is not finite, or out of all bounds")
    rotation = _number(element, "rotation") if "rotation" in given else 0.0
    return {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": rotation}


def _polygon(element: Element) -> Geometry:
    return {"points": _pairs(element, 3)}


def _polyline(element: Element) -> Geometry:
    return {"points": _pairs(element, 2)}


def _points(element: Element) -> Geometry:
    return {"points": _pairs(element, 1)}


def _mask(element: Element) -> Geometry:
    left, top = _whole(element, "left"), _whole(element, "top")
    width, height = _whole(element, "width"), _whole(element, "height")
    if width <= 0 or height <= 0:
        raise BadShape(f"its box is {width} x {height} pixels")
    if width * height > MASK_MAX_PIXELS:
        raise BadShape(f"its box of {width} x {height} pixels is too large")
    text = element.attributes.get("rle")
    if not text:
        raise BadShape("it has no rle")
    if text.count(",") >= RUNS_MAX:
        raise BadShape(f"it has more than {RUNS_MAX} run lengths")
    try:
        rle = list(map(int, text.split(",")))
    except ValueError:
        raise BadShape("a run length is no whole number within bounds") from None
    if min(rle) < 0:
        raise BadShape("a run length is negative")
    total = sum(rle)
    if total != width * height:
        raise BadShape(f"its run lengths add up to {total}, its box has {width} x {height} = {width * height} pixels")
    return {"left": left, "top": top, "width": width, "height": height, "rle": rle}


def _ellipse(element: Element) -> Geometry:
    geometry: Geometry = {name: _number(element, name) for name in ("cx", "cy", "rx", "ry")}
    if geometry["rx"] < 0 or geometry["ry"] < 0:
        raise BadShape("a radius is negative")
    geometry["rotation"] = _number(element, "rotation") if "rotation" in element.attributes else 0.0
    return geometry


def _cuboid(element: Element) -> Geometry:
    return {"points": [[_number(element, f"x{at}"), _number(element, f"y{at}")] for at in CUBOID_CORNERS]}


def _skeleton(element: Element) -> Geometry:
    joints = [_joint(points) for points in element.find("points")]
    if not joints:
        raise BadShape("it has no points")
    return {"points": joints}


def _joint(points: Element) -> Geometry:
    (x, y), *more = _pairs(points, 1)
    if more:
        raise BadShape("a joint has more than one point")
    return {
        "label": points.attributes.get("label") or "",
        "x": x,
        "y": y,
        "outside": points.attributes.get("outside") == "1",
        "occluded": points.attributes.get("occluded") == "1",
    }


# By kind; each raises BadShape.
GEOMETRIES: dict[str, Callable[[Element], Geometry]] = {
    "tag": _tag,
    "box": _box,
    "polygon": _polygon,
    "polyline": _polyline,
    "points": _points,
    "mask": _mask,
    "ellipse": _ellipse,
    "cuboid": _cuboid,
    "skeleton": _skeleton,
}
