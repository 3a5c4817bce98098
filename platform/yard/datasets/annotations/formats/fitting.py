"""Making shapes fit a format: what it cannot hold becomes the nearest thing that it can, and is told of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from yard.datasets.annotations.formats import geometry as shapes
from yard.datasets.annotations.formats.base import Export, Holds
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.rle import TooManyPixels
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation

# Rounding puts corners so far outside of an image without anybody meaning it.
EDGE = 1e-6

Step = tuple[str, Geometry]  # the kind that a shape became, and its geometry


def fitted(export: Export, holds: Holds) -> Iterator[tuple[ImageAnnotations, list[ShapeAnnotation]]]:
    """Each image with the shapes that the format can hold; what that costs goes to ``export.losses``."""
    fit = Fit(holds, export.losses)
    losses = export.losses
    if not holds.label_details and any(label.attributes for label in export.labels):
        losses.add("label_details", message=f"{sum(bool(label.attributes) for label in export.labels)} classes")
    for image in export.images:
        if image.subset and not holds.split:
            losses.add("split", image=image.name, message=f"It is in {image.subset}.")
        found = fit.shapes(image)
        if not found and not holds.empty_images:
            losses.add("empty_images", image=image.name)
        yield image, found


class Fit:
    """Fits shapes into what a format holds."""

    def __init__(self, holds: Holds, losses: Losses) -> None:
        self._holds = holds
        self._losses = losses
        self._group: int | None = None

    def shapes(self, image: ImageAnnotations) -> list[ShapeAnnotation]:
        """The image's shapes as the format can hold them, in their order."""
        holds = self._holds
        if holds.needs_size and image.shapes and not (image.width > 0 and image.height > 0):
            for shape in image.shapes:
                self._tell("no_size", image, shape)
            return []
        found: list[ShapeAnnotation] = []
        self._group = None
        for shape in image.shapes:
            if self._is_plain_box(shape, image):
                found.append(shape)
            else:
                found += self._fitted(shape, image)
        return found

    def _is_plain_box(self, shape: ShapeAnnotation, image: ImageAnnotations) -> bool:
        """Whether it is what most shapes are: an upright box within the image with nothing to it that could be lost."""
        holds = self._holds
        if shape.kind != "box" or "box" not in holds.kinds:
            return False
        if shape.attributes or shape.z_order or shape.occluded or shape.group:
            return False
        box = shape.geometry
        if box.get("rotation"):
            return False
        return holds.outside or (
            box["x1"] >= 0 and box["y1"] >= 0 and box["x2"] <= image.width and box["y2"] <= image.height
        )

    def _fitted(self, shape: ShapeAnnotation, image: ImageAnnotations) -> Sequence[ShapeAnnotation]:
        """What the shape becomes, told of."""
        holds, kind = self._holds, shape.kind
        some: Sequence[ShapeAnnotation] = (shape,)
        if kind not in holds.kinds or (kind in ("box", "ellipse") and self._is_too_much(shape)):
            some = self._converted(shape, image)
        if not holds.outside and kind != "tag":
            some = self._all_inside(some, shape, image)
        if some:
            self._tell_extras(shape, image)
        return some

    def _is_too_much(self, shape: ShapeAnnotation) -> bool:
        """Whether the kind can be held, but not all that it can be."""
        if shape.kind == "box":
            return not self._holds.turned and bool(shape.geometry.get("rotation"))
        return self._holds.circles_only and shape.geometry["rx"] != shape.geometry["ry"]

    # --- kinds --------------------------------------------------------------------------------------------------------

    def _converted(self, shape: ShapeAnnotation, image: ImageAnnotations) -> Sequence[ShapeAnnotation]:
        try:
            code, steps = CONVERSIONS[shape.kind](shape.geometry, self._holds)
        except TooManyPixels:
            self._tell("too_large", image, shape)
            return ()
        for each in filter(None, code.split()):
            self._tell(each, image, shape)
        group = shape.group
        if len(steps) > 1 and not group:
            if self._group is None:  # groups that we make must not meet those that are there
                self._group = max(other.group for other in image.shapes)
            self._group = group = self._group + 1
        return [_changed(shape, kind, geometry, group) for kind, geometry in steps]

    # --- edges --------------------------------------------------------------------------------------------------------

    def _all_inside(
        self, parts: Sequence[ShapeAnnotation], shape: ShapeAnnotation, image: ImageAnnotations
    ) -> Sequence[ShapeAnnotation]:
        """What the shape became, cut at the image's edge. It is told once, however many parts lie outside."""
        found = [part for whole in parts if (part := self._inside(whole, image)) is not None]
        if len(found) < len(parts):
            self._tell("clipped" if found else "outside", image, shape)
        return found

    def _inside(self, shape: ShapeAnnotation, image: ImageAnnotations) -> ShapeAnnotation | None:
        """The shape cut at the image's edge; None when nothing of it is left."""
        width, height = image.width, image.height
        found = shape.geometry
        if shape.kind == "box" and not found.get("rotation"):
            left, top, right, bottom = found["x1"], found["y1"], found["x2"], found["y2"]
        else:
            points = shapes.corners_of_box(found) if shape.kind == "box" else found.get("points")
            if points is None:
                return shape
            left, top, right, bottom = shapes.bounds_of(points)
        if left >= -EDGE and top >= -EDGE and right <= width + EDGE and bottom <= height + EDGE:
            return shape
        if left > width or top > height or right < 0 or bottom < 0:
            return None
        if shape.kind == "box" and not shape.geometry.get("rotation"):
            cut = shapes.box_of((max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height)))
        elif shape.kind == "box":
            return shape  # a turned box that is cut is no box any more; its corners may lie outside
        else:
            kept = shapes.clipped_polygon([list(point) for point in found["points"]], width, height)
            if len(kept) < 3:
                return None
            cut = {"points": kept}
        self._tell("clipped", image, shape, f"It went from {left:g}, {top:g} to {right:g}, {bottom:g}.")
        return _changed(shape, shape.kind, cut, shape.group)

    # --- what goes with a shape ---------------------------------------------------------------------------------------

    def _tell_extras(self, shape: ShapeAnnotation, image: ImageAnnotations) -> None:
        holds = self._holds
        if shape.attributes and not holds.attributes:
            self._tell("attributes", image, shape, ", ".join(f"{k}={v}" for k, v in shape.attributes.items()))
        if shape.z_order and not holds.z_order:
            self._tell("z_order", image, shape)
        if shape.occluded and not holds.occluded:
            self._tell("occluded", image, shape)
        if shape.group and not holds.group:
            self._tell("group", image, shape)

    def _tell(self, code: str, image: ImageAnnotations, shape: ShapeAnnotation, message: str = "") -> None:
        if self._losses.has_examples(code):
            self._losses.add(code)
            return
        what = f"A {shape.kind} ({shape.label})."
        self._losses.add(code, image=image.name, line=shape.line, message=f"{what} {message}".strip())


