"""Metric curves with no more points than a plot can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from yard.runs.models import MetricKey, MetricPoint, Run

MIN_POINTS = 10
MAX_POINTS = 20_000
MAX_NAMES = 200


class Point(NamedTuple):
    """One value of a curve; ``value`` is None for NaN and infinities."""

    sequence: int
    step: int
    value: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """A curve, perhaps thinned.

    Attributes:
        point_count: Points stored in all, before thinning.
        last_sequence: Of the newest point stored; ask for what comes after it. -1 when there is none.
    """

    name: str
    points: Sequence[Point]
    point_count: int
    last_sequence: int

    def as_columns(self) -> dict[str, Any]:
        """The curve as one list per column, as plots take it."""
        return {
            "name": self.name,
            "steps": [point.step for point in self.points],
            "values": [point.value for point in self.points],
            "times": [point.at.isoformat() for point in self.points],
            "sequences": [point.sequence for point in self.points],
            "point_count": self.point_count,
            "last_sequence": self.last_sequence,
        }


def series_of(run: Run, *, names: Sequence[str] | None, after: int = -1, max_points: int = 2000) -> list[Series]:
    """The run's curves by these names (None: all), each from behind sequence ``after`` on."""
    keys = run.metric_keys.order_by("name")
    if names is not None:
        keys = keys.filter(name__in=names[:MAX_NAMES])
    return [_series(key, after, max_points) for key in keys[:MAX_NAMES]]


def _series(key: MetricKey, after: int, max_points: int) -> Series:
    stored = MetricPoint.objects.filter(key=key, sequence__gt=after).order_by("sequence")
    count = max(0, key.point_count - after - 1)
    rows = stored.values_list("sequence", "step", "value", "at")[:count]
    points = thin((Point(*row) for row in rows.iterator(chunk_size=5000)), count, max_points)
    return Series(key.name, points, key.point_count, key.point_count - 1)


def thin(points: Iterable[Point], count: int, max_points: int) -> list[Point]:
    """At most ``max_points`` of ``count`` points: first, last, and of each stretch between the lowest and the highest.

    So a spike is never lost. Points without a value are kept only where a stretch has no other.
    """
    if count <= max_points:
        return list(points)
    stretches = max(1, (max_points - 2) // 2)
    return list(_thinned(points, count, stretches))


def _thinned(points: Iterable[Point], count: int, stretches: int) -> Iterator[Point]:
    inner = count - 2
    stretch: list[Point] = []
    current = 0
    last: Point | None = None
    for index, point in enumerate(points):
        last = point
        if index == 0:
            yield point
        elif index < count - 1:
            belongs_to = (index - 1) * stretches // inner
            if belongs_to != current:
                yield from _extremes(stretch)
                stretch, current = [], belongs_to
            stretch.append(point)
    yield from _extremes(stretch)
    if last is not None:
        yield last


def _extremes(stretch: Sequence[Point]) -> list[Point]:
    """The lowest and the highest in the order they came; one point when they are the same; none of nothing."""
    valued = [point for point in stretch if point.value is not None]
    if not valued:
        return list(stretch[:1])
    lowest = min(valued, key=lambda point: point.value or 0.0)
    highest = max(valued, key=lambda point: point.value or 0.0)
    return sorted({lowest, highest}, key=lambda point: point.sequence)
