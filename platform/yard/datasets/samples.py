"""Sample data out of a package: scikit-learn's handwritten digits (UCI ML, 1797 real scans of 8 x 8 pixels).

``digits`` are single digits with a tag each; ``scenes`` are sheets of several digits with a box around each. The same
count always gives the same files.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image as Pillow

from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import PALETTE, ImageAnnotations, LabelSpec, ShapeAnnotation

ANNOTATIONS = "annotations.xml"
DIGIT_SIDE = 32
DIGIT_MARGIN = 4
SCENE_SIDE = 192
SCENE_DIGITS = (2, 6)
SCENE_DIGIT_SIDES = (28, 56)
PLACE_TRIES = 40
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Progress = Callable[[int, int], None]
Box = tuple[int, int, int, int]
# 8 x 8 whole numbers from 0 (paper) to 16 (ink), and the digit.
Scan = tuple[list[list[int]], int]


def write_digits(out: Path, count: int = 600, *, on_progress: Progress | None = None) -> Path:
    """A folder of PNG files of one digit each (32 x 32, dark on light), and annotations.xml with a tag each.

    The digits are balanced: as many of each as ``count`` allows. Raises ``ValueError`` unless 1 ≤ count ≤ 1797.
    """
    scans = _balanced(_scans(), count)
    annotated: list[ImageAnnotations] = []
    out.mkdir(parents=True, exist_ok=True)
    for index, (pixels, digit) in enumerate(scans):
        name = f"digit_{index:04d}_{NAMES[digit]}.png"
        _enlarged(pixels, DIGIT_SIDE).save(out / name)
        annotated.append(_entry(name, DIGIT_SIDE, [ShapeAnnotation("tag", NAMES[digit], {}, source="sample")]))
        _tell(on_progress, index + 1, count)
    _write_annotations(out, "Handwritten digits", annotated)
    return out


def write_scenes(out: Path, count: int = 200, *, on_progress: Progress | None = None) -> Path:
    """A folder of PNG files (192 x 192) of two to six digits each, and annotations.xml with a box around each digit.

    Raises ``ValueError`` for a count below 1.
    """
    if count < 1:
        raise ValueError("Write at least one scene.")
    scans = _scans()
    chance = random.Random(20_240_229)  # noqa: S311 - the same scenes every time, no secrets
    annotated: list[ImageAnnotations] = []
    out.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        name = f"scene_{index:04d}.png"
        scene, shapes = _scene(scans, chance)
        scene.save(out / name)
        annotated.append(_entry(name, SCENE_SIDE, shapes))
        _tell(on_progress, index + 1, count)
    _write_annotations(out, "Scenes of handwritten digits", annotated)
    return out


def zip_folder(folder: Path, target: Path) -> Path:
    """The folder's files as one ZIP, always the same bytes for the same files."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.iterdir()):
            if file.is_file() and file != target:
                info = zipfile.ZipInfo(file.name)  # of 1980, whenever it is packed
                info.external_attr = 0o644 << 16
                archive.writestr(info, file.read_bytes())
    return target


def _scans() -> list[Scan]:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return [
        ([[int(value) for value in row] for row in image], int(digit))
        for image, digit in zip(bunch.images, bunch.target, strict=True)
    ]


def _balanced(scans: list[Scan], count: int) -> list[Scan]:
    """The first ``count`` scans when the digits are dealt in turn."""
    if not 1 <= count <= len(scans):
        raise ValueError(f"There are {len(scans)} digits; ask for 1 to {len(scans)}.")
    piles: dict[int, Iterator[Scan]] = {
        digit: iter([scan for scan in scans if scan[1] == digit]) for digit in range(len(NAMES))
    }
    dealt: list[Scan] = []
    while len(dealt) < count:
        dealt += [scan for pile in piles.values() if (scan := next(pile, None)) is not None]
    return dealt[:count]


def _ink(pixels: list[list[int]]) -> Pillow.Image:
    """The scan as ink: 0 where the paper is, 255 where it is darkest."""
    image = Pillow.new("L", (8, 8))
    image.putdata([min(value * 16, 255) for row in pixels for value in row])
    return image


def _enlarged(pixels: list[list[int]], side: int) -> Pillow.Image:
    """The scan on light paper, with a margin: the scans themselves are cut at the ink."""
    inner = side - 2 * DIGIT_MARGIN
    ink = _ink(pixels).resize((inner, inner), Pillow.Resampling.BICUBIC)
    paper = Pillow.new("L", (side, side), 255)
    paper.paste(0, (DIGIT_MARGIN, DIGIT_MARGIN), ink)
    return paper


def _scene(scans: list[Scan], chance: random.Random) -> tuple[Pillow.Image, list[ShapeAnnotation]]:
    paper = Pillow.new("L", (SCENE_SIDE, SCENE_SIDE), chance.randint(225, 255))
    taken: list[Box] = []
    shapes: list[ShapeAnnotation] = []
    for _ in range(chance.randint(*SCENE_DIGITS)):
        pixels, digit = chance.choice(scans)
        side = chance.randint(*SCENE_DIGIT_SIDES)
        place = _place(side, taken, chance)
        if place is None:
            continue
        ink = _ink(pixels).resize((side, side), Pillow.Resampling.BICUBIC)
        paper.paste(chance.randint(0, 70), place, ink)
        taken.append((*place, place[0] + side, place[1] + side))
        shapes.append(_box_around(ink, place, NAMES[digit]))
    return paper, shapes


def _place(side: int, taken: list[Box], chance: random.Random) -> tuple[int, int] | None:
    """Somewhere free of other digits; None when chance finds nothing."""
    for _ in range(PLACE_TRIES):
        x, y = chance.randint(0, SCENE_SIDE - side), chance.randint(0, SCENE_SIDE - side)
        if all(x >= right or y >= bottom or x + side <= left or y + side <= top for left, top, right, bottom in taken):
            return x, y
    return None


def _box_around(ink: Pillow.Image, place: tuple[int, int], label: str) -> ShapeAnnotation:
    left, top, right, bottom = ink.point(lambda value: 255 if value > 40 else 0).getbbox() or (0, 0, *ink.size)
    x, y = place
    geometry = {
        "x1": float(x + left),
        "y1": float(y + top),
        "x2": float(x + right),
        "y2": float(y + bottom),
        "rotation": 0.0,
    }
    return ShapeAnnotation("box", label, geometry, source="sample")


def _entry(name: str, side: int, shapes: list[ShapeAnnotation]) -> ImageAnnotations:
    return ImageAnnotations(name, side, side, shapes=shapes)


def _write_annotations(out: Path, name: str, annotated: list[ImageAnnotations]) -> None:
    labels = [LabelSpec(label, color) for label, color in zip(NAMES, PALETTE, strict=False)]
    with (out / ANNOTATIONS).open("wb") as file:
        write_cvat(file, name=name, labels=labels, images=annotated, image_count=len(annotated))


def _tell(on_progress: Progress | None, done: int, total: int) -> None:
    if on_progress is not None:
        on_progress(done, total)
