"""Reading "CVAT for images 1.1" as a stream.

The format, as CVAT's documentation and its exports show it: root ``annotations``; ``meta`` holds ``task``, ``project``
or ``job`` with the labels; then one ``image`` element per image with its shapes. Points are ``x,y;x,y``; a mask's run
lengths go row by row inside its box and start with the background.

A file is somebody's input: entities, DTDs and the network are off, one element may not grow without bound, and a bad
shape costs only itself. libxml2's own limits stay on: 10 MB for one value, 256 elements within each other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.conf import settings
from lxml import etree

from yard.datasets.annotations.formats.base import COORDINATES_MAX, LABEL_MAX_CHARACTERS, BadShape, Unreadable
from yard.datasets.annotations.types import (
    AttributeSpec,
    FindingList,
    Geometry,
    ImageAnnotations,
    LabelSpec,
    ShapeAnnotation,
)
from yard.datasets.texts import shown

PART_BYTES = 1 << 15  # small enough that the tree of a part stays in the processor's cache
# So far a file may go without its first element: licences stand in comments.
HEAD_MAX_BYTES = 1 << 20
# What a tag or an attribute takes in memory beside its text, about.
NODE_BYTES = 150
WHOLE_MAX = (1 << 31) - 1  # what a database's integer holds
MASK_MAX_PIXELS = 1 << 31
META_SECTIONS = ("task", "project", "job")
_REASONS = (
    ("AttValue length", "a value is longer than 10 MB"),
    ("Text node too long", "a text is longer than 10 MB"),
    ("huge text node", "a text is longer than 10 MB"),
    ("Buffer size limit", "a value is longer than 10 MB"),
    ("Input buffer", "a value is longer than 10 MB"),
    ("huge input lookup", "a value is longer than 10 MB"),
    ("Excessive depth", "its elements are nested too deeply"),
    ("Resource limit", "something in it is too large"),
)
# Corners of a cuboid in the order of its attributes.
CUBOID_CORNERS = ("tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2")

Element = Any  # lxml's stubs know too little of its elements' possible states to be of help here


class NotCvat(Unreadable):
    """The CVAT file as a whole cannot be read."""


def root_tag(head: bytes) -> str | None:
    """The name of the XML document's root element, judged by its first bytes; None when it is no XML."""
    parser = _parser(("start",))
    with contextlib.suppress(etree.XMLSyntaxError):  # what is wrong behind the root is for its reader to tell
        parser.feed(head)
    with contextlib.suppress(etree.XMLSyntaxError):
        for _, element in parser.read_events():
            return str(element.tag)
    return None


