"""LabelMe: a JSON file for each image, as labelme (the desktop tool) writes it.

``flags`` that are set on the image are tags; ``group_id``, ``description`` and the flags of shapes become group and
attributes. Circles are ellipses here; the picture that a file may carry in ``imageData`` is not looked at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from yard.datasets.annotations.formats.base import (
    BadShape,
    Export,
    Format,
    Holds,
    LabelFile,
    Reading,
    Unreadable,
    Written,
    bounded,
    box_geometry,
    clean,
)
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.json_stream import JsonObject
from yard.datasets.annotations.formats.parts import part_of_path
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import shown

KINDS = frozenset({"tag", "box", "polygon", "polyline", "points", "ellipse"})
HOLDS = Holds(kinds=KINDS, circles_only=True, attributes=True, group=True, split=True)
VERSION = "5.5.0"
DESCRIPTION = "description"
# What has no meaning beyond how the tool shows it is not missed.
_KNOWN = {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth", "lineColor", "fillColor"}
_KNOWN_OF_SHAPES = {
    "label", "points", "group_id", DESCRIPTION, "shape_type", "flags", "attributes", "mask", "line_color", "fill_color",
}  # fmt: skip


class LabelMeDocument(Reading):
    """The JSON files of one data set; one that cannot be read costs only itself."""

    def __iter__(self) -> Iterator[ImageAnnotations]:
        for file in self.source.files:
            self.findings.file = file.path
            try:
                yield self._image(file)
            except Unreadable as error:
                self.findings.error("annotations.unreadable", error.message, line=error.extra.get("line"))

    def _image(self, file: LabelFile) -> ImageAnnotations:
        name, size, flags = "", {"imageWidth": 0, "imageHeight": 0}, {}
        shapes: list[tuple[Any, int]] = []
        with file.open() as stream:
            for key, value, line in JsonObject(stream, file.path):
                if key == "shapes":
                    shapes.append((value, line))
                elif key == "imagePath" and isinstance(value, str):
                    name = value
                elif key in size and isinstance(value, int) and 0 < value < 1 << 31:
                    size[key] = value
                elif key == "flags" and isinstance(value, dict):
                    flags = value
                elif key not in _KNOWN:
                    self._lost(key, name, line, file)
        image = ImageAnnotations(self._name(name, file), size["imageWidth"], size["imageHeight"], line=1)
        image.subset, image.file = part_of_path(file.path), file.path
        for flag, is_set in flags.items():
            if is_set is True:
                self._add(image, {"label": flag, "shape_type": "tag"}, 1, file)
        for value, line in shapes:
            self._add(image, value, line, file)
        return image

    def _name(self, told: str, file: LabelFile) -> str:
        folder = file.path.rpartition("/")[0]
        told = clean(told).replace("\\", "/").rsplit("/", 1)[-1]
        pictures = self.source.pictures
        picture = (pictures.find(f"{folder}/{told}") if told else None) or pictures.find(file.path)
        return picture.name if picture else told or file.path.rsplit("/", 1)[-1].removesuffix(".json")

    def _add(self, image: ImageAnnotations, value: Any, line: int, file: LabelFile) -> None:
        try:
            image.shapes.append(self._shape(value, line))
        except BadShape as error:
            self.left_out("A shape", shown(image.name), str(error), file=file.path, line=line)
            return
        for key in value.keys() - _KNOWN_OF_SHAPES:
            self._lost(key, image.name, line, file)
        if value.get("group_id") is not None and type(value["group_id"]) is not int:
            self._lost("group_id", image.name, line, file)

    def _lost(self, key: str, image: str, line: int, file: LabelFile) -> None:
        code = "confidence_read" if key in ("score", "confidence") else "values_read"
        self.losses.add(code, file=file.path, line=line, image=image, message=shown(key, 60))

    def _shape(self, value: Any, line: int) -> ShapeAnnotation:
        if not isinstance(value, dict) or not isinstance(value.get("label"), str):
            raise BadShape("it has no label")
        kind, geometry = _geometry(value)
        label = self.label(value["label"])
        group = value.get("group_id")
        attributes = {}
        flags = value.get("flags")
        if isinstance(flags, dict):
            attributes = {clean(key): clean(text) for key, text in flags.items()}
        if isinstance(value.get("attributes"), dict):
            attributes |= {clean(key): clean(text) for key, text in value["attributes"].items()}
        if isinstance(value.get(DESCRIPTION), str) and value[DESCRIPTION]:
            attributes[DESCRIPTION] = clean(value[DESCRIPTION])
        group = group if type(group) is int and abs(group) < 1 << 31 else 0
        return ShapeAnnotation(kind, label, geometry, attributes, group=group, line=line)


def _geometry(value: dict[str, Any]) -> tuple[str, Geometry]:  # noqa: PLR0911 - one line per type reads best
    shape_type = value.get("shape_type") or "polygon"
    if shape_type == "tag":
        return "tag", {}
    points = _points(value.get("points"))
    match shape_type:
        case "rectangle" | "rotation" if len(points) == 4:
            return "polygon", {"points": points}
        case "rectangle" | "mask" if len(points) == 2:
            if shape_type == "mask":
                raise BadShape("masks within LabelMe files are not read; export polygons")
            (x1, y1), (x2, y2) = points
            return "box", box_geometry(x1, y1, x2, y2)
        case "circle" if len(points) == 2:
            (cx, cy), (x, y) = points
            radius = math.hypot(x - cx, y - cy)
            return "ellipse", {"cx": cx, "cy": cy, "rx": radius, "ry": radius, "rotation": 0.0}
        case "polygon" if len(points) >= 3:
            return "polygon", {"points": points}
        case "line" | "linestrip" if len(points) >= 2:
            return "polyline", {"points": points}
        case "point" | "points" if points:
            return "points", {"points": points}
    raise BadShape(f"a {shown(str(shape_type), 40)} of {len(points)} points is none that we know")


def _points(values: Any) -> list[list[float]]:
    if not isinstance(values, list):
        raise BadShape("it has no points")
    points = []
    for pair in values:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(side) in (int, float) for side in pair)):
            raise BadShape("a point is not [x, y]")
        points.append([float(pair[0]), float(pair[1])] if max(map(abs, pair)) < 1e16 else pair)
    bounded([side for pair in points for side in pair])
    return points


def write_labelme(export: Export) -> Iterator[Written]:
    """``<part>/<image>`` and ``<part>/<image's stem>.json`` side by side."""
    stems = Stems(export.losses)
    for image, shapes in fitted(export, HOLDS):
        folder = f"{image.subset}/" if image.subset else ""
        stem, suffix = stems.of(image.name)
        yield Written(f"{folder}{stem}{suffix}", image=image.name)
        yield Written(f"{folder}{stem}.json", (_json(image, shapes, f"{stem}{suffix}"),))


