"""Nothing is dropped without a word: what each reader cannot keep is in the loss report, with file and line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.datasets.conftest import Importer, packed
from tests.datasets.formats.files import Files, document_of, written
from tests.datasets.formats.test_import_of_formats import BLUE, COCO, LABELME, RED, VOC, YOLO
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation

YAML = YOLO["data.yaml"]


def coco(**values: Any) -> Files:
    annotation = {"id": 1, "image_id": 1, "category_id": 7, "bbox": [4, 5, 20, 10], **values}
    return {"a.json": json.dumps({**COCO, "annotations": [annotation]}, indent=1).encode()}


def coco_with(key: str, **values: Any) -> Files:
    """With more in the first item under this key."""
    known = COCO.get(key) or [{}]
    return {"a.json": json.dumps({**COCO, key: [{**known[0], **values}, *known[1:]]}, indent=1).encode()}  # type: ignore[index,dict-item,misc]


def labelme(**values: Any) -> Files:
    return {"a.json": json.dumps({**LABELME, "shapes": [{**LABELME["shapes"][0], **values}]}).encode()}  # type: ignore[index,dict-item]


def voc(element: bytes) -> Files:
    return {"Annotations/a.xml": VOC.replace(b"<bndbox>", element + b"<bndbox>")}


TOLD: dict[str, tuple[Files, str, str]] = {
    "COCO, a score": (coco(score=0.9), "confidence_read", ""),
    "COCO, an attribute that is a list": (coco(attributes={"size": [1]}), "attributes_read", "size"),
    "COCO, a track": (coco(track_id=4), "values_read", "track_id"),
    "COCO, a caption": (coco(category_id=None, caption="a leaf"), "captions_read", ""),
    "COCO, the day of a photo": (coco_with("images", date_captured="2013-11-14"), "details_read", "date_captured"),
    "COCO, a group of classes": (coco_with("categories", supercategory="plant"), "details_read", "supercategory"),
    "COCO, a licence": (coco_with("licenses", id=1, name="CC BY 4.0"), "details_read", "licenses"),
    "COCO, several parts": (
        coco(segmentation=[[0, 0, 4, 0, 4, 3], [5, 5, 9, 5, 9, 9]]), "parts_grouped", "",
    ),
    "VOC, parts": (voc(b"<part><name>tip</name></part>"), "parts_read", "<part>"),
    "VOC, an action": (voc(b"<actions><walking>1</walking></actions>"), "values_read", "<actions>"),
    "VOC, a confidence": (voc(b"<confidence>0.5</confidence>"), "confidence_read", ""),
    "YOLO, a confidence": ({"data.yaml": YAML, "labels/a.txt": b"0 0.5 0.5 0.5 0.5 0.9"}, "confidence_read", ""),
    "LabelMe, a score": (labelme(score=0.5), "confidence_read", "score"),
    "LabelMe, a value of another tool": (labelme(difficult=True), "values_read", "difficult"),
    "LabelMe, a group that is a name": (labelme(group_id="a"), "values_read", "group_id"),
    "CSV, a column": ({"a.csv": b"image,label,x1,y1,x2,y2,sky\na.png,leaf,4,5,24,15,wet\n"}, "columns_read", "sky"),
    "CSV, a box without a class": ({"a.csv": b"image,label,x1,y1,x2,y2\na.png,,4,5,24,15\n"}, "unreadable", "no class"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "code", "says"), TOLD.values(), ids=TOLD)
def test_it_is_told(files: Files, code: str, says: str) -> None:
    document = document_of(files, [Picture("images/a.png", 40, 20)])
    list(document)
    losses = {loss["code"]: loss for loss in document.losses.as_list()}
    assert losses.keys() == {code}
    (example,) = losses[code]["examples"]
    assert says in example["message"]
    assert example["file"] in files


def test_empty_details_that_tools_write_into_every_file_are_no_loss() -> None:
    nothing = {"licenses": [{"id": 0, "name": "", "url": ""}], "info": {"year": "", "version": ""}}
    image = {**COCO["images"][0], "license": 0, "flickr_url": "", "date_captured": 0}  # type: ignore[index]
    document = document_of({"a.json": json.dumps({**COCO, **nothing, "images": [image]}).encode()})
    list(document)
    assert document.losses.as_list() == []


def test_attributes_of_joints_are_told() -> None:
    xml = b"""<annotations><image name="a.png"><skeleton label="leaf"><points label="1" points="1,2">
    <attribute name="a">b</attribute></points></skeleton></image></annotations>"""
    document = document_of({"annotations.xml": xml})
    (image,) = document
    assert [shape.kind for shape in image.shapes] == ["skeleton"]
    assert [finding.code for finding in document.findings.items] == ["annotations.joint_attributes"]


def test_the_report_of_an_import_shows_them(import_files: Importer) -> None:
    files = {"images/a.png": RED, "images/b.png": BLUE, **coco(score=0.9, track_id=4)}
    found = import_files({"set.zip": packed(files)})
    assert {loss["code"]: loss["count"] for loss in found.report["losses"]} == {"confidence_read": 1, "values_read": 1}


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_rows_of_one_image_may_stand_anywhere() -> None:
    rows = b"a.png,leaf,1,2,3,4\nb.png,,,,,\na.png,rust,5,6,7,8\n"
    document = document_of({"x.csv": b"image,label,x1,y1,x2,y2\n" + rows})
    assert [(image.name, [shape.label for shape in image.shapes]) for image in document] == [
        ("a.png", ["leaf", "rust"]),
        ("b.png", []),
    ]
    assert document.findings.items == []


def test_a_header_in_the_order_of_retinanet_is_no_row() -> None:
    (image,) = document_of({"x.csv": b"image,x1,y1,x2,y2,label\na.png,1,2,3,4,leaf\n"})
    assert [shape.line for shape in image.shapes] == [2]


@pytest.mark.parametrize("key", ["csv", "coco"])
def test_one_image_may_not_fill_the_memory(settings: Any, key: str) -> None:
    settings.ANNOTATIONS_MAX_IMAGE_BYTES = 1 << 20
    many = {
        "csv": b"image,label,x1,y1,x2,y2\n" + b"a.png,leaf,1,2,3,4\n" * 9000,
        "coco": json.dumps({**COCO, "annotations": COCO["annotations"] * 9000}).encode(),
    }
    document = document_of({f"a.{'csv' if key == 'csv' else 'json'}": many[key]}, key=key)
    with pytest.raises(Exception, match="has an image whose objects take more than 1 MiB of memory"):
        list(document)


# --- masks ------------------------------------------------------------------------------------------------------------


def box(x1: float, y1: float, x2: float, y2: float, z_order: int = 0) -> ShapeAnnotation:
    place = {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": 0.0}
    return ShapeAnnotation("box", "leaf", place, z_order=z_order)


def told(*shapes: ShapeAnnotation, size: tuple[int, int] = (40, 20)) -> dict[str, int]:
    _, losses = written("masks", [ImageAnnotations("a.png", *size, shapes=list(shapes))])
    return {loss["code"]: loss["count"] for loss in losses.as_list()}


def test_masks_tell_what_lies_under_others() -> None:
    assert told(box(4, 4, 8, 8), box(6, 6, 20, 18)) == {"to_mask": 2, "covered": 1}
    assert told(box(4, 4, 8, 8), box(2, 2, 20, 18)) == {"hidden": 1, "covered": 1, "to_mask": 1}
    assert told(box(4, 4, 8, 8, z_order=1), box(2, 2, 20, 18))["covered"] == 1


def test_masks_tell_what_is_cut_at_the_edge_and_what_lies_outside() -> None:
    assert told(box(-20, -20, 30, 10)) == {"to_mask": 1, "clipped": 1}
    assert told(box(0, 0, 40, 20)) == {"to_mask": 1}
    assert told(box(50, 50, 60, 60)) == {"outside": 1}
    assert told(box(-20, -20, 30, 10), box(0, 0, 40, 20)) == {"hidden": 1, "covered": 1, "to_mask": 1}


def test_a_mask_is_cut_only_where_it_covers_something() -> None:
    def mask(*runs: int) -> ShapeAnnotation:
        return ShapeAnnotation("mask", "leaf", {"left": 38, "top": 0, "width": 4, "height": 1, "rle": list(runs)})

    assert told(mask(0, 2, 2)) == {}
    assert told(mask(0, 4)) == {"clipped": 1}
    assert told(mask(2, 2)) == {"outside": 1}


def test_masks_of_too_many_objects_or_pixels_are_told() -> None:
    many = [box(index, 0, index + 1, 1) for index in range(300)]
    assert told(*many, size=(400, 4))["too_many_masks"] == 300 - 254
    assert told(box(1, 1, 5, 5), size=(1 << 20, 1 << 20)) == {"too_large": 1}
