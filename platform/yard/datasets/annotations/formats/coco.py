"""COCO: one JSON file of images, categories and annotations, as cocodataset.org defines it.

Read: boxes, polygons (several parts become one group), masks as run lengths, compressed or not; ``iscrowd`` and the
``attributes`` that CVAT and datumaro add become attributes. Written: boxes with an empty segmentation, polygons (those
of one group and class as the parts of one object), masks as compressed run lengths.
"""

from __future__ import annotations

import json
import math
import tempfile
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from yard.datasets.annotations.formats import geometry, rle
from yard.datasets.annotations.formats.base import (
    BadShape,
    Export,
    Format,
    Holds,
    Reading,
    Source,
    Unreadable,
    Written,
    bounded,
    box_geometry,
    clean,
    polygon_geometry,
)
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.json_stream import JsonObject
from yard.datasets.annotations.formats.parts import part_of_file, part_of_path
from yard.datasets.annotations.types import (
    AttributeSpec,
    Geometry,
    ImageAnnotations,
    LabelSpec,
    ShapeAnnotation,
)
from yard.datasets.texts import shown

HOLDS = Holds(kinds=frozenset({"box", "polygon", "mask"}), attributes=True, occluded=True, group=True, split=True)
CROWD = AttributeSpec("iscrowd", False, "checkbox", "0")
OF_CROWDS = {"1", "true"}
PARTS_BYTES = 1 << 16
WHOLE_MAX = 1 << 31
_NONE = -1


