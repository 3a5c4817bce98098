"""Checking that an image is one, and making its thumbnail.

Coordinates of shapes are in the image as people see it: turned by its EXIF orientation, as browsers, CVAT and OpenCV
show it. Width and height here, and the thumbnail, are of that upright image.
"""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from yard.core.errors import InvalidInput

# Pillow's name of a format → its media type. What is not here (SVG, PDF, HTML, …) is refused, whatever its name.
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with a second picture behind it, as phones make them
    "PNG": "image/png",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
}
FORMATS = tuple(name for name in MEDIA_TYPES if name != "MPO")  # Pillow finds those out by itself
SUFFIXES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".jfif": "image/jpeg", ".png": "image/png",
    ".bmp": "image/bmp", ".webp": "image/webp", ".tif": "image/tiff", ".tiff": "image/tiff", ".gif": "image/gif",
}  # fmt: skip
SUFFIX_OF = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/bmp": ".bmp", "image/webp": ".webp", "image/tiff": ".tif",
    "image/gif": ".gif",
}  # fmt: skip
THUMBNAIL_SIDE = 320
THUMBNAIL_MEDIA_TYPE = "image/webp"
# Above this an image is not decoded whole just to see whether it is complete; a JPEG always is, at an eighth.
DECODE_MAX_PIXELS = 100_000_000
_EXIF_ORIENTATION = 0x0112
_TURNED = {5, 6, 7, 8}
# A thumbnail of a huge image takes gigabytes while it is made, so only a few are made at once.
_decoding = threading.BoundedSemaphore(2)


class NotAnImage(InvalidInput):
    """It is no image that can be used; the message is a sentence without the file's name."""

    code = "not_an_image"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Width and height in pixels, upright; ``turned`` when the file asks to be shown rotated or mirrored."""

    width: int
    height: int
    media_type: str
    turned: bool


def inspect_image(file: IO[bytes]) -> ImageFacts:
    """What the image is, after decoding it to see that it is complete.

    Raises ``NotAnImage`` for anything that is not a whole image of a known format within the pixel limit.
    """
    try:
        with _open(file) as image:
            orientation = _orientation(image)
            width, height = image.size
            _check_pixels(width, height)
            media_type = MEDIA_TYPES[image.format or ""]
            _decode(image)
    except NotAnImage:
        raise
    except Exception as error:  # Pillow's decoders raise nearly everything on hostile input
        raise NotAnImage(f"it is cut off or damaged ({_reason(error)})") from error
    if orientation in _TURNED:
        width, height = height, width
    return ImageFacts(width, height, media_type, orientation != 1)


def make_thumbnail(file: IO[bytes]) -> bytes:
    """A WebP of at most 320 px a side, upright, without metadata. Raises ``NotAnImage``."""
    try:
        with _decoding, _open(file) as image:
            _check_pixels(*image.size)
            image.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
            small = _eight_bit(image)
            small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
            upright = ImageOps.exif_transpose(small)
            target = io.BytesIO()
            upright.save(target, "WEBP", quality=80, method=2, exif=b"")
            return target.getvalue()
    except NotAnImage:
        raise
    except Exception as error:
        raise NotAnImage(f"it is cut off or damaged ({_reason(error)})") from error


def _open(file: IO[bytes]) -> Pillow.Image:
    with warnings.catch_warnings():
        # Our own limit decides; Pillow's warning about large images would only be noise (or, as an error, a crash).
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        try:
            return Pillow.open(file, formats=FORMATS)
        except Pillow.DecompressionBombError:
            raise NotAnImage(f"it has more than {settings.IMAGE_MAX_PIXELS} pixels, which is the limit here") from None
        except UnidentifiedImageError:
            raise NotAnImage("it is no image of a known format (JPEG, PNG, BMP, WebP, TIFF or GIF)") from None


def _check_pixels(width: int, height: int) -> None:
    if width * height > settings.IMAGE_MAX_PIXELS:
        raise NotAnImage(
            f"it has {width} x {height} pixels; at most {settings.IMAGE_MAX_PIXELS} in all are allowed here"
        )
    if not width or not height:
        raise NotAnImage("it has no pixels")


def _orientation(image: Pillow.Image) -> int:
    try:
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # damaged metadata of an intact image
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _decode(image: Pillow.Image) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if image.format in ("JPEG", "MPO"):
            image.draft(None, (max(image.width // 8, 1), max(image.height // 8, 1)))
            image.load()
        elif image.width * image.height <= DECODE_MAX_PIXELS:
            image.load()
        else:
            image.verify()


def _eight_bit(image: Pillow.Image) -> Pillow.Image:
    """The image in a mode WebP can hold; 16-bit grey values are scaled, not cut off."""
    if image.mode.startswith("I") or image.mode == "F":
        low, high = image.getextrema()
        scale = 255 / ((high - low) or 1)  # type: ignore[operator]
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")  # type: ignore[operator]
    if image.mode in ("RGB", "RGBA"):
        return image.copy()
    return image.convert("RGBA" if "transparency" in image.info or image.mode in ("LA", "PA") else "RGB")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".") or type(error).__name__
