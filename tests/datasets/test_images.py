from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from tests.datasets.conftest import picture
from yard.datasets.images import ImageFacts, NotAnImage, inspect_image, make_thumbnail


def facts(content: bytes) -> ImageFacts:
    return inspect_image(io.BytesIO(content))


def turned(orientation: int, **options: Any) -> bytes:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    return picture(format="JPEG", exif=exif.tobytes(), **options)


@pytest.mark.parametrize(
    ("format", "mode", "media_type"),
    [
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("BMP", "RGB", "image/bmp"),
        ("WEBP", "RGB", "image/webp"),
        ("TIFF", "RGB", "image/tiff"),
        ("TIFF", "F", "image/tiff"),
        ("GIF", "P", "image/gif"),
    ],
)
def test_it_knows_formats_and_makes_thumbnails_of_all(format: str, mode: str, media_type: str) -> None:
    content = picture(800, 400, color=0, format=format, mode=mode)
    found = facts(content)
    assert replace(found, perceptual_hash=None) == ImageFacts(800, 400, media_type, False)
    assert found.perceptual_hash is not None
    with Pillow.open(io.BytesIO(make_thumbnail(io.BytesIO(content)))) as small:
        assert (small.format, small.size) == ("WEBP", (320, 160))


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_turned_photo_is_measured_and_shown_upright(orientation: int) -> None:
    content = turned(orientation, width=640, height=320)
    assert replace(facts(content), perceptual_hash=None) == ImageFacts(
        320, 640, "image/jpeg", True, orientation=orientation
    )
    with Pillow.open(io.BytesIO(make_thumbnail(io.BytesIO(content)))) as small:
        assert small.size == (160, 320)
        assert not small.getexif()


def test_a_small_image_is_not_blown_up() -> None:
    with Pillow.open(io.BytesIO(make_thumbnail(io.BytesIO(picture(8, 6))))) as small:
        assert small.size == (8, 6)


def test_sixteen_bits_of_grey_are_scaled_to_be_seen() -> None:
    image = Pillow.new("I;16", (4, 1))
    image.putdata([0, 1000, 2000, 4000])
    target = io.BytesIO()
    image.save(target, "PNG")
    with Pillow.open(io.BytesIO(make_thumbnail(target))) as small:
        left, right = small.convert("L").getpixel((0, 0)), small.convert("L").getpixel((3, 0))
    assert isinstance(left, int)
    assert isinstance(right, int)
    assert right - left > 150


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NO_IMAGES = {
    "nothing": (b"", "it is empty"),
    "text": (b"hello", "no image of a known format"),
    "a page": (b"<html><script>alert(1)</script></html>", "no image of a known format"),
    "a drawing": (SVG, "no image of a known format"),
    "a document": (b"%PDF-1.7\n%\xe2\xe3", "it is a PDF document"),
    "an icon": (b"\x00\x00\x01\x00\x01\x00", "no image of a known format"),
    "half a JPEG": (picture(400, 400, format="JPEG")[:-300], "cut off or damaged"),
    "half a PNG": (picture(400, 400)[:-60], "cut off or damaged"),
    "a PNG's head": (picture()[:20], "damaged"),
}


@pytest.mark.parametrize(("content", "why"), NO_IMAGES.values(), ids=NO_IMAGES)
def test_what_is_no_whole_image_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(NotAnImage, match=why):
        facts(content)
    with pytest.raises(NotAnImage):
        make_thumbnail(io.BytesIO(content))


def test_more_pixels_than_allowed_are_refused_undecoded(settings: Any) -> None:
    settings.IMAGE_MAX_PIXELS = 1000
    with pytest.raises(NotAnImage, match="100 x 100 pixels"):
        facts(picture(100, 100))


def test_a_bomb_is_refused_in_a_sentence() -> None:
    content = bytearray(picture(10, 10, format="BMP"))
    content[18:26] = (60_000).to_bytes(4, "little") * 2
    with pytest.raises(NotAnImage, match="pixels"):
        facts(bytes(content))


@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]), st.integers(0, 150))
def test_no_bytes_make_it_fail_otherwise(junk: bytes, format: str, at: int) -> None:
    content = picture(format=format)
    for candidate in (junk, content[:at] + junk + content[at + len(junk) :]):
        for check in (inspect_image, make_thumbnail):
            try:
                check(io.BytesIO(candidate))
            except NotAnImage as error:
                assert error.message  # noqa: PT017 - whatever else is raised fails the test
