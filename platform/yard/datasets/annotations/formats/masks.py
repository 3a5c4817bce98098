"""Masks as PNG: images whose pixels are classes (``SegmentationClass``) and instances (``SegmentationObject``).

The layout of Pascal VOC and datumaro; ``labelmap.txt`` names the classes in the order of their numbers, with colours
where a class has one, else those of VOC's colour map. A pixel of 0 (or black) is background, 255 in VOC's own files (or
its pale colour) is the border that counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from yard.datasets.annotations.formats import geometry
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
)
from yard.datasets.annotations.formats.content import copied, lines_of
from yard.datasets.annotations.formats.fitting import EDGE, fitted
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.parts import names_listed, part_named, part_of_path
from yard.datasets.annotations.formats.rle import TooManyPixels
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation
from yard.datasets.images import MaskRegion, NotAnImage, draw_masks, read_mask
from yard.datasets.texts import shown

HOLDS = Holds(kinds=frozenset({"mask", "box", "polygon", "ellipse"}), turned=True, split=True, needs_size=True)
CLASS_FOLDERS = {"segmentationclass", "segmentationclassraw", "segmentationclasspng"}
OBJECT_FOLDERS = {"segmentationobject"}
FOLDERS = CLASS_FOLDERS | OBJECT_FOLDERS | {"masks", "mask", "labels", "annotations", "segmentation"}
MASK_SUFFIXES = (".png", ".bmp", ".tif", ".tiff")
BORDER = (224, 224, 192)
LABELMAP = "labelmap.txt"
MASK_MAX_BYTES = 256 << 20
INDEX_MAX = 255
Color = tuple[int, int, int]


def voc_color(index: int) -> Color:
    """The colour of a number: its bits dealt out to red, green and blue (VOC2012 development kit)."""
    red = green = blue = 0
    for place in range(8):
        red |= (index >> 0 & 1) << 7 - place
        green |= (index >> 1 & 1) << 7 - place
        blue |= (index >> 2 & 1) << 7 - place
        index >>= 3
    return red, green, blue


_PALETTE = [side for index in range(256) for side in voc_color(index)]
_INDEX_OF = {voc_color(index): index for index in range(256)}


def masks_among(images: Sequence[LabelFile]) -> list[LabelFile]:
    """Those that lie in a folder for masks, while an image of the same name lies elsewhere or the folder is VOC's."""
    found = [file for file in images if _is_mask(file.path)]
    if not found:
        return []
    others = {_stem(file.path) for file in images if not _is_mask(file.path)}
    return [
        file for file in found if _folder(file.path) in CLASS_FOLDERS | OBJECT_FOLDERS or _stem(file.path) in others
    ]


def _is_mask(path: str) -> bool:
    return _folder(path) in FOLDERS and path.casefold().endswith(MASK_SUFFIXES)


