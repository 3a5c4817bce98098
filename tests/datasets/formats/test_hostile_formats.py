"""Label files that are broken, odd or made to do harm, in every format: a sentence each, and neighbours are taken."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.conftest import packed, picture
from tests.datasets.formats.files import document_of
from tests.datasets.formats.test_import_of_formats import COCO, LABELME, VOC, YOLO
from tests.datasets.outcomes import Settle
from tests.fuzz.readers import READERS
from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.models import Shape

RED = picture(40, 20, "red")
SCRIPT = "<script>alert(1)</script>"
DEEP = b"[" * 100_000


def coco(**values: Any) -> bytes:
    return json.dumps({**COCO, **values}).encode()


def annotation(**values: Any) -> dict[str, Any]:
    return {"id": 5, "image_id": 1, "category_id": 7, **values}


# --- refused whole ----------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, str, bytes, str]] = {
    "deep JSON": ("coco", "a.json", b'{"images": ' + DEEP, "is not the JSON it should be: its values are nested"),
    "deep JSON in an item": ("coco", "a.json", b'{"images": [' + DEEP, "is not the JSON it should be"),
    "cut off": ("coco", "a.json", coco()[:-30], "is not the JSON it should be"),
    "two objects": ("coco", "a.json", coco() + b"{}", "something follows after its end"),
    "a list": ("coco", "a.json", b"[]", "it does not begin with {"),
    "0 bytes": ("coco", "a.json", b"", "it does not begin with {"),
    "no COCO": ("coco", "a.json", b'{"a": 1}', "has neither images, annotations nor categories"),
    "a number of 5000 digits": ("coco", "a.json", b'{"images": [%s]}' % (b"9" * 5000), "a number in it is out of"),
    "latin-1": ("coco", "a.json", '{"images": ["ü"]}'.encode("latin-1"), "it is not written in UTF-8"),
    "columns of something else": ("csv", "a.csv", b"a,b\n1,2\n", "has no columns of labels"),
    "a CSV field of 11 MB": ("csv", "a.csv", b"image,label\na.png," + b"x" * 11_000_000, "cannot be read as CSV"),
}


@pytest.mark.parametrize(("key", "path", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_sentence(key: str, path: str, content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as raised:
        list(document_of({path: content}, key=key))
    assert says in raised.value.message
    assert len(raised.value.message) < 500


def test_too_many_classes_are_refused(settings: Any) -> None:
    settings.ANNOTATIONS_MAX_LABELS = 3
    categories = [{"id": number, "name": f"c{number}"} for number in range(9)]
    with pytest.raises(Unreadable, match="more than 3 classes"):
        list(document_of({"a.json": coco(categories=categories)}))


def test_one_value_may_not_fill_the_memory(settings: Any) -> None:
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 8 << 20
    content = b'{"images": [{"a": [' + b"[]," * 600_000 + b"[]]}]}"
    tracemalloc.start()
    with pytest.raises(Unreadable, match="takes more than 8 MiB"):
        list(document_of({"a.json": content}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300 << 20


# --- one shape costs only itself --------------------------------------------------------------------------------------

BAD_COCO: dict[str, tuple[dict[str, Any], str]] = {
    "no category": (annotation(category_id=99, bbox=[1, 2, 3, 4]), "there is no category 99"),
    "neither box nor polygon": (annotation(), "it has neither segmentation nor bbox"),
    "NaN": (annotation(bbox=[1, 2, float("nan"), 4]), "not finite"),
    "infinity": (annotation(bbox=[1, 2, float("inf"), 4]), "not finite"),
    "texts as numbers": (annotation(bbox=["1", 2, 3, 4]), "a coordinate is no number"),
    "a huge number": (annotation(bbox=[10**400, 2, 3, 4]), "not finite, or out of all bounds"),
    "three numbers": (annotation(bbox=[1, 2, 3]), "it has neither segmentation nor bbox"),
    "two corners": (annotation(segmentation=[[1, 2, 3, 4]]), "it has 2 corners"),
    "half a corner": (annotation(segmentation=[[1, 2, 3, 4, 5, 6, 7]]), "7 coordinates, which make no pairs"),
    "runs that do not add up": (
        annotation(segmentation={"size": [20, 40], "counts": [1, 2]}),
        "its run lengths add up to 3, the mask has 800 pixels",
    ),
    "negative runs": (annotation(segmentation={"size": [2, 2], "counts": [5, -1]}), "a run length is negative"),
    "a mask of petabytes": (annotation(segmentation={"size": [1 << 25, 1 << 25], "counts": [1 << 30]}), "at most"),
    "compressed rubbish": (annotation(segmentation={"size": [2, 2], "counts": "ü\n"}), "a character that is none"),
    "compressed and cut off": (annotation(segmentation={"size": [2, 2], "counts": "P"}), "break off"),
    "a size of texts": (annotation(segmentation={"size": ["a", 2], "counts": [4]}), "is not [height, width]"),
    "an empty mask": (annotation(segmentation={"size": [2, 2], "counts": [4]}), "its mask covers no pixel"),
    "an unknown image": (annotation(image_id=77, bbox=[1, 2, 3, 4]), "there is no image 77"),
    "an image that is a list": (annotation(image_id=[1], bbox=[1, 2, 3, 4]), "it has no image_id"),
}


@pytest.mark.parametrize(("bad", "says"), BAD_COCO.values(), ids=BAD_COCO)
def test_a_bad_annotation_of_coco_costs_only_itself(bad: dict[str, Any], says: str) -> None:
    document = document_of({"a.json": coco(annotations=[bad, *COCO["annotations"]])})
    images = list(document)
    assert [len(image.shapes) for image in images] == [1, 0]
    (finding,) = document.findings.items
    assert says in finding.message
    assert document.losses.count("unreadable") + (says == "it has no image_id") >= 1


def test_images_of_one_id_and_without_name_are_told() -> None:
    images = [*COCO["images"], {"id": 1, "file_name": "c.png"}, {"id": 9}, 5]
    document = document_of({"a.json": coco(images=images)})
    assert [image.name for image in document] == ["a.png", "b.png"]
    assert [finding.code for finding in document.findings.items] == [
        "annotations.image_twice", "annotations.image_unnamed", "annotations.image_unnamed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x 0.1 0.1 0.1 0.1", "is not a class and numbers"),
        ("0 nan 0.1 0.1 0.1", "not finite"),
        ("0 1e999 0.1 0.1 0.1", "not finite"),
        ("0 0.1 0.1", "it has 2 numbers behind the class"),
        ("-1 0.1 0.1 0.1 0.1", "is no number of a class"),
        ("inf 0.1 0.1 0.1 0.1", "is not a class and numbers"),
        ("0 0.5 0.5 -0.1 0.1", "its width or height is negative"),
        ("7 0.1 0.1 0.1 0.1", "there is no class 7; 2 are named"),
    ],
)
def test_a_bad_line_of_yolo_costs_only_itself(line: str, says: str) -> None:
    files = {"data.yaml": YOLO["data.yaml"], "labels/a.txt": f"0 0.5 0.5 0.5 0.5\n{line}\n".encode()}
    document = document_of(files, [Picture("images/a.png", 40, 20)])
    (image,) = document
    assert len(image.shapes) == 1
    (finding,) = document.findings.items
    assert (finding.file, finding.line) == ("labels/a.txt", 2)
    assert says in finding.message


@pytest.mark.parametrize(
    "content",
    [
        b"a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nnames: [*b,*b,*b,*b]\n",
        b"names: " + b"[" * 1000,
        b"names: !!python/object/apply:os.system ['touch /tmp/evil']\n",
        b"names: {? [a, b] : c}\nnames: 2020-99-99\n",
        b"names: 'a\n",
        b"\xff\xfe\x00",
    ],
    ids=["bomb", "deep", "code", "odd keys", "cut off", "no text"],
)
def test_a_hostile_yaml_is_told_and_runs_nothing(content: bytes) -> None:
    document = document_of(
        {"data.yaml": content, "labels/a.txt": b"0 0.5 0.5 0.5 0.5"}, [Picture("a.png", 4, 4)], "yolo"
    )
    (image,) = document
    assert [shape.label for shape in image.shapes] == ["class 0"]
    assert {finding.code for finding in document.findings.items} == {"annotations.bad_yaml"}


def test_entities_of_voc_are_not_followed() -> None:
    bad = b'<!DOCTYPE annotation [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + VOC.replace(b"leaf", b"&e;")
    document = document_of({"a.xml": bad, "b.xml": VOC}, key="voc")
    (image,) = document
    assert [shape.label for shape in image.shapes] == ["leaf"]
    (finding,) = document.findings.items
    assert (finding.file, "DOCTYPE" in finding.message) == ("a.xml", True)


@pytest.mark.parametrize("value", [b"nan", b"inf", b"x", b"", b"1e400"])
def test_a_bad_number_of_voc_costs_only_its_box(value: bytes) -> None:
    document = document_of({"a.xml": VOC.replace(b"<xmin>4</xmin>", b"<xmin>%s</xmin>" % value)}, key="voc")
    (image,) = document
    assert image.shapes == []
    (finding,) = document.findings.items
    if value in (b"x", b""):
        assert finding.message == f"An object of a.png was left out: xmin is {value.decode()!r}, which is no number."


@pytest.mark.parametrize(("side", "value"), [(b"xmin>4", b"xmin>30"), (b"ymax>15", b"ymax>1")])
def test_swapped_corners_of_voc_are_put_right_and_told(side: bytes, value: bytes) -> None:
    document = document_of({"a.xml": VOC, "b.xml": VOC.replace(side, value)}, key="voc")
    _, image = document
    box = image.shapes[0].geometry
    assert box["x1"] < box["x2"]
    assert box["y1"] < box["y2"]
    (finding,) = document.findings.items
    assert (finding.code, finding.file, finding.line) == ("annotations.box_turned", "b.xml", 2)


def test_texts_that_nothing_can_store_are_made_plain() -> None:
    odd = "a\0b\ud800\u202e"
    annotations = [annotation(bbox=[1, 2, 3, 4], attributes={odd: odd, "n": [1]})]
    images = [{"id": 1, "file_name": f"{odd}.png"}]
    (image,) = document_of({"a.json": coco(images=images, annotations=annotations)})
    plain = "a\ufffdb\ufffd\ufffd"
    assert image.name == f"{plain}.png"
    assert image.shapes[0].attributes == {plain: plain}
    document = document_of({"a.json": coco(categories=[{"id": 7, "name": odd}])})
    assert [len(found.shapes) for found in document] == [0, 0]
    assert "control characters" in document.findings.items[0].message


# --- through the import -----------------------------------------------------------------------------------------------


def test_hostile_files_of_all_formats_leave_their_neighbours_alone(settle: Settle) -> None:
    names = json.dumps({**LABELME, "imagePath": f"../../{SCRIPT}.png"}).encode()
    files = {
        "images/a.png": RED,
        "coco.json": coco(annotations=[bad for bad, _ in BAD_COCO.values()] + COCO["annotations"]),
        "deep.json": b'{"images": [' + DEEP,
        "labelme.json": names,
        "Annotations/x.xml": VOC.replace(b"a.png", b"/etc/passwd"),
        "Annotations/y.xml": b"<annotation>",
        "data.yaml": b"a: &a x\nnames: [*a]\n",
        "labels/zz.txt": b"0 nan 1 1 1\n",
        "masks/a.png": b"\x89PNG\r\n\x1a\n but no more",
        "x.csv": f"image,label,x1\n{SCRIPT},leaf,NaN\n".encode(),
    }
    seen = settle({"set.zip": packed(files)})
    assert (seen.state, seen.images) == ("succeeded", ["a.png"])
    assert Shape.objects.filter(label__name="leaf").count() == 1
    assert "deep.json is not the JSON it should be" in seen
    assert "Annotations/y.xml" in seen


@pytest.mark.parametrize("key", ["coco", "voc", "yolo", "yolo-yaml", "labelme", "csv"])
@given(content=st.binary(max_size=200) | st.text('{}[]":,0123456789.eE-nanImages\n ', max_size=200).map(str.encode))
def test_no_bytes_make_a_reader_fail_otherwise_than_by_saying_so(key: str, content: bytes) -> None:
    READERS[key](content)


# --- the other formats ------------------------------------------------------------------------------------------------

GOOD_LABELME = json.dumps(LABELME).encode()


def labelme(**values: Any) -> bytes:
    return json.dumps({**LABELME, "shapes": [{"label": "leaf", **values}, LABELME["shapes"][0]]}).encode()  # type: ignore[index]


BAD_LABELME: dict[str, tuple[bytes, str]] = {
    "NaN": (labelme(shape_type="rectangle", points=[[float("nan"), 1], [2, 3]]), "not finite"),
    "a huge number": (labelme(shape_type="rectangle", points=[[10**400, 1], [2, 3]]), "not finite, or out of all"),
    "texts": (labelme(points=[["1", "2"]] * 3), "a point is not [x, y]"),
    "two corners": (labelme(points=[[1, 2], [3, 4]]), "a polygon of 2 points is none that we know"),
    "another type": (labelme(shape_type="spline", points=[[1, 2]]), "a spline of 1 points"),
    "a mask": (
        labelme(shape_type="mask", points=[[1, 2], [3, 4]], mask="x"),
        "masks within LabelMe files are not read",
    ),
    "no label": (labelme(label=None, points=[[1, 2]] * 3), "it has no label"),
    "no points": (labelme(points=None), "it has no points"),
}
HEAD = "image,label,x1,y1,x2,y2,points,attributes\n"
BAD_CSV: dict[str, tuple[str, str]] = {
    "NaN": ("a.png,leaf,nan,2,3,4,,", "not finite"),
    "infinity": ("a.png,leaf,1,2,inf,4,,", "not finite"),
    "a text": ("a.png,leaf,one,2,3,4,,", "x1 is 'one', which is no number"),
    "a side is missing": ("a.png,leaf,1,2,3,,,", "y2 is missing"),
    "half a point": ('a.png,leaf,,,,,"1,2;3",', "3 coordinates, which make no pairs"),
    "two corners": ('a.png,leaf,,,,,"1,2;3,4",', "it has 2 corners"),
    "attributes that are no JSON": ("a.png,leaf,1,2,3,4,,{", "its attributes are no JSON"),
    "attributes that are a list": ("a.png,leaf,1,2,3,4,,[]", "no JSON object"),
    "a class of control characters": ("a.png,le\x07af,1,2,3,4,,", "control characters"),
    "a long class": (f"a.png,{'x' * 300},1,2,3,4,,", "longer than 255"),
}


@pytest.mark.parametrize(("content", "says"), BAD_LABELME.values(), ids=BAD_LABELME)
def test_a_bad_shape_of_labelme_costs_only_itself(content: bytes, says: str) -> None:
    document = document_of({"a.json": content})
    (image,) = document
    assert [shape.kind for shape in image.shapes] == ["box"]
    (finding,) = document.findings.items
    assert says in finding.message
    assert document.losses.count("unreadable") == 1


@pytest.mark.parametrize(("row", "says"), BAD_CSV.values(), ids=BAD_CSV)
def test_a_bad_row_of_csv_costs_only_itself(row: str, says: str) -> None:
    document = document_of({"a.csv": f"{HEAD}{row}\na.png,leaf,1,2,3,4,,\n".encode()})
    (image,) = document
    assert [shape.kind for shape in image.shapes] == ["box"]
    (finding,) = document.findings.items
    assert (says in finding.message, finding.line) == (True, 2)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (GOOD_LABELME[:-9], "is not the JSON it should be"),
        (b'{"shapes": [' + DEEP, "nested too deeply"),
        (GOOD_LABELME.decode().encode("utf-16"), "is not the JSON it should be: it is not written in UTF-8"),
        (b"", "it does not begin with {"),
    ],
    ids=["cut off", "deep", "UTF-16", "0 bytes"],
)
def test_a_bad_file_of_labelme_costs_only_itself(bad: bytes, says: str) -> None:
    document = document_of({"bad.json": bad, "a.json": GOOD_LABELME}, key="labelme")
    assert [image.name for image in document] == ["a.png"]
    (finding,) = document.findings.items
    assert (finding.file, says in finding.message) == ("bad.json", True)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (VOC[:-30], "it is not well-formed XML"),
        (b"<annotations/>", "its root element is <annotations>, not <annotation>"),
        (b"<annotation>" * 300, "not well-formed XML"),
        (VOC.replace(b"leaf", b'leaf" x="' + b"x" * 11_000_000, 1), "not well-formed XML"),
        (b"<annotation>" + b" " * (17 << 20), "at most 16777216 are allowed for one image"),
    ],
    ids=["cut off", "another root", "deep", "a long value", "17 MiB"],
)
def test_a_bad_file_of_voc_costs_only_itself(bad: bytes, says: str) -> None:
    document = document_of({"Annotations/bad.xml": bad, "Annotations/a.xml": VOC}, key="voc")
    assert [(image.name, len(image.shapes)) for image in document] == [("a.png", 1)]
    (finding,) = document.findings.items
    assert (finding.file, says in finding.message) == ("Annotations/bad.xml", True)


@pytest.mark.parametrize("path", ["labels/a.txt", "data.yaml", "a.json", "a.csv", "Annotations/a.xml", "coco.json"])
def test_a_mark_of_the_byte_order_changes_nothing(path: str) -> None:
    contents = {
        "a.json": GOOD_LABELME, "coco.json": coco(), "Annotations/a.xml": VOC,
        "a.csv": f"{HEAD}a.png,leaf,4,5,24,15,,\n".encode(),
    }  # fmt: skip
    files = (
        {path: contents[path]}
        if path in contents
        else {"data.yaml": YOLO["data.yaml"], "labels/a.txt": b"0 .5 .5 .5 .5"}
    )
    files[path] = b"\xef\xbb\xbf" + files[path]
    document = document_of(files, [Picture("a.png", 40, 20)])
    assert [shape.label for image in document for shape in image.shapes] == ["leaf"]
    assert document.findings.items == []


def test_a_table_in_another_encoding_says_what_to_do() -> None:
    with pytest.raises(Unreadable, match="is not written in UTF-8"):
        list(document_of({"a.csv": (HEAD + "ü.png,leaf,1,2,3,4,,\n").encode("latin-1")}, key="csv"))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/a.png", "C:\\a.png", "a/../../b.png", "x" * 5000, " ", "\u202e"]
)
def test_names_that_play_tricks_find_no_image_and_do_no_harm(settle: Settle, name: str) -> None:
    images = [{"id": 1, "file_name": name}, {"id": 2, "file_name": "a.png"}]
    annotations = [annotation(bbox=[1, 2, 3, 4]), annotation(bbox=[4, 5, 20, 10], image_id=2)]
    seen = settle({"a.png": RED, "coco.json": coco(images=images, annotations=annotations)})
    assert (seen.state, seen.images) == ("succeeded", ["a.png"])
    assert Shape.objects.count() == 1


@pytest.mark.parametrize("key", ["voc", "folders", "masks"])
def test_a_list_of_gigabytes_is_told(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr("yard.datasets.annotations.formats.content.content_of.__defaults__", (10,))
    files = {
        "voc": {"ImageSets/Main/train.txt": b"a\n" * 20, "Annotations/a.xml": VOC},
        "folders": {"synsets.txt": b"leaf\nrust\nstem\n", "train.txt": b"a.png 0\n"},
        "masks": {"labelmap.txt": b"background:0,0,0::\nleaf:1,2,3::\n"},
    }[key]
    document = document_of(files, [Picture("a.png", 40, 20)], key)
    list(document)
    assert any("at most 10 are allowed" in finding.message for finding in document.findings.items)
