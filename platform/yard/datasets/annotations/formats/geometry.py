"""Shapes turned into simpler ones that a format can hold."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from yard.datasets.annotations.formats.rle import PIXELS_MAX, TooManyPixels
from yard.datasets.annotations.types import Geometry

ELLIPSE_CORNERS = 32
Point = list[float]
Bounds = tuple[float, float, float, float]


def corners_of_box(box: Geometry) -> list[Point]:
    """The four corners of a (perhaps turned) box, clockwise from its own upper left one."""
    x1, y1, x2, y2 = box["x1"], box["y1"], box["x2"], box["y2"]
    points = [[x1, y1], [x2, y1], [x2, y2], [x1, y2]]
    degrees = box.get("rotation")
    return _rotated(points, (x1 + x2) / 2, (y1 + y2) / 2, degrees) if degrees else points


def corners_of_ellipse(ellipse: Geometry) -> list[Point]:
    """A polygon around the ellipse's centre whose corners lie on it."""
    cx, cy, rx, ry = (ellipse[name] for name in ("cx", "cy", "rx", "ry"))
    steps = (2 * math.pi * index / ELLIPSE_CORNERS for index in range(ELLIPSE_CORNERS))
    points = [[cx + rx * math.cos(step), cy + ry * math.sin(step)] for step in steps]
    degrees = ellipse.get("rotation")
    return _rotated(points, cx, cy, degrees) if degrees else points


def bounds_of(points: Sequence[Sequence[float]]) -> Bounds:
    """left, top, right, bottom."""
    xs, ys = sorted([x for x, _ in points]), sorted([y for _, y in points])  # a third faster than min and max
    return xs[0], ys[0], xs[-1], ys[-1]


def box_of(bounds: Bounds, rotation: float = 0.0) -> Geometry:
    """A box of ours."""
    left, top, right, bottom = bounds
    return {"x1": left, "y1": top, "x2": right, "y2": bottom, "rotation": rotation}


def smallest_box(points: Sequence[Sequence[float]]) -> Geometry:
    """The turned box of least area around the points; one of its sides lies along a side of their convex hull."""
    hull = _hull(points)
    if len(hull) < 3:
        return box_of(bounds_of(points))
    best: tuple[float, Geometry] | None = None
    for index, (x, y) in enumerate(hull):
        next_x, next_y = hull[(index + 1) % len(hull)]
        degrees = math.degrees(math.atan2(next_y - y, next_x - x))
        left, top, right, bottom = bounds_of(_rotated(hull, 0.0, 0.0, -degrees))
        area = (right - left) * (bottom - top)
        if best is None or area < best[0]:
            ((cx, cy),) = _rotated([[(left + right) / 2, (top + bottom) / 2]], 0.0, 0.0, degrees)
            width, height = (right - left) / 2, (bottom - top) / 2
            best = area, box_of((cx - width, cy - height, cx + width, cy + height), degrees % 360)
    assert best is not None
    return best[1]


def box_of_corners(points: Sequence[Sequence[float]], tolerance: float = 0.02) -> Geometry | None:
    """The turned box with these four corners in order; None when they are no rectangle.

    Args:
        points: Four corners, in either direction.
        tolerance: By how much of the diagonal opposite sides may differ.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    size = math.hypot(cx - ax, cy - ay) + math.hypot(dx - bx, dy - by)
    # A parallelogram whose diagonals are equal is a rectangle.
    off = math.hypot(ax + cx - bx - dx, ay + cy - by - dy)
    skew = abs(math.hypot(cx - ax, cy - ay) - math.hypot(dx - bx, dy - by))
    if off > size * tolerance or skew > size * tolerance:
        return None
    width, height = math.hypot(bx - ax, by - ay), math.hypot(dx - ax, dy - ay)
    degrees = math.degrees(math.atan2(by - ay, bx - ax)) if width else math.degrees(math.atan2(dy - ay, dx - ax)) - 90
    middle_x, middle_y = (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4
    bounds = (middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)
    degrees = round(degrees % 360, 6) % 360
    return box_of(bounds, degrees)


def clipped_polygon(points: list[Point], width: float, height: float) -> list[Point]:
    """The polygon within the image (Sutherland and Hodgman, 1974); empty when it lies wholly outside."""
    for axis, limit, sign in ((0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)):
        if not points:
            break
        cut: list[Point] = []
        before = points[-1]
        for point in points:
            inside, was_inside = sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
            if inside != was_inside:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
                cut.append([limit, other] if axis == 0 else [other, limit])
            if inside:
                cut.append(point)
            before = point
        points = cut
    return points


def polygon_area(points: Sequence[Sequence[float]]) -> float:
    """With the sign that tells the direction: positive is clockwise as images show it."""
    total = 0.0
    before_x, before_y = points[-1]
    for x, y in points:
        total += before_x * y - x * before_y
        before_x, before_y = x, y
    return total / 2


def outlines_of_mask(mask: Geometry) -> tuple[list[list[Point]], int]:
    """Polygons along the edges of the mask's pixels, one for each connected part, and how many holes they fill."""
    loops = _loops(_edges(mask))
    outer = [points for points in loops if polygon_area(points) > 0]
    return outer, len(loops) - len(outer)


