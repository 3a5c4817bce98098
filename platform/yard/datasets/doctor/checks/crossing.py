"""Where the outline of a polygon crosses itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Point = Sequence[float]
Edge = tuple[Point, Point]

# Outlines of masks have tens of thousands of points; there a crossing is a matter of one pixel.
MOST_POINTS = 5000


def crosses_itself(points: Sequence[Point]) -> bool:
    """Whether two edges cross each other truly: in a point that is inside of both.

    Edges that only touch (a ring that comes back to its own corner, as holes are drawn) do not count.
    """
    ring = without_repeats(points)
    return len(ring) <= MOST_POINTS and next(crossings(ring), None) is not None


def without_repeats(points: Sequence[Point]) -> list[Point]:
    """The ring without points that repeat the one before, the closing one included."""
    ring: list[Point] = []
    for point in points:
        if not ring or (point[0], point[1]) != (ring[-1][0], ring[-1][1]):
            ring.append(point)
    while len(ring) > 1 and (ring[0][0], ring[0][1]) == (ring[-1][0], ring[-1][1]):
        ring.pop()
    return ring


def crossings(ring: Sequence[Point]) -> Iterator[tuple[int, int]]:
    """Numbers of edges that cross; edge ``i`` goes from point ``i`` to the next. Sweeps from left to right."""
    count = len(ring)
    if count < 4:
        return
    spans = sorted(
        (min(a[0], b[0]), max(a[0], b[0]), index)
        for index, (a, b) in enumerate(zip(ring, [*ring[1:], ring[0]], strict=True))
    )
    for place, (_, end, one) in enumerate(spans):
        a, b = ring[one], ring[(one + 1) % count]
        for start, _, other in spans[place + 1 :]:
            if start > end:
                break
            if (one - other) % count in (1, count - 1):
                continue  # neighbours share a point
            if _cross(a, b, ring[other], ring[(other + 1) % count]):
                yield min(one, other), max(one, other)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    """Above 0 when ``c`` is to the left of the line from ``a`` to ``b``, below when to the right."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
