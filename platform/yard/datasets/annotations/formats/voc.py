"""Pascal VOC: an XML file for each image with boxes, and lists of the images of each part.

As the VOC2012 development kit describes it, with what tools add: ``attributes`` (CVAT, datumaro), ``robndbox``
(roLabelImg), ``polygon`` (Roboflow). Coordinates are taken as pixels from 0, as LabelImg, CVAT and datumaro write them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from lxml import etree

from yard.datasets.annotations.formats.base import (
    BadShape,
    Export,
    Format,
    Holds,
    LabelFile,
    Reading,
    Source,
    Unreadable,
    Written,
    bounded,
    box_geometry,
    clean,
    number,
    polygon_geometry,
)
from yard.datasets.annotations.formats.content import lines_of
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.parts import names_listed, part_named, part_of_path
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.formats.voc_masks import VocMasks
from yard.datasets.annotations.formats.xml_file import xml_tree
from yard.datasets.annotations.types import AttributeSpec, Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.texts import is_control, shown

HOLDS = Holds(kinds=frozenset({"box"}), attributes=True, occluded=True, split=True)
FLAGS = ("difficult", "truncated")
SIDES = ("xmin", "ymin", "xmax", "ymax")
_KNOWN = {
    "name",
    "pose",
    "occluded",
    "attributes",
    "bndbox",
    "robndbox",
    "polygon",
    "type",
    "id",
    *FLAGS,
}
_LOST = {"part": "parts_read", "confidence": "confidence_read", "score": "confidence_read"}


class VocDocument(Reading):
    """The XML files of one data set; ``ImageSets`` tell the parts. One that cannot be read costs only itself."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._parts: dict[str, str] = {}

    def __iter__(self) -> Iterator[ImageAnnotations]:
        texts = [file for file in self.source.files if file.path.casefold().endswith(".txt")]
        for file in texts:
            self._read_list(file)
        drawn = [file for file in self.source.files if not file.path.casefold().endswith((".xml", ".txt"))]
        masks = VocMasks(Source([*drawn, *texts] if drawn else (), self.source.pictures), self)
        for file in self.source.files:
            if file.path.casefold().endswith(".xml"):
                image = self._image(file, masks)
                if image is not None:
                    yield image
        yield from masks.rest()

    def _read_list(self, file: LabelFile) -> None:
        part = part_named(file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        if not part:
            return
        try:
            self._parts |= {name: part for line in lines_of(file) for name in names_listed(line)}
        except Unreadable as error:
            self.left_out_file(file, error)

    def _image(self, file: LabelFile, masks: VocMasks) -> ImageAnnotations | None:
        self.findings.file = file.path
        try:
            root = xml_tree(file)
            if root.tag != "annotation":
                raise Unreadable(f"its root element is <{shown(str(root.tag))}>, not <annotation>")
        except Unreadable as error:
            self.left_out_file(file, error)
            return None
        image = ImageAnnotations(self._name(root, file), _size(root, "width"), _size(root, "height"), line=1)
        image.file = file.path
        stem = file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        image.subset = self._parts.get(stem, "") or part_of_path(file.path)
        numbered = {
            number: shape
            for number, element in enumerate(root.iterfind("object"), 1)
            if (shape := self._object(element, image, file)) is not None
        }
        image.shapes += numbered.values()
        masks.join(image, numbered, file.path)
        return image

    def _name(self, root: Any, file: LabelFile) -> str:
        """The image's name: as the file says if there is such an image, else the one of the file's own name."""
        told = clean((root.findtext("filename") or "").strip())
        folder = file.path.rpartition("/")[0]
        pictures = self.source.pictures
        picture = (pictures.find(f"{folder}/{told}") if told else None) or pictures.find(file.path)
        if picture is not None:
            return picture.name
        return told or file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    def _object(self, element: Any, image: ImageAnnotations, file: LabelFile) -> ShapeAnnotation | None:
        line = element.sourceline or 0
        try:
            label = self.label(element.findtext("name") or "")
            for flag in FLAGS:
                _declare(self.labels[label].attributes, flag)
            kind, found = _geometry(element)
            turned = kind == "box" and _is_swapped(element)
        except BadShape as error:
            self.left_out("An object", shown(image.name), str(error), file=file.path, line=line)
            return None
        if turned:
            self.findings.warning(
                "annotations.box_turned",
                f"A box of {shown(image.name)} had its corners swapped; they were put right.",
                file=file.path,
                line=line,
            )
        for tag in {child.tag for child in element if isinstance(child.tag, str)} - _KNOWN:
            code = _LOST.get(tag, "values_read")
            self.losses.add(code, file=file.path, line=line, image=image.name, message=f"<{shown(str(tag), 60)}>")
        return ShapeAnnotation(
            kind, label, found, _attributes(element), occluded=_is_set(element, "occluded"), line=line
        )


def _declare(specs: list[AttributeSpec], name: str) -> None:
    if all(spec.name != name for spec in specs):
        specs.append(AttributeSpec(name, False, "checkbox", "false"))


def _geometry(element: Any) -> tuple[str, Geometry]:
    polygon = element.find("polygon")
    if polygon is not None and (count := len(polygon) // 2) >= 3:
        flat = [_value(polygon, f"{axis}{index}") for index in range(1, count + 1) for axis in "xy"]
        return "polygon", polygon_geometry(flat)
    turned = element.find("robndbox")
    if turned is not None:
        cx, cy, width, height = (_value(turned, name) for name in ("cx", "cy", "w", "h"))
        degrees = math.degrees(_value(turned, "angle"))
        bounded((cx, cy, width, height, degrees))
        return "box", box_geometry(
            cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2, round(degrees % 360, 6)
        )
    box = element.find("bndbox")
    if box is None:
        raise BadShape("it has no bndbox")
    return "box", box_geometry(*(_value(box, side) for side in SIDES))


def _is_swapped(element: Any) -> bool:
    """Whether the corners of its upright box stand in the wrong order."""
    box = element.find("bndbox")
    if box is None or element.find("robndbox") is not None:
        return False
    left, top, right, bottom = (_value(box, side) for side in SIDES)
    return left > right or top > bottom


def _value(element: Any, name: str) -> float:
    text = element.findtext(name)
    if text is None:
        raise BadShape(f"{name} is missing")
    try:
        return float(text)
    except ValueError:
        raise BadShape(f"{name} is {shown(text, 40)!r}, which is no number") from None


def _attributes(element: Any) -> dict[str, str]:
    found = {flag: "true" for flag in FLAGS if _is_set(element, flag)}
    pose = (element.findtext("pose") or "").strip()
    if pose and pose.casefold() != "unspecified":
        found["pose"] = clean(pose)
    for attribute in element.iterfind("attributes/attribute"):
        name, value = attribute.findtext("name"), attribute.findtext("value")
        if name:
            found[clean(name)] = clean(value or "")
    return found


def _is_set(element: Any, name: str) -> bool:
    return (element.findtext(name) or "").strip().casefold() in ("1", "true")


def _size(root: Any, name: str) -> int:
    try:
        size = int(float(root.findtext(f"size/{name}") or 0))
    except (ValueError, OverflowError):
        return 0
    return size if 0 < size < 1 << 31 else 0


# --- writing ----------------------------------------------------------------------------------------------------------


def write_voc(export: Export) -> Iterator[Written]:
    """``Annotations/….xml``, ``JPEGImages/…``, ``ImageSets/Main/<part>.txt`` and datumaro's ``labelmap.txt``."""
    stems = Stems(export.losses)
    lists: dict[str, list[str]] = {}
    for image, shapes in fitted(export, HOLDS):
        stem, suffix = stems.of(image.name)
        lists.setdefault(image.subset or "default", []).append(stem)
        yield Written(f"JPEGImages/{stem}{suffix}", image=image.name)
        yield Written(f"Annotations/{stem}.xml", (_xml(image, shapes, f"{stem}{suffix}"),))
    for part, names in sorted(lists.items()):
        yield Written(f"ImageSets/Main/{part}.txt", (("\n".join(names) + "\n").encode(),))
    labels = "".join(f"{shown(label.name)}:::\n" for label in export.labels)
    yield Written("labelmap.txt", (f"# label:color_rgb:parts:actions\nbackground:::\n{labels}".encode(),))


def _xml(image: ImageAnnotations, shapes: list[ShapeAnnotation], name: str) -> bytes:
    root = etree.Element("annotation")
    _leaf(root, "folder", "JPEGImages")
    _leaf(root, "filename", name)
    size = etree.SubElement(root, "size")
    for side, pixels in (("width", image.width), ("height", image.height), ("depth", 3)):
        _leaf(size, side, str(pixels))
    _leaf(root, "segmented", "0")
    for shape in shapes:
        _add(root, shape)
    etree.indent(root)
    return etree.tostring(root, encoding="utf-8") + b"\n"


def _add(root: Any, shape: ShapeAnnotation) -> None:
    element = etree.SubElement(root, "object")
    _leaf(element, "name", shape.label)
    attributes = dict(shape.attributes)
    _leaf(element, "pose", attributes.pop("pose", "") or "Unspecified")
    for flag in FLAGS:
        is_set = attributes.get(flag, "").casefold() in ("1", "true")
        if is_set or not attributes.get(flag):
            attributes.pop(flag, None)
        _leaf(element, flag, str(int(is_set)))
    _leaf(element, "occluded", str(int(shape.occluded)))
    box = etree.SubElement(element, "bndbox")
    for side, key in zip(SIDES, ("x1", "y1", "x2", "y2"), strict=True):
        _leaf(box, side, number(shape.geometry[key]))
    if attributes:
        listed = etree.SubElement(element, "attributes")
        for key, value in attributes.items():
            one = etree.SubElement(listed, "attribute")
            _leaf(one, "name", key)
            _leaf(one, "value", value)


def _leaf(parent: Any, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = "".join("\ufffd" if is_control(c) and c not in "\t\n" else c for c in text)


FORMAT = Format(
    "voc",
    "Pascal VOC",
    HOLDS,
    "",
    "An XML file for each image in Annotations; ImageSets list the images of train, val and test.",
    VocDocument,
    write_voc,
)