class CvatDocument:
    """One CVAT file: iterate over it once for its images.

    ``labels`` is complete before the first image when the file declares its labels (``declares_labels``), else it grows
    with the shapes. ``findings`` tells what was left out or repaired; ``lossless`` is True while nothing was.

    Raises (while iterating):
        NotCvat: The file is no XML, has another root, or breaks off; nothing after that point was read.
    """

    def __init__(self, source: IO[bytes], *, file: str = "annotations.xml") -> None:
        self.labels: dict[str, LabelSpec] = {}
        self.declares_labels = False
        self.findings = FindingList(file)
        self.lossless = True
        self._source = source
        self._file = shown(file)

    def __iter__(self) -> Iterator[ImageAnnotations]:
        """The images in file order. Memory stays flat, whatever the file's size."""
        for element in self._elements():
            if element.tag == "image":
                image = self._image(element)
                if image is not None:
                    yield image
            elif element.tag == "meta":
                self._read_meta(element)
            else:
                self._refuse_track(element)

    def check(self) -> Iterator[None]:
        """Iterate to know whether the file can be read to its end, at a third of what reading its shapes takes.

        Raises ``NotCvat`` (while iterating) where reading would. Use another document to read.
        """
        for element in self._elements():
            if element.tag == "meta":
                self._read_meta(element)
            elif element.tag == "image" and not self.declares_labels:
                self._image(element)  # its labels count
            yield

    # --- the stream ---------------------------------------------------------------------------------------------------

    def _elements(self) -> Iterator[Element]:
        parser = _parser(("end",), ("image", "track", "meta"))
        root: Element | None = None
        held = read = 0
        try:
            part = self._head()
            while part:
                parser.feed(part)
                read += len(part)
                held += _weight(part)
                for _, element in parser.read_events():
                    parent = element.getparent()
                    if parent is None or parent.getparent() is not None:
                        continue  # of the same name, but deeper: belongs to another element
                    root = parent
                    yield element
                    held = 0
                if root is not None:
                    del root[:-1]  # or the tree would grow with the file; the last one may still be open
                self._check_size(read, held, root)
                part = self._source.read(PART_BYTES)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise self._unreadable(error) from error

    def _head(self) -> bytes:
        """The file's first bytes, up to the beginning of the root element at least, which is checked."""
        parser = _parser(("start",))
        head, root = b"", None
        while root is None:
            part = self._source.read(PART_BYTES)
            head += part
            if not head.strip():
                raise NotCvat(f"{self._file} is empty.")
            if not part:
                parser.close()  # says what is wrong
            if not part or len(head) > HEAD_MAX_BYTES:
                raise NotCvat(f"{self._file} does not begin with an XML element; is it really a CVAT export?")
            try:
                parser.feed(part)
            except etree.XMLSyntaxError:
                self._check_doctype("<!DOCTYPE" if b"<!DOCTYPE" in head.replace(b"\0", b"") else "")
                raise
            root = next((element for _, element in parser.read_events()), None)
        self._check_doctype(root.getroottree().docinfo.doctype)
        self._check_root(root)
        return head

    def _check_doctype(self, doctype: str) -> None:
        if doctype:
            raise NotCvat(f"{self._file} has a DOCTYPE, which no CVAT export has. Remove it, then upload again.")

    def _check_root(self, root: Element) -> None:
        if root.tag != "annotations":
            raise NotCvat(
                f'{self._file} has the root element <{shown(root.tag)}>; a file in the format "CVAT for images 1.1" '
                "has <annotations>. Export it from the labelling tool in that format."
            )

    def _check_size(self, read: int, held: int, root: Element | None) -> None:
        if read > settings.ANNOTATIONS_MAX_BYTES:
            raise NotCvat(
                f"{self._file} has more than {settings.ANNOTATIONS_MAX_BYTES >> 20} MiB, which is the limit here. "
                "Export the task in several parts."
            )
        if held > settings.ANNOTATIONS_MAX_IMAGE_BYTES:
            raise NotCvat(
                f"{self._file} has an element that takes more than {settings.ANNOTATIONS_MAX_IMAGE_BYTES >> 20} MiB of "
                f"memory (after line {root.sourceline if root is not None else 1}), which is the limit here; "
                "can one image have that many shapes?"
            )

    def _unreadable(self, error: etree.XMLSyntaxError) -> NotCvat:
        line, column = error.position
        text = shown((error.msg or "it is not XML").strip().rstrip("."), 300)
        for mark, reason in _REASONS:
            if mark in text:
                return NotCvat(
                    f"{self._file} cannot be read: {reason}, which is the limit here. No labelling tool writes that.",
                    extra={"line": line, "column": max(column, 1)},
                )
        return NotCvat(
            f"{self._file} is not well-formed XML: {text}. Nothing after it can be read; export the file again.",
            extra={"line": line, "column": max(column, 1)},
        )

    # --- meta ---------------------------------------------------------------------------------------------------------

    def _read_meta(self, meta: Element) -> None:
        for section in META_SECTIONS:
            for label in meta.iterfind(f"{section}/labels/label"):
                spec = _label_spec(label)
                # A label with a parent is a joint of a skeleton, not a class of its own.
                if label.find("parent") is not None or not spec.name:
                    continue
                if len(spec.name) > LABEL_MAX_CHARACTERS:
                    self.lossless = False
                    self.findings.error(
                        "annotations.label_too_long",
                        f"A label was left out: its name is longer than {LABEL_MAX_CHARACTERS} characters.",
                        line=label.sourceline,
                    )
                    continue
                self._add_label(spec)
        self.declares_labels = bool(self.labels)

    def _add_label(self, spec: LabelSpec) -> None:
        self.labels.setdefault(spec.name, spec)
        if len(self.labels) > settings.ANNOTATIONS_MAX_LABELS:
            raise NotCvat(
                f"{self._file} has more than {settings.ANNOTATIONS_MAX_LABELS} labels, which is the limit here. "
                "Were numbers or file names taken for labels?"
            )

    def _refuse_track(self, track: Element) -> None:
        self.lossless = False
        self.findings.error(
            "annotations.track",
            f"A track ({shown(track.get('label') or 'without a label')}) was left out: tracks belong to videos.",
            line=track.sourceline,
            hint='Export the task in the format "CVAT for images 1.1" instead of "CVAT for video 1.1".',
        )

    # --- images and shapes --------------------------------------------------------------------------------------------

    def _image(self, element: Element) -> ImageAnnotations | None:
        line = element.sourceline or 0
        name = element.get("name")
        if not name:
            self.lossless = False
            self.findings.error("annotations.image_unnamed", "An image without a name was left out.", line=line)
            return None
        image = ImageAnnotations(
            name, _size(element.get("width")), _size(element.get("height")), element.get("subset") or "", line
        )
        add = image.shapes.append
        for child in element:
            shape = self._shape(child, name)
            if shape is not None:
                add(shape)
        return image

    def _shape(self, element: Element, image: str) -> ShapeAnnotation | None:
        get = element.get
        tag = element.tag
        try:
            read = GEOMETRIES.get(tag)
            if read is None:
                raise BadShape(f"<{shown(tag, 80)}> is no kind of shape we know")
            label = get("label")
            if not label:
                raise BadShape("it has no label")
            if label not in self.labels:
                label = self._other_label(label)
            z_order, group = get("z_order", "0"), get("group_id", "0")
            shape = ShapeAnnotation(
                tag,
                label,
                read(element),
                _attributes(element) if len(element) else {},
                0 if z_order == "0" else _bounded("z_order", z_order),
                get("occluded") == "1",
                get("source", ""),
                0 if group == "0" else _bounded("group_id", group),
                element.sourceline or 0,
            )
        except ValueError as error:
            self._leave_out(element, image, error)
            return None
        if tag == "skeleton" and element.find("points/attribute") is not None:
            self.findings.warning(
                "annotations.joint_attributes",
                f"Attributes of the joints of a skeleton of {shown(image)} were left out; those of the skeleton were "
                "taken.",
                line=shape.line,
            )
        if tag == "box":
            box = shape.geometry
            if box["x1"] > box["x2"] or box["y1"] > box["y2"]:
                self._straighten(shape, image)
        return shape

    def _other_label(self, given: str) -> str:
        """The label without the blanks around it, which declared ones have lost; made if none are declared."""
        name = given.strip()
        self.lossless &= name == given
        if not name:
            raise BadShape("it has no label")
        if name not in self.labels:
            self._new_label(name)
        return name

    def _new_label(self, name: str) -> None:
        if self.declares_labels:
            raise BadShape(f"its label {shown(name, 80)!r} is not among the labels that the file declares")
        if len(name) > LABEL_MAX_CHARACTERS:
            raise BadShape(f"its label is longer than {LABEL_MAX_CHARACTERS} characters")
        self._add_label(LabelSpec(name))

    def _leave_out(self, element: Element, image: str, error: ValueError) -> None:
        self.lossless = False
        why = str(error) if isinstance(error, BadShape) else f"it has a value that is no number ({error})"
        self.findings.error(
            "annotations.bad_shape",
            f"A {shown(element.tag, 80)} of {shown(image)} was left out: {why}.",
            line=element.sourceline,
        )

    def _straighten(self, shape: ShapeAnnotation, image: str) -> None:
        box = shape.geometry
        box["x1"], box["x2"] = sorted((box["x1"], box["x2"]))
        box["y1"], box["y2"] = sorted((box["y1"], box["y2"]))
        self.lossless = False
        self.findings.warning(
            "annotations.box_turned",
            f"A box of {shown(image)} had its corners swapped; they were put right.",
            line=shape.line,
        )