class CocoDocument(Reading):
    """One COCO file.

    Annotations come in any order, so they are kept in a temporary file until all are there; what stays in memory is a
    number for each annotation, and each image's name.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source, source.files[0].path)
        self._file = source.files[0]
        self._names: dict[Any, str] = {}
        self._images: dict[Any, tuple[str, int, int, int]] = {}
        # The last annotation of each image, and for each annotation the one before: chains in the temporary file.
        self._last: dict[Any, int] = {}
        self._before = array("q")
        self._starts = array("q")
        self._parents: set[str] = set()

    def __iter__(self) -> Iterator[ImageAnnotations]:
        with tempfile.TemporaryFile() as spool:
            with self._file.open() as file:
                self._take(JsonObject(file, self._file.path), spool)
            spool.flush()
            self._declare()
            yield from self._images_of(spool)

    # --- the file -----------------------------------------------------------------------------------------------------

    def _take(self, found: Iterable[tuple[str, Any, int]], spool: IO[bytes]) -> None:
        takers: dict[str, Callable[[Any, int], None]] = {"images": self._image, "categories": self._category}
        seen = False
        for key, value, line in found:
            seen = seen or key in ("images", "annotations", "categories")
            if key == "annotations":
                self._spool(value, line, spool)
            elif key in takers:
                takers[key](value, line)
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

    def _category(self, value: Any, line: int) -> None:
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or not _is_id(value.get("id")):
            self.findings.error("annotations.bad_label", "A category without name or id was left out.", line=line)
            return
        self._names[value["id"]] = name
        parent = value.get("supercategory")
        if isinstance(parent, str) and parent != name:
            self._parents.add(parent)

    def _spool(self, value: Any, line: int, spool: IO[bytes]) -> None:
        image = value.get("image_id") if isinstance(value, dict) else None
        if not _is_id(image):
            self.left_out("An annotation", "an unknown image", "it has no image_id", line=line)
            return
        kept = {key: value[key] for key in _KEPT if key in value}
        try:
            packed = json.dumps((line, kept)).encode() + b"\n"
        except (ValueError, RecursionError):
            self.left_out("An annotation", "an image", "its values are nested too deeply", line=line)
            return
        self._starts.append(spool.tell())
        self._before.append(self._last.get(image, _NONE))
        self._last[image] = len(self._starts) - 1
        spool.write(packed)

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

    def _images_of(self, spool: IO[bytes]) -> Iterator[ImageAnnotations]:
        part = part_of_file(self._file.path)
        for key, (name, width, height, line) in self._images.items():
            image = ImageAnnotations(name, width, height, part or part_of_path(name), line)
            groups = 0
            for at, value in self._annotations(spool, self._last.pop(key, _NONE)):
                try:
                    found = self._shapes(value, image, at)
                except BadShape as error:
                    number = f"Annotation {shown(str(value.get('id')), 30)}" if "id" in value else "An annotation"
                    self.left_out(number, shown(name), str(error), line=at)
                    continue
                if len(found) > 1:
                    groups += 1
                    self.losses.add("parts_grouped", file=self._file.path, line=at, image=name)
                    for shape in found:
                        shape.group = groups
                image.shapes += found
            yield image
        for key in self._last:
            for at, _ in self._annotations(spool, self._last[key]):
                self.left_out("An annotation", "an unknown image", f"there is no image {shown(str(key), 40)}", line=at)

    def _annotations(self, spool: IO[bytes], last: int) -> list[tuple[int, dict[str, Any]]]:
        found = []
        while last != _NONE:
            spool.seek(self._starts[last])
            line, value = json.loads(spool.readline())
            found.append((line, value))
            last = self._before[last]
        return found[::-1]

    # --- shapes -------------------------------------------------------------------------------------------------------

    def _shapes(self, value: dict[str, Any], image: ImageAnnotations, line: int) -> list[ShapeAnnotation]:
        category = value.get("category_id")
        if not _is_id(category) or category not in self._names:
            if "caption" in value:
                self.losses.add("captions_read", file=self._file.path, line=line, image=image.name)
                return []
            raise BadShape(f"there is no category {shown(str(category), 40)}")
        label = self.label(self._names[category])
        attributes = self._attributes(value, label)
        if value.get("keypoints"):
            self.losses.add("keypoints_read", file=self._file.path, line=line, image=image.name)
        occluded = attributes.pop("occluded", "") in OF_CROWDS
        return [
            ShapeAnnotation(kind, label, found, dict(attributes), occluded=occluded, line=line)
            for kind, found in _geometries(value, image)
        ]

    def _attributes(self, value: dict[str, Any], label: str) -> dict[str, str]:
        given = value.get("attributes")
        found = {}
        if isinstance(given, dict):
            plain = str | int | float | bool
            found = {clean(key): clean(text) for key, text in given.items() if isinstance(text, plain)}
            found.pop("rotation", None) if found.get("rotation") in ("0", "0.0") else None
        if value.get("iscrowd") in (1, True):
            spec = self.labels[label]
            if CROWD not in spec.attributes:
                spec.attributes.append(CROWD)
            found["iscrowd"] = "1"
        return found


_KEPT = ("id", "category_id", "segmentation", "bbox", "iscrowd", "attributes", "keypoints", "caption")


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


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and len(str(value)) < 100


def _is_whole(value: Any) -> bool:
    return type(value) is int and abs(value) < WHOLE_MAX


def _pixels(value: Any) -> int:
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    return value if _is_whole(value) and value > 0 else 0


# --- writing ----------------------------------------------------------------------------------------------------------


def write_coco(export: Export) -> Iterator[Written]:
    """``annotations/instances_<part>.json`` for each part of the split (``default`` for none); images by name."""
    with _Files(export) as files:
        for image, shapes in fitted(export, HOLDS):
            files.of(image.subset).add(image, shapes)
            yield Written(f"images/{image.subset or 'default'}/{image.name}", image=image.name)
        yield from files.written()


def write_coco_file(export: Export) -> Generator[Written]:
    """One file for all."""
    with _Files(export) as files:
        only = files.of("default")
        for image, shapes in fitted(export, replace(HOLDS, split=False)):
            only.add(image, shapes)
        yield Written("labels.json", only.parts())


class _Files:
    """The files of an export: one for each part of the split."""

    def __init__(self, export: Export) -> None:
        self._categories = {label.name: index for index, label in enumerate(export.labels, 1)}
        self._parts: dict[str, _CocoFile] = {}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._parts.values():
            part.close()

    def of(self, name: str) -> _CocoFile:
        name = name or "default"
        if name not in self._parts:
            self._parts[name] = _CocoFile(self._categories)
        return self._parts[name]

    def written(self) -> Iterator[Written]:
        if not self._parts:
            self.of("default")
        for name, part in sorted(self._parts.items()):
            yield Written(f"annotations/instances_{name}.json", part.parts())


class _CocoFile:
    """Images and annotations gathered in temporary files, since one array stands behind the other."""

    def __init__(self, categories: dict[str, int]) -> None:
        self._categories = categories
        self._images = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._annotations = tempfile.TemporaryFile()  # noqa: SIM115
        self._image_id = self._annotation_id = 0

    def close(self) -> None:
        self._images.close()
        self._annotations.close()

    def add(self, image: ImageAnnotations, shapes: list[ShapeAnnotation]) -> None:
        self._image_id += 1
        comma = ",\n" if self._image_id > 1 else ""
        self._images.write(
            f'{comma}{{"id":{self._image_id},"width":{image.width},"height":{image.height},'
            f'"file_name":{json.dumps(image.name, ensure_ascii=False)},"license":0}}'.encode()
        )
        lines = []
        for members in _objects(shapes):
            self._annotation_id += 1
            lines.append(self._annotation(members, image))
        if lines:
            first = self._annotation_id == len(lines)
            self._annotations.write((("" if first else ",\n") + ",\n".join(lines)).encode())

    def _annotation(self, members: Sequence[ShapeAnnotation], image: ImageAnnotations) -> str:
        shape = members[0]
        segmentation, bounds, area = _segmentation(members, image)
        left, top, right, bottom = bounds
        # Differences without the noise of subtracting.
        width, height, area = round(right - left, 4), round(bottom - top, 4), round(area, 4)
        extra = ""
        crowd = 0
        if shape.attributes or shape.occluded:
            attributes: dict[str, Any] = dict(shape.attributes)
            crowd = int(attributes.pop("iscrowd", "").lower() in OF_CROWDS)
            if shape.occluded:
                attributes["occluded"] = True
            extra = f',"attributes":{json.dumps(attributes, ensure_ascii=False)}' if attributes else ""
        return (
            f'{{"id":{self._annotation_id},"image_id":{self._image_id},"category_id":{self._categories[shape.label]},'
            f'"segmentation":{segmentation},"area":{area},"bbox":[{left},{top},{width},{height}],'
            f'"iscrowd":{crowd}{extra}}}'
        )

    def parts(self) -> Iterator[bytes]:
        """The file's bytes; it ends with the categories."""
        yield b'{"licenses":[{"id":0,"name":"","url":""}],\n"info":{"description":"","version":""},\n"categories":['
        listed = (
            json.dumps({"id": number, "name": name, "supercategory": ""}, ensure_ascii=False)
            for name, number in self._categories.items()
        )
        yield ",\n".join(listed).encode()
        yield b'],\n"images":['
        yield from _read(self._images)
        yield b'],\n"annotations":['
        yield from _read(self._annotations)
        yield b"]}\n"


