"""Writing "CVAT for images 1.1" as a stream. The same content gives the same bytes: no times, no ids of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lxml import etree

from yard.datasets.annotations.cvat_geometry import CUBOID_CORNERS
from yard.datasets.annotations.types import AttributeSpec, Geometry, ImageAnnotations, LabelSpec, ShapeAnnotation

BOX_CORNERS = (("xtl", "x1"), ("ytl", "y1"), ("xbr", "x2"), ("ybr", "y2"))


def write_cvat(
    target: BinaryIO, *, name: str, labels: Iterable[LabelSpec], images: Iterable[ImageAnnotations], image_count: int
) -> None:
    """Write the file to ``target``. ``images`` is read once and never held; their order is kept.

    Raises ``ValueError`` for a text that XML cannot hold (control characters).
    """
    with etree.xmlfile(target, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("annotations"):
            xml.write("\n")
            for element in _parts(name, labels, images, image_count):
                # Written one by one, so each is indented by itself; lxml would only do so for a whole document.
                etree.indent(element, level=1)
                xml.write("  ", element, "\n")
    target.write(b"\n")


def _parts(
    name: str, labels: Iterable[LabelSpec], images: Iterable[ImageAnnotations], image_count: int
) -> Iterator[etree._Element]:
    yield _leaf("version", "1.1")
    yield _meta(name, labels, image_count)
    for index, image in enumerate(images):
        yield _image(index, image)


def _leaf(tag: str, text: str) -> etree._Element:
    element = etree.Element(tag)
    element.text = text
    return element


def _meta(name: str, labels: Iterable[LabelSpec], image_count: int) -> etree._Element:
    meta = etree.Element("meta")
    task = etree.SubElement(meta, "task")
    task.extend([_leaf("name", name), _leaf("size", str(image_count)), _leaf("mode", "annotation")])
    listed = etree.SubElement(task, "labels")
    listed.extend(_label(label) for label in labels)
    return meta


def _label(label: LabelSpec) -> etree._Element:
    element = etree.Element("label")
    element.append(_leaf("name", label.name))
    if label.color:
        element.append(_leaf("color", label.color))
    element.append(_leaf("type", label.type))
    attributes = etree.SubElement(element, "attributes")
    attributes.extend(_attribute_spec(attribute) for attribute in label.attributes)
    return element


def _attribute_spec(attribute: AttributeSpec) -> etree._Element:
    element = etree.Element("attribute")
    element.extend(
        [
            _leaf("name", attribute.name),
            _leaf("mutable", str(attribute.mutable)),
            _leaf("input_type", attribute.input_type),
            _leaf("default_value", attribute.default_value),
            _leaf("values", "\n".join(attribute.values)),
        ]
    )
    return element


def _image(index: int, image: ImageAnnotations) -> etree._Element:
    element = etree.Element("image", id=str(index), name=image.name)
    if image.subset:
        element.set("subset", image.subset)
    element.set("width", str(image.width))
    element.set("height", str(image.height))
    element.extend(_shape(shape) for shape in image.shapes)
    return element


def _shape(shape: ShapeAnnotation) -> etree._Element:
    element = etree.Element(shape.kind, label=shape.label)
    if shape.source:
        element.set("source", shape.source)
    if shape.kind != "tag":
        element.set("occluded", _flag(shape.occluded))
    for name, value in _geometry(shape.kind, shape.geometry):
        element.set(name, value)
    if shape.kind != "tag":
        element.set("z_order", str(shape.z_order))
    if shape.group:
        element.set("group_id", str(shape.group))
    if shape.kind == "skeleton":
        element.extend(_joint(joint) for joint in shape.geometry["points"])
    for name, value in shape.attributes.items():
        attribute = etree.SubElement(element, "attribute", name=name)
        attribute.text = value
    return element


def _geometry(kind: str, geometry: Geometry) -> Iterable[tuple[str, str]]:
    match kind:
        case "box":
            yield from zip(
                ("xtl", "ytl", "xbr", "ybr"), (_number(geometry[k]) for k in ("x1", "y1", "x2", "y2")), strict=True
            )
            yield from _rotation(geometry)
        case "polygon" | "polyline" | "points":
            yield "points", ";".join(f"{_number(x)},{_number(y)}" for x, y in geometry["points"])
        case "mask":
            yield "rle", ", ".join(map(str, geometry["rle"]))
            yield from ((name, str(geometry[name])) for name in ("left", "top", "width", "height"))
        case "ellipse":
            yield from ((name, _number(geometry[name])) for name in ("cx", "cy", "rx", "ry"))
            yield from _rotation(geometry)
        case "cuboid":
            for corner, (x, y) in zip(CUBOID_CORNERS, geometry["points"], strict=True):
                yield f"x{corner}", _number(x)
                yield f"y{corner}", _number(y)


def _rotation(geometry: Geometry) -> Iterable[tuple[str, str]]:
    if geometry.get("rotation"):
        yield "rotation", _number(geometry["rotation"])


def _joint(joint: Geometry) -> etree._Element:
    element = etree.Element("points", label=joint["label"])
    element.set("outside", _flag(joint["outside"]))
    element.set("occluded", _flag(joint["occluded"]))
    element.set("points", f"{_number(joint['x'])},{_number(joint['y'])}")
    return element


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _number(value: float) -> str:
    """Two decimals as CVAT writes them where they tell everything, else as many as it takes."""
    short = f"{value:.2f}"
    return short if float(short) == value else repr(float(value))
