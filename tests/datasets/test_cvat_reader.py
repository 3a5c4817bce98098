from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.conftest import BOX, TAG, cvat
from yard.datasets.annotations.cvat_geometry import CUBOID_CORNERS
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_stream import NotCvat, root_tag
from yard.datasets.annotations.types import ImageAnnotations

CORNERS = "".join(f'x{at}="{index}" y{at}="{index + 1}" ' for index, at in enumerate(CUBOID_CORNERS))


def read(content: bytes) -> tuple[CvatDocument, list[ImageAnnotations]]:
    document = CvatDocument(io.BytesIO(content))
    return document, list(document)


def one_shape(xml: str) -> Any:
    document, images = read(cvat({"a.jpg": xml}))
    assert document.findings.items == []
    (shape,) = images[0].shapes
    return shape


def test_it_reads_images_and_where_they_stand() -> None:
    document, images = read(cvat({"a.jpg": BOX + TAG, "sub/b.jpg": ""}))
    assert [(image.name, image.width, image.height, len(image.shapes)) for image in images] == [
        ("a.jpg", 8, 6, 2),
        ("sub/b.jpg", 8, 6, 0),
    ]
    assert images[0].line == 3
    assert list(document.labels) == ["leaf", "rust"]
    assert document.lossless


@pytest.mark.parametrize(
    ("xml", "geometry"),
    [
        ('<tag label="leaf"/>', {}),
        (
            '<box label="leaf" xtl="1.5" ytl="2" xbr="3" ybr="4.25"/>',
            {"x1": 1.5, "y1": 2.0, "x2": 3.0, "y2": 4.25, "rotation": 0.0},
        ),
        (
            '<box label="leaf" xtl="1" ytl="2" xbr="3" ybr="4" rotation="30.5"/>',
            {"x1": 1.0, "y1": 2.0, "x2": 3.0, "y2": 4.0, "rotation": 30.5},
        ),
        ('<polygon label="leaf" points="0,0;4.5,0;4,3"/>', {"points": [[0.0, 0.0], [4.5, 0.0], [4.0, 3.0]]}),
        ('<polyline label="leaf" points="0,0;4,1"/>', {"points": [[0.0, 0.0], [4.0, 1.0]]}),
        ('<points label="leaf" points="3,2"/>', {"points": [[3.0, 2.0]]}),
        (
            '<mask label="leaf" rle="2, 3, 1" left="1" top="2" width="3" height="2"/>',
            {"left": 1, "top": 2, "width": 3, "height": 2, "rle": [2, 3, 1]},
        ),
        (
            '<ellipse label="leaf" cx="3" cy="2" rx="1.5" ry="1" rotation="10"/>',
            {"cx": 3.0, "cy": 2.0, "rx": 1.5, "ry": 1.0, "rotation": 10.0},
        ),
        (f'<cuboid label="leaf" {CORNERS}/>', {"points": [[float(i), float(i + 1)] for i in range(8)]}),
        (
            '<skeleton label="leaf"><points label="1" outside="1" occluded="0" points="1,2"/></skeleton>',
            {"points": [{"label": "1", "x": 1.0, "y": 2.0, "outside": True, "occluded": False}]},
        ),
    ],
)
def test_it_reads_every_kind_of_shape(xml: str, geometry: dict[str, Any]) -> None:
    assert one_shape(xml).geometry == geometry


def test_it_reads_what_a_shape_carries_along() -> None:
    shape = one_shape(
        '<box label="leaf" xtl="1" ytl="1" xbr="2" ybr="2" z_order="3" occluded="1" source="auto" group_id="7">'
        '<attribute name="colour">light green</attribute><attribute name="empty"/></box>'
    )
    assert (shape.z_order, shape.occluded, shape.source, shape.group) == (3, True, "auto", 7)
    assert shape.attributes == {"colour": "light green", "empty": ""}


@pytest.mark.parametrize("section", ["task", "project", "job"])
def test_it_takes_labels_from_every_kind_of_export(section: str) -> None:
    document, _ = read(
        f"""<annotations><meta><{section}><labels>
        <label><name>car</name><color>#FA3253</color><type>polygon</type><attributes><attribute>
            <name>make</name><mutable>True</mutable><input_type>select</input_type>
            <default_value>x</default_value><values>x\ny</values></attribute></attributes></label>
        <label><name>body</name><color>nonsense</color></label>
        <label><name>joint</name><parent>body</parent></label>
        </labels></{section}></meta></annotations>""".encode()
    )
    car, body = document.labels.values()
    assert (car.name, car.color, car.type) == ("car", "#fa3253", "polygon")
    assert (car.attributes[0].name, car.attributes[0].mutable, car.attributes[0].values) == ("make", True, ["x", "y"])
    assert (body.name, body.color) == ("body", "")


