"""A digest that tells whether an image's annotations are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from yard.datasets.annotations.types import Geometry, ShapeAnnotation


def annotations_digest(shapes: Iterable[ShapeAnnotation]) -> str:
    """SHA-256 of the shapes, in hexadecimal; empty for none.

    Shapes count as the same in any order, whoever drew them, and with coordinates that differ by less than the two
    decimals of annotation files show.
    """
    lines = sorted(_line(shape) for shape in shapes)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def _line(shape: ShapeAnnotation) -> str:
    attributes = sorted(shape.attributes.items()) if shape.attributes else ""
    return (
        f"{shape.kind} {shape.label!r} {_geometry(shape.kind, shape.geometry)} {attributes} "
        f"{shape.z_order} {shape.occluded:d} {shape.group}"
    )


def _geometry(kind: str, geometry: Geometry) -> str:
    if kind == "box":
        box = (geometry["x1"], geometry["y1"], geometry["x2"], geometry["y2"], geometry.get("rotation", 0.0))
        return "%.2f %.2f %.2f %.2f %.2f" % box  # noqa: UP031 - five times as fast, and there are millions
    if kind in ("polygon", "polyline", "points", "cuboid"):
        points = geometry["points"]
        return ("%.2f %.2f;" * len(points)) % tuple(value for point in points for value in point)
    if kind == "mask":
        return f"{geometry['left']} {geometry['top']} {geometry['width']} {geometry['height']} {geometry['rle']}"
    if kind == "ellipse":
        values = (geometry[name] for name in ("cx", "cy", "rx", "ry"))
        return " ".join(f"{value:.2f}" for value in (*values, geometry.get("rotation", 0.0)))
    if kind == "skeleton":
        return ";".join(
            f"{point['label']!r} {point['x']:.2f} {point['y']:.2f} {point['outside']:d} {point['occluded']:d}"
            for point in sorted(geometry["points"], key=lambda point: str(point["label"]))
        )
    return ""