def _json(image: ImageAnnotations, shapes: list[ShapeAnnotation], name: str) -> bytes:
    value = {
        "version": VERSION,
        "flags": {shape.label: True for shape in shapes if shape.kind == "tag"},
        "shapes": [_written(shape) for shape in shapes if shape.kind != "tag"],
        "imagePath": name,
        "imageData": None,
        "imageHeight": image.height,
        "imageWidth": image.width,
    }
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _written(shape: ShapeAnnotation) -> dict[str, Any]:
    attributes = dict(shape.attributes)
    shape_type, points = _as_points(shape)
    value: dict[str, Any] = {
        "label": shape.label,
        "points": points,
        "group_id": shape.group or None,
        "description": attributes.pop(DESCRIPTION, ""),
        "shape_type": shape_type,
        "flags": {},
    }
    if attributes:
        value["attributes"] = attributes
    return value


def _as_points(shape: ShapeAnnotation) -> tuple[str, list[list[float]]]:
    geometry = shape.geometry
    match shape.kind:
        case "box":
            return "rectangle", [[geometry["x1"], geometry["y1"]], [geometry["x2"], geometry["y2"]]]
        case "ellipse":
            return "circle", [
                [geometry["cx"], geometry["cy"]],
                [geometry["cx"] + geometry["rx"], geometry["cy"]],
            ]
        case "polyline":
            return "linestrip", geometry["points"]
        case "points":
            return ("point" if len(geometry["points"]) == 1 else "points"), geometry["points"]
    return "polygon", geometry["points"]


FORMAT = Format(
    "labelme",
    "LabelMe",
    HOLDS,
    "",
    "A JSON file beside each image, as the LabelMe desktop tool writes it.",
    LabelMeDocument,
    write_labelme,
)