def test_without_declared_labels_the_shapes_tell_them() -> None:
    document, _ = read(cvat({"a.jpg": BOX + TAG}, labels=()))
    assert list(document.labels) == ["leaf", "rust"]
    assert document.lossless


def shape(kind: str, attributes: str) -> str:
    return f'<{kind} label="leaf" {attributes}/>'


BAD_SHAPES = {
    "a box without a corner": (shape("box", 'xtl="1" ytl="1" xbr="2"'), "ybr is missing"),
    "a box at nowhere": (shape("box", 'xtl="nan" ytl="1" xbr="2" ybr="2"'), "not finite"),
    "an endless box": (shape("box", 'xtl="1" ytl="1" xbr="inf" ybr="2"'), "not finite"),
    "words for numbers": (shape("box", 'xtl="one" ytl="1" xbr="2" ybr="2"'), "xtl is 'one', which is no number."),
    "words for points": (shape("points", 'points="1,x"'), "one of them is no number."),
    "words for an order": (shape("box", 'xtl="1" ytl="1" xbr="2" ybr="2" z_order="top"'), "z_order is 'top', which is"),
    "a turn of nan": (shape("box", 'xtl="1" ytl="1" xbr="2" ybr="2" rotation="nan"'), "rotation is nan"),
    "an empty turn": (shape("box", 'xtl="1" ytl="1" xbr="2" ybr="2" rotation=""'), "no number"),
    "a z beyond all bounds": (shape("box", 'xtl="1" ytl="1" xbr="2" ybr="2" z_order="99999999999"'), "z_order"),
    "two corners": (shape("polygon", 'points="1,1;2,2"'), "2 points"),
    "no points": (shape("polygon", ""), "no points"),
    "points in threes": (shape("polygon", 'points="1,1,1;2,2;3,3"'), "not written as"),
    "an infinite point": (shape("points", 'points="1,1e999"'), "not finite"),
    "runs that do not add up": (shape("mask", 'rle="1,2" left="0" top="0" width="2" height="2"'), "add up to 3"),
    "a negative run": (shape("mask", 'rle="6,-2" left="0" top="0" width="2" height="2"'), "negative"),
    "a mask without place": (shape("mask", 'rle="4" top="0" width="2" height="2"'), "left is missing"),
    "a mask of half pixels": (shape("mask", 'rle="4" left="0.5" top="0" width="2" height="2"'), "whole number"),
    "a mask of nothing": (shape("mask", 'rle="0" left="0" top="0" width="0" height="2"'), "0 x 2"),
    "a mask without runs": (shape("mask", 'left="0" top="0" width="1" height="2"'), "no rle"),
    "a huge mask": (shape("mask", f'rle="{10**18}" left="0" top="0" width="{10**9}" height="{10**9}"'), "too large"),
    "half an ellipse": (shape("ellipse", 'cx="1" cy="1" rx="1"'), "ry is missing"),
    "a negative radius": (shape("ellipse", 'cx="1" cy="1" rx="-1" ry="1"'), "negative"),
    "a flat cuboid": (shape("cuboid", 'xtl1="1"'), "is missing"),
    "no joints": (shape("skeleton", ""), "no points"),
    "no label": ('<tag label=""/>', "no label"),
    "an unknown label": ('<tag label="moth"/>', "'moth' is not among the labels"),
    "an unknown kind": (shape("hexagon", ""), "no kind of shape"),
}


