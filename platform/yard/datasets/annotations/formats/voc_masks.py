"""Masks of Pascal VOC beside its boxes: which object of the XML file is which region of ``SegmentationObject``.

The VOC2012 development kit numbers the objects of the mask in the order of the XML file; other tools do not always, so
a region must also lie where the object's box is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yard.datasets.annotations.formats.base import BadShape, Reading, Source
from yard.datasets.annotations.formats.masks import Drawn, MasksDocument, key_of
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import shown

# The share of both together that box and region must have in common.
ALIKE = 0.5
SEARCHED_MAX = 2000


class VocMasks:
    """The masks of one data set, taken image by image; what is said about them goes to the reader of the boxes."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self._document = MasksDocument(source)
        self._document.labels = reading.labels
        self._document.findings = reading.findings
        self._document.losses = reading.losses
        self._losses = reading.losses
        self._left = dict.fromkeys(self._document.keys() if source.files else ())

    def join(self, image: ImageAnnotations, objects: Mapping[int, ShapeAnnotation], path: str) -> None:
        """Have the objects (by their number in the XML file at ``path``) be the masks they are drawn as."""
        key = key_of(path)
        if key not in self._left:
            return
        del self._left[key]
        drawn = self._document.drawn(key)
        if drawn is None:
            return
        if image.width and (image.width, image.height) != (drawn.width, drawn.height):
            self._document.findings.error(
                "annotations.other_size",
                f"The masks of {shown(image.name)} were left out: they have {drawn.width} x {drawn.height} pixels, the "
                f"image {image.width} x {image.height}.",
            )
            return
        if not drawn.objects and objects:
            if drawn.classes:
                self._losses.add("class_masks_read", file=drawn.path, image=image.name)
            return
        for number, region in () if drawn.objects else drawn.classes:
            self._document.add(image, number, region, drawn.path)
        self._join_objects(image, dict(objects), drawn)

    def rest(self) -> Iterator[ImageAnnotations]:
        """The images that have masks, but no XML file."""
        yield from self._document.images(self._left)

    def _join_objects(self, image: ImageAnnotations, free: dict[int, ShapeAnnotation], drawn: Drawn) -> None:
        for number, kind, region in drawn.objects:
            label = self._label_of(kind)
            found = _partner(free, number, label, region.geometry)
            if found is None:
                self._document.add(image, kind, region, drawn.path)
                continue
            shape = free.pop(found)
            self._losses.add("box_became_mask", file=drawn.path, line=shape.line, image=image.name)
            shape.kind, shape.geometry = "mask", region.geometry

    def _label_of(self, kind: int | None) -> str:
        try:
            return self._document.label_of(kind)
        except BadShape:
            return ""


def _partner(free: Mapping[int, ShapeAnnotation], number: int, label: str, mask: Geometry) -> int | None:
    """The number of the object that the mask shows: that of the same number, else the one that fits best."""
    if number in free and _alike(free[number], label, mask) >= ALIKE:
        return number
    if len(free) > SEARCHED_MAX:
        return None
    best = max(free, key=lambda other: _alike(free[other], label, mask), default=None)
    return best if best is not None and _alike(free[best], label, mask) >= ALIKE else None


def _alike(shape: ShapeAnnotation, label: str, mask: Geometry) -> float:
    """The area that box and region share, of that which both cover; 0 for another class."""
    if shape.kind != "box" or shape.geometry["rotation"] or (label and label != shape.label):
        return 0.0
    box = shape.geometry
    left, top = mask["left"], mask["top"]
    right, bottom = left + mask["width"], top + mask["height"]
    width = min(box["x2"], right) - max(box["x1"], left)
    height = min(box["y2"], bottom) - max(box["y1"], top)
    if width <= 0 or height <= 0:
        return 0.0
    both = (box["x2"] - box["x1"]) * (box["y2"] - box["y1"]) + mask["width"] * mask["height"]
    shared = width * height
    return float(shared / (both - shared))