def _folder(path: str) -> str:
    parts = path.casefold().split("/")[:-1]
    # masks/train/a.png, and SegmentationClass/a.png
    return next((part for part in reversed(parts[-2:]) if part in FOLDERS), "")


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the masks of one image show.

    Attributes:
        path: Of the mask, for what is said about it.
        width: Pixels.
        height: Pixels.
        classes: The number of a class, and where it is.
        objects: The number of an object, that of its class (None: not told), and where it is.
    """

    path: str
    width: int
    height: int
    classes: Sequence[tuple[int, MaskRegion]]
    objects: Sequence[tuple[int, int | None, MaskRegion]]


class MasksDocument(Reading):
    """The masks of one data set: each instance is a mask; without instances, each class on an image is one."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._names: list[str] = []
        self._colors: dict[Color, int] = {}
        self._parts: dict[str, str] = {}
        self._classes: dict[str, LabelFile] = {}
        self._objects: dict[str, LabelFile] = {}

    def __iter__(self) -> Iterator[ImageAnnotations]:
        yield from self.images(self.keys())

    def keys(self) -> list[str]:
        """The images that have masks, each by a text of its own (see ``key_of``). Reads the lists of classes."""
        for file in self.source.files:
            if file.path.casefold().endswith(".txt"):
                self._read_text(file)
            else:
                where = self._objects if _folder(file.path) in OBJECT_FOLDERS else self._classes
                where[key_of(file.path)] = file
        for name in self._names[1:]:
            try:
                self.label(name)
            except BadShape as error:
                self.findings.error("annotations.bad_label", f"A class was left out: {error}.")
        return sorted(self._classes | self._objects)

    def images(self, keys: Iterable[str]) -> Iterator[ImageAnnotations]:
        """These images with a shape for each object, or for each class where objects are not told apart."""
        for key in keys:
            drawn = self.drawn(key)
            if drawn is None:
                continue
            picture = self.source.pictures.find(drawn.path)
            stem = _stem(drawn.path)
            image = ImageAnnotations(picture.name if picture else stem, drawn.width, drawn.height, line=1)
            image.subset, image.file = part_of_path(drawn.path) or self._parts.get(stem, ""), drawn.path
            for number, region in drawn.classes if not drawn.objects else [found[1:] for found in drawn.objects]:
                self.add(image, number, region, drawn.path)
            yield image

    def add(self, image: ImageAnnotations, number: int | None, region: MaskRegion, path: str) -> None:
        """One more mask of the class with this number, or what is wrong with it."""
        try:
            label = self.label_of(number)
        except BadShape as error:
            self.left_out("A mask", shown(image.name), str(error), file=path)
            return
        image.shapes.append(ShapeAnnotation("mask", label, region.geometry, line=1))

    def label_of(self, number: int | None) -> str:
        """The class with this number. Raises ``BadShape``."""
        if number is None:
            raise BadShape("its pixels have no class")
        if self._names and number >= len(self._names):
            raise BadShape(f"there is no class {number}; {len(self._names)} are named")
        return self.label(self._names[number] if self._names else f"class {number}")

    def drawn(self, key: str) -> Drawn | None:
        """What the masks of this image show; None, with a finding, when they cannot be read."""
        classes, objects = self._classes.get(key), self._objects.get(key)
        file = classes or objects
        assert file is not None
        self.findings.file = file.path
        try:
            width, height, regions = _regions(file)
            if any(_is_border(region) for region in regions):
                self.losses.add("border_read", file=file.path)
            kinds = [(self._class_of(region), region) for region in regions if not _is_border(region)]
            kinds = [(number, region) for number, region in kinds if number]
            if objects is None:
                return Drawn(file.path, width, height, kinds, ())
            if classes is None:
                return Drawn(file.path, width, height, (), [(_number_of(one), None, one) for one in _apart(regions)])
            other_width, other_height, instances = _regions(objects)
            if (other_width, other_height) != (width, height):
                raise Unreadable(f"its instances have {other_width} x {other_height} pixels, its classes others")
        except (NotAnImage, Unreadable) as error:
            self.findings.error("annotations.unreadable", f"The mask {shown(file.path)} was left out: {error.message}.")
            return None
        found = [(_number_of(one), _class_at(one, kinds), one) for one in _apart(instances)]
        return Drawn(file.path, width, height, kinds, found)

    def _read_text(self, file: LabelFile) -> None:
        try:
            lines = lines_of(file)
        except Unreadable as error:
            self.left_out_file(file, error)
            return
        name = file.path.rsplit("/", 1)[-1].casefold()
        if name != LABELMAP:
            part = part_named(name.removesuffix(".txt"))
            if part:
                self._parts |= {stem: part for line in lines for stem in names_listed(line)}
            return
        for line in lines:
            label, _, rest = line.partition(":")
            if line.startswith("#") or not label.strip():
                continue
            color = _color(rest.partition(":")[0])
            if color is not None:
                self._colors[color] = len(self._names)
            self._names.append(label.strip())

    def _class_of(self, region: MaskRegion) -> int:
        if region.color is not None and region.color in self._colors:
            return self._colors[region.color]
        return _number_of(region)


