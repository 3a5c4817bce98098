"""What is odd about a shape that can be read all the same."""

from __future__ import annotations

from yard.datasets.annotations.types import Geometry, ShapeAnnotation

# Tools round, so a corner may lie a little outside.
TOLERANCE = 1.0


def oddity(shape: ShapeAnnotation, width: int, height: int) -> tuple[str, str] | None:
    """(code, what is odd) about a shape on an image of this size in pixels; None when nothing is."""
    bounds = _bounds(shape.kind, shape.geometry)
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    if shape.kind in ("box", "ellipse", "polygon") and (right <= left or bottom <= top):
        return "annotations.zero_size", f"has no area ({right - left:g} x {bottom - top:g} pixels)"
    # A turned box's corners are those before turning, so its bounds say nothing.
    if shape.geometry.get("rotation"):
        return None
    if left < -TOLERANCE or top < -TOLERANCE or right > width + TOLERANCE or bottom > height + TOLERANCE:
        return (
            "annotations.outside",
            f"reaches outside of the image ({left:g}, {top:g} to {right:g}, {bottom:g} on {width} x {height} pixels)",
        )
    return None


def _bounds(kind: str, geometry: Geometry) -> tuple[float, float, float, float] | None:
    if kind == "box":
        return geometry["x1"], geometry["y1"], geometry["x2"], geometry["y2"]
    if kind == "ellipse":
        cx, cy, rx, ry = (geometry[name] for name in ("cx", "cy", "rx", "ry"))
        return cx - rx, cy - ry, cx + rx, cy + ry
    if kind == "mask":
        left, top = geometry["left"], geometry["top"]
        return left, top, left + geometry["width"], top + geometry["height"]
    if kind in ("polygon", "polyline", "points"):
        xs, ys = zip(*geometry["points"], strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    return None  # cuboids and skeletons may reach outside; tags have no place
