"""Reading "CVAT for images 1.1" as a stream.

The format, as CVAT's documentation and its exports show it: root ``annotations``; ``meta`` holds ``task``, ``project``
or ``job`` with the labels; then one ``image`` element per image with its shapes. A bad shape costs only itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.conf import settings

from yard.datasets.annotations.cvat_geometry import GEOMETRIES
from yard.datasets.annotations.cvat_stream import CvatStream, Element, NotCvat
from yard.datasets.annotations.formats.base import LABEL_MAX_CHARACTERS, BadShape
from yard.datasets.annotations.types import (
    AttributeSpec,
    FindingList,
    ImageAnnotations,
    LabelSpec,
    ShapeAnnotation,
)
from yard.datasets.texts import shown

WHOLE_MAX = (1 << 31) - 1  # what a database's integer holds
ATTRIBUTE_NAME_MAX_CHARACTERS = 1024
META_SECTIONS = ("task", "project", "job")


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
        for element in CvatStream(self._source, self._file):
            if element.tag == "image":
                image = self._image(element)
                if image is not None:
                    yield image
            elif element.tag == "meta":
                self._read_meta(element)
            elif element.tag == "track":
                self._refuse_track(element)

    def check(self) -> Iterator[None]:
        """Iterate to know whether the file can be read to its end, in less time than reading its shapes takes.

        Raises ``NotCvat`` (while iterating) where reading would. Use another document to read.
        """
        for element in CvatStream(self._source, self._file):
            if element.tag == "meta":
                self._read_meta(element)
            elif element.tag == "image" and not self.declares_labels:
                self._image(element)  # its labels count
            yield

    # --- meta ---------------------------------------------------------------------------------------------------------

    def _read_meta(self, meta: Element) -> None:
        for section in META_SECTIONS:
            for label in meta.find(section, "labels", "label"):
                spec = _label_spec(label)
                # A label with a parent is a joint of a skeleton, not a class of its own.
                if any(label.find("parent")) or not spec.name:
                    continue
                if len(spec.name) > LABEL_MAX_CHARACTERS:
                    self.lossless = False
                    self.findings.error(
                        "annotations.label_too_long",
                        f"A label was left out: its name is longer than {LABEL_MAX_CHARACTERS} characters.",
                        line=label.line,
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
            f"A track ({shown(track.attributes.get('label') or 'without a label')}) was left out: tracks belong to "
            "videos.",
            line=track.line,
            hint='Export the task in the format "CVAT for images 1.1" instead of "CVAT for video 1.1".',
        )

    # --- images and shapes --------------------------------------------------------------------------------------------

    def _image(self, element: Element) -> ImageAnnotations | None:
        line, get = element.line, element.attributes.get
        name = get("name")
        if not name:
            self.lossless = False
            self.findings.error("annotations.image_unnamed", "An image without a name was left out.", line=line)
            return None
        image = ImageAnnotations(name, _size(get("width")), _size(get("height")), get("subset") or "", line)
        add = image.shapes.append
        for child in element.children:
            shape = self._shape(child, name)
            if shape is not None:
                add(shape)
        return image

    def _shape(self, element: Element, image: str) -> ShapeAnnotation | None:
        get = element.attributes.get
        tag = element.tag
        try:
            if tag not in GEOMETRIES:
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
                GEOMETRIES[tag](element),
                _attributes(element) if element.children else {},
                0 if z_order == "0" else _bounded("z_order", z_order),
                get("occluded") == "1",
                get("source", ""),
                0 if group == "0" else _bounded("group_id", group),
                element.line,
            )
        except ValueError as error:  # of ours, BadShape
            self._leave_out(element, image, error)
            return None
        if tag == "box":
            box = shape.geometry
            if box["x1"] > box["x2"] or box["y1"] > box["y2"]:
                self._straighten(shape, image)
        elif tag == "skeleton" and any(element.find("points", "attribute")):
            self.findings.warning(
                "annotations.joint_attributes",
                f"Attributes of the joints of a skeleton of {shown(image)} were left out; those of the skeleton were "
                "taken.",
                line=shape.line,
            )
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
        self.findings.error(
            "annotations.bad_shape",
            f"A {shown(element.tag, 80)} of {shown(image)} was left out: {error}.",
            line=element.line,
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


def _size(text: str | None) -> int:
    try:
        return max(int(text or 0), 0)
    except ValueError:
        return 0


def _label_spec(label: Element) -> LabelSpec:
    return LabelSpec(
        name=label.text_of("name"),
        color=_color(label.text_of("color")),
        type=label.text_of("type") or "any",
        attributes=[
            AttributeSpec(
                name=found.text_of("name"),
                mutable=found.text_of("mutable").lower() == "true",
                input_type=found.text_of("input_type") or "text",
                default_value=found.text_of("default_value"),
                values=found.text_of("values").splitlines(),
            )
            for found in label.find("attributes", "attribute")
        ],
    )


def _color(text: str) -> str:
    digits = text.removeprefix("#")
    well_formed = text.startswith("#") and len(digits) == 6 and all(c in "0123456789abcdefABCDEF" for c in digits)
    return text.lower() if well_formed else ""


def _attributes(element: Element) -> dict[str, str]:
    found = {each.attributes.get("name", ""): each.text for each in element.find("attribute")}
    if any(len(name) > ATTRIBUTE_NAME_MAX_CHARACTERS for name in found):
        raise BadShape(f"the name of an attribute is longer than {ATTRIBUTE_NAME_MAX_CHARACTERS} characters")
    return found


def _bounded(name: str, text: str) -> int:
    try:
        value = int(text or 0)
    except ValueError:
        raise BadShape(f"{name} is {shown(text, 40)!r}, which is no whole number within bounds") from None
    if not -WHOLE_MAX <= value <= WHOLE_MAX:
        raise BadShape(f"{name} is {text[:40]}, which is out of all bounds")
    return value
