"""Annotation files that are broken, odd or made to do harm: what a person then sees, and that neighbours are taken."""

from __future__ import annotations

import contextlib
import http.server
import io
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, cvat, picture
from tests.datasets.outcomes import Settle
from tests.datasets.test_cvat_round_trip import images, written
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_stream import Element, NotCvat
from yard.datasets.annotations.formats import base, rle
from yard.datasets.annotations.formats.base import BadShape
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.images import NotAnImage, read_mask
from yard.datasets.models import Dataset, Shape
from yard.datasets.naming import Named, NameIndex
from yard.datasets.texts import is_control, shown

RED, BLUE = picture(color="red"), picture(color="blue")
SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def laughs(where: str) -> bytes:
    """Nine lines that unfold to gigabytes."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
    return f"<!DOCTYPE annotations [{entities}]>{where}".encode()


def doctype(entity: str) -> bytes:
    return f'<!DOCTYPE annotations [<!ENTITY e {entity}>]><annotations><image name="&e;"/>&e;</annotations>'.encode()


def document(inside: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f"{head}<annotations>{inside}</annotations>".encode()


# --- refused whole ----------------------------------------------------------------------------------------------------

HAS_DOCTYPE = "annotations.xml has a DOCTYPE, which no CVAT export has. Remove it, then upload again."
TOO_LONG = "annotations.xml cannot be read: a value is longer than 64 MB, which is the limit here. No labelling tool"
REFUSED: dict[str, tuple[bytes, str]] = {
    "0 bytes": (b"", "annotations.xml is empty."),
    "blanks": (b" \n\t" * 50_000, "annotations.xml is empty."),
    "an entity": (doctype('"x"'), HAS_DOCTYPE),
    "a file as an entity": (doctype('SYSTEM "file:///etc/passwd"'), HAS_DOCTYPE),
    "a page as an entity": (doctype('SYSTEM "http://127.0.0.1:9/x"'), HAS_DOCTYPE),
    "a DTD from elsewhere": (b'<!DOCTYPE annotations SYSTEM "http://127.0.0.1:9/a.dtd"><annotations/>', HAS_DOCTYPE),
    "a billion laughs": (laughs("<annotations>&l9;</annotations>"), HAS_DOCTYPE),
    "a billion laughs in an attribute": (
        laughs('<annotations version="&l9;"/>'),
        HAS_DOCTYPE,
    ),
    "an entity within itself": (
        b'<!DOCTYPE annotations [<!ENTITY a "&b;"><!ENTITY b "&a;">]><annotations version="&a;"/>',
        HAS_DOCTYPE,
    ),
    "a DOCTYPE of kilobytes": (
        b"<!DOCTYPE annotations [" + b'<!ENTITY e "x">' * 5000 + b"]><annotations/>",
        HAS_DOCTYPE,
    ),
    "Pascal VOC": (b"<annotation/>", 'annotations.xml has the root element <annotation>; a file in the format "CVAT'),
    "a web page": (b"<html><body/></html>", "annotations.xml has the root element <html>"),
    "a prefix": (b'<x:annotations xmlns:x="urn:x"/>', "annotations.xml has the root element <x:annotations>"),
    "JSON": (b'{"images": []}', "annotations.xml is not well-formed XML: "),
    "an image": (RED, "annotations.xml is not well-formed XML: "),
    "cut off": (cvat({"a.png": BOX})[:-30], "annotations.xml is not well-formed XML: "),
    "two roots": (
        b"<annotations/><annotations/>",
        "annotations.xml is not well-formed XML: junk after document element",
    ),
    "nothing but a comment": (b"<!-- here -->", "annotations.xml is not well-formed XML: "),
    "an encoding that is not the declared one": (
        document('<image name="blätter.png"/>').decode().encode("latin-1"),
        "annotations.xml is not well-formed XML: ",
    ),
    "an encoding that nobody knows": (
        b'<?xml version="1.0" encoding="klingon-8"?><annotations/>',
        "annotations.xml is not well-formed XML: ",
    ),
    "a control character": (document('<image name="a&#1;.png"/>'), "annotations.xml is not well-formed XML: "),
    "NUL": (document('<image name="a\0.png"/>'), "annotations.xml is not well-formed XML: "),
    "half a character": (document('<image name="a&#xD800;.png"/>'), "annotations.xml is not well-formed XML: "),
    "an attribute of 100 MB": (document(f'<image name="{"n" * 100_000_000}"/>'), TOO_LONG),
    "a text of 11 MB": (
        document(
            f'<image name="a.png"><box label="x"><attribute name="y">{"t" * 11_000_000}</attribute></box></image>'
        ),
        "annotations.xml cannot be read: a text is longer than 10 million characters",
    ),
    "300 elements within each other": (
        document('<image name="a.png">' + "<x>" * 300 + "</x>" * 300 + "</image>"),
        "annotations.xml cannot be read: its elements are nested too deeply, which is the limit here.",
    ),
    "ever new names": (
        document("".join(f"<a{number}/>" for number in range(20_000))),
        "annotations.xml cannot be read: it has more than 10000 names of elements and attributes",
    ),
    "long new names": (
        document("".join(f"<{'n' * 1_000_000}{number}/>" for number in range(20))),
        "annotations.xml cannot be read: it has more than 10000 names of elements and attributes, or too long ones",
    ),
    "a million elements within each other": (
        document("<x>" * 1_000_000),
        "annotations.xml cannot be read: its elements",
    ),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(NotCvat) as raised:
        list(CvatDocument(io.BytesIO(content)))
    assert raised.value.message.startswith(says)
    assert len(raised.value.message) < 500


@pytest.mark.parametrize("what", ["a file as an entity", "a billion laughs in an attribute", "cut off", "0 bytes"])
def test_it_costs_only_itself_and_alone_it_leaves_nothing(settle: Settle, what: str) -> None:
    content, says = REFUSED[what]
    alone = settle({"annotations.xml": content})
    assert (alone.state, alone.images) == ("failed", [])
    assert alone.message.startswith(says)
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert (seen.state, seen.images) == ("succeeded", ["a.png"])
    assert says in seen


def test_a_larger_file_than_allowed_is_refused_unread(settle: Settle, settings: Any) -> None:
    settings.ANNOTATIONS_MAX_BYTES = 1000
    content = cvat({f"{index}.png": BOX for index in range(20)})
    seen = settle({"annotations.xml": content})
    assert (seen.state, seen.images) == ("failed", [])
    assert seen.message == (
        f"annotations.xml has {len(content)} bytes; at most 1000 are allowed here. Export the task in several parts."
    )


def test_more_labels_than_allowed_are_refused(settle: Settle, settings: Any) -> None:
    settings.ANNOTATIONS_MAX_LABELS = 3
    for labels in (("a", "b", "c", "d"), ()):
        shapes = "".join(f'<tag label="{name}"/>' for name in "abcd")
        seen = settle({"annotations.xml": cvat({"a.png": shapes}, labels=labels)})
        assert (seen.state, seen.images) == ("failed", [])
        assert seen.message.startswith("annotations.xml has more than 3 labels, which is the limit here.")


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    """Neither files nor addresses, whichever way a document asks for them."""
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    secret = tmp_path / "secret"
    secret.write_text("hidden")
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        for where in (address, f"file://{secret}"):
            for content in (
                doctype(f'SYSTEM "{where}/x"'),
                f'<!DOCTYPE annotations SYSTEM "{where}/a.dtd"><annotations/>'.encode(),
                f'<!DOCTYPE annotations [<!ENTITY % p SYSTEM "{where}/p">%p;]><annotations/>'.encode(),
                f'<!DOCTYPE annotations PUBLIC "-//x" "{where}/p"><annotations version="&e;"/>'.encode(),
                f'<?xml-stylesheet href="{where}/s.xsl"?><annotations><image name="a"/></annotations>'.encode(),
                f'<annotations xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{where}/x"/>'
                f'<image name="a"/></annotations>'.encode(),
                f'<annotations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                f'xsi:schemaLocation="a {where}/s.xsd"><image name="a"/></annotations>'.encode(),
            ):
                with contextlib.suppress(NotCvat):
                    found = list(CvatDocument(io.BytesIO(content)))
                    assert "hidden" not in repr(found)
        server.shutdown()
    assert asked == []


# --- left out alone ---------------------------------------------------------------------------------------------------

# What one image's annotations hold beside a good box, and what is said about it.
LEFT_OUT: dict[str, tuple[str, str]] = {
    "nan": ('<box label="leaf" xtl="nan" ytl="1" xbr="2" ybr="2"/>', "a corner is not finite, or out of all bounds"),
    "infinity": ('<box label="leaf" xtl="1" ytl="1" xbr="Infinity" ybr="2"/>', "a corner is not finite, or out of all"),
    "1e308": (
        '<box label="leaf" xtl="1" ytl="1" xbr="1e308" ybr="2"/>',
        "a corner is not finite, or out of all bounds",
    ),
    "a point at 1e300": ('<points label="leaf" points="1,1e300"/>', "a point is not finite, or out of all bounds"),
    "a mask at 1e300": (
        '<mask label="leaf" rle="4" left="1e300" top="0" width="2" height="2"/>',
        "left is 1e300, which is no number to draw with",
    ),
    "a number of 5000 digits": (
        f'<box label="leaf" xtl="1" ytl="1" xbr="2" ybr="2" z_order="{"9" * 5000}"/>',
        ", which is no whole number within bounds",
    ),
    "runs that do not add up": (
        '<mask label="leaf" rle="1,2" left="0" top="0" width="2" height="2"/>',
        "its run lengths add up to 3, its box has 2 x 2 = 4 pixels",
    ),
    "runs that are negative": (
        '<mask label="leaf" rle="6,-2" left="0" top="0" width="2" height="2"/>',
        "a run length is negative",
    ),
    "runs that are no numbers": (
        '<mask label="leaf" rle="a,b" left="0" top="0" width="2" height="2"/>',
        "a run length is no whole number within bounds",
    ),
    "a mask of exapixels": (
        f'<mask label="leaf" rle="{10**18}" left="0" top="0" width="1000000000" height="1000000000"/>',
        "its box of 1000000000 x 1000000000 pixels is too large",
    ),
    "a negative size": (
        '<mask label="leaf" rle="4" left="0" top="0" width="-2" height="-2"/>',
        "its box is -2 x -2 pixels",
    ),
    "a negative radius": ('<ellipse label="leaf" cx="1" cy="1" rx="-1" ry="1"/>', "a radius is negative"),
    "an unknown label": ('<tag label="moth"/>', "its label 'moth' is not among the labels that the file declares"),
    "a script as a label": (f'<tag label="{ESCAPED}"/>', f"its label '{SCRIPT}' is not among the labels"),
    "a label of megabytes": (f'<tag label="{"l" * 3_000_000}"/>', "is not among the labels that the file declares"),
    "a label that turns the text around": ('<tag label="a\u202eb"/>', "its label 'a\ufffdb' is not among the labels"),
    "an unknown kind": ('<hexagon label="leaf"/>', "A hexagon of a.png was left out: <hexagon> is no kind of shape"),
    "a kind of megabytes": (f'<{"k" * 40_000} label="leaf"/>', "is no kind of shape we know"),
    "an image within an image": ('<image name="b.png"/>', "<image> is no kind of shape we know"),
    "points that cancel each other out": (
        '<points label="leaf" points="1e300,1;-1e300,1"/>',
        "a point is not finite, or out of all bounds",
    ),
    "points in threes and ones": ('<points label="leaf" points="1,1,1;2;3,3"/>', "its points are not written as"),
    "a million points and one": (
        f'<points label="leaf" points="{";".join(["1,1"] * 1_000_001)}"/>',
        "it has more than 1000000 points",
    ),
    "millions of runs": (
        f'<mask label="leaf" rle="{",".join(["1"] * 5_000_001)}" left="0" top="0" width="5000001" height="1"/>',
        "it has more than 5000000 run lengths",
    ),
    "an attribute with a name of kilobytes": (
        f'<tag label="leaf"><attribute name="{"n" * 1025}">x</attribute></tag>',
        "the name of an attribute is longer than 1024 characters",
    ),
}


def test_each_bad_shape_costs_only_itself(settle: Settle, dataset: Dataset, subtests: pytest.Subtests) -> None:
    content = cvat({"a.png": BOX + "\n".join(bad for bad, _ in LEFT_OUT.values()) + TAG})
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert (seen.state, seen.images) == ("succeeded", ["a.png"])
    assert dataset.kind_counts == {"box": 1, "tag": 1}
    for what, (_, says) in LEFT_OUT.items():
        with subtests.test(what):
            assert says in seen


def test_what_reaches_outside_is_kept_and_named(settle: Settle, dataset: Dataset) -> None:
    content = cvat(
        {
            "a.png": '<box label="leaf" xtl="-9" ytl="0" xbr="99999999" ybr="3"/>'
            '<mask label="leaf" rle="0,10000" left="-5" top="-5" width="100" height="100"/>'
        }
    )
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert dataset.shape_count == 2
    assert "A box (leaf) of a.png reaches outside of the image (-9, 0 to 1e+08, 3 on 8 x 6 pixels)." in seen
    assert "A mask (leaf) of a.png reaches outside of the image (-5, -5 to 95, 95 on 8 x 6 pixels)." in seen


@pytest.mark.parametrize("labels", [("leaf", "rust"), ()])
def test_blanks_around_a_label_do_not_count(
    settle: Settle, dataset: Dataset, as_owner: APIClient, labels: tuple[str, ...]
) -> None:
    """Neither on the way in, nor in the file that is then written for training."""
    content = cvat({"a.png": '<tag label="leaf"/><tag label=" leaf"/><tag label="  "/>'}, labels=labels)
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert "A tag of a.png was left out: it has no label." in seen
    assert dataset.kind_counts == {"tag": 2}
    stored = b"".join(as_owner.get(f"/api/v1/datasets/{dataset.pk}/annotations/").streaming_content)
    (image,) = CvatDocument(io.BytesIO(stored))
    assert [shape.label for shape in image.shapes] == ["leaf", "leaf"]


def test_images_missing_on_either_side_are_listed(settle: Settle) -> None:
    seen = settle({"a.png": RED, "b.png": BLUE, "annotations.xml": cvat({"a.png": BOX, "gone.png": BOX})})
    assert seen.state == "succeeded"
    assert "b.png: the annotations do not mention it" in seen
    assert "gone.png: no image has this name" in seen


def test_an_image_that_is_named_twice_keeps_its_first_annotations(settle: Settle, dataset: Dataset) -> None:
    """The same ids and names twice, in one file; and in another spelling."""
    content = cvat({"a.png": BOX}).replace(
        b"</annotations>", b'<image id="0" name="a.png"></image><image id="0" name="./x/a.png"/></annotations>'
    )
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert seen.state == "succeeded"
    assert dataset.shape_count == 1
    assert "a.png: its image was annotated before, as a.png in annotations.xml" in seen
    assert "./x/a.png: its image was annotated before, as a.png in annotations.xml" in seen


@pytest.mark.parametrize("size", ["-8", "9" * 30, "1e3", "0x8", "", "NaN"])
def test_a_declared_size_that_is_none_is_no_harm(settle: Settle, dataset: Dataset, size: str) -> None:
    content = document(f'<image name="a.png" width="{size}" height="6">{BOX}</image>')
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert (seen.state, dataset.shape_count) == ("succeeded", 1)
    assert ("was annotated at" in seen) == size.isdigit()


# --- texts of somebody else -------------------------------------------------------------------------------------------


def test_texts_that_look_like_html_are_kept_as_texts(settle: Settle, dataset: Dataset, as_owner: APIClient) -> None:
    name = "<img src=x onerror=alert(1)>.png"
    content = cvat(
        {name.replace("<", "&lt;").replace(">", "&gt;"): f'<tag label="{ESCAPED}"><attribute name="{ESCAPED}">{ESCAPED}'
         f'</attribute></tag>', ESCAPED: ""},
        labels=(ESCAPED,),
    )  # fmt: skip
    seen = settle({name: RED, "annotations.xml": content})
    assert (seen.state, seen.images) == ("succeeded", [name])
    assert f"{SCRIPT}: no image has this name" in seen
    shape = Shape.objects.get()
    assert (shape.label.name, shape.attributes) == (SCRIPT, {SCRIPT: SCRIPT})
    answer = as_owner.get(f"/api/v1/datasets/{dataset.pk}/images/")
    assert answer["Content-Type"] == "application/json"


def test_names_of_megabytes_do_not_swell_the_report(settle: Settle, subtests: pytest.Subtests) -> None:
    """``settle`` measures it."""
    long = "n" * 9_000_000
    missing = "".join(f'<image name="{index}{long[:30_000]}"/>' for index in range(300))
    twice = f'<image name="{long[:900]}/a.png">{BOX}</image><image name="a.png"/>'
    bad = f'<image name="b.png"><box label="{long}"/></image><track label="{long}"/><image name="{long}"/>'
    seen = settle({"a.png": RED, "b.png": BLUE, "annotations.xml": document(missing + twice + bad)})
    assert seen.state == "succeeded"
    assert "its name is longer than 1024 characters, which no image's is" in seen
    assert max(map(len, seen.sentences.split("\n"))) < 1300


@pytest.mark.timeout(120)
def test_names_that_take_long_to_put_in_order_are_not() -> None:
    """Combining marks are sorted pair by pair: a million of them would take hours."""
    name = "a" + "\u0315\u0300\u05ae\u0323" * 250_000
    assert NameIndex([Named(1, "a.png", "a.png")]).find(name).image is None


def test_a_label_of_255_characters_is_taken(settle: Settle, dataset: Dataset) -> None:
    content = cvat({"a.png": f'<tag label="{"l" * 255}"/>'}, labels=("l" * 255, "m" * 256))
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert dataset.labels.get().name == "l" * 255
    assert "A label was left out: its name is longer than 255 characters." in seen


@pytest.mark.parametrize("name", ["a\x01b", "a\r\nSet-Cookie: x=1", "a\u202eb", "a\uffffb"])
def test_a_data_set_cannot_be_called_what_no_file_can(as_owner: APIClient, project: Any, name: str) -> None:
    answer = as_owner.post("/api/v1/datasets/", {"project": project.pk, "name": name})
    assert answer.status_code == 400
    assert answer.json()["message"] == "The name holds control characters, which cannot be seen. Type it again."
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("name", [SCRIPT, "a/../b", 'a";b', "תמונה", "ü" * 200])
def test_other_names_of_data_sets_are_fine(as_owner: APIClient, project: Any, name: str) -> None:
    made = as_owner.post("/api/v1/datasets/", {"project": project.pk, "name": name})
    assert made.status_code == 201
    for what in ("annotations", "download"):
        answer = as_owner.get(f"/api/v1/datasets/{made.json()['id']}/{what}/")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        b"".join(answer.streaming_content) if answer.streaming else answer.content


# --- taken ------------------------------------------------------------------------------------------------------------

TAKEN: dict[str, bytes] = {
    "UTF-8 with a mark": b"\xef\xbb\xbf" + document('<image name="blätter.png"/>'),
    "UTF-8 undeclared": document('<image name="blätter.png"/>', head=""),
    "UTF-16": document('<image name="blätter.png"/>', '<?xml version="1.0" encoding="utf-16"?>')
    .decode()
    .encode("utf-16"),
    "UTF-16, undeclared": document('<image name="blätter.png"/>', "").decode().encode("utf-16"),
    "UTF-16, the other way round": "\ufeff".encode("utf-16-be")
    + document('<image name="blätter.png"/>', "").decode().encode("utf-16-be"),
    "Latin-1": document('<image name="blätter.png"/>', '<?xml version="1.0" encoding="iso-8859-1"?>')
    .decode()
    .encode("latin-1"),
    "Windows": document('<image name="blätter.png"/>', '<?xml version="1.0" encoding="windows-1252"?>')
    .decode()
    .encode("cp1252"),
    "a licence before it": b"<!-- "
    + b"all rights reserved " * 5000
    + b" -->"
    + document('<image name="blätter.png"/>', ""),
    "comments and instructions": document('<!-- a --><?b c?><image name="bl&#228;tter.png"><!-- d --></image>'),
    "another namespace within": document('<image name="blätter.png" x:y="z" xmlns:x="urn:x"/>'),
    "CDATA": document('<version><![CDATA[<1.1>]]></version><image name="blätter.png"/>'),
    "CRLF": document('\r\n<image\r\nname="blätter.png"/>\r\n'),
    "XML 1.1": document('<image name="blätter.png"/>', '<?xml version="1.1" encoding="utf-8"?>'),
    "the name taken apart": document('<image name="bla\u0308tter.png"/>'),
    "200 elements within each other": document('<image name="blätter.png"/>' + "<x>" * 200 + "</x>" * 200),
    "a value of 9 MB": document(f'<image name="blätter.png" note="{"n" * 9_000_000}"/>'),
}


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_its_neighbour_is_taken(content: bytes) -> None:
    (image,) = CvatDocument(io.BytesIO(content))
    assert NameIndex([Named(1, "blätter.png", "blätter.png")]).find(image.name).image is not None


def test_a_hundred_thousand_shapes_of_one_image_are_taken() -> None:
    (image,) = CvatDocument(io.BytesIO(cvat({"a.png": BOX * 100_000})))
    assert len(image.shapes) == 100_000


def test_what_stands_in_the_store_is_what_was_uploaded(settle: Settle, dataset: Dataset, as_owner: APIClient) -> None:
    """UTF-16 too: an untouched file is kept byte for byte."""
    content = cvat({"a.png": BOX}).decode().replace("utf-8", "utf-16").encode("utf-16")
    seen = settle({"a.png": RED, "annotations.xml": content})
    assert seen.state == "succeeded"
    answer = as_owner.get(f"/api/v1/datasets/{dataset.pk}/annotations/")
    assert b"".join(answer.streaming_content) == content
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/xml", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]


# --- what it costs ----------------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A document whose one image never ends; counts what was read of it."""

    def __init__(self, inside: bytes) -> None:
        self.taken = 0
        self._inside = inside
        self._head = b'<annotations><image name="a.png">'

    def read(self, size: int = -1, /) -> bytes:
        part, self._head = self._head, self._inside * (1 << 15)
        self.taken += len(part)
        return part


