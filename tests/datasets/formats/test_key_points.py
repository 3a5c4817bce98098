"""Key points of COCO and YOLO become skeletons beside their objects, and go back into COCO."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.datasets.formats.files import document_of, written
from tests.datasets.formats.test_import_of_formats import COCO
from yard.datasets.annotations.formats.pictures import Picture
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation

CATEGORY = {"id": 7, "name": "leaf", "keypoints": ["tip", "base"], "skeleton": [[1, 2]]}
BOX = {"x1": 4.0, "y1": 5.0, "x2": 24.0, "y2": 15.0, "rotation": 0.0}


def joint(label: str, x: float, y: float, *, outside: bool = False, occluded: bool = False) -> dict[str, Any]:
    return {"label": label, "x": x, "y": y, "outside": outside, "occluded": occluded}


def read(**values: Any) -> Any:
    annotation = {"id": 1, "image_id": 1, "category_id": 7, "bbox": [4, 5, 20, 10], **values}
    return document_of({"a.json": json.dumps({**COCO, "categories": [CATEGORY], "annotations": [annotation]}).encode()})


def test_coco_gives_the_object_and_its_skeleton_in_one_group() -> None:
    document = read(keypoints=[1, 2, 2, 0, 0, 0], num_keypoints=1)
    box, skeleton = next(iter(document)).shapes
    assert (box.kind, box.group, skeleton.kind, skeleton.group) == ("box", 1, "skeleton", 1)
    assert skeleton.geometry["points"] == [joint("tip", 1, 2), joint("base", 0, 0, outside=True)]
    (loss,) = document.losses.as_list()
    assert [each["message"] for each in loss["examples"]] == ["skeleton of a class"]


def test_key_points_alone_are_a_skeleton_alone() -> None:
    (skeleton,) = next(iter(read(keypoints=[1, 2, 1, 3, 4, 2], bbox=[0, 0, 0, 0]))).shapes
    assert (skeleton.kind, skeleton.group) == ("skeleton", 0)
    assert skeleton.geometry["points"] == [joint("tip", 1, 2, occluded=True), joint("base", 3, 4)]


def test_an_object_whose_key_points_are_not_there_is_only_a_box() -> None:
    assert [shape.kind for shape in next(iter(read(keypoints=[0, 0, 0, 0, 0, 0]))).shapes] == ["box"]


@pytest.mark.parametrize("bad", [[1, 2], ["x", 1, 2], [float("nan"), 1, 2], {"a": 1}, 7])
def test_bad_key_points_cost_only_themselves(bad: Any) -> None:
    document = read(keypoints=bad)
    assert [shape.kind for shape in next(iter(document)).shapes] == ["box"]
    (finding,) = document.findings.items
    assert "A set of key points of a.png was left out" in finding.message


def test_more_key_points_than_names_are_numbered() -> None:
    skeleton = next(iter(read(keypoints=[1, 1, 2] * 3))).shapes[1]
    assert [point["label"] for point in skeleton.geometry["points"]] == ["tip", "base", "3"]


def test_skeletons_come_back_from_coco_as_they_were() -> None:
    points = {
        "points": [joint("tip", 1.5, 2.0), joint("base", 3.0, 4.0, occluded=True), joint("x", 0, 0, outside=True)]
    }
    shapes = [
        ShapeAnnotation("box", "leaf", BOX, {"size": "1"}, group=1),
        ShapeAnnotation("skeleton", "leaf", points, group=1),
        ShapeAnnotation("skeleton", "leaf", points),
        ShapeAnnotation("polygon", "rust", {"points": [[0.0, 0.0], [4.0, 0.0], [4.0, 3.0]]}, group=2),
        ShapeAnnotation("polygon", "rust", {"points": [[9.0, 9.0], [8.0, 9.0], [8.0, 8.0]]}, group=2),
        ShapeAnnotation("skeleton", "rust", points, group=2),
    ]
    files, losses = written("coco", [ImageAnnotations("a.png", 40, 20, shapes=shapes)])
    assert losses.as_list() == []
    (image,) = document_of(files)
    assert [(s.kind, s.label, s.group, s.attributes) for s in image.shapes] == [
        (s.kind, s.label, s.group, s.attributes) for s in shapes
    ]
    assert [s.geometry for s in image.shapes if s.kind == "skeleton"] == [points] * 3


def test_the_published_tool_reads_our_key_points() -> None:
    points = {"points": [joint("tip", 1.0, 2.0), joint("base", 3.0, 4.0)]}
    image = ImageAnnotations("a.png", 40, 20, shapes=[ShapeAnnotation("skeleton", "leaf", points)])
    data = json.loads(written("coco", [image])[0]["annotations/instances_default.json"])
    (annotation,) = data["annotations"]
    assert (annotation["keypoints"], annotation["num_keypoints"]) == ([1.0, 2.0, 2, 3.0, 4.0, 2], 2)
    assert annotation["bbox"] == [1.0, 2.0, 2.0, 2.0]
    assert data["categories"][0]["keypoints"] == ["tip", "base"]


def test_joints_that_a_class_has_only_later_are_told() -> None:
    one, other = ({"points": [joint(name, 1.0, 2.0)]} for name in ("tip", "thorn"))
    shapes = [ShapeAnnotation("skeleton", "leaf", one), ShapeAnnotation("skeleton", "leaf", other)]
    _, losses = written("coco", [ImageAnnotations("a.png", 40, 20, shapes=shapes)])
    assert [(loss["code"], loss["count"]) for loss in losses.as_list()] == [("joints_dropped", 1)]


@pytest.mark.parametrize(
    ("shape", "numbers", "expected"),
    [
        ("[2, 3]", "0.25 0.5 2 0 0 0", [joint("1", 10, 10), joint("2", 0, 0, outside=True)]),
        ("[2, 2]", "0.25 0.5 0 0", [joint("1", 10, 10), joint("2", 0, 0, outside=True)]),
        ("[1, 3]", "0.25 0.5 1", [joint("1", 10, 10, occluded=True)]),
    ],
)
def test_poses_of_yolo_are_boxes_with_skeletons(shape: str, numbers: str, expected: list[Any]) -> None:
    files = {
        "data.yaml": f"names: [leaf]\nkpt_shape: {shape}\n".encode(),
        "labels/a.txt": f"0 0.5 0.5 0.5 0.5 {numbers}\n".encode() * 2,
    }
    document = document_of(files, [Picture("images/a.png", 40, 20)])
    shapes = next(iter(document)).shapes
    assert [(s.kind, s.group) for s in shapes] == [("box", 1), ("skeleton", 1), ("box", 2), ("skeleton", 2)]
    assert shapes[1].geometry["points"] == expected
    assert document.losses.as_list() == []


def test_skeletons_are_told_where_a_format_cannot_hold_them() -> None:
    image = ImageAnnotations(
        "a.png", 40, 20, shapes=[ShapeAnnotation("skeleton", "leaf", {"points": [joint("tip", 1, 2)]})]
    )
    for key in ("yolo", "voc", "labelme", "csv", "masks", "folders"):
        assert written(key, [image])[1].count("skeleton_dropped") == 1, key
