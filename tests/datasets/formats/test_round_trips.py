"""What a format can hold comes back equal, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.datasets.formats.files import document_of, pictures_of, written
from yard.datasets.annotations.formats import rle
from yard.datasets.annotations.formats.geometry import box_of_corners, corners_of_box, outlines_of_mask, polygon_area
from yard.datasets.annotations.formats.registry import FORMATS
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation

WIDTH, HEIGHT = 640, 480
LABELS = ("leaf", 'röst: <&> "x" #1', "0", "no")
KEYS = ["cvat", "coco", "yolo", "yolo-segmentation", "yolo-oriented", "yolo-darknet", "voc", "labelme", "csv"]
# Formats that write coordinates with six decimals of the image's size.
ROUNDED = {"yolo", "yolo-segmentation", "yolo-oriented", "yolo-darknet"}

xs = st.integers(0, WIDTH * 100).map(lambda value: value / 100)
ys = st.integers(0, HEIGHT * 100).map(lambda value: value / 100)


@st.composite
def boxes(draw: st.DrawFn, *, turned: bool) -> dict[str, Any]:
    x1, x2 = sorted((draw(xs), draw(xs)))
    y1, y2 = sorted((draw(ys), draw(ys)))
    if not turned:
        return {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": 0.0}
    # Wide enough to tell in which direction it lies.
    box = {"x1": 200.0, "y1": 150.0, "x2": 210.0 + x1 / 4, "y2": 160.0 + y1 / 4}
    return {**box, "rotation": float(draw(st.integers(0, 359)))}


points = st.lists(st.tuples(xs, ys).map(list), min_size=3, max_size=6)


@st.composite
def masks(draw: st.DrawFn) -> dict[str, Any]:
    width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    pixels = bytes(draw(st.lists(st.integers(0, 1), min_size=width * height, max_size=width * height)))
    found = rle.cropped(pixels, width, draw(st.integers(0, 600)), draw(st.integers(0, 400)))
    return found or {"left": 3, "top": 4, "width": 1, "height": 1, "rle": [0, 1]}


def geometries(key: str) -> dict[str, st.SearchStrategy[dict[str, Any]]]:
    holds = FORMATS[key].holds
    circles = st.builds(
        lambda x, y, r: {"cx": x, "cy": y, "rx": r, "ry": r, "rotation": 0.0}, xs, ys, st.integers(0, 99).map(float)
    )
    known: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "tag": st.just({}),
        "box": boxes(turned=holds.turned),
        "polygon": points.map(lambda found: {"points": found}),
        "polyline": points.map(lambda found: {"points": found}),
        "points": points.map(lambda found: {"points": found[:1]}),
        "mask": masks(),
        "ellipse": circles,
    }
    return {kind: strategy for kind, strategy in known.items() if kind in holds.kinds}


@st.composite
def images(draw: st.DrawFn, key: str) -> list[ImageAnnotations]:
    holds = FORMATS[key].holds
    kinds = geometries(key)
    found = []
    for name in draw(st.lists(st.sampled_from(["a.jpg", "b c.png", "ü (1).jpg", "z.rf.0f.jpg"]), unique=True)):
        shapes: list[ShapeAnnotation] = []
        for kind in draw(st.lists(st.sampled_from(sorted(kinds)), max_size=4)):
            label = draw(st.sampled_from(LABELS))
            if kind == "tag" and any((shape.kind, shape.label) == ("tag", label) for shape in shapes):
                continue
            shape = ShapeAnnotation(kind, label, draw(kinds[kind]))
            if holds.attributes and kind != "tag":
                shape.attributes = draw(
                    st.dictionaries(st.sampled_from(["size", "ä b"]), st.sampled_from(["1 2", "x<y"]))
                )
            shapes.append(shape)
        # LabelMe keeps tags apart from shapes, before them.
        shapes.sort(key=lambda shape: shape.kind != "tag")
        subset = draw(st.sampled_from(["train", "val", "test"]))
        found.append(ImageAnnotations(name, WIDTH, HEIGHT, subset, shapes=shapes))
    return found


@pytest.mark.parametrize("key", KEYS)
@hypothesis_settings(max_examples=12)
@given(data=st.data())
def test_what_it_can_hold_comes_back_equal(key: str, data: st.DataObject) -> None:
    before = data.draw(images(key))
    files, losses = written(key, before, LABELS)
    assert losses.as_list() == []
    by_name: dict[str, ImageAnnotations] = {}
    # COCO has a file for each part, each a document of its own.
    for some in [{path: content} for path, content in files.items()] if key == "coco" else [files]:
        document = document_of(some, pictures_of(before), key)
        by_name |= {image.name: image for image in document}
        assert document.findings.items == []
        assert document.losses.as_list() == []
    assert by_name.keys() == {image.name for image in before}
    for image in before:
        after = by_name[image.name]
        assert (after.width, after.height) == (WIDTH, HEIGHT)
        assert after.subset == image.subset
        _assert_same(key, after.shapes, image.shapes)


def _assert_same(key: str, after: list[ShapeAnnotation], before: list[ShapeAnnotation]) -> None:
    after = [replace(shape, line=0, source="") for shape in after]
    if key == "cvat":
        assert after == before
        return
    assert [(shape.kind, shape.label, shape.attributes) for shape in after] == [
        (shape.kind, shape.label, shape.attributes) for shape in before
    ]
    for found, expected in zip(after, before, strict=True):
        near = 2e-3 if key in ROUNDED else 1e-4
        assert _flat(found) == pytest.approx(_flat(expected), abs=near)


def _flat(shape: ShapeAnnotation) -> list[float]:
    found = shape.geometry
    if shape.kind == "box":
        return [value for point in corners_of_box(found) for value in point]
    if shape.kind == "mask":
        return [found["left"], found["top"], found["width"], found["height"], *found["rle"]]
    if shape.kind == "ellipse":
        return [found["cx"], found["cy"], found["rx"], found["ry"]]
    return [value for point in found.get("points", []) for value in point]


@given(st.lists(points, min_size=2, max_size=3))
def test_parts_of_one_object_stay_one_object(parts: list[list[list[float]]]) -> None:
    shapes = [ShapeAnnotation("polygon", "leaf", {"points": part}, group=1) for part in parts]
    other = ShapeAnnotation("polygon", "leaf", {"points": parts[0]})
    image = ImageAnnotations("a.jpg", WIDTH, HEIGHT, shapes=[*shapes, other])
    files, losses = written("coco", [image])
    assert losses.as_list() == []
    (again,) = document_of(files)
    assert [(shape.group, shape.geometry) for shape in again.shapes] == [
        (shape.group, shape.geometry) for shape in image.shapes
    ]


@given(st.lists(st.integers(0, 1 << 20), min_size=1, max_size=30))
def test_compressed_run_lengths_come_back(counts: list[int]) -> None:
    assert rle.decompress(rle.compress(counts)) == counts


@given(st.lists(st.integers(0, 1 << 16), min_size=1, max_size=30))
def test_compressed_run_lengths_are_those_of_the_published_tool(counts: list[int]) -> None:
    mask_api = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    (theirs,) = [mask_api.frPyObjects({"counts": counts, "size": [sum(counts), 1]}, sum(counts), 1)]
    assert rle.compress(counts) == theirs["counts"].decode()


@given(masks())
def test_masks_come_back_from_columns_and_outlines_cover_them(mask: dict[str, Any]) -> None:
    assert rle.from_coco(rle.to_coco(mask, HEIGHT, WIDTH), HEIGHT, WIDTH) == mask
    outlines, holes = outlines_of_mask(mask)
    covered = sum(polygon_area(points) for points in outlines)
    assert covered == sum(mask["rle"][1::2]) if not holes else covered > sum(mask["rle"][1::2])


@given(boxes(turned=True))
def test_a_turned_box_is_told_by_its_corners(box: dict[str, Any]) -> None:
    found = box_of_corners(corners_of_box(box))
    assert found is not None
    assert list(found.values()) == pytest.approx(list(box.values()), abs=1e-5)


@given(points)
def test_four_corners_that_are_no_rectangle_are_no_box(corners: list[list[float]]) -> None:
    (x, y), *_ = corners
    assert box_of_corners([[x, y], [x + 100, y], [x + 200, y + 80], [x, y + 90]]) is None
