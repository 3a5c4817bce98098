"""Images that are broken, odd or made to do harm: what a person then sees, and that their neighbours are taken."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, body_of, cvat, packed, picture
from tests.datasets.outcomes import Settle
from yard.core.errors import Unavailable
from yard.datasets import decoder
from yard.datasets.images import NotAnImage, inspect_image, make_thumbnail
from yard.datasets.models import Dataset, ImportState
from yard.storage import keys
from yard.storage.stores import get_store

GOOD = picture(color="red")
SCRIPT = b"<script>alert(document.domain)</script>"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png(width: int, height: int, rows: bytes, *, bits: int = 8, colour: int = 2, more: bytes = b"") -> bytes:
    """A PNG whose header says what it is told to."""
    head = chunk(b"IHDR", struct.pack(">LL5B", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def black(width: int, height: int) -> bytes:
    """A PNG of one bit per pixel: kilobytes for hundreds of millions of pixels."""
    return png(width, height, bytes((1 + (width + 7) // 8) * height), bits=1, colour=0)


def frames(format: str, count: int = 3, **options: Any) -> bytes:
    pages = [Pillow.new("RGB", (8, 6), color) for color in ("red", "blue", "green")[:count]]
    target = io.BytesIO()
    pages[0].save(target, format, save_all=True, append_images=pages[1:], **options)
    return target.getvalue()


def saved(image: Pillow.Image, format: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, format, **options)
    return target.getvalue()


def changed(content: bytes, at: int, to: bytes) -> bytes:
    return content[:at] + to + content[at + len(to) :]


def declared_jpeg(width: int, height: int) -> bytes:
    content = picture(format="JPEG")
    return changed(content, content.index(b"\xff\xc0") + 5, struct.pack(">HH", height, width))


def declared_webp(width: int, height: int) -> bytes:
    exif = b"Exif\0\0II*\0\x08\0\0\0\0\0"
    content = saved(Pillow.new("RGBA", (8, 6), (1, 2, 3, 4)), "WEBP", exif=exif, lossless=True)
    sizes = struct.pack("<L", width - 1)[:3] + struct.pack("<L", height - 1)[:3]
    return changed(content, content.index(b"VP8X") + 12, sizes)


def declared_tiff(width: int, height: int) -> bytes:
    fields = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 10)]
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in fields)
    return b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(fields)) + entries + bytes(4)


def endless_tiff() -> bytes:
    """Its second page is its first one."""
    content = saved(Pillow.new("L", (8, 6)), "TIFF")
    (first,) = struct.unpack_from("<L", content, 4)
    (count,) = struct.unpack_from("<H", content, first)
    return changed(content, first + 2 + 12 * count, struct.pack("<L", first))


def many_scans(count: int) -> bytes:
    """A progressive JPEG that draws the same over and over."""
    content = saved(Pillow.new("L", (4000, 4000), 128), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + b"\xff\xd9"


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>"
PHOTO = picture(400, 300, format="JPEG")

# --- refused ----------------------------------------------------------------------------------------------------------

# A file's name, its content, and what is said about it. The good image beside it is taken.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("a.png", b"", "a.png: it is empty (0 bytes)"),
    "zeros": ("b.png", bytes(1000), "b.png: it is no image of a known format"),
    "a drawing with a script": ("c.png", SVG, "c.png: it is no image of a known format (JPEG, PNG, BMP, WebP, TIFF"),
    "a web page": ("d.jpg", b"<!DOCTYPE html>" + SCRIPT, "TIFF or GIF); it is a web page"),
    "a script": ("e.gif", b"alert(1)", "e.gif: it is no image of a known format"),
    "a ZIP": ("f.png", packed({"a.png": GOOD}), "f.png: it is a ZIP archive; upload it under a name that ends in .zip"),
    "a PDF": ("g.jpg", b"%PDF-1.7\n" + bytes(50), "g.jpg: it is a PDF document; save its pages as PNG or JPEG"),
    "PostScript": ("h.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "h.png: it is no image of a known"),
    "a HEIC": ("i.jpg", b"\0\0\0\x18ftypheic\0\0\0\0", "i.jpg: it is a HEIC photo; save it as JPEG"),
    "an AVIF": (
        "j.png",
        saved(Pillow.new("RGB", (8, 6)), "AVIF"),
        "j.png: it is an AVIF image; save it as",
    ),
    "a JPEG 2000": ("k.jpg", saved(Pillow.new("RGB", (8, 6)), "JPEG2000"), "k.jpg: it is a JPEG 2000 image; save it"),
    "an icon": ("l.png", saved(Pillow.new("RGB", (16, 16)), "ICO"), "l.png: it is no image of a known format"),
    "a PPM": ("m.png", saved(Pillow.new("RGB", (8, 6)), "PPM"), "m.png: it is no image of a known format"),
    "half a JPEG": ("n.jpg", PHOTO[:-300], "n.jpg: it is cut off or damaged"),
    "a JPEG's head": ("o.jpg", PHOTO[:30], "o.jpg: it is cut off or damaged"),
    "half a PNG": ("p.png", picture(400, 300)[:-60], "p.png: it is cut off or damaged"),
    "half a GIF": ("q.gif", picture(400, 300, color=7, mode="P", format="GIF")[:60], "q.gif: it is cut off or damaged"),
    "half a WebP": ("r.webp", picture(400, 300, format="WEBP")[:-40], "r.webp: it "),
    "half a TIFF": ("s.tif", picture(400, 300, format="TIFF")[:200], "s.tif: it "),
    "half a BMP": ("t.bmp", picture(400, 300, format="BMP")[:-600], "t.bmp: it is cut off or damaged"),
    "a PNG with wrong sums": ("u.png", changed(GOOD, 30, b"\0\0"), "u.png: it "),
    "a PNG of 3600 megapixels": (
        "v.png",
        png(60_000, 60_000, b""),
        "v.png: it has 60000 x 60000 pixels; at most 500000000 in all are allowed here",
    ),
    "a JPEG of 4290 megapixels": (
        "w.jpg",
        declared_jpeg(65_500, 65_500),
        "w.jpg: it has 65500 x 65500 pixels",
    ),
    "a WebP of 268 megapixels that holds none": ("x.webp", declared_webp(16_383, 16_383), "x.webp: it "),
    "a TIFF of exapixels": ("y.tif", declared_tiff(0x7FFFFFFF, 0x7FFFFFFF), "y.tif: it has 2147483647 x 2147483647"),
    "a GIF of 4294 megapixels": (
        "z.gif",
        changed(picture(mode="P", color=7, format="GIF"), 6, b"\xff\xff\xff\xff"),
        "z.gif: it has 65535 x 65535 pixels; at most",
    ),
    "a BMP of 3600 megapixels": (
        "A1.bmp",
        changed(picture(format="BMP"), 18, struct.pack("<LL", 60_000, 60_000)),
        "A1.bmp: it has 60000 x 60000 pixels; at most",
    ),
    "a PNG of 0 pixels": ("B1.png", png(0, 0, b""), "B1.png: it "),
    "a PNG of negative size": ("C1.png", png(0xFFFFFFFF, 1, b""), "C1.png: it "),
    "a TIFF without content": ("D1.tif", declared_tiff(100, 100), "D1.tif: it is cut off or damaged"),
    "a text of 64 megabytes in a PNG": (
        "E1.png",
        png(1, 1, b"\0abc", more=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(64 << 20)))),
        "E1.png: it is cut off or damaged (Decompressed data too large",
    ),
    "a colour profile of 64 megabytes in a PNG": (
        "F1.png",
        png(1, 1, b"\0abc", more=chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(64 << 20)))),
        "F1.png: it is cut off or damaged (Decompressed data too large",
    ),
    "a page with a photo's first bytes": ("G1.jpg", b"\xff\xd8\xff" + SCRIPT, "G1.jpg: it begins like a JPEG, but"),
    "a script with a GIF's first bytes": ("H1.gif", b"GIF89a=1;alert(1)", "H1.gif: it "),
}


def test_each_costs_only_itself(settle: Settle, subtests: pytest.Subtests) -> None:
    seen = settle({"good.png": GOOD} | {name: content for name, content, _ in REFUSED.values()})
    assert (seen.state, seen.images) == ("succeeded", ["good.png"])
    for what, (name, _, says) in REFUSED.items():
        with subtests.test(what):
            assert says in seen
            assert sum(line.startswith(f"{name}: ") for line in seen.sentences.split("\n")) == 1


@pytest.mark.parametrize("what", ["a drawing with a script", "a PNG of 3600 megapixels", "half a JPEG"])
def test_alone_it_fails_the_import_and_leaves_nothing(settle: Settle, what: str) -> None:
    name, content, says = REFUSED[what]
    seen = settle({name: content})
    assert (seen.state, seen.images) == ("failed", [])
    assert seen.message == ("None of the files is an image or has labels that could be used; the list tells why.")
    assert says in seen


def test_a_file_larger_than_an_image_may_be_is_refused_unread(settle: Settle, settings: Any) -> None:
    settings.IMAGE_MAX_BYTES = len(GOOD) + 10
    large = picture(200, 200, format="BMP")
    seen = settle({"good.png": GOOD, "large.bmp": large})
    assert seen.images == ["good.png"]
    assert f"large.bmp: it has {len(large)} bytes; at most {len(GOOD) + 10} are allowed for one image here" in seen


# --- taken ------------------------------------------------------------------------------------------------------------


def lab() -> bytes:
    return saved(Pillow.new("LAB", (8, 6), (120, 10, 10)), "TIFF")


def floats() -> bytes:
    image = Pillow.new("F", (3, 1))
    image.putdata([float("nan"), float("inf"), 0.5])
    return saved(image, "TIFF")


def transparent_palette() -> bytes:
    image = Pillow.new("P", (8, 6), 1)
    image.putpalette([255, 0, 0, 0, 255, 0] + [0] * 762)
    return saved(image, "PNG", transparency=1)


def odd_exif() -> bytes:
    return picture(format="JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + bytes(range(256)))


# Content that is fine: the file's name, its bytes, the type under which browsers get it.
TAKEN: dict[str, tuple[str, bytes, str]] = {
    "CMYK": ("a.jpg", picture(format="JPEG", mode="CMYK", color=(9, 9, 9, 9)), "image/jpeg"),  # type: ignore[arg-type]
    "CMYK TIFF": ("b.tif", saved(Pillow.new("CMYK", (8, 6)), "TIFF"), "image/tiff"),
    "16 bits of grey": ("c.png", picture(mode="I;16", color=4000), "image/png"),
    "16 bits of colour": ("d.png", png(2, 1, b"\0" + bytes(range(12)), bits=16), "image/png"),
    "16 bits in a TIFF": ("e.tif", saved(Pillow.new("I;16", (8, 6), 500), "TIFF"), "image/tiff"),
    "floats that are none": ("f.tif", floats(), "image/tiff"),
    "LAB": ("g.tif", lab(), "image/tiff"),
    "a palette with transparency": ("h.png", transparent_palette(), "image/png"),
    "grey with transparency": ("i.png", picture(mode="LA", color=(9, 9)), "image/png"),  # type: ignore[arg-type]
    "one bit": ("j.png", picture(mode="1", color=1), "image/png"),
    "one pixel": ("k.png", picture(1, 1), "image/png"),
    "one row of 60000": ("l.png", picture(60_000, 1), "image/png"),
    "damaged EXIF": ("m.jpg", odd_exif(), "image/jpeg"),
    "a colour profile of 2 MB in a PNG": (
        "n.png",
        png(1, 1, b"\0abc", more=chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(2 << 20)))),
        "image/png",
    ),
    "a colour profile of 10 MB in a JPEG": ("o.jpg", picture(format="JPEG", icc_profile=bytes(10 << 20)), "image/jpeg"),
    "a text of 3 MB": (
        "p.png",
        png(1, 1, b"\0abc", more=chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(bytes(3 << 20)))),
        "image/png",
    ),
    "a JPEG named PNG": ("q.png", picture(9, 9, format="JPEG"), "image/jpeg"),
    "a GIF named JPEG": ("r.jpg", picture(mode="P", color=7, format="GIF"), "image/gif"),
    "without a suffix": ("s", picture(7, 7), "image/png"),
    "a JPEG that is a ZIP too": ("t.jpg", PHOTO + packed({"evil.html": SCRIPT}), "image/jpeg"),
    "a JPEG that is a page too": ("u.jpg", picture(format="JPEG", comment=SCRIPT) + SCRIPT, "image/jpeg"),
    "a JPEG that is a PDF too": (
        "v.jpg",
        picture(format="JPEG", comment=b"\n%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
        "image/jpeg",
    ),
    "a GIF that is a script too": (
        "w.gif",
        picture(0x2A2F, 2, mode="P", color=7, format="GIF") + b"*/=1;alert(1)//",  # its width reads "/*"
        "image/gif",
    ),
    "a PNG that is a page too": ("x.png", GOOD + b"<!DOCTYPE html>" + SCRIPT, "image/png"),
    "a TIFF whose pages never end": ("y.tif", endless_tiff(), "image/tiff"),
    "progressive": ("z.jpg", picture(format="JPEG", progressive=True), "image/jpeg"),
    "interlaced": ("A1.gif", picture(mode="P", color=7, format="GIF", interlace=1), "image/gif"),
}


def test_odd_images_are_taken_as_they_are(
    settle: Settle, dataset: Dataset, as_owner: APIClient, subtests: pytest.Subtests
) -> None:
    seen = settle({name: content for name, content, _ in TAKEN.values()})
    assert seen.state == "succeeded"
    listed = {item["name"].removesuffix(".png"): item for item in _images(as_owner, dataset)}
    for what, (name, content, media_type) in TAKEN.items():
        with subtests.test(what):
            image = listed[name.removesuffix(".png")]
            assert image["media_type"] == media_type
            answer = as_owner.get(image["url"])
            assert body_of(answer) == content
            assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (media_type, "nosniff")
            assert answer["Content-Security-Policy"].startswith("default-src 'none'")
            assert answer["Content-Security-Policy"].endswith("sandbox")
            with Pillow.open(io.BytesIO(body_of(as_owner.get(image["thumbnail_url"])))) as small:
                assert small.format == "WEBP"
                assert not set(small.info) & {"icc_profile", "exif", "xmp"}
    assert "q.png: It ends in .png, but its content is image/jpeg. It was taken as it is." in seen


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gif", frames("GIF")),
        ("a.png", frames("PNG")),
        ("a.webp", frames("WEBP", lossless=True)),
        ("a.tif", frames("TIFF")),
    ],
)
def test_of_several_frames_the_first_counts(
    settle: Settle, dataset: Dataset, as_owner: APIClient, name: str, content: bytes
) -> None:
    seen = settle({name: content, "one.gif": picture(mode="P", color=7, format="GIF")})
    assert (
        "1 images have several frames or pages. Size, thumbnail and shapes are those of the first; the files stay as"
        in seen
    )
    image = next(item for item in _images(as_owner, dataset) if item["name"] == name)
    assert (image["width"], image["height"]) == (8, 6)
    with Pillow.open(io.BytesIO(body_of(as_owner.get(image["thumbnail_url"])))) as small:
        assert getattr(small, "n_frames", 1) == 1
        red, green, blue = small.convert("RGB").getpixel((4, 3))  # type: ignore[misc]
        assert (red > 200, green < 80, blue < 80) == (True, True, True)


def _images(client: APIClient, dataset: Dataset) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/datasets/{dataset.pk}/images/").json()["results"]
    return found


# --- turned photos ----------------------------------------------------------------------------------------------------


def turned(format: str, orientation: int) -> bytes:
    """12 x 6 pixels as stored, red where the stored image's upper left quarter is."""
    image = Pillow.new("RGB", (120, 60), "blue")
    image.paste("red", (0, 0, 60, 30))
    if format == "TIFF":
        return saved(image, "TIFF", tiffinfo={0x0112: orientation})
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    return saved(image, format, exif=exif.tobytes(), **({"lossless": True} if format == "WEBP" else {}))


