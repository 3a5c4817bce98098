"""Masks beside the boxes of Pascal VOC: which object they show, and what is said where nothing tells."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pillow

from tests.datasets.conftest import Importer, packed
from tests.datasets.formats.files import Files, document_of
from tests.datasets.formats.test_import_of_formats import RED, VOC
from yard.datasets.annotations.formats.base import Document
from yard.datasets.annotations.formats.masks import voc_color
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.models import Shape

LABELMAP = b"background:0,0,0::\nleaf:128,0,0::\nrust:0,128,0::\n"
OTHER = b"""<object><name>rust</name>
<bndbox><xmin>30</xmin><ymin>2</ymin><xmax>38</xmax><ymax>8</ymax></bndbox></object>
</annotation>"""
TWO = VOC.replace(b"</annotation>", OTHER)
LEAF, RUST = (4, 5, 24, 15), (30, 2, 38, 8)


def mask(*areas: tuple[int, tuple[int, int, int, int]], size: tuple[int, int] = (40, 20)) -> bytes:
    image = Pillow.new("P", size)
    image.putpalette([side for index in range(256) for side in voc_color(index)])
    for value, box in areas:
        image.paste(value, box)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def files(xml: bytes = TWO, **masks: bytes) -> Files:
    found = {"JPEGImages/a.png": RED, "Annotations/a.xml": xml, "labelmap.txt": LABELMAP}
    return found | {f"Segmentation{kind}/a.png": content for kind, content in masks.items()}


def read(given: Files) -> Document:
    return document_of(given, [Picture("JPEGImages/a.png", 40, 20)])


CLASSES = mask((1, LEAF), (2, RUST))


@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)], ids=["in order", "in another order"])
def test_objects_become_the_masks_that_show_them(numbers: tuple[int, int]) -> None:
    objects = mask((numbers[0], LEAF), (numbers[1], RUST))
    document = read(files(Class=CLASSES, Object=objects))
    (image,) = document
    leaf, rust = image.shapes
    assert (leaf.kind, leaf.label, leaf.attributes, leaf.occluded) == ("mask", "leaf", {"difficult": "true"}, True)
    assert (leaf.geometry["left"], leaf.geometry["top"], leaf.geometry["width"], leaf.geometry["height"]) == (
        4,
        5,
        20,
        10,
    )
    assert (rust.kind, rust.label, rust.geometry["left"]) == ("mask", "rust", 30)
    assert {loss["code"]: loss["count"] for loss in document.losses.as_list()} == {"box_became_mask": 2}


def test_a_mask_that_no_box_has_is_an_object_of_its_own() -> None:
    document = read(files(VOC, Class=CLASSES, Object=mask((1, LEAF), (2, RUST))))
    (image,) = document
    assert [(shape.kind, shape.label) for shape in image.shapes] == [("mask", "leaf"), ("mask", "rust")]


def test_a_mask_elsewhere_does_not_take_a_box() -> None:
    (image,) = read(files(VOC, Class=mask((1, RUST)), Object=mask((1, RUST))))
    assert [shape.kind for shape in image.shapes] == ["box", "mask"]


def test_masks_of_classes_alone_are_told_by_name_beside_boxes() -> None:
    document = read(files(Class=CLASSES))
    (image,) = document
    assert [shape.kind for shape in image.shapes] == ["box", "box"]
    (loss,) = document.losses.as_list()
    assert (loss["code"], loss["examples"][0]["file"]) == ("class_masks_read", "SegmentationClass/a.png")


def test_masks_of_classes_are_taken_where_there_are_no_boxes() -> None:
    (image,) = read(files(b"<annotation><filename>a.png</filename></annotation>", Class=CLASSES))
    assert [(shape.kind, shape.label) for shape in image.shapes] == [("mask", "leaf"), ("mask", "rust")]


def test_images_with_masks_and_no_xml_are_read_too() -> None:
    given = files(Class=CLASSES) | {"SegmentationClass/b.png": CLASSES, "JPEGImages/b.png": RED}
    images = {image.name: image for image in read(given)}
    assert [shape.kind for shape in images["b"].shapes] == ["mask", "mask"]


def test_the_border_is_told() -> None:
    document = read(files(Class=mask((1, LEAF), (255, (0, 0, 2, 2)))))
    list(document)
    assert document.losses.count("border_read") == 1


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"\x89PNG\r\n\x1a\nno more", "The mask SegmentationClass/a.png was left out"),
        (mask((1, (0, 0, 5, 5)), size=(10, 10)), "they have 10 x 10 pixels, the image 40 x 20"),
    ],
)
def test_a_bad_mask_costs_no_box(bad: bytes, says: str) -> None:
    document = read(files(Class=bad))
    (image,) = document
    assert [shape.kind for shape in image.shapes] == ["box", "box"]
    (finding,) = document.findings.items
    assert says in finding.message


def test_masks_of_objects_without_classes_and_boxes_are_told() -> None:
    document = read(files(b"<annotation><filename>a.png</filename></annotation>", Object=mask((1, LEAF))))
    (image,) = document
    assert image.shapes == []
    assert "its pixels have no class" in document.findings.items[0].message


def test_an_import_takes_them(import_files: Importer) -> None:
    found = import_files({"set.zip": packed(files(Class=CLASSES, Object=mask((1, LEAF), (2, RUST))))})
    assert found.report["images"] == 1
    assert sorted(Shape.objects.values_list("kind", "label__name")) == [("mask", "leaf"), ("mask", "rust")]
    assert [loss["code"] for loss in found.report["losses"]] == ["box_became_mask"]
