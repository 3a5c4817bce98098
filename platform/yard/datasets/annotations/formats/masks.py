"""Masks as PNG: images whose pixels are classes (``SegmentationClass``) and instances (``SegmentationObject``).

The layout of Pascal VOC and datumaro; ``labelmap.txt`` names the classes in the order of their numbers, with colours
where a class has one, else those of VOC's colour map. A pixel of 0 (or black) is background, 255 in VOC's own files (or
its pale colour) is the border that counts for nothing.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from yard.datasets.annotations.formats import geometry, rle
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
from yard.datasets.annotations.formats.fitting import fitted
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.formats.parts import part_named, part_of_path
from yard.datasets.annotations.formats.stems import Stems
from yard.datasets.annotations.formats.voc import names_listed
from yard.datasets.annotations.types import Geometry, ImageAnnotations, ShapeAnnotation
from yard.datasets.images import MaskRegion, NotAnImage, read_mask
from yard.datasets.texts import shown

if TYPE_CHECKING:
    from PIL import Image as Pillow

HOLDS = Holds(kinds=frozenset({"mask", "box", "polygon", "ellipse"}), turned=True, split=True, needs_size=True)
CLASS_FOLDERS = {"segmentationclass", "segmentationclassraw", "segmentationclasspng"}
OBJECT_FOLDERS = {"segmentationobject"}
FOLDERS = CLASS_FOLDERS | OBJECT_FOLDERS | {"masks", "mask", "labels", "annotations", "segmentation"}
MASK_SUFFIXES = (".png", ".bmp", ".tif", ".tiff")
BORDER = (224, 224, 192)
LABELMAP = "labelmap.txt"
TEXT_MAX_BYTES = 4 << 20
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


class MasksDocument(Reading):
    """The masks of one data set: each instance is a mask; without instances, each class on an image is one."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._names: list[str] = []
        self._colors: dict[Color, int] = {}
        self._parts: dict[str, str] = {}

    def __iter__(self) -> Iterator[ImageAnnotations]:
        classes: dict[str, LabelFile] = {}
        objects: dict[str, LabelFile] = {}
        for file in self.source.files:
            if file.path.casefold().endswith(".txt"):
                self._read_text(file)
            else:
                where = objects if _folder(file.path) in OBJECT_FOLDERS else classes
                where[f"{part_of_path(file.path)}/{_stem(file.path)}"] = file
        for name in self._names[1:]:
            try:
                self.label(name)
            except BadShape as error:
                self.findings.error("annotations.bad_label", f"A class was left out: {error}.")
        for key in sorted(classes | objects):
            image = self._image(key, classes.get(key), objects.get(key))
            if image is not None:
                yield image

    def _read_text(self, file: LabelFile) -> None:
        if file.size > TEXT_MAX_BYTES:
            return
        with file.open() as stream:
            lines = stream.read(TEXT_MAX_BYTES).decode("utf-8", "replace").splitlines()
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

    def _image(self, key: str, classes: LabelFile | None, objects: LabelFile | None) -> ImageAnnotations | None:
        file = classes or objects
        assert file is not None
        self.findings.file = file.path
        picture = self.source.pictures.find(file.path)
        stem = _stem(file.path)
        image = ImageAnnotations(picture.name if picture else stem, line=1)
        image.subset = part_of_path(file.path) or self._parts.get(stem, "")
        try:
            width, height, kinds = _regions(file)
            image.width, image.height = width, height
            instances: list[MaskRegion] = []
            if objects is not None and classes is not None:
                other_width, other_height, instances = _regions(objects)
                if (other_width, other_height) != (width, height):
                    raise Unreadable(f"its instances have {other_width} x {other_height} pixels, its classes others")
        except (NotAnImage, Unreadable) as error:
            self.findings.error("annotations.unreadable", f"The mask {shown(file.path)} was left out: {error.message}.")
            return None
        self._add(image, kinds, instances, file)
        return image

    def _add(
        self, image: ImageAnnotations, kinds: Sequence[MaskRegion], instances: Sequence[MaskRegion], file: LabelFile
    ) -> None:
        numbers = [(self._class_of(region), region) for region in kinds if not _is_border(region)]
        numbers = [(number, region) for number, region in numbers if number]
        found = [(_class_at(instance, numbers), instance) for instance in instances if _number_of(instance)]
        for number, region in found or numbers:
            if _is_border(region):
                continue
            try:
                label = self._label_of(number)
            except BadShape as error:
                self.left_out("A mask", shown(image.name), str(error), file=file.path)
                continue
            image.shapes.append(ShapeAnnotation("mask", label, region.geometry, line=1))

    def _class_of(self, region: MaskRegion) -> int:
        if region.color is not None and region.color in self._colors:
            return self._colors[region.color]
        return _number_of(region)

    def _label_of(self, number: int | None) -> str:
        if number is None:
            raise BadShape("its pixels have no class")
        if self._names and number >= len(self._names):
            raise BadShape(f"there is no class {number}; {len(self._names)} are named")
        return self.label(self._names[number] if self._names else f"class {number}")


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
    with tempfile.TemporaryFile() as copy, file.open() as stream:
        while part := stream.read(1 << 20):
            copy.write(part)
        copy.seek(0)
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
        kinds, instances = _drawn(image, shapes, classes, export.losses)
        yield Written(f"SegmentationClass/{stem}.png", (kinds,))
        yield Written(f"SegmentationObject/{stem}.png", (instances,))
    for part, names in sorted(lists.items()):
        yield Written(f"ImageSets/Segmentation/{part}.txt", (("\n".join(names) + "\n").encode(),))
    lines = [f"{shown(name)}:{','.join(map(str, voc_color(index)))}::" for name, index in classes.items()]
    head = "# label:color_rgb:parts:actions\nbackground:0,0,0::\n"
    yield Written(LABELMAP, ((head + "".join(f"{line}\n" for line in lines)).encode(),))