def _objects(shapes: list[ShapeAnnotation]) -> Iterable[Sequence[ShapeAnnotation]]:
    """The shapes by object: polygons of one group that are alike in all else are the parts of one."""
    if not any(shape.group for shape in shapes):
        return [(shape,) for shape in shapes]
    objects: list[list[ShapeAnnotation]] = []
    parts: dict[tuple[int, str, str, bool], list[ShapeAnnotation]] = {}
    for shape in shapes:
        if not shape.group or shape.kind != "polygon":
            objects.append([shape])
            continue
        key = (shape.group, shape.label, str(sorted(shape.attributes.items())), shape.occluded)
        if key in parts:
            parts[key].append(shape)
        else:
            parts[key] = [shape]
            objects.append(parts[key])
    return objects


def _segmentation(members: Sequence[ShapeAnnotation], image: ImageAnnotations) -> tuple[str, geometry.Bounds, float]:
    """The segmentation as JSON, the bounds, and the area in pixels."""
    shape = members[0].geometry
    if members[0].kind == "box":
        x1, y1, x2, y2 = shape["x1"], shape["y1"], shape["x2"], shape["y2"]
        return "[]", (x1, y1, x2, y2), (x2 - x1) * (y2 - y1)
    if members[0].kind == "mask":
        height = image.height or shape["top"] + shape["height"]
        width = image.width or shape["left"] + shape["width"]
        counts = rle.compress(rle.to_coco(shape, height, width))
        bounds = geometry.bounds_of_mask(shape) or (0.0, 0.0, 0.0, 0.0)
        text = f'{{"size":[{height},{width}],"counts":{json.dumps(counts)}}}'
        return text, bounds, float(sum(shape["rle"][1::2]))
    rings = [member.geometry["points"] for member in members]
    listed = ",".join(f"[{','.join([str(value) for point in ring for value in point])}]" for ring in rings)
    bounds = geometry.bounds_of([point for ring in rings for point in ring])
    return f"[{listed}]", bounds, sum(abs(geometry.polygon_area(ring)) for ring in rings)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(PARTS_BYTES):
        yield part


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

__all__ = ["FORMAT", "CocoDocument", "LabelSpec", "write_coco", "write_coco_file"]
