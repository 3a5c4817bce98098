"""COCO: one JSON file of images, categories and annotations, as cocodataset.org defines it.

Read: boxes, polygons (several parts become one group), masks as run lengths, compressed or not, key points as
skeletons; ``iscrowd`` and the ``attributes`` that CVAT and datumaro add become attributes. What is written: see
``coco_writer``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from yard.datasets.annotations.formats import rle
from yard.datasets.annotations.formats.base import (
    BadShape,
    Format,
    Reading,
    Source,
    Unreadable,
    bounded,
    box_geometry,
    clean,
    polygon_geometry,
)
from yard.datasets.annotations.formats.coco_writer import HOLDS, OF_CROWDS, write_coco, write_coco_file
from yard.datasets.annotations.formats.geometry import bounds_of
from yard.datasets.annotations.formats.json_stream import JsonObject
from yard.datasets.annotations.formats.parts import part_of_file, part_of_path
from yard.datasets.annotations.formats.spool import Spool
from yard.datasets.annotations.types import (
    AttributeSpec,
    Geometry,
    ImageAnnotations,
    ShapeAnnotation,
)
from yard.datasets.texts import shown

CROWD = AttributeSpec("iscrowd", False, "checkbox", "0")
WHOLE_MAX = 1 << 31
CLOSE = 0.01  # pixels


class CocoDocument(Reading):
    """One COCO file.

    Annotations come in any order, so they are put aside until all are there; what stays in memory is two numbers for
    each annotation, and each image's name.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source, source.files[0].path)
        self._file = source.files[0]
        self._names: dict[Any, str] = {}
        self._images: dict[Any, tuple[str, int, int, int]] = {}
        self._parents: set[str] = set()
        self._joints: dict[Any, list[str]] = {}

    def __iter__(self) -> Iterator[ImageAnnotations]:
        with Spool(self._file.path) as spool:
            with self._file.open() as file:
                self._take(JsonObject(file, self._file.path), spool)
            self._declare()
            yield from self._images_of(spool)

    # --- the file -----------------------------------------------------------------------------------------------------

    def _take(self, found: Iterable[tuple[str, Any, int]], spool: Spool) -> None:
        takers: dict[str, Callable[[Any, int], None]] = {"images": self._image, "categories": self._category}
        seen = False
        for key, value, line in found:
            seen = seen or key in ("images", "annotations", "categories")
            if key == "annotations":
                self._spool(value, line, spool)
            elif key in takers:
                takers[key](value, line)
            elif _says_something(value):
                self._tell_details([key], line)
        if not seen:
            raise Unreadable(f"{shown(self._file.path)} has neither images, annotations nor categories; is it COCO?")

    def _image(self, value: Any, line: int) -> None:
        name = value.get("file_name") if isinstance(value, dict) else None
        if not isinstance(name, str) or not name or not _is_id(value.get("id")):
            self.findings.error(
                "annotations.image_unnamed", "An image without file_name or id was left out.", line=line
            )
            return
        if value["id"] in self._images:
            self.findings.error(
                "annotations.image_twice",
                f"The id of {shown(name)} is taken by another image; it was left out.",
                line=line,
            )
            return
        self._images[value["id"]] = (clean(name), _pixels(value.get("width")), _pixels(value.get("height")), line)
        more = [f"{key} of an image" for key in value.keys() - _OF_IMAGES if _says_something(value[key])]
        self._tell_details(more, line, image=name)

    def _category(self, value: Any, line: int) -> None:
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or not _is_id(value.get("id")):
            self.findings.error("annotations.bad_label", "A category without name or id was left out.", line=line)
            return
        self._names[value["id"]] = name
        joints = value.get("keypoints")
        if isinstance(joints, list) and all(isinstance(joint, str) for joint in joints):
            self._joints[value["id"]] = [clean(joint) for joint in joints]
        parent = value.get("supercategory")
        if isinstance(parent, str) and parent != name:
            self._parents.add(parent)
        more = [key for key in value.keys() - _OF_CATEGORIES if _says_something(value[key]) and value[key] != name]
        self._tell_details([f"{key} of a class" for key in more], line)

    def _tell_details(self, what: Iterable[str], line: int, image: str = "") -> None:
        for each in what:
            self.losses.add("details_read", file=self._file.path, line=line, image=image, message=shown(each, 60))

    def _spool(self, value: Any, line: int, spool: Spool) -> None:
        image = value.get("image_id") if isinstance(value, dict) else None
        if not _is_id(image):
            self.left_out("An annotation", "an unknown image", "it has no image_id", line=line)
            return
        kept = {key: value[key] for key in _KEPT if key in value}
        for key in value.keys() - _KNOWN:
            self.losses.add(
                "values_read", file=self._file.path, line=line, message=f"{shown(key, 60)} of an annotation."
            )
        try:
            spool.add(image, line, kept)
        except (ValueError, RecursionError):
            self.left_out("An annotation", "an image", "its values are nested too deeply", line=line)

    def _declare(self) -> None:
        """The classes of the categories. Roboflow's root, which stands above all others and names nothing, is none."""
        for name in self._names.values():
            if len(self._names) > 1 and name in self._parents:
                continue
            try:
                self.label(name)
            except BadShape as error:
                self.findings.error("annotations.bad_label", f"A category was left out: {error}.")

    # --- images -------------------------------------------------------------------------------------------------------

    def _images_of(self, spool: Spool) -> Iterator[ImageAnnotations]:
        part = part_of_file(self._file.path)
        for key, (name, width, height, line) in self._images.items():
            image = ImageAnnotations(name, width, height, part or part_of_path(name), line)
            groups = 0
            for at, value in spool.take(key):
                try:
                    found = self._shapes(value, image, at)
                except BadShape as error:
                    number = f"Annotation {shown(str(value.get('id')), 30)}" if "id" in value else "An annotation"
                    self.left_out(number, shown(name), str(error), line=at)
                    continue
                if len(found) > 1:
                    groups += 1
                    if found[1].kind == "polygon":
                        self.losses.add("parts_grouped", file=self._file.path, line=at, image=name)
                    for shape in found:
                        shape.group = groups
                image.shapes += found
            yield image
        for key, at in spool.rest():
            self.left_out("An annotation", "an unknown image", f"there is no image {shown(str(key), 40)}", line=at)

    # --- shapes -------------------------------------------------------------------------------------------------------

    def _shapes(self, value: dict[str, Any], image: ImageAnnotations, line: int) -> list[ShapeAnnotation]:
        category = value.get("category_id")
        if not _is_id(category) or category not in self._names:
            if "caption" in value:
                self.losses.add("captions_read", file=self._file.path, line=line, image=image.name)
                return []
            raise BadShape(f"there is no category {shown(str(category), 40)}")
        label = self.label(self._names[category])
        attributes = self._attributes(value, label, image, line)
        occluded = attributes.pop("occluded", "") in OF_CROWDS
        skeleton = self._skeleton(value, image, line)
        alone = skeleton is not None and not value.get("segmentation") and _is_around(value.get("bbox"), skeleton)
        found = [] if alone else _geometries(value, image)
        shapes = [
            ShapeAnnotation(kind, label, place, dict(attributes), occluded=occluded, line=line) for kind, place in found
        ]
        if skeleton is not None:
            own = {} if shapes else attributes
            shapes.append(
                ShapeAnnotation("skeleton", label, skeleton, own, occluded=occluded and not shapes, line=line)
            )
        return shapes

    def _skeleton(self, value: dict[str, Any], image: ImageAnnotations, line: int) -> Geometry | None:
        """The annotation's key points; None when it has none. Bad ones are told of, and cost nothing else."""
        given = value.get("keypoints")
        if not given:
            return None
        try:
            numbers = _numbers(given)
            if len(numbers) % 3:
                raise BadShape(f"{len(numbers)} numbers are no triples of x, y and visibility")
        except BadShape as error:
            self.left_out("A set of key points", shown(image.name), str(error), line=line)
            return None
        if not any(numbers[2::3]):
            return None
        names = self._joints.get(value["category_id"], [])
        return {"points": [_joint(names, number, numbers[3 * number :]) for number in range(len(numbers) // 3)]}

    def _attributes(self, value: dict[str, Any], label: str, image: ImageAnnotations, line: int) -> dict[str, str]:
        given = value.get("attributes")
        found = {}
        if isinstance(given, dict):
            plain = str | int | float | bool
            found = {clean(key): clean(text) for key, text in given.items() if isinstance(text, plain)}
            for key in given.keys() - {key for key, text in given.items() if isinstance(text, plain)}:
                self.losses.add(
                    "attributes_read", file=self._file.path, line=line, image=image.name, message=shown(key, 60)
                )
            found.pop("rotation", None) if found.get("rotation") in ("0", "0.0") else None
        if "score" in value:
            self.losses.add("confidence_read", file=self._file.path, line=line, image=image.name)
        if value.get("iscrowd") in (1, True):
            spec = self.labels[label]
            if CROWD not in spec.attributes:
                spec.attributes.append(CROWD)
            found["iscrowd"] = "1"
        return found


_KEPT = ("id", "category_id", "segmentation", "bbox", "iscrowd", "attributes", "keypoints", "caption", "score")
_OF_IMAGES = {"id", "file_name", "width", "height"}
_OF_CATEGORIES = {"id", "name", "keypoints"}
# What follows from the others is not missed.
_KNOWN = {*_KEPT, "image_id", "area", "num_keypoints", "ignore"}


def _geometries(value: dict[str, Any], image: ImageAnnotations) -> list[tuple[str, Geometry]]:
    """(kind, geometry) of one annotation: several for an object of several parts. Raises ``BadShape``."""
    segmentation = value.get("segmentation")
    if isinstance(segmentation, dict):
        mask = _mask(segmentation, image)
        if mask is None:
            raise BadShape("its mask covers no pixel")
        return [("mask", mask)]
    if isinstance(segmentation, list) and segmentation:
        parts = segmentation if isinstance(segmentation[0], list) else [segmentation]
        return [("polygon", polygon_geometry(_numbers(part))) for part in parts]
    box = value.get("bbox")
    if not isinstance(box, list) or len(box) != 4:
        raise BadShape("it has neither segmentation nor bbox")
    x, y, width, height = _numbers(box)
    return [("box", box_geometry(x, y, x + width, y + height))]


def _mask(segmentation: dict[str, Any], image: ImageAnnotations) -> Geometry | None:
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if size is None:
        size = [image.height, image.width]
    if not (isinstance(size, list) and len(size) == 2 and all(_is_whole(side) and side >= 0 for side in size)):
        raise BadShape("the size of its mask is not [height, width]")
    if isinstance(counts, str):
        counts = rle.decompress(counts)
    if not isinstance(counts, list) or not all(_is_whole(run) for run in counts):
        raise BadShape("its run lengths are neither a list of whole numbers nor a text")
    return rle.from_coco(counts, size[0], size[1])


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list) or any(type(value) not in (int, float) for value in values):
        raise BadShape("a coordinate is no number")
    bounded(values)
    return values


def _joint(names: list[str], number: int, numbers: list[float]) -> dict[str, Any]:
    """One key point: its visibility is 0 for one that is not there, 1 for a hidden one, 2 for one that is seen."""
    x, y, seen = numbers[:3]
    label = names[number] if number < len(names) else str(number + 1)
    return {"label": label, "x": float(x), "y": float(y), "outside": seen == 0, "occluded": seen == 1}


def _is_around(box: Any, skeleton: Geometry) -> bool:
    """Whether the box tells nothing that the key points do not: it is missing, empty, or just around them."""
    if not isinstance(box, list) or len(box) != 4 or box == [0, 0, 0, 0]:
        return True
    left, top, right, bottom = bounds_of([[p["x"], p["y"]] for p in skeleton["points"] if not p["outside"]])
    x, y, width, height = _numbers(box)
    return all(abs(side) < CLOSE for side in (x - left, y - top, x + width - right, y + height - bottom))


def _says_something(value: Any) -> bool:
    """Whether there is more in a value than empty texts and zeros, which tools write into every file."""
    if isinstance(value, dict):
        return any(_says_something(each) for key, each in value.items() if key != "id")
    return bool(value)


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and len(str(value)) < 100


def _is_whole(value: Any) -> bool:
    return type(value) is int and abs(value) < WHOLE_MAX


def _pixels(value: Any) -> int:
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    return value if _is_whole(value) and value > 0 else 0


FORMAT = Format(
    key="coco",
    title="COCO",
    holds=HOLDS,
    single="labels.json",
    summary="A JSON file of images, categories and annotations; one for each of train, val and test.",
    read=CocoDocument,
    write=write_coco,
    write_single=write_coco_file,
    splits_files=True,
)