def _drawn(
    image: ImageAnnotations, shapes: list[ShapeAnnotation], classes: dict[str, int], losses: Losses
) -> tuple[bytes, bytes]:
    """The PNGs of classes and instances, later shapes over earlier ones (higher ``z_order`` last)."""
    from PIL import Image as Pillow

    size = (image.width, image.height)
    kinds, instances = Pillow.new("P", size), Pillow.new("P", size)
    ordered = sorted(shapes, key=lambda shape: shape.z_order)
    covered = Pillow.new("1", size)
    for number, shape in enumerate(ordered, 1):
        label = classes[shape.label]
        if number > INDEX_MAX - 1 or label > INDEX_MAX - 1:
            losses.add("too_many_masks", image=image.name, message=f"A {shape.kind} ({shape.label}).")
            continue
        stencil = _stencil(shape, size)
        box = stencil.getbbox() if stencil is not None else None
        if stencil is None or box is None:
            losses.add("empty_shape" if stencil is not None else "too_large", image=image.name)
            continue
        if shape.kind != "mask":
            losses.add("to_mask", image=image.name, message=f"A {shape.kind} ({shape.label}).")
        _note_covered(covered, stencil, box, image, losses)
        kinds.paste(label, mask=stencil)
        instances.paste(number, mask=stencil)
    return _png(kinds), _png(instances)


def _note_covered(
    covered: Pillow.Image,
    stencil: Pillow.Image,
    box: tuple[int, int, int, int],
    image: ImageAnnotations,
    losses: Losses,
) -> None:
    from PIL import ImageChops

    here = stencil.crop(box)
    there = covered.crop(box)
    if ImageChops.logical_and(here, there).getbbox() is not None:
        losses.add("covered", image=image.name)
    covered.paste(ImageChops.logical_or(here, there), box[:2])


def _stencil(shape: ShapeAnnotation, size: tuple[int, int]) -> Pillow.Image | None:
    """White where the shape is; None for a mask that is too large."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    stencil = Pillow.new("1", size)
    found = shape.geometry
    if shape.kind == "mask":
        try:
            pixels = rle.unfold(found["rle"], found["width"] * found["height"])
        except BadShape:
            return None
        own = Pillow.frombytes("L", (found["width"], found["height"]), pixels.replace(b"\1", b"\xff"))
        stencil.paste(own.convert("1", dither=Pillow.Dither.NONE), (found["left"], found["top"]))
        return stencil
    points = _outline(shape.kind, found)
    # A pixel is covered when its middle is: corners are moved by half a pixel, since Pillow counts from the middle.
    ImageDraw.Draw(stencil).polygon([(x - 0.5, y - 0.5) for x, y in points], fill=1)
    return stencil


def _outline(kind: str, found: Geometry) -> Sequence[Sequence[float]]:
    if kind == "box":
        return geometry.corners_of_box(found)
    if kind == "ellipse":
        return geometry.corners_of_ellipse(found)
    points: Sequence[Sequence[float]] = found["points"]
    return points


def _png(image: Any) -> bytes:
    image.putpalette([side for index in range(256) for side in voc_color(index)])
    target = io.BytesIO()
    image.save(target, "PNG", optimize=False)
    return target.getvalue()


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
