"""YOLO: a text file beside each image, one object a line, coordinates as shares of the image's size.

As docs.ultralytics.com describes it: ``class x y w h`` (centre and size) for boxes, ``class x1 y1 x2 y2 …`` for
polygons, ``class`` and four corners for oriented boxes, key points behind the box (``kpt_shape`` in ``data.yaml``) for
poses; ``data.yaml`` names the classes, folders tell the part. The classic layout of Darknet (``obj.names``,
``obj.data``, ``train.txt``) has boxes only.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import yaml

from yard.datasets.annotations.formats import geometry
from yard.datasets.annotations.formats.base import (
    BadShape,
    Format,
    LabelFile,
    Reading,
    Source,
    Unreadable,
    bounded,
)
from yard.datasets.annotations.formats.content import content_of, lines_of
from yard.datasets.annotations.formats.parts import part_named, part_of_path
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.annotations.formats.yolo_writer import (
    HOLDS,
    HOLDS_POLYGONS,
    HOLDS_TURNED,
    write_darknet,
    write_polygons,
    write_turned,
    write_yolo,
)
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import shown

NAMES_FILES = ("obj.names", "classes.txt", "classes.names", "_darknet.labels", "coco.names", "labels.names")
YAML_MAX_BYTES = 1 << 20
SAMPLE_FILES = 200
DEPTH_MAX = 20


class YoloDocument(Reading):
    """The label files of one data set.

    Args:
        source: Text files, and what names the classes. Without that, classes are called by their number.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._names: dict[int, str] = {}
        self._joints = self._joint_numbers = self._groups = 0
        self._parts: dict[str, str] = {}
        self._texts: list[LabelFile] = []
        self._is_turned = False

    def __iter__(self) -> Iterator[ImageAnnotations]:
        self._sort()
        for index in sorted(self._names):
            try:
                self.label(self._names[index])
            except BadShape as error:
                self.findings.error("annotations.bad_label", f"Class {index} cannot be used: {error}.")
        self._is_turned = _are_turned(self._texts)
        for file in self._texts:
            image = self._read(file)
            if image is not None:
                yield image

    # --- which files --------------------------------------------------------------------------------------------------

    def _sort(self) -> None:
        for file in self.source.files:
            name = file.path.rsplit("/", 1)[-1].casefold()
            self.findings.file = file.path
            if name.endswith((".yaml", ".yml")):
                self._read_yaml(file)
            elif name in NAMES_FILES:
                self._names = self._names or dict(enumerate(lines_of(file)))
            elif name.endswith(".data"):
                continue
            elif (part := part_named(name.removesuffix(".txt"))) and self._is_list(file):
                self._parts |= {_stem(line): part for line in lines_of(file)}
            elif name.endswith(".txt"):
                self._texts.append(file)

    def _is_list(self, file: LabelFile) -> bool:
        """Whether the text lists images instead of objects."""
        first = next(iter(lines_of(file)), "")
        return "." in first.rsplit("/", 1)[-1] and not first.split(" ")[0].isdigit()

    def _read_yaml(self, file: LabelFile) -> None:
        try:
            data = load_yaml(content_of(file, YAML_MAX_BYTES).decode("utf-8-sig"))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
            line = getattr(getattr(error, "problem_mark", None), "line", None)
            text = shown(str(getattr(error, "problem", None) or error), 200)
            self.findings.error(
                "annotations.bad_yaml", f"It cannot be read: {text}.", line=None if line is None else line + 1
            )
            return
        names = data.get("names") if isinstance(data, dict) else None
        if isinstance(names, list):
            self._names = {index: str(name) for index, name in enumerate(names)}
        elif isinstance(names, dict):
            self._names = {int(index): str(name) for index, name in names.items() if _is_number(str(index))}
        elif names is not None:
            self.findings.error("annotations.bad_yaml", "Its names are neither a list nor numbers with names.")
        shape = data.get("kpt_shape") if isinstance(data, dict) else None
        if (
            isinstance(shape, list)
            and len(shape) == 2
            and type(shape[0]) is int
            and shape[0] > 0
            and shape[1] in (2, 3)
        ):
            self._joints, self._joint_numbers = shape

    # --- one label file -----------------------------------------------------------------------------------------------

    def _read(self, file: LabelFile) -> ImageAnnotations | None:
        self.findings.file = file.path
        picture = self.source.pictures.find(file.path)
        try:
            lines = list(enumerate(lines_of(file), 1))
        except Unreadable as error:
            self.findings.error("annotations.unreadable", f"It cannot be read: {shown(str(error), 300)}.")
            return None
        if picture is None and not any(_looks_like_labels(text) for _, text in lines[:1]):
            self.findings.info("annotations.no_labels", "It is no image's, and holds no labels, so it was not read.")
            return None
        name = picture.name if picture else _stem(file.path)
        image = ImageAnnotations(name, line=1, subset=self._part(file, name), file=file.path)
        self._groups = 0
        if picture:
            image.width, image.height = picture.width, picture.height
        for line, text in lines:
            self._take(image, text, line, picture, file)
        return image

    def _part(self, file: LabelFile, name: str) -> str:
        return part_of_path(file.path) or self._parts.get(_stem(name), "")

    def _take(self, image: ImageAnnotations, text: str, line: int, picture: Picture | None, file: LabelFile) -> None:
        if not text:
            return
        try:
            label, values = self._parse(text)
            if not (image.width and image.height):
                why = "no image fits this file" if picture is None else "the size of its image is not known"
                self.losses.add("no_size", file=file.path, line=line, image=image.name)
                if line == 1:
                    self.findings.warning(
                        "annotations.no_size",
                        f"The objects of {shown(file.path)} were left out: {why}, and YOLO tells places as shares of "
                        "its size.",
                        hint="Put the images beside the labels.",
                    )
                return
            kind, found = self._shape(values, image, line, file)
        except BadShape as error:
            self.left_out("An object", shown(image.name), str(error), file=file.path, line=line)
            return
        shape = ShapeAnnotation(kind, label, found, line=line)
        image.shapes.append(shape)
        if joints := self._skeleton(values, image):
            # The object and its key points are told to belong together by a group, of which there are no others.
            self._groups += 1
            shape.group = self._groups
            image.shapes.append(ShapeAnnotation("skeleton", label, {"points": joints}, group=shape.group, line=line))

    def _parse(self, text: str) -> tuple[str, list[float]]:
        first, *rest = text.split()
        try:
            values = [float(value) for value in rest]
            index = int(float(first))
        except (ValueError, OverflowError):
            raise BadShape(f"{shown(text, 80)!r} is not a class and numbers") from None
        bounded(values)
        if index < 0 or index >= 1 << 31:
            raise BadShape(f"{shown(first, 20)} is no number of a class")
        name = self._names.get(index)
        if name is None:
            if self._names:
                raise BadShape(f"there is no class {index}; {len(self._names)} are named")
            name = f"class {index}"
        return self.label(name), values

    def _shape(self, values: list[float], image: ImageAnnotations, line: int, file: LabelFile) -> tuple[str, Geometry]:
        count = len(values)
        if self._is_pose(count):
            return "box", _box(values, image)
        if count in (4, 5):
            if count == 5:
                self.losses.add("confidence_read", file=file.path, line=line, image=image.name)
            return "box", _box(values, image)
        if count % 2 or count < 6:
            raise BadShape(f"it has {count} numbers behind the class; a box has 4, a polygon 6, 8, 10, …")
        points = [
            [_pixels(x * image.width), _pixels(y * image.height)]
            for x, y in zip(values[::2], values[1::2], strict=True)
        ]
        if self._is_turned and count == 8 and (box := geometry.box_of_corners(points)) is not None:
            return "box", box
        return "polygon", {"points": points}

    def _is_pose(self, count: int) -> bool:
        return bool(self._joints) and count == 4 + self._joints * self._joint_numbers

    def _skeleton(self, values: list[float], image: ImageAnnotations) -> list[dict[str, Any]]:
        """The key points behind the box; none where there are none, or none that is seen."""
        if not self._is_pose(len(values)):
            return []
        size = self._joint_numbers
        joints = []
        for number, at in enumerate(range(4, len(values), size), 1):
            x, y = values[at : at + 2]
            # Without a visibility, the corner of the image stands for what is not there.
            seen = values[at + 2] if size == 3 else 2 * bool(x or y)
            place = {"x": _pixels(x * image.width), "y": _pixels(y * image.height)}
            joints.append({"label": str(number), **place, "outside": seen == 0, "occluded": seen == 1})
        return [] if all(joint["outside"] for joint in joints) else joints