def key_of(path: str) -> str:
    """What tells the image that a file belongs to: its part of the split, and its name without ending."""
    return f"{part_of_path(path)}/{_stem(path)}"


def _apart(regions: Sequence[MaskRegion]) -> list[MaskRegion]:
    """The objects among the regions."""
    return [region for region in regions if _number_of(region) and not _is_border(region)]


def _number_of(region: MaskRegion) -> int:
    """The number that the pixels stand for: their value, or that of their colour; 0: background."""
    if region.value is not None:
        return region.value
    color = region.color or (0, 0, 0)
    return _INDEX_OF.get(color, color[0] << 16 | color[1] << 8 | color[2])


def _is_border(region: MaskRegion) -> bool:
    return region.color == BORDER or (region.value == INDEX_MAX and region.color in (BORDER, None))


def _class_at(instance: MaskRegion, classes: Sequence[tuple[int, MaskRegion]]) -> int | None:
    """The class of the instance's first pixel."""
    mask = instance.geometry
    row, column = divmod(mask["rle"][0], mask["width"])
    x, y = mask["left"] + column, mask["top"] + row
    for number, region in classes:
        found = region.geometry
        column, row = x - found["left"], y - found["top"]
        if 0 <= column < found["width"] and 0 <= row < found["height"]:
            at = row * found["width"] + column
            if region.covers(at):
                return number
    return None


def _regions(file: LabelFile) -> tuple[int, int, list[MaskRegion]]:
    if file.size > MASK_MAX_BYTES:
        raise Unreadable(f"it has {file.size} bytes; at most {MASK_MAX_BYTES} are allowed")
    with copied(file) as copy:
        return read_mask(copy)


def _color(text: str) -> Color | None:
    parts = text.split(",")
    if len(parts) != 3 or not all(
        part.strip().isascii() and part.strip().isdecimal() and len(part) < 6 for part in parts
    ):
        return None
    red, green, blue = (min(int(part), 255) for part in parts)
    return red, green, blue


# --- writing ----------------------------------------------------------------------------------------------------------


def write_masks(export: Export) -> Iterator[Written]:
    """``SegmentationClass/….png`` and ``SegmentationObject/….png`` with VOC's colours, ``labelmap.txt``, lists."""
    classes = {label.name: index for index, label in enumerate(export.labels, 1)}
    stems = Stems(export.losses)
    lists: dict[str, list[str]] = {}
    for image, shapes in fitted(export, HOLDS):
        stem, suffix = stems.of(image.name)
        lists.setdefault(image.subset or "default", []).append(stem)
        yield Written(f"JPEGImages/{stem}{suffix}", image=image.name)
        if not shapes:
            continue
        drawn = _drawn(image, shapes, classes, export.losses)
        if drawn is None:
            continue
        yield Written(f"SegmentationClass/{stem}.png", (drawn[0],))
        yield Written(f"SegmentationObject/{stem}.png", (drawn[1],))
    for part, names in sorted(lists.items()):
        yield Written(f"ImageSets/Segmentation/{part}.txt", (("\n".join(names) + "\n").encode(),))
    lines = [f"{shown(name)}:{','.join(map(str, voc_color(index)))}::" for name, index in classes.items()]
    head = "# label:color_rgb:parts:actions\nbackground:0,0,0::\n"
    yield Written(LABELMAP, ((head + "".join(f"{line}\n" for line in lines)).encode(),))


