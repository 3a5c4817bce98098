"""Labels that were drawn on the image at another size, or turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.checks.outside import MAY_CONTINUE
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

# How far beyond the image (in parts of its side) shapes must reach before it is more than carelessness.
CLEARLY = 1.1
FAR = 1.5
# One stray shape, or a few, are no other size.
TURNED_SHARE, LARGER_SHARE = 0.25, 0.5
LEAST_SIDE = 32
# When everything of so many images lies in the upper left part, it was drawn on smaller ones.
LEAST_IMAGES, LEAST_SHAPES, CORNER = 20, 50, 0.6

OTHER_SIZE = Kind(
    "labels.other_size",
    "Labels for another size",
    Severity.ERROR,
    "The shapes do not fit the image, but would fit one of another size, or one that is not turned: they were drawn on "
    "a resized or turned copy, or their coordinates are fractions instead of pixels. Every one of them is wrong.",
    "Export the annotations at the images' size, or upload the images they were drawn on, then import again.",
)


@dataclass(frozen=True, slots=True)
class _Extent:
    """What the shapes of an image reach over, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    beyond: int
    """How many of the shapes reach out of the image."""
    count: int


class OtherSize(Check):
    """Images whose shapes, taken together, lie about another size."""

    kinds = (OTHER_SIZE,)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self._images = self._shapes = 0
        self._furthest = 0.0
        self._reasons = 0

    def see(self, image: ImageFacts, shapes: Sequence[ShapeFacts]) -> Iterator[Found]:
        extent = _extent(image, shapes)
        if extent is None:
            return
        self._images += 1
        self._shapes += len(shapes)
        self._furthest = max(self._furthest, extent.right / image.width, extent.bottom / image.height)
        why = why_other_size(image, extent)
        if why:
            self._reasons += 1
            yield Found(OTHER_SIZE, f"{image.name} ({image.width} x {image.height} pixels): {why}.", (image.name, why),
                        image_id=image.id)  # fmt: skip

    def conclude(self) -> Iterator[Found]:
        enough = self._images >= LEAST_IMAGES and self._shapes >= LEAST_SHAPES
        if enough and not self._reasons and self._furthest <= CORNER:
            yield Found(
                OTHER_SIZE,
                f"All shapes of all {self._images} labelled images lie in the upper left part (no further than "
                f"{self._furthest:.0%} of width and height): the labels seem to be for smaller images.",
                (f"{self._furthest:.2f}",),
            )


def why_other_size(image: ImageFacts, extent: _Extent) -> str:
    """What gives it away; empty when the shapes may well be for this image."""
    width, height = image.width, image.height
    if (
        extent.right <= 1
        and extent.bottom <= 1
        and extent.left >= 0
        and extent.top >= 0
        and min(width, height) >= LEAST_SIDE
    ):
        return "all coordinates are between 0 and 1, so they seem to be fractions of width and height, not pixels"
    if extent.right <= CLEARLY * width and extent.bottom <= CLEARLY * height:
        return ""
    reach = f"the shapes reach to {extent.right:.0f} x {extent.bottom:.0f}"
    is_turned = image.orientation > 4
    several = extent.beyond > 1 and extent.beyond >= TURNED_SHARE * extent.count
    if (is_turned or several) and extent.right <= height + 1 and extent.bottom <= width + 1:
        exif = " (it has an EXIF rotation, which the labelling tool seems to have ignored)" if is_turned else ""
        return f"{reach}, as if they were drawn on the turned image{exif}"
    most = extent.beyond > 1 and extent.beyond >= LARGER_SHARE * extent.count
    if most and (extent.right > FAR * width or extent.bottom > FAR * height):
        return f"{reach}, as if they were drawn on a larger image"
    return ""


def _extent(image: ImageFacts, shapes: Sequence[ShapeFacts]) -> _Extent | None:
    spans = [
        (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
        for shape in shapes
        if shape.left is not None and shape.top is not None and shape.width and shape.height
        and shape.kind not in MAY_CONTINUE
    ]  # fmt: skip
    if not spans:
        return None
    lefts, tops, rights, bottoms = zip(*spans, strict=True)
    beyond = sum(right > image.width + 1 or bottom > image.height + 1 for _, _, right, bottom in spans)
    return _Extent(min(lefts), min(tops), max(rights), max(bottoms), beyond, len(spans))