@pytest.mark.parametrize(("bad", "says"), BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_one_bad_shape_costs_only_itself(bad: str, says: str) -> None:
    document, images = read(cvat({"a.jpg": f"{BOX}\n{bad}\n{TAG}"}))
    assert [shape.kind for shape in images[0].shapes] == ["box", "tag"]
    (finding,) = document.findings.items
    assert says in finding.message
    assert (finding.line, finding.file, str(finding.severity)) == (5, "annotations.xml", "error")
    assert not document.lossless


def test_swapped_corners_are_put_right_and_named() -> None:
    document, images = read(cvat({"a.jpg": shape("box", 'xtl="5" ytl="1" xbr="2" ybr="3"')}))
    assert images[0].shapes[0].geometry == {"x1": 2.0, "y1": 1.0, "x2": 5.0, "y2": 3.0, "rotation": 0.0}
    assert [item.code for item in document.findings.items] == ["annotations.box_turned"]
    assert not document.lossless


def test_tracks_of_videos_are_left_out_with_a_finding() -> None:
    document, images = read(
        b'<annotations>\n<track label="car"><box frame="0" xtl="1"/></track>\n<image name="a.jpg"/></annotations>'
    )
    assert [image.name for image in images] == ["a.jpg"]
    (finding,) = document.findings.items
    assert (finding.code, finding.line) == ("annotations.track", 2)


def test_an_image_without_a_name_is_left_out_with_a_finding() -> None:
    document, images = read(b'<annotations><image id="0"/><image name="a.jpg"/></annotations>')
    assert [image.name for image in images] == ["a.jpg"]
    assert [item.code for item in document.findings.items] == ["annotations.image_unnamed"]


BAD_FILES = {
    "empty": (b"", "is empty"),
    "blank": (b" \n ", "is empty"),
    "text": (b"name,label\na.jpg,leaf\n", "well-formed"),
    "another root": (b"<annotation><object/></annotation>", "<annotation>"),
    "a page": (b"<html><body>404</body></html>", "<html>"),
    "broken off": (cvat({"a.jpg": BOX})[:-20], "well-formed"),
    "wrongly nested": (b"<annotations><image name='a'></annotations>", "well-formed"),
    "entities": (
        b'<!DOCTYPE annotations [<!ENTITY e SYSTEM "file:///etc/passwd">]><annotations>&e;</annotations>',
        "DOCTYPE",
    ),
    "an image": (b"\x89PNG\r\n\x1a\n\x00\x00", "well-formed"),
}


@pytest.mark.parametrize(("content", "says"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_cvat_gets_one_clear_error(content: bytes, says: str) -> None:
    with pytest.raises(NotCvat) as raised:
        read(content)
    assert says in raised.value.message
    assert raised.value.message.startswith("annotations.xml ")


def test_the_error_of_a_broken_file_tells_the_line() -> None:
    with pytest.raises(NotCvat) as raised:
        read(b"<annotations>\n<image name='a.jpg'>\n<box label=></image></annotations>")
    assert raised.value.extra["line"] == 3


def test_one_element_may_not_grow_without_bound(settings: Any) -> None:
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 1_000_000
    with pytest.raises(NotCvat, match="can one image have that many shapes"):
        read(cvat({"a.jpg": BOX * 5000}))


def test_junk_between_images_does_not_stay_in_memory(settings: Any) -> None:
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 2_000_000
    document, images = read(b"<annotations>" + b"<junk/>" * 100_000 + b'<image name="a.jpg"/></annotations>')
    assert [image.name for image in images] == ["a.jpg"]
    assert document.findings.items == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_the_file_declares_are_read(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><annotations><image name="blätter.jpg"/></annotations>'
    _, images = read(text.encode(encoding))
    assert images[0].name == "blätter.jpg"


def test_lines_are_right_in_long_files() -> None:
    document, _ = read(cvat({"a.jpg": "\n" * 100_000 + '<tag label="moth"/>'}))
    assert document.findings.items[0].line == 100_004


def test_findings_are_cut_but_counted() -> None:
    document, _ = read(cvat({"a.jpg": '<tag label="moth"/>' * 1500}))
    assert (len(document.findings.items), document.findings.total) == (1000, 1500)


def test_a_real_export_keeps_its_colour_and_source(shared_data: Path) -> None:
    with (shared_data / "gpr_rebar_cvat" / "annotations.xml").open("rb") as file:
        document = CvatDocument(file)
        images = list(document)
    assert document.labels["rebar"].color == "#fa3253"
    assert {shape.source for image in images for shape in image.shapes} == {"manual"}


@pytest.mark.parametrize(
    ("head", "tag"),
    [(b"<a><b/>", "a"), (b"<?xml version='1.0'?>\n<!-- x -->\n<annotations", None), (b"PK\x03\x04", None), (b"", None)],
)
def test_the_root_is_told_by_the_first_bytes(head: bytes, tag: str | None) -> None:
    assert root_tag(head) == tag