def _changed(shape: ShapeAnnotation, kind: str, geometry: Geometry, group: int) -> ShapeAnnotation:
    """The shape with another place. ``dataclasses.replace`` takes four times as long, and there may be millions."""
    return ShapeAnnotation(
        kind, shape.label, geometry, shape.attributes, shape.z_order, shape.occluded, shape.source, group, shape.line
    )


def _box(box: Geometry, holds: Holds) -> tuple[str, list[Step]]:
    is_turned = bool(box.get("rotation"))
    if "polygon" in holds.kinds:
        code = "turned_to_polygon" if is_turned else "box_to_polygon"
        return code, [("polygon", {"points": shapes.corners_of_box(box)})]
    if "box" in holds.kinds:
        return "turned_to_upright", [("box", shapes.box_of(shapes.bounds_of(shapes.corners_of_box(box))))]
    return "box_dropped", []


def _ellipse(ellipse: Geometry, holds: Holds) -> tuple[str, list[Step]]:
    points = shapes.corners_of_ellipse(ellipse)
    if "polygon" in holds.kinds:
        code = "ellipse_to_circle" if "ellipse" in holds.kinds else "ellipse_to_polygon"
        return code, [("polygon", {"points": points})]
    if "box" in holds.kinds and holds.turned:
        rx, ry, cx, cy = ellipse["rx"], ellipse["ry"], ellipse["cx"], ellipse["cy"]
        return "ellipse_to_box", [
            ("box", shapes.box_of((cx - rx, cy - ry, cx + rx, cy + ry), ellipse.get("rotation", 0.0)))
        ]
    if "box" in holds.kinds:
        return "ellipse_to_box", [("box", shapes.box_of(shapes.bounds_of(points)))]
    return "ellipse_dropped", []


def _polygon(polygon: Geometry, holds: Holds) -> tuple[str, list[Step]]:
    if "box" in holds.kinds and holds.turned:
        return "polygon_to_turned", [("box", shapes.smallest_box(polygon["points"]))]
    if "box" in holds.kinds:
        return "polygon_to_box", [("box", shapes.box_of(shapes.bounds_of(polygon["points"])))]
    return "polygon_dropped", []


def _mask(mask: Geometry, holds: Holds) -> tuple[str, list[Step]]:
    if "polygon" in holds.kinds:
        outlines, holes = shapes.outlines_of_mask(mask)
        if not outlines:
            return "empty_shape", []
        code = "mask_to_polygon mask_holes" if holes else "mask_to_polygon"
        return code, [("polygon", {"points": points}) for points in outlines]
    if "box" in holds.kinds:
        bounds = shapes.bounds_of_mask(mask)
        return ("mask_to_box", [("box", shapes.box_of(bounds))]) if bounds else ("empty_shape", [])
    return "mask_dropped", []


def _cuboid(cuboid: Geometry, holds: Holds) -> tuple[str, list[Step]]:
    if "box" in holds.kinds:
        return "cuboid_to_box", [("box", shapes.box_of(shapes.bounds_of(cuboid["points"])))]
    return "cuboid_dropped", []


def _dropped(kind: str) -> Callable[[Geometry, Holds], tuple[str, list[Step]]]:
    return lambda geometry, holds: (f"{kind}_dropped", [])


CONVERSIONS: dict[str, Callable[[Geometry, Holds], tuple[str, list[Step]]]] = {
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "mask": _mask,
    "cuboid": _cuboid,
    **{kind: _dropped(kind) for kind in ("tag", "polyline", "points", "skeleton")},
}
