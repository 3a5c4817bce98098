"""Writing COCO: boxes with an empty segmentation, polygons (those of one group and class as the parts of one object),
masks as compressed run lengths, skeletons as the key points of the object that they share a group with."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from yard.datasets.annotations.formats import geometry, rle
from yard.datasets.annotations.formats.base import Export, Holds, Written
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation

HOLDS = Holds(
    kinds=frozenset({"box", "polygon", "mask", "skeleton"}), attributes=True, occluded=True, group=True, split=True
)
OF_CROWDS = {"1", "true"}
PARTS_BYTES = 1 << 16


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
        self._joints = _Joints(export.losses)
        self._parts: dict[str, _CocoFile] = {}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for part in self._parts.values():
            part.close()

    def of(self, name: str) -> _CocoFile:
        name = name or "default"
        if name not in self._parts:
            self._parts[name] = _CocoFile(self._categories, self._joints)
        return self._parts[name]

    def written(self) -> Iterator[Written]:
        if not self._parts:
            self.of("default")
        for name, part in sorted(self._parts.items()):
            yield Written(f"annotations/instances_{name}.json", part.parts())


class _Joints:
    """The names of each class's key points: those of its first skeleton, since COCO has one list for a class."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._names: dict[str, list[str]] = {}

    def of(self, label: str) -> list[str]:
        """The names; none for a class without skeletons."""
        return self._names.get(label, [])

    def values(self, shape: ShapeAnnotation, image: str) -> list[float]:
        """``x, y, visibility`` of each: 0 is not there, 1 hidden, 2 seen."""
        found = {point["label"]: point for point in shape.geometry["points"]}
        names = self._names.setdefault(shape.label, list(found))
        for name in found.keys() - set(names):
            self._losses.add("joints_dropped", image=image, line=shape.line, message=f"{name} ({shape.label})")
        values: list[float] = []
        for name in names:
            point = found.get(name)
            if point is None or point["outside"]:
                values += (0, 0, 0)
            else:
                values += (point["x"], point["y"], 1 if point["occluded"] else 2)
        return values


class _CocoFile:
    """Images and annotations gathered in temporary files, since one array stands behind the other."""

    def __init__(self, categories: dict[str, int], joints: _Joints) -> None:
        self._categories = categories
        self._joints = joints
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
        key_points = ""
        if members[-1].kind == "skeleton":
            values = self._joints.values(members[-1], image.name)
            seen = len(values) // 3 - values[2::3].count(0)
            key_points = f',"keypoints":{json.dumps(values)},"num_keypoints":{seen}'
            members = members[:-1] or members
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
            f'"iscrowd":{crowd}{key_points}{extra}}}'
        )

    def parts(self) -> Iterator[bytes]:
        """The file's bytes; it ends with the categories."""
        yield b'{"licenses":[{"id":0,"name":"","url":""}],\n"info":{"description":"","version":""},\n"categories":['
        yield ",\n".join(self._category(name, number) for name, number in self._categories.items()).encode()
        yield b'],\n"images":['
        yield from _read(self._images)
        yield b'],\n"annotations":['
        yield from _read(self._annotations)
        yield b"]}\n"

    def _category(self, name: str, number: int) -> str:
        value: dict[str, Any] = {"id": number, "name": name, "supercategory": ""}
        if joints := self._joints.of(name):
            value |= {"keypoints": joints, "skeleton": []}
        return json.dumps(value, ensure_ascii=False)


def _objects(shapes: list[ShapeAnnotation]) -> Iterable[Sequence[ShapeAnnotation]]:
    """The shapes by object: polygons of one group that are alike in all else are the parts of one; the skeleton of a
    group and class belongs to the object before it, and stands last."""
    if not any(shape.group for shape in shapes):
        return [(shape,) for shape in shapes]
    objects: list[list[ShapeAnnotation]] = []
    parts: dict[tuple[int, str, str, bool], list[ShapeAnnotation]] = {}
    hosts: dict[tuple[int, str], list[ShapeAnnotation]] = {}
    for shape in shapes:
        key = (shape.group, shape.label, str(sorted(shape.attributes.items())), shape.occluded)
        if shape.group and shape.kind == "polygon" and key in parts and parts[key][-1].kind == "polygon":
            parts[key].append(shape)
        elif shape.group and shape.kind == "skeleton" and (host := hosts.pop(key[:2], None)) is not None:
            host.append(shape)
        else:
            found = [shape]
            objects.append(found)
            if shape.kind == "polygon":
                parts[key] = found
            if shape.group and shape.kind != "skeleton":
                hosts[key[:2]] = found
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
    if members[0].kind == "skeleton":
        seen = [[point["x"], point["y"]] for point in shape["points"] if not point["outside"]]
        left, top, right, bottom = geometry.bounds_of(seen) if seen else (0.0, 0.0, 0.0, 0.0)
        return "[]", (left, top, right, bottom), (right - left) * (bottom - top)
    rings = [member.geometry["points"] for member in members]
    listed = ",".join(f"[{','.join([str(value) for point in ring for value in point])}]" for ring in rings)
    bounds = geometry.bounds_of([point for ring in rings for point in ring])
    return f"[{listed}]", bounds, sum(abs(geometry.polygon_area(ring)) for ring in rings)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(PARTS_BYTES):
        yield part
