"""The child process that opens somebody's images; started by ``datasets.decoder``, never imported by it.

Decoders are written in C and their input is hostile: what they take too long, too much memory, or their life for must
not be the worker's or the web server's. Pillow and the standard library only, since it is started often; it is given
neither settings nor connections. Each request is one packet on stdin (a socket): JSON, with the open file of the image
and, for a thumbnail, one to write to. The answer is one packet of JSON: what was asked for, ``why`` the file is no
image that can be used, or the ``error`` ``memory``.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw, PngImagePlugin, UnidentifiedImageError

# What Pillow may try; MPO (a JPEG with a second picture behind it, as phones make them) it finds out by itself.
FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "GIF")
THUMBNAIL_SIDE = 320
_HASH_FIRST = 72  # pixels a side, before the image is turned upright
# Nothing but thumbnails and the regions of masks is written, unless an image is asked for that is turned upright.
_WRITE_MAX_BYTES = 64 << 20
_WRITE_IMAGE_MAX_BYTES = 4 << 30
_MASK_COLORS_MAX = 1024
_MASK_RUNS_MAX = 5_000_000
_MASK_PIXELS_MAX = 1 << 27
_UPRIGHT_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "PNG": {},
    "WEBP": {"lossless": True},
    "TIFF": {"compression": "tiff_lzw"},
}
_REQUEST_MAX_BYTES = 4096
_MEMORY_LEAST_BYTES = 32 << 20
_HEAD_BYTES = 512
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT, 3: Pillow.Transpose.ROTATE_180, 4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE, 6: Pillow.Transpose.ROTATE_270, 7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}  # fmt: skip
_SIDEWAYS = {5, 6, 7, 8}
# Text and colour profiles of PNGs: editors write several megabytes of XMP, which Pillow's default refuses.
_PNG_TEXT_MAX_BYTES = 16 << 20
# How files begin that people take for images that we know: offset, bytes, what to say.
_KNOWN = (
    (0, b"PK\x03\x04", "it is a ZIP archive; upload it under a name that ends in .zip"),
    (0, b"Rar!", "it is a RAR archive; pack the files as a ZIP"),
    (0, b"7z\xbc\xaf", "it is a 7z archive; pack the files as a ZIP"),
    (0, b"\x1f\x8b", "it is a gzip archive; pack the files as a ZIP"),
    (0, b"%PDF", "it is a PDF document; save its pages as PNG or JPEG"),
    (4, b"ftyphei", "it is a HEIC photo; save it as JPEG"),
    (4, b"ftypmif", "it is a HEIF photo; save it as JPEG"),
    (4, b"ftypavif", "it is an AVIF image; save it as PNG or JPEG"),
    (4, b"jP  \r\n", "it is a JPEG 2000 image; save it as PNG or JPEG"),
    (0, b"8BPS", "it is a Photoshop file; save it as PNG or JPEG"),
    (128, b"DICM", "it is a DICOM file; save its frames as PNG or TIFF"),
    (0, b"II*\0", "it is a TIFF of a kind that cannot be read; save it without compression, with 8 or 16 bits"),
    (0, b"MM\0*", "it is a TIFF of a kind that cannot be read; save it without compression, with 8 or 16 bits"),
    (0, b"\xff\xd8\xff", "it begins like a JPEG, but its header is cut off or damaged"),
    (0, b"\x89PNG", "it begins like a PNG, but its header is cut off or damaged"),
    (0, b"GIF8", "it begins like a GIF, but its header is cut off or damaged"),
    (8, b"WEBP", "it begins like a WebP, but its header is cut off or damaged"),
)
_ONES = re.compile(rb"\xff+")
_UNKNOWN = "it is no image of a known format (JPEG, PNG, BMP, WebP, TIFF or GIF)"


class Refused(Exception):
    """The image cannot be used; the text says why."""


def main() -> None:
    """Answer requests until the other side is gone."""
    memory, seconds, pixels = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    _limit(memory)
    bytearray(_MEMORY_LEAST_BYTES)  # without so much nothing can be opened, which must not be told of an image
    # Our own limits decide. Pillow's would refuse large images that the operator allows, and warn about others.
    Pillow.MAX_IMAGE_PIXELS = None
    PngImagePlugin.MAX_TEXT_CHUNK = _PNG_TEXT_MAX_BYTES
    warnings.simplefilter("ignore")
    channel = socket.socket(fileno=0)
    channel.send(b'{"ready": true}')
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _REQUEST_MAX_BYTES, 3)
        if not message:
            return
        files = [open(descriptor, mode, buffering=-1) for descriptor, mode in zip(descriptors, ("rb", "wb", "wb"))]  # noqa: B905, PTH123, SIM115
        # Processor time, so that a busy machine is not the image's fault; the signal ends the process.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(json.loads(message)["do"], files, pixels)
        signal.setitimer(signal.ITIMER_PROF, 0)
        channel.send(json.dumps(answer).encode())


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITE_MAX_BYTES, _WRITE_IMAGE_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where memory is short all the same, this process is the one to end
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _answer(what: str, files: list[IO[bytes]], pixels: int) -> dict[str, Any]:
    try:
        return ANSWERS[what](files, pixels)
    except Refused as error:
        return {"why": str(error)}
    except MemoryError:
        return {"error": "memory"}
    except Exception as error:  # Pillow's decoders raise nearly everything on hostile input
        text = _reason(error)
        return {"error": "memory"} if "out of memory" in text else {"why": f"it is cut off or damaged ({text})"}
    finally:
        for file in files:
            with contextlib.suppress(OSError):  # what could not be written was reported already
                file.close()


def inspect(source: IO[bytes], pixels: int) -> dict[str, Any]:
    """Width and height upright, format, EXIF orientation, perceptual hash, and whether there are more frames or pages
    than the first."""
    with _open(source, pixels) as image:
        # A TIFF is turned while it is loaded, and forgets then that it was.
        orientation = _orientation(image) if image.format == "TIFF" else 0
        width, height = image.size
        if image.format in ("JPEG", "MPO"):
            # An eighth of the size tells as well whether it is complete.
            image.draft(None, (max(width // 8, 1), max(height // 8, 1)))
        image.load()
        if image.format != "TIFF":
            orientation = _orientation(image)
            if orientation in _SIDEWAYS:
                width, height = height, width
        return {
            "width": width,
            "height": height,
            "format": "JPEG" if image.format == "MPO" else image.format,
            "orientation": orientation,
            "hash": _perceptual_hash(image, 1 if image.format == "TIFF" else orientation),
            "several": image.format in ("GIF", "PNG", "WEBP", "TIFF") and _is_several(image),
        }


def thumbnail(source: IO[bytes], target: IO[bytes], pixels: int) -> dict[str, Any]:
    """Writes a small WebP, upright, without metadata."""
    with _open(source, pixels) as image:
        is_tiff = image.format == "TIFF"
        image.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
        image.load()
        orientation = 1 if is_tiff else _orientation(image)
        small = _eight_bit(image)
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        if orientation in _UPRIGHT:
            small = small.transpose(_UPRIGHT[orientation])
        # Of a new image, which has no metadata and no colour profile to carry along.
        plain = Pillow.new(small.mode, small.size)
        plain.paste(small)
        plain.save(target, "WEBP", quality=80, method=2)
        target.flush()
        return {}


def upright(source: IO[bytes], target: IO[bytes], pixels: int) -> dict[str, Any]:
    """Writes the image in its own format, turned as its EXIF orientation asks, without that and other metadata."""
    with _open(source, pixels) as image:
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        if kind not in _UPRIGHT_OPTIONS or (kind != "JPEG" and _is_several(image)):
            raise Refused("only single JPEG, PNG, WebP and TIFF images can be written anew")
        image.load()  # a TIFF is turned by that
        orientation = 1 if kind == "TIFF" else _orientation(image)
        turned = image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image.copy()
        options = dict(_UPRIGHT_OPTIONS[kind])
        if profile := image.info.get("icc_profile"):
            options["icc_profile"] = profile
        # Of what Pillow would take along by itself: the note that would have it turned once more.
        turned.info = {}
        turned.getexif().clear()
        resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITE_IMAGE_MAX_BYTES, _WRITE_IMAGE_MAX_BYTES))
        try:
            turned.save(target, kind, **options)
            target.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITE_MAX_BYTES, _WRITE_IMAGE_MAX_BYTES))
        return {}


def size_of(source: IO[bytes], pixels: int) -> dict[str, Any]:
    """Width and height upright, by the header alone."""
    with _open(source, pixels) as image:
        width, height = image.size
        if _orientation(image) in _SIDEWAYS:
            width, height = height, width
        return {"width": width, "height": height}


def mask(source: IO[bytes], target: IO[bytes], pixels: int) -> dict[str, Any]:
    """Writes a line of JSON for each value or colour of the pixels, but 0 and black: where they are, as run lengths.

    ``value`` is that of a pixel of one channel (an index, when there is a palette); ``color`` the one it is shown in.
    """
    with _open(source, min(pixels, _MASK_PIXELS_MAX)) as image:
        image.load()
        bands, is_color = _bands(image)
        colors = image.palette.colors if image.mode == "P" and image.palette else {}
        shown = {index: list(color[:3]) for color, index in colors.items()}
        width, height = image.size
    written = 0
    for values in _values(bands):
        if not any(values):
            continue
        value = None if is_color else sum(part << 8 * place for place, part in enumerate(values))
        color = list(values) if is_color else shown.get(values[0])
        line = json.dumps({"value": value, "color": color, **_region(bands, values)}).encode() + b"\n"
        written += len(line)
        if written > _WRITE_MAX_BYTES // 2:
            raise Refused("it is too finely divided for a mask")
        target.write(line)
    target.flush()
    return {"width": width, "height": height}


def draw(source: IO[bytes], kinds: IO[bytes], instances: IO[bytes], pixels: int) -> dict[str, Any]:
    """Writes two indexed PNGs of the shapes that the JSON in ``source`` lists; see ``images.draw_masks``."""
    source.seek(0)
    asked = json.load(source)
    size = (asked["width"], asked["height"])
    if size[0] * size[1] > min(pixels, _MASK_PIXELS_MAX):
        raise Refused(f"it has {size[0]} x {size[1]} pixels; at most {min(pixels, _MASK_PIXELS_MAX)} can be drawn")
    drawn = [Pillow.new("P", size), Pillow.new("P", size)]
    covering, empty = [], []
    for place, shape in enumerate(asked["shapes"]):
        box, stencil = _stencil(shape, size)
        if stencil is None or stencil.getbbox() is None:
            empty.append(place)
            continue
        there = drawn[1].crop(box).point([0] + [255] * 255, "L").convert("1", dither=Pillow.Dither.NONE)
        if ImageChops.logical_and(stencil, there).getbbox() is not None:
            covering.append(place)
        for image, number in zip(drawn, (shape["label"], place + 1)):  # noqa: B905 - two of each
            image.paste(number, box, mask=stencil)
    left = drawn[1].histogram()
    hidden = [place for place in range(len(asked["shapes"])) if not left[place + 1] and place not in empty]
    for image, target in zip(drawn, (kinds, instances)):  # noqa: B905
        image.putpalette(asked["palette"])
        image.save(target, "PNG", optimize=False)
        target.flush()
    return {"covering": covering, "empty": empty, "hidden": hidden}


def _stencil(shape: dict[str, Any], size: tuple[int, int]) -> tuple[tuple[int, int, int, int], Pillow.Image | None]:
    """A box within the image, and an image of its size that is white where the shape is; None outside of the image."""
    if "points" in shape:
        xs, ys = zip(*shape["points"])  # noqa: B905
        bounds = (math.floor(min(xs)) - 1, math.floor(min(ys)) - 1, math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1)
    else:
        left, top = shape["left"], shape["top"]
        bounds = (left, top, left + shape["width"], top + shape["height"])
    box = (max(bounds[0], 0), max(bounds[1], 0), min(bounds[2], size[0]), min(bounds[3], size[1]))
    if box[0] >= box[2] or box[1] >= box[3]:
        return box, None
    stencil = Pillow.new("1", (box[2] - box[0], box[3] - box[1]))
    if "points" in shape:
        # A pixel is covered when its middle is: corners are moved by half a pixel, as Pillow counts from the middle.
        corners = [(x - 0.5 - box[0], y - 0.5 - box[1]) for x, y in shape["points"]]
        ImageDraw.Draw(stencil).polygon(corners, fill=1)
        return box, stencil
    if shape["width"] * shape["height"] > _MASK_PIXELS_MAX:
        return box, None
    runs = b"".join((b"\xff" if place % 2 else b"\0") * run for place, run in enumerate(shape["rle"]))
    whole = Pillow.frombytes("L", (shape["width"], shape["height"]), runs)
    part = whole.crop((box[0] - bounds[0], box[1] - bounds[1], box[2] - bounds[0], box[3] - bounds[1]))
    return box, part.convert("1", dither=Pillow.Dither.NONE)


def _bands(image: Pillow.Image) -> tuple[list[Pillow.Image], bool]:
    """The image as channels of eight bits, and whether these are colours."""
    if image.mode in ("P", "L"):
        return [image if image.mode == "L" else Pillow.frombytes("L", image.size, image.tobytes())], False
    if image.mode in ("1", "LA", "PA"):
        return [image.convert("L") if image.mode == "1" else image.getchannel(0)], False
    if image.mode.startswith("I"):
        raw = image.convert("I").tobytes()  # four bytes a pixel, the lowest first on every machine we run on
        if any(raw[2::4]) or any(raw[3::4]):
            raise Refused("its pixels have values above 65535")
        return [Pillow.frombytes("L", image.size, raw[place::4]) for place in (0, 1)], False
    return list(image.convert("RGB").split()), True


def _values(bands: list[Pillow.Image]) -> list[tuple[int, ...]]:
    """The values (one for each channel) that occur."""
    if len(bands) == 1:
        return [(value,) for value, count in enumerate(bands[0].histogram()) if count]
    merged = Pillow.merge("RGB", bands if len(bands) == 3 else [*bands, Pillow.new("L", bands[0].size)])
    counted: Any = merged.getcolors(_MASK_COLORS_MAX)
    if counted is None:
        raise Refused(f"it has more than {_MASK_COLORS_MAX} colours; is it a photo rather than a mask?")
    return sorted(color[: len(bands)] for _, color in counted)


def _region(bands: list[Pillow.Image], values: tuple[int, ...]) -> dict[str, Any]:
    """Where all channels have these values: a box, and run lengths row by row within it, background first."""
    stencil = bands[0].point([255 if value == values[0] else 0 for value in range(256)])
    for band, wanted in zip(bands[1:], values[1:]):  # noqa: B905 - as many as channels
        same = band.point([255 if value == wanted else 0 for value in range(256)])
        stencil = ImageChops.multiply(stencil, same)
    box = stencil.getbbox()
    left, top, right, bottom = box or (0, 0, 0, 0)
    pixels = stencil.crop(box).tobytes()
    runs = []
    at = 0
    for found in _ONES.finditer(pixels):
        start, end = found.span()
        runs += [start - at, end - start]
        at = end
        if len(runs) > _MASK_RUNS_MAX:
            raise Refused(f"it has more than {_MASK_RUNS_MAX} runs of pixels; is it noise rather than a mask?")
    if at < len(pixels):
        runs.append(len(pixels) - at)
    return {"left": left, "top": top, "width": right - left, "height": bottom - top, "rle": runs}


def _open(source: IO[bytes], pixels: int) -> Pillow.Image:
    source.seek(0)
    try:
        image = Pillow.open(source, formats=FORMATS)
    except UnidentifiedImageError:
        source.seek(0)
        raise Refused(_hint(source.read(_HEAD_BYTES))) from None
    width, height = image.size
    if width * height > pixels:
        raise Refused(f"it has {width} x {height} pixels; at most {pixels} in all are allowed here")
    if width <= 0 or height <= 0:
        raise Refused("it has no pixels")
    return image


def _hint(head: bytes) -> str:
    """What to say about a file that begins so."""
    if not head:
        return "it is empty (0 bytes)"
    for at, magic, text in _KNOWN:
        if head[at : at + len(magic)] == magic:
            return text
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if b"<svg" in head.lower():
        return f"{_UNKNOWN}; it is an SVG drawing"
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        return f"{_UNKNOWN}; it is a web page"
    return _UNKNOWN


def _perceptual_hash(image: Pillow.Image, orientation: int) -> int | None:
    """64 bits as a signed number, of which few differ between images that look alike; None when it cannot be told.

    The difference hash: of each pixel of the upright image at 9 x 8 grey ones, whether its right neighbour is brighter
    (N. Krawetz, "Kind of Like That", 2013).
    """
    try:
        how = Pillow.Resampling.NEAREST if image.mode.startswith("I") else Pillow.Resampling.BOX
        small = _eight_bit(image.resize((_HASH_FIRST, _HASH_FIRST), how)).convert("L")
        if orientation in _UPRIGHT:
            small = small.transpose(_UPRIGHT[orientation])
        grey = small.resize((9, 8), Pillow.Resampling.BOX).tobytes()
    except Exception:  # a mode that cannot be made grey
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            at = 9 * row + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return bits - (1 << 64) if bits >> 63 else bits


def _is_several(image: Pillow.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # looking at the second frame may find damage that does not concern the first
        return True


def _orientation(image: Pillow.Image) -> int:
    try:
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # damaged metadata of an intact image
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _eight_bit(image: Pillow.Image) -> Pillow.Image:
    """The image in a mode WebP can hold; 16-bit grey values are scaled, not cut off."""
    if image.mode.startswith("I") or image.mode == "F":
        return _scaled(image)
    if image.mode in ("RGB", "RGBA"):
        return image
    try:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    except ValueError:  # LAB and other rare ones: their first channel is the brightness
        return image.getchannel(0)


def _scaled(image: Pillow.Image) -> Pillow.Image:
    # Shrunk first: the sums are done with four bytes per pixel, several times over.
    factor = max(1, max(image.size) // (THUMBNAIL_SIDE * 4))
    if factor > 1:
        size = (max(image.width // factor, 1), max(image.height // factor, 1))
        image = image.resize(size, Pillow.Resampling.NEAREST)
    floats = image.convert("F")
    low, high = floats.getextrema()
    scale = 255 / ((high - low) or 1)  # type: ignore[operator]
    return floats.point(lambda value: value * scale - low * scale).convert("L")  # type: ignore[operator]


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".") or type(error).__name__


ANSWERS: dict[str, Callable[[list[IO[bytes]], int], dict[str, Any]]] = {
    "inspect": lambda files, pixels: inspect(files[0], pixels),
    "size": lambda files, pixels: size_of(files[0], pixels),
    "mask": lambda files, pixels: mask(files[0], files[1], pixels),
    "draw": lambda files, pixels: draw(files[0], files[1], files[2], pixels),
    "thumbnail": lambda files, pixels: thumbnail(files[0], files[1], pixels),
    "upright": lambda files, pixels: upright(files[0], files[1], pixels),
}


if __name__ == "__main__":
    main()
