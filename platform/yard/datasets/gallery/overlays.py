"""Shapes as small pictures need them: no more points than can be seen, and an end to their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yard.datasets.annotations.types import Geometry
from yard.datasets.models import Dataset, Image, Shape, ShapeKind

SHAPES_MAX = 200  # of one image
NUMBERS_MAX = 4000  # of one image: points, run lengths; what goes beyond is drawn as its upright rectangle
SIDE = 480  # pixels of the pictures that the points have to be right for
_COLUMNS = ("image_id", "id", "kind", "label_id", "geometry", "occluded", "z_order", "left", "top", "width", "height")
_POINTS = (ShapeKind.POLYGON, ShapeKind.POLYLINE, ShapeKind.POINTS)


def overlays_of(dataset: Dataset, images: Sequence[Image]) -> dict[int, list[dict[str, Any]]]:
    """image id → its shapes (the largest, when there are more than 200), thinned out for a small picture."""
    names = dict(dataset.labels.order_by().values_list("pk", "name"))
    steps = {image.pk: max(image.width, image.height) / SIDE for image in images}
    usual = [image.pk for image in images if 0 < image.shape_count <= SHAPES_MAX]
    crowded = [image.pk for image in images if image.shape_count > SHAPES_MAX]
    found: dict[int, list[dict[str, Any]]] = {image.pk: [] for image in images}
    left = dict.fromkeys(found, NUMBERS_MAX)
    rows = list(Shape.objects.filter(image_id__in=usual).order_by("image_id", "id").values_list(*_COLUMNS))
    for pk in crowded:
        largest = Shape.objects.filter(image_id=pk, area__isnull=False).order_by("-area", "id")
        rows += largest.values_list(*_COLUMNS)[:SHAPES_MAX]
    for image_id, pk, kind, label, geometry, occluded, z_order, *bounds in rows:
        if kind == ShapeKind.TAG:
            continue
        shown_kind, shown, size = _thinned(kind, geometry, bounds, steps[image_id], left[image_id])
        left[image_id] -= size
        found[image_id].append(
            {
                "id": pk,
                "kind": shown_kind,
                "label": names[label],
                "geometry": shown,
                "occluded": occluded,
                "z_order": z_order,
            }
        )
    return found


def _thinned(
    kind: str, geometry: Geometry, bounds: Sequence[float | None], step: float, left: int
) -> tuple[str, Geometry, int]:
    """Kind and geometry to draw, and how many numbers beyond the usual few these are."""
    if kind in _POINTS:
        points = geometry["points"]
        if kind != ShapeKind.POINTS and len(points) > 8:
            points = _apart(points, step)
        numbers, geometry = 2 * len(points), {"points": points}
    elif kind == ShapeKind.MASK:
        numbers = len(geometry["rle"])
    else:
        return kind, geometry, 0
    if numbers <= max(left, 16) or None in bounds:
        return kind, geometry, numbers
    x, y, width, height = (float(value or 0) for value in bounds)
    return ShapeKind.BOX, {"x1": x, "y1": y, "x2": x + width, "y2": y + height, "rotation": 0}, 0


def _apart(points: list[list[float]], step: float) -> list[list[float]]:
    """The points without those that lie closer than ``step`` pixels to the one kept before; never fewer than three."""
    kept = [points[0]]
    last_x, last_y = points[0]
    for point in points:
        x, y = point
        if abs(x - last_x) + abs(y - last_y) >= step:
            kept.append([round(x, 1), round(y, 1)])
            last_x, last_y = x, y
    return kept if len(kept) >= 3 else points[:: max(1, len(points) // 3)][:4]