# Where the stored upper left corner is seen, by orientation (x, y in parts of the upright image).
CORNERS = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", CORNERS)
def test_size_and_thumbnail_of_a_turned_photo_agree(format: str, orientation: int) -> None:
    content = turned(format, orientation)
    facts = inspect_image(io.BytesIO(content))
    sideways = orientation >= 5
    assert (facts.width, facts.height) == ((60, 120) if sideways else (120, 60))
    assert facts.turned == (orientation != 1)
    with Pillow.open(io.BytesIO(make_thumbnail(io.BytesIO(content)))) as small:
        assert small.size == (facts.width, facts.height)
        for x in (0, 1):
            for y in (0, 1):
                at = (small.width * (1 + 2 * x) // 4, small.height * (1 + 2 * y) // 4)
                red, _, blue = small.convert("RGB").getpixel(at)  # type: ignore[misc]
                assert (red > blue) == ((x, y) == CORNERS[orientation])


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_boxes_lie_on_the_upright_photo(settle: Settle, dataset: Dataset, format: str) -> None:
    name = f"a.{format.lower()}"
    box = '<box label="leaf" xtl="1" ytl="1" xbr="59" ybr="119"/>'
    seen = settle({name: turned(format, 6), "annotations.xml": cvat({name: box}, size=(60, 120))})
    assert "reaches outside" not in seen
    assert "was annotated at" not in seen
    assert "1 images are stored turned (EXIF). They are shown upright" in seen
    image = dataset.images.get()
    assert (image.width, image.height) == (60, 120)


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def own_children() -> Iterator[None]:
    """Children with this test's limits, ended behind it."""
    decoder._pool.close()
    yield
    decoder._pool.close()


def test_hundreds_of_megapixels_are_taken_where_they_are_allowed(settle: Settle) -> None:
    """More than Pillow's own limit (179 million), less than ours."""
    seen = settle({"large.png": black(15_000, 15_000)})
    assert (seen.state, seen.images) == ("succeeded", ["large.png"])


def test_an_image_that_takes_too_much_memory_is_refused(settle: Settle, settings: Any, own_children: None) -> None:
    settings.IMAGE_MAX_MEMORY_BYTES = 300 << 20
    seen = settle({"good.png": GOOD, "large.png": black(20_000, 20_000)})
    assert seen.images == ["good.png"]
    assert "large.png: opening it takes more than 300 MiB of memory, which is the limit here" in seen


def test_an_image_that_takes_too_long_is_refused(settle: Settle, settings: Any, own_children: None) -> None:
    settings.IMAGE_MAX_SECONDS = 1
    seen = settle({"a.jpg": many_scans(3000), "good.png": GOOD})
    assert seen.images == ["good.png"]
    assert "a.jpg: opening it takes more than 1 seconds, which is the limit here" in seen


def test_an_image_that_crashes_its_decoder_costs_only_itself(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own_children: None
) -> None:
    """A child as it is, but for a hole in its decoder."""
    holed = tmp_path / "image_child.py"
    source = Path(decoder._CHILD).read_text(encoding="utf-8")
    hole = "import os\n    source.seek(0)\n    if b'crash' in source.read():\n        os.abort()\n    source.seek(0)\n"
    holed.write_text(
        source.replace("    source.seek(0)\n    try:\n        image =", f"    {hole}    try:\n        image =")
    )
    assert "os.abort()" in holed.read_text(encoding="utf-8")
    monkeypatch.setattr(decoder, "_CHILD", holed)
    seen = settle({"a.png": GOOD + b"crash", "good.png": GOOD})
    assert (seen.state, seen.images) == ("succeeded", ["good.png"])
    assert "a.png: the program that opens images crashed on it, so it is damaged or made to do harm" in seen


def test_when_no_image_can_be_opened_the_import_waits(
    import_files: Importer, settings: Any, own_children: None
) -> None:
    """A machine without memory is nobody's image's fault."""
    settings.IMAGE_MAX_MEMORY_BYTES = 1 << 20
    found = import_files({"good.png": GOOD})
    assert found.state == ImportState.QUEUED
    assert not found.dataset.images.exists()


def test_a_thumbnail_that_cannot_be_made_is_not_found(
    import_files: Importer, as_owner: APIClient, dataset: Dataset, settings: Any, own_children: None
) -> None:
    import_files({"large.png": black(20_000, 20_000)})
    get_store().delete(dataset.bucket, keys.thumbnail(dataset.images.get().digest))
    settings.IMAGE_MAX_MEMORY_BYTES = 300 << 20
    (image,) = _images(as_owner, dataset)
    answer = as_owner.get(image["thumbnail_url"])
    assert answer.status_code == 404
    assert answer.json()["message"] == (
        "large.png has no thumbnail: opening it takes more than 300 MiB of memory, which is the limit here."
    )


def test_a_child_that_was_ended_meanwhile_is_replaced(own_children: None) -> None:
    inspect_image(io.BytesIO(GOOD))
    (child,) = decoder._pool._idle
    child._process.kill()
    child._process.wait()
    assert inspect_image(io.BytesIO(GOOD)).width == 8


def test_a_child_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch, own_children: None) -> None:
    monkeypatch.setattr(decoder, "IMAGES_PER_CHILD", 2)
    pids = []
    for _ in range(4):
        inspect_image(io.BytesIO(GOOD))
        (child,) = decoder._pool._idle
        pids.append(child._process.pid)
    assert len(set(pids)) == 2


