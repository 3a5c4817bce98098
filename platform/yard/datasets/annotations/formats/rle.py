"""Masks as run lengths: ours (row by row, within a box) and COCO's (column by column, the whole image).

COCO's compressed form, as its published mask API defines it: the run lengths as a text of 6-bit characters from ``0``
on, five bits of a number at a time, lowest first, the sixth says that more follow; from the third run on each number is
the difference to the one two before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from yard.datasets.annotations.formats.base import RUNS_MAX, BadShape
from yard.datasets.annotations.types import Geometry

# So many pixels are unfolded in memory, one byte each.
PIXELS_MAX = 1 << 27
_ONES = re.compile(rb"\x01+")


class TooManyPixels(BadShape):
    """The mask is larger than can be unfolded."""


def unfold(runs: Sequence[int], size: int) -> bytes:
    """One byte (0 or 1) for each pixel. Raises ``BadShape`` unless the runs add up to ``size``."""
    if size > PIXELS_MAX:
        raise TooManyPixels(f"its mask has {size} pixels; at most {PIXELS_MAX} are allowed")
    if any(run < 0 for run in runs):
        raise BadShape("a run length is negative")
    total = sum(runs)
    if total != size:
        raise BadShape(f"its run lengths add up to {total}, the mask has {size} pixels")
    return b"".join((b"\0" if index % 2 == 0 else b"\1") * run for index, run in enumerate(runs))


def fold(pixels: bytes) -> list[int]:
    """The run lengths of bytes that are 0 or 1, beginning with zeros (perhaps none). Raises ``TooManyPixels``."""
    runs: list[int] = []
    at = 0
    for found in _ONES.finditer(pixels):
        start, end = found.span()
        runs += (start - at, end - start)
        at = end
        if len(runs) > RUNS_MAX:
            raise TooManyPixels(f"its mask has more than {RUNS_MAX} run lengths")
    if at < len(pixels) or not runs:
        runs.append(len(pixels) - at)
    return runs


def turned(pixels: bytes, width: int) -> bytes:
    """Rows of ``width`` pixels as columns: what stood row by row stands column by column."""
    return b"".join(pixels[x::width] for x in range(width))


def from_coco(counts: Sequence[int], height: int, width: int) -> Geometry | None:
    """COCO's runs over the whole image as a mask of ours, cut to what it covers; None when it covers nothing."""
    if height <= 0 or width <= 0:
        raise BadShape(f"its mask has {width} x {height} pixels")
    return cropped(turned(unfold(counts, height * width), height), width)


def cropped(rows: bytes, width: int, left: int = 0, top: int = 0) -> Geometry | None:
    """The mask of these pixels (row by row) whose upper left one lies at ``left, top``; None when all are 0."""
    first = rows.find(b"\1")
    if first < 0:
        return None
    above, below = first // width, rows.rfind(b"\1") // width + 1
    lines = [rows[y * width : (y + 1) * width] for y in range(above, below)]
    before = min(at for at in (line.find(b"\1") for line in lines) if at >= 0)
    after = max(line.rfind(b"\1") for line in lines) + 1
    return {
        "left": left + before,
        "top": top + above,
        "width": after - before,
        "height": below - above,
        "rle": fold(b"".join(line[before:after] for line in lines)),
    }


def to_coco(mask: Geometry, height: int, width: int) -> list[int]:
    """The mask as COCO's runs over the whole image; what lies outside of it is cut off.

    Raises ``TooManyPixels``.
    """
    pixels = unfold(mask["rle"], mask["width"] * mask["height"])
    columns = turned(pixels, mask["width"])
    own = mask["height"]
    top, bottom = max(mask["top"], 0), min(mask["top"] + own, height)
    skip, keep = top - mask["top"], bottom - top
    runs: list[int] = [0]
    if keep <= 0:
        return [height * width]
    for x in range(width):
        column = x - mask["left"]
        if not 0 <= column < mask["width"]:
            _append(runs, 0, height)
            continue
        _append(runs, 0, top)
        part = columns[column * own + skip : column * own + skip + keep]
        for index, run in enumerate(fold(part)):
            _append(runs, index % 2, run)
        _append(runs, 0, height - bottom)
    return runs


def _append(runs: list[int], value: int, run: int) -> None:
    """One more run behind the others; ``runs`` begins with zeros."""
    if not run:
        return
    if (len(runs) - 1) % 2 == value:
        runs[-1] += run
    else:
        runs.append(run)


def decompress(text: str) -> list[int]:
    """The run lengths of COCO's compressed form. Raises ``BadShape``."""
    counts: list[int] = []
    value = shift = 0
    for character in text.encode("ascii", "replace"):
        part = character - 48
        if not 0 <= part < 64:
            raise BadShape("its compressed run lengths hold a character that is none of theirs")
        value |= (part & 0x1F) << shift
        shift += 5
        if shift > 60:
            raise BadShape("a compressed run length is out of all bounds")
        if part & 0x20:
            continue
        if part & 0x10:
            value -= 1 << shift
        if len(counts) > 2:
            value += counts[-2]
        counts.append(value)
        if len(counts) > RUNS_MAX:
            raise TooManyPixels(f"it has more than {RUNS_MAX} run lengths")
        value = shift = 0
    if shift:
        raise BadShape("its compressed run lengths break off")
    return counts


def compress(counts: Sequence[int]) -> str:
    """COCO's compressed form of these run lengths."""
    text = bytearray()
    for index, count in enumerate(counts):
        value = count - counts[index - 2] if index > 2 else count
        while True:
            part = value & 0x1F
            value >>= 5
            more = value != (-1 if part & 0x10 else 0)
            text.append((part | (0x20 if more else 0)) + 48)
            if not more:
                break
    return text.decode()
