"""Shapes cut off at the edges of their image."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import Geometry, ShapeAnnotation
from yard.datasets.models import ShapeKind

Point = list[float]

# An ellipse that is cut off is drawn with so many points.
ELLIPSE_POINTS = 72


def clipped(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    """What of the shape lies on an image of this size in pixels: nothing, one shape, or several pieces of a line.

    Turned boxes and ellipses that reach beyond become polygons. Tags, cuboids and skeletons stay as they are.
    """
    clip = _CLIPS.get(shape.kind)
    if clip is None or _is_inside(shape, width, height):
        return [shape]
    return clip(shape, width, height)


def _is_inside(shape: ShapeAnnotation, width: int, height: int) -> bool:
    found = measure(shape.kind, shape.geometry)
    return found is not None and (
        found.left >= 0 and found.top >= 0 and found.left + found.width <= width and found.top + found.height <= height
    )


def _box(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    box = shape.geometry
    if box.get("rotation"):
        return _as_polygon(shape, _corners(box), width, height)
    x1, x2 = _within(box["x1"], width), _within(box["x2"], width)
    y1, y2 = _within(box["y1"], height), _within(box["y2"], height)
    if x2 <= x1 or y2 <= y1:
        return []
    return [replace(shape, geometry={**box, "x1": x1, "y1": y1, "x2": x2, "y2": y2})]


def _polygon(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    return _as_polygon(shape, [list(point) for point in shape.geometry["points"]], width, height)


def _ellipse(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    ellipse = shape.geometry
    turn = math.radians(ellipse.get("rotation", 0.0))
    points = []
    for index in range(ELLIPSE_POINTS):
        angle = 2 * math.pi * index / ELLIPSE_POINTS
        u, v = ellipse["rx"] * math.cos(angle), ellipse["ry"] * math.sin(angle)
        x = ellipse["cx"] + u * math.cos(turn) - v * math.sin(turn)
        y = ellipse["cy"] + u * math.sin(turn) + v * math.cos(turn)
        points.append([round(x, 2), round(y, 2)])
    return _as_polygon(shape, points, width, height)


def _points(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    inside = [point for point in shape.geometry["points"] if 0 <= point[0] <= width and 0 <= point[1] <= height]
    return [replace(shape, geometry={"points": inside})] if inside else []


def _polyline(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    pieces: list[list[Point]] = []
    points = shape.geometry["points"]
    for start, end in pairwise(points):
        part = _segment(start, end, width, height)
        if part is None:
            continue
        if pieces and pieces[-1][-1] == part[0]:
            pieces[-1].append(part[1])
        else:
            pieces.append(part)
    return [replace(shape, geometry={"points": piece}) for piece in pieces]


def _mask(shape: ShapeAnnotation, width: int, height: int) -> list[ShapeAnnotation]:
    mask = shape.geometry
    left, top = max(mask["left"], 0), max(mask["top"], 0)
    right, bottom = min(mask["left"] + mask["width"], width), min(mask["top"] + mask["height"], height)
    if right <= left or bottom <= top:
        return []
    rle = _window(
        mask["rle"],
        mask["width"],
        rows=(int(top - mask["top"]), int(bottom - mask["top"])),
        columns=(int(left - mask["left"]), int(right - mask["left"])),
    )
    if not any(rle[1::2]):
        return []
    geometry = {"left": left, "top": top, "width": right - left, "height": bottom - top, "rle": rle}
    return [replace(shape, geometry=geometry)]


_CLIPS: dict[str, Callable[[ShapeAnnotation, int, int], list[ShapeAnnotation]]] = {
    ShapeKind.BOX: _box,
    ShapeKind.POLYGON: _polygon,
    ShapeKind.ELLIPSE: _ellipse,
    ShapeKind.POINTS: _points,
    ShapeKind.POLYLINE: _polyline,
    ShapeKind.MASK: _mask,
}


# --- polygons ---------------------------------------------------------------------------------------------------------


def _as_polygon(shape: ShapeAnnotation, points: list[Point], width: int, height: int) -> list[ShapeAnnotation]:
    ring = _cut(points, width, height)
    found = measure(ShapeKind.POLYGON, {"points": ring}) if len(ring) > 2 else None
    if found is None or found.width <= 0 or found.height <= 0:
        return []
    return [replace(shape, kind=ShapeKind.POLYGON, geometry={"points": ring})]


def _cut(points: list[Point], width: int, height: int) -> list[Point]:
    """The polygon within the rectangle (I. Sutherland and G. Hodgman, "Reentrant Polygon Clipping", 1974)."""
    for axis, limit, sign in ((0, 0.0, 1), (0, float(width), -1), (1, 0.0, 1), (1, float(height), -1)):
        points = _cut_at(points, axis, limit, sign)
    return points


def _cut_at(points: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """What lies on one side of a line: above the limit of this axis for sign 1, below for -1."""
    kept: list[Point] = []
    for index, point in enumerate(points):
        before = points[index - 1]
        is_in, was_in = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
        if is_in != was_in:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
            kept.append([limit, other] if axis == 0 else [other, limit])
        if is_in:
            kept.append(point)
    return kept


def _corners(box: Geometry) -> list[Point]:
    cx, cy = (box["x1"] + box["x2"]) / 2, (box["y1"] + box["y2"]) / 2
    turn = math.radians(box["rotation"])
    cos, sin = math.cos(turn), math.sin(turn)
    half_x, half_y = (box["x2"] - box["x1"]) / 2, (box["y2"] - box["y1"]) / 2
    sides = ((-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y))
    return [[round(cx + u * cos - v * sin, 2), round(cy + u * sin + v * cos, 2)] for u, v in sides]


# --- lines and masks --------------------------------------------------------------------------------------------------


def _segment(start: Sequence[float], end: Sequence[float], width: int, height: int) -> list[Point] | None:
    """The part of the segment within the rectangle, if any (Y.-D. Liang and B. Barsky, 1984)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for delta, room in ((-dx, start[0]), (dx, width - start[0]), (-dy, start[1]), (dy, height - start[1])):
        if delta == 0:
            if room < 0:
                return None
        elif delta < 0:
            first = max(first, room / delta)
        else:
            last = min(last, room / delta)
    if first >= last:
        return None

    def at(share: float) -> Point:
        if share in (0.0, 1.0):
            return list(end if share else start)
        return [_within(start[0] + share * dx, width), _within(start[1] + share * dy, height)]

    return [at(first), at(last)]


def _window(rle: Sequence[int], width: int, rows: tuple[int, int], columns: tuple[int, int]) -> list[int]:
    """The run lengths of a part of the mask, background first."""
    runs: list[int] = [0]
    is_on = False
    for row, start, end, on in _runs_of_rows(rle, width):
        if not rows[0] <= row < rows[1]:
            continue
        length = min(end, columns[1]) - max(start, columns[0])
        if length <= 0:
            continue
        if on == is_on:
            runs[-1] += length
        else:
            runs.append(length)
            is_on = on
    return runs


def _runs_of_rows(rle: Sequence[int], width: int) -> list[tuple[int, int, int, bool]]:
    """(row, first column, column after the last, whether it is foreground), runs cut at the ends of rows."""
    found = []
    at, on = 0, False
    for length in rle:
        left = length
        while left > 0:
            row, column = divmod(at, width)
            here = min(left, width - column)
            found.append((row, column, column + here, on))
            at += here
            left -= here
        on = not on
    return found


def _within(value: float, most: int) -> float:
    return float(min(max(value, 0), most))
