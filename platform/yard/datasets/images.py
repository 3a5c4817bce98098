"""Checking that an image is one, and making its thumbnail.

Coordinates of shapes are in the image as people see it: turned by its EXIF orientation, as browsers, CVAT and OpenCV
show it. Width and height here, and the thumbnail, are of that upright image. Nothing of an image is decoded in this
process; see ``decoder``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from yard.core.errors import InvalidInput
from yard.datasets.decoder import Beat, DecoderFailed, decode

# The name of a format → its media type. What is not here (SVG, PDF, HTML, …) is refused, whatever its name.
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
}
SUFFIXES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".jfif": "image/jpeg", ".png": "image/png",
    ".bmp": "image/bmp", ".webp": "image/webp", ".tif": "image/tiff", ".tiff": "image/tiff", ".gif": "image/gif",
}  # fmt: skip
SUFFIX_OF = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/bmp": ".bmp", "image/webp": ".webp", "image/tiff": ".tif",
    "image/gif": ".gif",
}  # fmt: skip
THUMBNAIL_MEDIA_TYPE = "image/webp"


class NotAnImage(InvalidInput):
    """It is no image that can be used; the message is a sentence without the file's name."""

    code = "not_an_image"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of an image.

    Attributes:
        width: Pixels, upright.
        height: Pixels, upright.
        media_type: What it is, whatever its name says.
        turned: The file asks to be shown rotated or mirrored.
        several: It has more frames or pages than the first, which is the one that counts.
        orientation: EXIF's: 1 upright, 2 to 8 turned or mirrored.
        perceptual_hash: 64 bits as a signed number; few of them differ between images that look alike.
    """

    width: int
    height: int
    media_type: str
    turned: bool
    several: bool = False
    orientation: int = 1
    perceptual_hash: int | None = None


def inspect_image(file: IO[bytes], *, beat: Beat | None = None) -> ImageFacts:
    """What the image is, after decoding it to see that it is complete; ``beat`` is called now and then meanwhile.

    Raises:
        NotAnImage: It is no whole image of a known format within the limits.
        Unavailable: Images cannot be opened now.
    """
    found = _answer("inspect", file, beat=beat)
    return ImageFacts(
        width=found["width"],
        height=found["height"],
        media_type=MEDIA_TYPES[found["format"]],
        turned=found["orientation"] != 1,
        several=found["several"],
        orientation=found["orientation"] or 1,
        perceptual_hash=found["hash"],
    )


@dataclass(frozen=True, slots=True)
class MaskRegion:
    """Where a mask's pixels have one value: that (None for colours), the colour (None: no palette), and the place."""

    value: int | None
    color: tuple[int, int, int] | None
    geometry: dict[str, Any]

    def covers(self, at: int) -> bool:
        """Whether the pixel with this number, row by row within the region's box, is one of them."""
        for index, run in enumerate(self.geometry["rle"]):
            if at < run:
                return bool(index % 2)
            at -= run
        return False


def read_mask(file: IO[bytes]) -> tuple[int, int, list[MaskRegion]]:
    """Width, height, and the regions of equal pixels that are no background. Raises ``NotAnImage``, ``Unavailable``."""
    with tempfile.TemporaryFile() as target:
        size = _answer("mask", file, target)
        target.seek(0)
        regions = []
        for line in target:
            found = json.loads(line)
            value, color = found.pop("value"), found.pop("color")
            regions.append(MaskRegion(value, tuple(color) if color else None, found))
    return size["width"], size["height"], regions


@dataclass(frozen=True, slots=True)
class DrawnMasks:
    """Two indexed PNGs of shapes, and what became of some of these, by their places in the list.

    Attributes:
        kinds: A PNG of their labels' numbers.
        instances: A PNG of their own, from 1.
        covering: Those that lie over others.
        hidden: Those that others cover wholly.
        empty: Those that cover no pixel by themselves.
    """

    kinds: bytes
    instances: bytes
    covering: set[int]
    hidden: set[int]
    empty: set[int]


def draw_masks(width: int, height: int, shapes: Sequence[dict[str, Any]], palette: Sequence[int]) -> DrawnMasks:
    """The shapes drawn, later ones over earlier.

    Args:
        width: Pixels.
        height: Pixels.
        shapes: Each with a ``label`` (1 to 255), and either ``points`` (corners in pixels) or ``left``, ``top``,
            ``width``, ``height`` and ``rle`` (run lengths row by row, background first). At most 255.
        palette: Red, green and blue of each index.

    Raises:
        NotAnImage: More pixels, memory or time than allowed.
        Unavailable: Images cannot be made now.
    """
    with tempfile.TemporaryFile() as request, tempfile.TemporaryFile() as kinds, tempfile.TemporaryFile() as instances:
        asked = {"width": width, "height": height, "shapes": shapes, "palette": palette}
        request.write(json.dumps(asked).encode())
        found = _answer("draw", request, kinds, instances)
        kinds.seek(0)
        instances.seek(0)
        told = (set(found[what]) for what in ("covering", "hidden", "empty"))
        return DrawnMasks(kinds.read(), instances.read(), *told)


def size_of_image(file: IO[bytes]) -> tuple[int, int]:
    """Width and height upright, by the image's header alone. Raises ``NotAnImage``, ``Unavailable``."""
    found = _answer("size", file)
    return found["width"], found["height"]


def make_thumbnail(file: IO[bytes]) -> bytes:
    """A WebP of at most 320 px a side, upright, without metadata. Raises ``NotAnImage``, ``Unavailable``."""
    with tempfile.TemporaryFile() as target:
        _answer("thumbnail", file, target)
        target.seek(0)
        return target.read()


def make_upright(file: IO[bytes], target: IO[bytes]) -> None:
    """The image in its own format into ``target`` (a real file), turned as its EXIF orientation asks, without metadata.

    Raises ``NotAnImage``, ``Unavailable``.
    """
    _answer("upright", file, target)


def _answer(what: str, file: IO[bytes], *targets: IO[bytes], beat: Beat | None = None) -> dict[str, Any]:
    try:
        found = decode(what, file, *targets, beat=beat)
    except DecoderFailed as error:
        raise NotAnImage(str(error)) from error
    if "why" in found:
        raise NotAnImage(found["why"])
    return found