def bounds_of_mask(mask: Geometry) -> Bounds | None:
    """left, top, right, bottom of what it covers; None when that is nothing."""
    spans = _spans(mask)
    if not spans:
        return None
    rows = [y for y, _, _ in spans]
    left, right = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    return float(left), float(min(rows)), float(right), float(max(rows) + 1)


def _spans(mask: Geometry) -> list[tuple[int, int, int]]:
    """(row, first column, column after the last) of each run of covered pixels, in pixels of the image."""
    width, left, top = mask["width"], mask["left"], mask["top"]
    spans: list[tuple[int, int, int]] = []
    position = 0
    if mask["height"] > PIXELS_MAX or width > PIXELS_MAX:
        raise TooManyPixels("its mask is too large")
    for index, run in enumerate(mask["rle"]):
        end = position + run
        if index % 2:
            if end // width - position // width > 1 << 20:
                raise TooManyPixels("its mask is too large")
            while position < end:
                row, column = divmod(position, width)
                length = min(width - column, end - position)
                spans.append((top + row, left + column, left + column + length))
                position += length
        position = end
    return spans


def _edges(mask: Geometry) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Corner → the corners that edges between covered and bare pixels lead to, with the covered ones at their right."""
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for y, start, end in _spans(mask):
        found = rows[y]
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    edges: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for y, spans in rows.items():
        for start, end in spans:
            edges[start, y + 1].append((start, y))
            edges[end, y].append((end, y + 1))
    for y in {line for row in rows for line in (row, row + 1)}:
        for start, end, is_below in _differences(rows.get(y - 1, []), rows.get(y, [])):
            # Covered pixels below the line: it is a top edge, walked to the right.
            if is_below:
                edges[start, y].append((end, y))
            else:
                edges[end, y].append((start, y))
    return edges


def _differences(above: list[tuple[int, int]], below: list[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Stretches of a line that have covered pixels on one side only: (start, end, whether below)."""
    steps: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for side, spans in enumerate((above, below)):
        for start, end in spans:
            steps[start][side] += 1
            steps[end][side] -= 1
    found: list[tuple[int, int, bool]] = []
    inside = [0, 0]
    before = 0
    for x in sorted(steps):
        if inside[0] != inside[1] and x > before:
            found.append((before, x, bool(inside[1])))
        inside = [inside[0] + steps[x][0], inside[1] + steps[x][1]]
        before = x
    return found


def _loops(edges: dict[tuple[int, int], list[tuple[int, int]]]) -> list[list[Point]]:
    loops: list[list[Point]] = []
    while edges:
        start = next(iter(edges))
        corner, came = start, (0, 0)
        loop: list[tuple[int, int]] = []
        while True:
            following = edges[corner]
            ahead = following.pop(_sharpest_right(corner, came, following))
            if not following:
                del edges[corner]
            way = (ahead[0] > corner[0]) - (ahead[0] < corner[0]), (ahead[1] > corner[1]) - (ahead[1] < corner[1])
            if way != came:
                loop.append(corner)
            corner, came = ahead, way
            if corner == start:
                break
        loops.append([[float(x), float(y)] for x, y in _without_straight(loop)])
    return loops


def _sharpest_right(corner: tuple[int, int], came: tuple[int, int], choices: list[tuple[int, int]]) -> int:
    """Where pixels touch only at a corner, parts stay parts: turn right, around the pixel that was followed."""
    if len(choices) == 1:
        return 0
    for index, (x, y) in enumerate(choices):
        way = (x > corner[0]) - (x < corner[0]), (y > corner[1]) - (y < corner[1])
        if came[0] * way[1] - came[1] * way[0] > 0:
            return index
    return 0


def _without_straight(loop: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first corner may lie amid a side, since the walk began anywhere."""
    (x0, y0), (x1, y1), (x2, y2) = loop[-1], loop[0], loop[1]
    return loop[1:] if (x1 - x0) * (y2 - y1) == (y1 - y0) * (x2 - x1) else loop


def _rotated(points: Sequence[Sequence[float]], cx: float, cy: float, degrees: float) -> list[Point]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [[cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos] for x, y in points]


def _hull(points: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """The convex hull (A. M. Andrew's monotone chain, 1979)."""
    ordered: list[Sequence[float]] = [*sorted({(point[0], point[1]) for point in points})]
    if len(ordered) < 3:
        return ordered

    def half(line: Sequence[Sequence[float]]) -> list[Sequence[float]]:
        kept: list[Sequence[float]] = []
        for x, y in line:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-2], kept[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])
