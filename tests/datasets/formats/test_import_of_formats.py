"""Archives in other formats, uploaded as CVAT's are: shapes, classes, the split, and what the report says."""

from __future__ import annotations

import json

import pytest

from tests.datasets.conftest import Importer, finding_codes, packed, picture
from yard.datasets.models import Dataset, ImportState, Shape, Split

RED, BLUE = picture(40, 20, "red"), picture(40, 20, "blue")
VOC = b"""<annotation><filename>a.png</filename><size><width>40</width><height>20</height></size>
<object><name>leaf</name><difficult>1</difficult><occluded>1</occluded>
<bndbox><xmin>4</xmin><ymin>5</ymin><xmax>24</xmax><ymax>15</ymax></bndbox></object></annotation>"""
COCO = {
    "images": [
        {"id": 1, "file_name": "a.png", "width": 40, "height": 20},
        {"id": 2, "file_name": "b.png", "width": 40, "height": 20},
    ],
    "categories": [{"id": 7, "name": "leaf"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": [4, 5, 20, 10], "segmentation": []}],
}
YOLO = {
    "data.yaml": b"names: [leaf, rust]\ntrain: images/train\nval: images/val\n",
    "images/train/a.png": RED,
    "images/val/b.png": BLUE,
    "labels/train/a.txt": b"0 0.35 0.5 0.5 0.5\n",
    "labels/val/b.txt": b"",
}
LABELME = {
    "imagePath": "a.png",
    "imageWidth": 40,
    "imageHeight": 20,
    "shapes": [{"label": "leaf", "shape_type": "rectangle", "points": [[4, 5], [24, 15]]}],
}
ARCHIVES: dict[str, dict[str, bytes]] = {
    "coco": {"images/a.png": RED, "images/b.png": BLUE, "annotations/instances.json": json.dumps(COCO).encode()},
    "voc": {"JPEGImages/a.png": RED, "JPEGImages/b.png": BLUE, "Annotations/a.xml": VOC},
    "yolo": YOLO,
    "darknet": {"a.png": RED, "a.txt": b"0 0.35 0.5 0.5 0.5\n", "b.png": BLUE, "obj.names": b"leaf\nrust\n"},
    "labels without names": {"i/a.png": RED, "i/b.png": BLUE, "labels/a.txt": b"0 0.35 0.5 0.5 0.5\n"},
    "labelme": {"a.png": RED, "a.json": json.dumps(LABELME).encode(), "b.png": BLUE},
    "csv": {"a.png": RED, "b.png": BLUE, "x.csv": b"file_name;class;xmin;ymin;xmax;ymax\na.png;leaf;4;5;24;15\n"},
    "csv without a header": {"a.png": RED, "b.png": BLUE, "x.csv": b"img/a.png,4,5,24,15,leaf\nimg/b.png,,,,,\n"},
}


def parts_of(split: Split) -> dict[str, str]:
    return dict(split.members.values_list("image__name", "part"))


@pytest.mark.parametrize("files", ARCHIVES.values(), ids=ARCHIVES)
def test_a_box_arrives_from_every_format(import_files: Importer, dataset: Dataset, files: dict[str, bytes]) -> None:
    found = import_files({"set.zip": packed(files)})
    assert found.state == ImportState.SUCCEEDED, found.message
    assert sorted(dataset.images.values_list("name", flat=True)) == ["a.png", "b.png"]
    (shape,) = Shape.objects.select_related("image", "label")
    assert (shape.image.name, shape.kind) == ("a.png", "box")
    assert shape.label.name == ("class 0" if "labels/a.txt" in files else "leaf")
    assert [round(shape.geometry[key], 3) for key in ("x1", "y1", "x2", "y2")] == [4, 5, 24, 15]
    assert not [finding for finding in found.report["findings"] if finding["severity"] == "error"]


def test_masks_become_annotations_and_no_images(import_files: Importer, dataset: Dataset) -> None:
    mask = picture(40, 20, 0, mode="L")
    files = {"images/a.png": RED, "masks/a.png": mask, "images/b.png": BLUE}
    import_files({"set.zip": packed(files)})
    assert sorted(dataset.images.values_list("name", flat=True)) == ["a.png", "b.png"]
    assert dataset.shape_count == 0


def test_folders_of_yolo_become_a_split(import_files: Importer, dataset: Dataset) -> None:
    import_files({"set.zip": packed(YOLO)})
    split = Split.objects.get()
    assert (split.name, split.method, split.counts) == ("imported", "lists", {"train": 1, "val": 1})
    assert parts_of(split) == {"a.png": "train", "b.png": "val"}
    assert dataset.split == split


def test_lists_of_voc_become_a_split(import_files: Importer) -> None:
    lists = {"ImageSets/Main/train.txt": b"a\n", "ImageSets/Main/test.txt": b"b\n"}
    other = VOC.replace(b"a.png", b"b.png")
    import_files({"set.zip": packed({**ARCHIVES["voc"], "Annotations/b.xml": other, **lists})})
    assert parts_of(Split.objects.get()) == {"a.png": "train", "b.png": "test"}


def test_class_folders_below_parts_become_a_split(import_files: Importer) -> None:
    files = {"train/cat/1.png": RED, "train/dog/2.png": BLUE, "val/cat/3.png": picture(9, 9)}
    import_files({"set.zip": packed(files)})
    assert parts_of(Split.objects.get()) == {"1.png": "train", "2.png": "train", "3.png": "val"}


def test_everything_in_one_part_is_no_split(import_files: Importer) -> None:
    import_files({"set.zip": packed({name: content for name, content in YOLO.items() if "val" not in name})})
    assert not Split.objects.exists()


def test_attributes_of_voc_are_kept(import_files: Importer) -> None:
    import_files({"set.zip": packed(ARCHIVES["voc"])})
    shape = Shape.objects.get()
    assert (shape.attributes, shape.occluded) == ({"difficult": "true"}, True)
    assert {spec["name"] for spec in shape.label.attributes} == {"difficult", "truncated"}


def test_one_bad_file_of_voc_costs_only_itself(import_files: Importer) -> None:
    files = {**ARCHIVES["voc"], "Annotations/b.xml": b"<annotation><object></annotation>"}
    found = import_files({"set.zip": packed(files)})
    assert found.state == ImportState.SUCCEEDED
    assert Shape.objects.count() == 1
    (error,) = [finding for finding in found.report["findings"] if finding["code"] == "annotations.unreadable"]
    assert error["file"] == "Annotations/b.xml"
    assert "not well-formed XML" in error["message"]


def test_of_two_label_files_the_good_one_is_taken(import_files: Importer) -> None:
    files = {**ARCHIVES["coco"], "annotations/other.json": b'{"images": [}'}
    found = import_files({"set.zip": packed(files)})
    assert found.state == ImportState.SUCCEEDED
    assert Shape.objects.count() == 1
    assert "annotations_unreadable" in finding_codes(found)


def test_labels_that_cannot_be_read_do_not_keep_images_out(import_files: Importer, dataset: Dataset) -> None:
    broken = {"coco.json": b'{"images": [}'}
    found = import_files({"a.png": RED, **broken})
    assert found.state == ImportState.SUCCEEDED
    assert found.message == "1 image (1 new), 0 annotations. Not taken: 1 file."
    (skipped,) = found.report["skipped"]
    assert (skipped["name"], "is not the JSON it should be" in skipped["why"]) == ("coco.json", True)
    (finding,) = found.report["findings"]
    assert (finding["severity"], finding["file"]) == ("error", "coco.json")
    assert "upload it by itself" in finding["hint"]
    alone = import_files(broken)
    assert alone.state == ImportState.FAILED
    assert "coco.json is not the JSON it should be" in alone.message
    dataset.refresh_from_db()
    assert dataset.image_count == 1


def test_what_cannot_be_kept_is_told_with_examples(import_files: Importer) -> None:
    yolo = {**YOLO, "labels/train/a.txt": b"0 0.35 0.5 0.5 0.5 0.9\n9 0.1 0.1 0.1 0.1\n"}
    found = import_files({"set.zip": packed(yolo)})
    losses = {loss["code"]: loss for loss in found.report["losses"]}
    assert losses["confidence_read"]["count"] == 1
    assert losses["unreadable"]["examples"] == [
        {
            "file": "labels/train/a.txt",
            "line": 2,
            "image": "images/train/a.png",
            "message": "there is no class 9; 2 are named",
        }
    ]


def test_images_that_are_there_get_labels_of_a_later_upload(import_files: Importer, dataset: Dataset) -> None:
    import_files({"set.zip": packed({"images/a.png": RED, "images/b.png": BLUE})})
    import_files({"set.zip": packed({"data.yaml": YOLO["data.yaml"], "labels/a.txt": YOLO["labels/train/a.txt"]})})
    assert Shape.objects.get().image.name == "a.png"
    import_files({"coco.json": json.dumps(COCO).encode()})
    assert Shape.objects.get().geometry["x2"] == 24
    assert dataset.image_count == 2


_OUTSIDE = VOC.replace(b"<xmax>24", b"<xmax>99")
_OUTSIDE_LABELME = {**LABELME, "shapes": [{**LABELME["shapes"][0], "points": [[4, 5], [99, 15]]}]}  # type: ignore[index,dict-item]
_MANY_FILES: dict[str, tuple[dict[str, bytes], str, int]] = {
    "voc": (
        {"Annotations/a.xml": VOC, "Annotations/b.xml": _OUTSIDE.replace(b"a.png", b"b.png")},
        "Annotations/b.xml",
        2,
    ),
    "yolo": (
        {"obj.names": b"leaf\n", "obj.data": b"classes = 1\n", "a.txt": b"0 0.35 0.5 0.5 0.5\n",
         "b.txt": b"0 0.35 0.5 0.5 0.5\n0 0.9 0.5 0.5 0.5\n"},
        "b.txt",
        2,
    ),
    "labelme": (
        {"a.json": json.dumps(LABELME).encode(),
         "b.json": json.dumps({**_OUTSIDE_LABELME, "imagePath": "b.png"}).encode()},
        "b.json",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "path", "line"), _MANY_FILES.values(), ids=_MANY_FILES)
def test_what_is_odd_is_told_with_the_file_that_says_it(
    import_files: Importer, files: dict[str, bytes], path: str, line: int
) -> None:
    found = import_files({"set.zip": packed({"a.png": RED, "b.png": BLUE, **files})})
    (odd,) = [finding for finding in found.report["findings"] if finding["code"] == "annotations.outside"]
    assert (odd["file"].removeprefix("set.zip/"), odd["line"]) == (path, line)


def test_another_size_is_told_with_the_file_that_says_it(import_files: Importer) -> None:
    other = VOC.replace(b"a.png", b"b.png").replace(b"<width>40", b"<width>41")
    files = {"a.png": RED, "b.png": BLUE, "Annotations/a.xml": VOC, "Annotations/b.xml": other}
    (odd,) = import_files({"set.zip": packed(files)}).report["findings"]
    assert (odd["code"], odd["file"], odd["line"]) == ("annotations.other_size", "Annotations/b.xml", 1)


def test_an_image_of_two_files_is_told_with_both(import_files: Importer) -> None:
    files = {"a.png": RED, "Annotations/a.xml": VOC, "Annotations/b.xml": VOC, "Annotations/c.xml": VOC}
    unmatched = import_files({"set.zip": packed(files)}).report["unmatched_annotations"]
    assert {item["why"] for item in unmatched} == {"its image was annotated before, as a.png in Annotations/a.xml"}