@pytest.mark.parametrize(
    "inside",
    [b"<a/>", b"<tag label='x'/>", b'<a b="" c="" d=""/>', b"<!-- x -->", b"text", b"<![CDATA[x]]>", b"<?a b?>"],
)
def test_memory_stays_bounded_whatever_an_element_holds(settings: Any, inside: bytes) -> None:
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 8 << 20
    source: Any = Endless(inside)
    tracemalloc.start()
    try:
        with pytest.raises(NotCvat):
            list(CvatDocument(source))
        # Python's share; that of libxml2 is what the limit estimates.
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    assert source.taken < 32 << 20


def resident() -> int:
    """Bytes of memory of this process that are in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def test_the_estimate_of_memory_is_not_far_from_the_truth(settings: Any) -> None:
    """Elements of nothing but a name are the worst there is."""
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 128 << 20
    before = resident()
    most = before

    class Watched(Endless):
        def read(self, size: int = -1, /) -> bytes:
            nonlocal most
            most = max(most, resident())
            return super().read(size)

    with pytest.raises(NotCvat):
        list(CvatDocument(Watched(b"<a/>")))  # type: ignore[arg-type]
    assert most - before < 4 * (128 << 20)


def test_a_mask_of_millions_of_runs_can_be_written_and_read_again() -> None:
    """What is written takes half as much room again as what was read."""
    runs = 4_000_000
    mask = f'<mask label="x" rle="{",".join(["1"] * runs)}" left="0" top="0" width="{runs}" height="1"/>'
    (image,) = CvatDocument(io.BytesIO(document(f'<image name="a.png">{mask}</image>')))
    (again,) = CvatDocument(io.BytesIO(written_with(image)))
    assert again.shapes[0].geometry == image.shapes[0].geometry


def test_shapes_of_other_formats_have_the_same_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "POINTS_MAX", 4)
    monkeypatch.setattr(rle, "RUNS_MAX", 4)
    assert len(base.polygon_geometry([1.0] * 8)["points"]) == 4
    assert rle.fold(b"\0\1\0\1") == [1, 1, 1, 1]
    with pytest.raises(BadShape, match="it has 5 corners; at most 4"):
        base.polygon_geometry([1.0] * 10)
    with pytest.raises(rle.TooManyPixels, match="more than 4 run lengths"):
        rle.fold(b"\0\1\0\1\0\1")


def test_noise_is_no_mask() -> None:
    target = io.BytesIO()
    Pillow.frombytes("L", (3300, 3300), b"\0\xff" * (3300 * 3300 // 2)).save(target, "PNG")
    with pytest.raises(NotAnImage, match="more than 5000000 runs of pixels; is it noise"):
        read_mask(io.BytesIO(target.getvalue()))


# --- whatever comes ---------------------------------------------------------------------------------------------------


def read(content: bytes) -> list[ImageAnnotations]:
    """All images; every finding is a sentence that can be shown."""
    found = CvatDocument(io.BytesIO(content))
    try:
        return list(found)
    except NotCvat as error:
        assert error.message.startswith("annotations.xml ")  # noqa: PT017 - whatever else is raised fails the test
        return []
    finally:
        for finding in found.findings.items:
            assert finding.message.endswith((".", "…")) or len(finding.message) > 900
            assert not any(is_control(character) for character in finding.message)
            assert len(finding.message) <= 1000


pieces = st.sampled_from(
    [b"<", b">", b"/>", b'"', b"&", b"&#0;", b"]]>", b"<!--", b"nan", b"1e999", b"-1", b"\0", b"\xff", b"<image ", b"=",
     b"</image>", b'points="', b"<![CDATA[", b"<?xml", b"\xef\xbb\xbf", b"<!DOCTYPE a>"]
)  # fmt: skip


@hypothesis_settings(max_examples=100)
@given(
    st.lists(images, min_size=1, max_size=3),
    st.lists(st.tuples(st.floats(0, 1), st.one_of(pieces, st.binary(max_size=5)), st.integers(0, 12)), max_size=5),
)
def test_a_damaged_document_is_read_or_refused(
    found: list[ImageAnnotations], changes: list[tuple[float, bytes, int]]
) -> None:
    content = written(found)
    for place, piece, gone in changes:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + gone :]
    for image in read(content):
        for shape in image.shapes:
            assert shape.label


values = st.one_of(
    st.sampled_from(["", "nan", "inf", "-inf", "1e999", "-1", "0", "1.5", "9" * 400, "1,1;2,2;3,3", ",", ";", "１"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=10),
)
NAMES = "label points xtl ytl xbr ybr rotation rle left top width height cx cy rx ry z_order group_id occluded xtl1"
KINDS = "box polygon polyline points mask ellipse cuboid skeleton tag"
attributes = st.dictionaries(
    st.sampled_from(NAMES.split()),
    values,
    max_size=9,
)


@hypothesis_settings(max_examples=100)
@given(st.sampled_from(KINDS.split()), attributes, attributes)
def test_a_shape_with_any_values_is_taken_or_named(kind: str, own: dict[str, str], inner: dict[str, str]) -> None:
    from lxml import etree

    root = etree.Element("annotations")
    image = etree.SubElement(root, "image", name="a.png")
    shape = etree.SubElement(image, kind, own)
    etree.SubElement(shape, "points", inner)
    document = CvatDocument(io.BytesIO(etree.tostring(root)))
    (found,) = document
    assert len(found.shapes) + document.findings.errors == 1
    if found.shapes:
        # Whatever was taken can be written and read again.
        (again,) = CvatDocument(io.BytesIO(written_with(found)))
        assert [item.geometry for item in again.shapes] == [item.geometry for item in found.shapes]


def written_with(image: ImageAnnotations) -> bytes:
    from yard.datasets.annotations.cvat_writer import write_cvat
    from yard.datasets.annotations.types import LabelSpec

    target = io.BytesIO()
    labels = [LabelSpec(name) for name in dict.fromkeys(shape.label for shape in image.shapes)]
    write_cvat(target, name="x", labels=labels, images=[image], image_count=1)
    return target.getvalue()


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20), st.integers(1, 20))
def test_runs_are_taken_if_and_only_if_they_add_up(runs: list[int], width: int) -> None:
    from yard.datasets.annotations.cvat_geometry import GEOMETRIES

    height = max(sum(runs) // width, 1)
    place = {"left": "0", "top": "0", "width": str(width), "height": str(height)}
    element = Element("mask", {"rle": ", ".join(map(str, runs)), **place}, 1)
    if sum(runs) == width * height:
        assert GEOMETRIES["mask"](element)["rle"] == runs
    else:
        with pytest.raises(BadShape, match="add up"):
            GEOMETRIES["mask"](element)


@given(st.text(max_size=3000), st.integers(50, 1000))
def test_a_text_is_shown_within_bounds(text: str, characters: int) -> None:
    result = shown(text, characters)
    assert len(result) <= characters
    assert not any(is_control(character) for character in result)
    result.encode()
    if len(text) <= characters and not any(is_control(character) for character in text):
        assert result == text
