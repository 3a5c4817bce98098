"""The readers of somebody's files that are fuzzed; another one is one line in ``READERS``.

A reader is given any bytes. It may return, or raise the errors that its callers show to people; anything else is a bug.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.datasets.formats.files import document_of
from tests.fuzz.template_readers import TEMPLATE_READERS
from yard.core.errors import TooLarge
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_stream import NotCvat
from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.archives import Archive, Limits, NotAnArchive
from yard.datasets.texts import is_control

# Bytes that once made a reader fail; they are read again by every run of the tests.
FOUND = Path(__file__).with_name("found")


@dataclass(frozen=True)
class Reader:
    """Something that reads somebody's bytes.

    Attributes:
        read: Reads them, and checks what must hold whatever they are.
        errors: What it may raise.
        seeds: Good and nearly good inputs to begin with.
        words: Byte sequences that mean something in the format.
    """

    read: Callable[[bytes], None]
    errors: tuple[type[Exception], ...]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[bytes, ...]

    def __call__(self, content: bytes) -> None:
        """Read the bytes; raises only for a bug."""
        try:
            self.read(content)
        except self.errors as error:
            if not str(error).strip():
                raise AssertionError("an error without a sentence") from error


def found_inputs(name: str) -> list[Path]:
    """What once made this reader fail."""
    return sorted(path for path in (FOUND / name).glob("*") if path.name != ".gitkeep")


def _read_cvat(content: bytes) -> None:
    """What is read can be written, and is then read as the same."""
    document = CvatDocument(io.BytesIO(content))
    images = list(document)
    for finding in document.findings.items:
        assert len(finding.message) <= 1000
        assert not any(is_control(character) for character in finding.message)
    target = io.BytesIO()
    write_cvat(target, name="x", labels=document.labels.values(), images=images, image_count=len(images))
    again = list(CvatDocument(io.BytesIO(target.getvalue())))
    assert [[shape.geometry for shape in image.shapes] for image in again] == [
        [shape.geometry for shape in image.shapes] for image in images
    ]


def _read_zip(content: bytes) -> None:
    """No name leaves its folder, and no content is longer than announced."""
    archive = Archive(io.BytesIO(content), name="set.zip", limits=Limits(1 << 20, 100, 200))
    total = 0
    for member in archive.members:
        parts = member.path.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert not any(is_control(character) for character in member.path)
        member.path.encode()
        total += member.size
        try:
            with archive.open(member) as stream:
                assert len(stream.read()) <= member.size
        except NotAnArchive:
            continue
    assert total <= 1 << 20


def _reads(key: str, path: str) -> Callable[[bytes], None]:
    """Reads the bytes as one file of a format; what is read can be written as CVAT."""

    def read(content: bytes) -> None:
        files = {path: content}
        if key == "yolo" and path.endswith(".txt"):
            files["data.yaml"] = b"names: [leaf, rust]\nkpt_shape: [2, 3]"
        document = document_of(files, [Picture("a.png", 40, 20)], key)
        images = list(document)
        for finding in document.findings.items:
            assert len(finding.message) <= 1000
            assert not any(is_control(character) for character in finding.message)
        json.dumps(document.losses.as_list())
        target = io.BytesIO()
        write_cvat(target, name="x", labels=document.labels.values(), images=images, image_count=len(images))
        again = list(CvatDocument(io.BytesIO(target.getvalue())))
        assert sum(len(image.shapes) for image in again) == sum(len(image.shapes) for image in images)

    return read


def _coco_seeds() -> Iterable[bytes]:
    from tests.datasets.formats.test_import_of_formats import COCO

    shapes = [
        {"image_id": 1, "category_id": 7, "segmentation": [[0, 0, 4, 0, 4, 3], [5, 5, 9, 5, 9, 9]], "iscrowd": 0},
        {"image_id": 1, "category_id": 7, "segmentation": {"size": [20, 40], "counts": [3, 5, 792]}, "iscrowd": 1},
        {"image_id": 1, "category_id": 7, "segmentation": {"size": [3, 2], "counts": "123"}, "attributes": {"a": 1}},
        {"image_id": 9, "category_id": 7, "bbox": [1, 2, 3, 4], "keypoints": [1, 2, 3], "caption": "x"},
        {"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "keypoints": [1, 2, 2, 0, 0, 0], "score": 0.5},
    ]
    yield json.dumps({**COCO, "annotations": COCO["annotations"] + shapes}).encode()
    yield json.dumps(COCO, indent=1).encode()


def _voc_seeds() -> Iterable[bytes]:
    from tests.datasets.formats.test_import_of_formats import VOC

    yield VOC
    yield VOC.replace(b"bndbox", b"robndbox").replace(b"xmin", b"cx").replace(b"ymin", b"cy")


def _yolo_seeds() -> Iterable[bytes]:
    yield b"0 0.5 0.5 0.1 0.1\n1 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n0 0.5 0.5 0.1 0.1 0.9\n"
    yield b"0 0.5 0.5 0.1 0.1 0.5 0.5 2 0 0 0\n"


def _yaml_seeds() -> Iterable[bytes]:
    yield b"names:\n  0: leaf\n  1: rust\nnc: 2\nkpt_shape: [17, 3]\ntrain: images/train\n"
    yield b"names: [leaf, rust]\n"


def _labelme_seeds() -> Iterable[bytes]:
    from tests.datasets.formats.test_import_of_formats import LABELME

    yield json.dumps(LABELME).encode()


def _csv_seeds() -> Iterable[bytes]:
    yield b'image,label,x1,y1,x2,y2,points,attributes\na,leaf,1,2,3,4,,\na,leaf,,,,,"0,0;4,0;4,3","{""a"": 1}"\n'
    yield b"a.png,4,5,24,15,leaf\n"


def _cvat_seeds() -> Iterable[bytes]:
    from tests.datasets.conftest import BOX, TAG, cvat

    kinds = """<box label="leaf" xtl="1" ytl="1" xbr="2" ybr="2" rotation="30" z_order="1" occluded="1" group_id="2"/>
    <polygon label="leaf" points="0,0;4.5,0;4,3"/><polyline label="leaf" points="0,0;4,1"/>
    <points label="leaf" points="3,2"/>
    <mask label="leaf" rle="2, 3, 1" left="1" top="2" width="3" height="2"/>
    <ellipse label="leaf" cx="3" cy="2" rx="1.5" ry="1" rotation="10"/>
    <cuboid label="leaf" xtl1="0" ytl1="1" xbl1="1" ybl1="2" xtr1="2" ytr1="3" xbr1="3" ybr1="4" xtl2="4" ytl2="5"
     xbl2="5" ybl2="6" xtr2="6" ytr2="7" xbr2="7" ybr2="8" />
    <skeleton label="leaf"><points label="1" outside="1" occluded="0" points="1,2"/></skeleton>
    <box label="leaf" xtl="1" ytl="1" xbr="2" ybr="2"><attribute name="a">b</attribute></box>"""
    meta = (
        "<annotations><meta><task><labels><label><name>leaf</name><color>#00ff00</color><attributes><attribute>"
        "<name>a</name><mutable>True</mutable><values>b\nc</values></attribute></attributes></label></labels></task>"
        '</meta><track label="leaf"/><image name="a"/></annotations>'
    )
    yield cvat({"a.png": kinds})
    yield cvat({"a.png": BOX + TAG, "b.png": ""}, labels=())
    yield cvat({"a.png": BOX}).decode().replace("utf-8", "utf-16").encode("utf-16")
    yield meta.encode()
    yield b'<!DOCTYPE a [<!ENTITY e "x">]><annotations><image name="&e;"/></annotations>'


def _zip_seeds() -> Iterable[bytes]:
    import bz2

    from tests.datasets.conftest import packed
    from tests.datasets.crafted import Entry, unicode_path, zip64_sizes, zip_of

    text = b"hello hello hello"
    yield packed({"a.png": text, "x/b.png": text * 9, "annotations.xml": b"<annotations/>"})
    yield zip_of([Entry(b"a.png", text, method=12, packed=bz2.compress(text))])
    yield zip_of(
        [Entry(b"a.png", text, extra=zip64_sizes(17, 17), size=0xFFFFFFFF, packed_size=0xFFFFFFFF)], zip64=True
    )
    yield zip_of([Entry("ä.png".encode(), text, flags=0, extra=unicode_path("ä.png".encode(), "ö.png"))], comment=b"c")
    yield zip_of([Entry(b"../a.png", text), Entry(b"a\\b", text), Entry(b"x/", b""), Entry(b"", text)], prefix=b"#!")


CVAT_WORDS = (
    b"<annotations>", b"</annotations>", b"<image ", b"</image>", b"<box ", b"<mask ", b"<polygon ", b"<skeleton>",
    b"/>", b' label="', b' points="', b' rle="', b' xtl="', b' name="', b"nan", b"inf", b"1e999", b"-1", b"&amp;",
    b"&#1;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE", b"<?xml", b'encoding="utf-16"', b"\xff\xfe",
    b"\xef\xbb\xbf", b"<track ", b"<meta>", b"<labels>", b"<label>", b"<attribute ",
)  # fmt: skip
ZIP_WORDS = (
    b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08", b"\xff\xff\xff\xff",
    b"\x01\x00\x10\x00", b"\x75\x70", b"../", b"\x00\x08", b"\x0c\x00", b"BZh9", b"\x00\x00",
)  # fmt: skip

JSON_WORDS = (
    b'"images":', b'"annotations":', b'"categories":', b'"segmentation":', b'"counts":', b'"size":', b'"bbox":',
    b'"image_id":', b'"shapes":', b'"points":', b'"label":', b"NaN", b"1e999", b"[", b"{", b"null", b"\\ud800",
)  # fmt: skip
READERS: dict[str, Reader] = {
    "cvat": Reader(_read_cvat, (NotCvat,), _cvat_seeds, CVAT_WORDS),
    "coco": Reader(_reads("coco", "a.json"), (Unreadable,), _coco_seeds, JSON_WORDS),
    "voc": Reader(_reads("voc", "a.xml"), (Unreadable,), _voc_seeds, CVAT_WORDS),
    "yolo": Reader(_reads("yolo", "labels/a.txt"), (Unreadable,), _yolo_seeds, (b"0 ", b"nan", b"1e9", b"-")),
    "yolo-yaml": Reader(_reads("yolo", "data.yaml"), (Unreadable,), _yaml_seeds, (b"names:", b"&a", b"*a", b"!!")),
    "labelme": Reader(_reads("labelme", "a.json"), (Unreadable,), _labelme_seeds, JSON_WORDS),
    "csv": Reader(_reads("csv", "a.csv"), (Unreadable,), _csv_seeds, (b'"', b",", b"\n", b"nan", b";")),
    "zip": Reader(_read_zip, (NotAnArchive, TooLarge), _zip_seeds, ZIP_WORDS),
    **{name: Reader(*parts) for name, parts in TEMPLATE_READERS.items()},
}

assert settings.configured