def _drawn(
    image: ImageAnnotations, shapes: list[ShapeAnnotation], classes: dict[str, int], losses: Losses
) -> tuple[bytes, bytes] | None:
    """The PNGs of classes and instances, later shapes over earlier ones (higher ``z_order`` last).

    None for an image that is too large to be drawn.
    """
    ordered = [shape for shape in sorted(shapes, key=lambda shape: shape.z_order) if classes[shape.label] < INDEX_MAX]
    ordered, more = ordered[: INDEX_MAX - 1], ordered[INDEX_MAX - 1 :]
    for shape in [*(shape for shape in shapes if classes[shape.label] >= INDEX_MAX), *more]:
        losses.add("too_many_masks", image=image.name, message=f"A {shape.kind} ({shape.label}).")
    outlined = [_outlined(shape, classes[shape.label]) for shape in ordered]
    try:
        drawn = draw_masks(image.width, image.height, outlined, _PALETTE)
    except NotAnImage as error:
        for _ in ordered:
            losses.add("too_large", image=image.name, message=error.message)
        return None
    for number, shape in enumerate(ordered):
        if number in drawn.empty:
            code = "outside" if _is_outside(_reach(outlined[number], image), image) else "empty_shape"
            losses.add(code, image=image.name, line=shape.line, message=f"A {shape.kind} ({shape.label}).")
            continue
        if number in drawn.hidden:
            losses.add("hidden", image=image.name, message=f"A {shape.kind} ({shape.label}).")
        elif shape.kind != "mask":
            losses.add("to_mask", image=image.name, message=f"A {shape.kind} ({shape.label}).")
        if number in drawn.covering:
            losses.add("covered", image=image.name)
        if number not in drawn.hidden:
            _tell_cut(shape, _reach(outlined[number], image), image, losses)
    return drawn.kinds, drawn.instances


def _tell_cut(shape: ShapeAnnotation, reach: geometry.Bounds, image: ImageAnnotations, losses: Losses) -> None:
    """Tell of a shape that reaches outside of its image, and so was cut: there are no pixels to draw it on."""
    if _is_inside(reach, image):
        return
    left, top, right, bottom = reach
    what = f"A {shape.kind} ({shape.label}). It went from {left:g}, {top:g} to {right:g}, {bottom:g}."
    losses.add("clipped", image=image.name, line=shape.line, message=what)


def _is_inside(reach: geometry.Bounds, image: ImageAnnotations) -> bool:
    left, top, right, bottom = reach
    return left >= -EDGE and top >= -EDGE and right <= image.width + EDGE and bottom <= image.height + EDGE


def _is_outside(reach: geometry.Bounds, image: ImageAnnotations) -> bool:
    left, top, right, bottom = reach
    return left >= image.width or top >= image.height or right < 0 or bottom < 0


def _reach(outlined: dict[str, Any], image: ImageAnnotations) -> geometry.Bounds:
    """left, top, right, bottom of what is to be drawn; pixels of a mask are looked at only where that matters."""
    if "points" in outlined:
        return geometry.bounds_of(outlined["points"])
    left, top = outlined["left"], outlined["top"]
    whole = float(left), float(top), float(left + outlined["width"]), float(top + outlined["height"])
    if _is_inside(whole, image):
        return whole
    try:
        return geometry.bounds_of_mask(outlined) or whole
    except TooManyPixels:
        return whole


def _outlined(shape: ShapeAnnotation, label: int) -> dict[str, Any]:
    """The shape as ``draw_masks`` takes it."""
    found = shape.geometry
    if shape.kind == "mask":
        return {"label": label, **found}
    if shape.kind == "box":
        return {"label": label, "points": geometry.corners_of_box(found)}
    if shape.kind == "ellipse":
        return {"label": label, "points": geometry.corners_of_ellipse(found)}
    return {"label": label, "points": found["points"]}


FORMAT = Format(
    "masks",
    "Masks as PNG",
    HOLDS,
    "",
    "PNGs whose pixels are classes and instances, in the folders of Pascal VOC; labelmap.txt names the classes.",
    MasksDocument,
    write_masks,
)
FORMATS = (FORMAT,)