def _box(values: Sequence[float], image: ImageAnnotations) -> Geometry:
    x, y, width, height = values[:4]
    if width < 0 or height < 0:
        raise BadShape("its width or height is negative")
    left, top = (x - width / 2) * image.width, (y - height / 2) * image.height
    right, bottom = left + width * image.width, top + height * image.height
    return geometry.box_of((_pixels(left), _pixels(top), _pixels(right), _pixels(bottom)))


def _pixels(value: float) -> float:
    """Without the noise of multiplying: six decimals of a share say no more."""
    return round(value, 4)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _are_turned(files: Sequence[LabelFile]) -> bool:
    """Whether these are oriented boxes: four corners each, at right angles. Polygons are written the same way."""
    seen = 0
    for file in files[:SAMPLE_FILES]:
        try:
            lines = list(islice(lines_of(file), 20))
        except Unreadable:
            continue
        for line in lines:
            parts = line.split()
            if not parts:
                continue
            if len(parts) != 9:
                return False
            seen += 1
    return bool(seen)


def names_classes(head: bytes) -> bool:
    """Whether a YAML file that begins so names classes."""
    return any(line.startswith(b"names") for line in head.removeprefix(codecs.BOM_UTF8).splitlines())


def looks_like_labels(head: bytes) -> bool:
    """Whether a text that begins so has objects in its lines."""
    first = head.decode("utf-8-sig", "replace").strip().partition("\n")[0]
    return bool(first.strip()) and _looks_like_labels(first)


def _looks_like_labels(line: str) -> bool:
    first, *rest = line.split() or [""]
    try:
        return float(first) == int(float(first)) and len(rest) >= 4 and all(-1e6 < float(part) < 1e6 for part in rest)
    except (ValueError, OverflowError):
        return False


def load_yaml(text: str) -> Any:
    """What the YAML says; refused with ``ValueError`` when it repeats parts of itself, as bombs do, or is too deep."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("it refers to other parts of itself, which no such file needs to")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise ValueError("its values are nested too deeply")
    return yaml.safe_load(text)


def _stem(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].rpartition(".")[0]


_SUMMARY = "A text file beside each image; data.yaml names the classes, folders tell train, val and test."
FORMATS = (
    Format("yolo", "YOLO detection", HOLDS, "", _SUMMARY, YoloDocument, write_yolo),
    Format("yolo-segmentation", "YOLO segmentation", HOLDS_POLYGONS, "", _SUMMARY, YoloDocument, write_polygons),
    Format("yolo-oriented", "YOLO oriented boxes", HOLDS_TURNED, "", _SUMMARY, YoloDocument, write_turned),
    Format(
        "yolo-darknet",
        "YOLO (Darknet)",
        HOLDS,
        "",
        "A text file beside each image; obj.names has the classes, train.txt and valid.txt list the images.",
        YoloDocument,
        write_darknet,
    ),
)