def _weight(part: bytes) -> int:
    """About how much memory this piece of a document takes when it is parsed."""
    return len(part) + NODE_BYTES * (part.count(b"<") + part.count(b"="))


def _parser(events: Any, tags: tuple[str, ...] | None = None) -> Any:
    return etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _size(text: str | None) -> int:
    try:
        return max(int(text or 0), 0)
    except ValueError:
        return 0


def _label_spec(label: Element) -> LabelSpec:
    return LabelSpec(
        name=_text(label, "name"),
        color=_color(_text(label, "color")),
        type=_text(label, "type") or "any",
        attributes=[
            AttributeSpec(
                name=_text(found, "name"),
                mutable=_text(found, "mutable").lower() == "true",
                input_type=_text(found, "input_type") or "text",
                default_value=_text(found, "default_value"),
                values=_text(found, "values").splitlines(),
            )
            for found in label.iterfind("attributes/attribute")
        ],
    )


def _text(element: Element, child: str) -> str:
    return (element.findtext(child) or "").strip()


def _color(text: str) -> str:
    digits = text.removeprefix("#")
    well_formed = text.startswith("#") and len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits)
    return text.lower() if well_formed else ""


def _attributes(element: Element) -> dict[str, str]:
    return {found.get("name") or "": found.text or "" for found in element.iterfind("attribute")}