def test_the_child_knows_neither_settings_nor_secrets(own_children: None) -> None:
    inspect_image(io.BytesIO(GOOD))
    (child,) = decoder._pool._idle
    place = Path(f"/proc/{child._process.pid}")
    environment = (place / "environ").read_bytes().split(b"\0")
    assert {line.split(b"=")[0] for line in environment if line} == {b"LC_ALL", b"PYTHONUTF8"}
    opened = {str(link.readlink()).split(":")[0] for link in (place / "fd").iterdir()}
    assert opened <= {"socket", "/dev/null"}


def test_no_child_is_an_outage_that_says_so(settings: Any, own_children: None) -> None:
    settings.IMAGE_MAX_MEMORY_BYTES = 1 << 20
    with pytest.raises(Unavailable, match="YARD_IMAGE_MAX_MEMORY_BYTES"):
        inspect_image(io.BytesIO(GOOD))


# --- whatever comes ---------------------------------------------------------------------------------------------------

SAMPLES = {
    "JPEG": picture(16, 12, format="JPEG"),
    "progressive": picture(16, 12, format="JPEG", progressive=True),
    "PNG": picture(16, 12),
    "GIF": frames("GIF"),
    "BMP": picture(16, 12, format="BMP"),
    "TIFF": frames("TIFF"),
    "LZW": saved(Pillow.new("RGB", (16, 12)), "TIFF", compression="tiff_lzw"),
    "WEBP": frames("WEBP"),
    "APNG": frames("PNG"),
}


@hypothesis_settings(max_examples=120)
@given(
    st.sampled_from(list(SAMPLES.values())),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4),
    st.floats(0.3, 1),
)
def test_a_damaged_image_is_read_or_refused(content: bytes, changes: list[tuple[float, bytes]], keep: float) -> None:
    for place, junk in changes:
        content = changed(content, int(place * (len(content) - 1)), junk)
    content = content[: max(int(keep * len(content)), 1)]
    try:
        facts = inspect_image(io.BytesIO(content))
    except NotAnImage as error:
        assert error.message  # noqa: PT017 - whatever else is raised fails the test
        return
    assert 0 < facts.width * facts.height <= 500_000_000
    try:
        small = make_thumbnail(io.BytesIO(content))
    except NotAnImage:
        return  # a JPEG is looked at more closely for its thumbnail
    assert small[8:12] == b"WEBP"