def _number(element: Element, name: str) -> float:
    text = element.get(name)
    if text is None:
        raise BadShape(f"{name} is missing")
    value = float(text)
    if not -COORDINATES_MAX < value < COORDINATES_MAX:
        raise BadShape(f"{name} is {shown(text, 40)}, which is no number to draw with")
    return value


def _bounded(name: str, text: str) -> int:
    value = int(text or 0)
    if not -WHOLE_MAX <= value <= WHOLE_MAX:
        raise BadShape(f"{name} is {text[:40]}, which is out of all bounds")
    return value


def _whole(element: Element, name: str) -> int:
    value = _number(element, name)
    if value != int(value):
        raise BadShape(f"{name} is {value}; a whole number is needed")
    return int(value)


def _pairs(element: Element, least: int) -> list[list[float]]:
    text = element.get("points")
    if not text:
        raise BadShape("it has no points")
    try:
        points = [[float(x), float(y)] for x, y in [pair.split(",") for pair in text.rstrip("; ").split(";")]]
    except ValueError as error:
        raise BadShape(f'its points are not written as "x,y;x,y" ({error})') from error
    if len(points) < least:
        raise BadShape(f"it has {len(points)} points, and needs at least {least}")
    # A sum is finite only if every part is: one check instead of one per number.
    if not -COORDINATES_MAX < sum(map(sum, points)) < COORDINATES_MAX:
        raise BadShape("a point is not finite, or out of all bounds")
    return points


def _tag(element: Element) -> Geometry:
    return {}


def _box(element: Element) -> Geometry:
    get = element.get
    try:
        x1, y1, x2, y2 = float(get("xtl")), float(get("ytl")), float(get("xbr")), float(get("ybr"))
    except TypeError:
        missing = ", ".join(name for name in ("xtl", "ytl", "xbr", "ybr") if get(name) is None)
        raise BadShape(f"{missing} is missing") from None
    if not -COORDINATES_MAX < x1 + y1 + x2 + y2 < COORDINATES_MAX:
        raise BadShape("a corner is not finite, or out of all bounds")
    rotation = 0.0 if get("rotation") is None else _number(element, "rotation")
    return {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": rotation}


def _polygon(element: Element) -> Geometry:
    return {"points": _pairs(element, 3)}


def _polyline(element: Element) -> Geometry:
    return {"points": _pairs(element, 2)}


def _points(element: Element) -> Geometry:
    return {"points": _pairs(element, 1)}


def _mask(element: Element) -> Geometry:
    left, top = _whole(element, "left"), _whole(element, "top")
    width, height = _whole(element, "width"), _whole(element, "height")
    if width <= 0 or height <= 0:
        raise BadShape(f"its box is {width} x {height} pixels")
    if width * height > MASK_MAX_PIXELS:
        raise BadShape(f"its box of {width} x {height} pixels is too large")
    text = element.get("rle")
    if not text:
        raise BadShape("it has no rle")
    rle = [int(run) for run in text.split(",")]
    if min(rle) < 0:
        raise BadShape("a run length is negative")
    total = sum(rle)
    if total != width * height:
        raise BadShape(f"its run lengths add up to {total}, its box has {width} x {height} = {width * height} pixels")
    return {"left": left, "top": top, "width": width, "height": height, "rle": rle}


def _ellipse(element: Element) -> Geometry:
    geometry: Geometry = {name: _number(element, name) for name in ("cx", "cy", "rx", "ry")}
    if geometry["rx"] < 0 or geometry["ry"] < 0:
        raise BadShape("a radius is negative")
    geometry["rotation"] = 0.0 if element.get("rotation") is None else _number(element, "rotation")
    return geometry


def _cuboid(element: Element) -> Geometry:
    return {"points": [[_number(element, f"x{at}"), _number(element, f"y{at}")] for at in CUBOID_CORNERS]}


def _skeleton(element: Element) -> Geometry:
    joints = [_joint(points) for points in element.iterfind("points")]
    if not joints:
        raise BadShape("it has no points")
    return {"points": joints}


def _joint(points: Element) -> Geometry:
    (x, y), *more = _pairs(points, 1)
    if more:
        raise BadShape("a joint has more than one point")
    return {
        "label": points.get("label") or "",
        "x": x,
        "y": y,
        "outside": points.get("outside") == "1",
        "occluded": points.get("occluded") == "1",
    }


GEOMETRIES: dict[str, Callable[[Element], Geometry]] = {
    "tag": _tag,
    "box": _box,
    "polygon": _polygon,
    "polyline": _polyline,
    "points": _points,
    "mask": _mask,
    "ellipse": _ellipse,
    "cuboid": _cuboid,
    "skeleton": _skeleton,
}
