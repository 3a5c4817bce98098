"""Each check finds what is wrong, and says nothing of its neighbour that is all right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.datasets.doctor.conftest import box, polygon, tag
from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.checks.all import CHECKS
from yard.datasets.doctor.facts import DatasetFacts, Found, ImageFacts, LabelFacts, ShapeFacts
from yard.datasets.doctor.options import Options

LABELS = {1: LabelFacts(1, "leaf", 50), 2: LabelFacts(2, "rust", 50)}
IDS = {label.name: label.id for label in LABELS.values()}


def facts(number: int, shape: ShapeAnnotation) -> ShapeFacts:
    found = measure(shape.kind, shape.geometry)
    where = (found.left, found.top, found.width, found.height, found.area) if found else (None,) * 5
    return ShapeFacts(number, shape.kind, IDS[shape.label], shape.geometry, *where)


def found_on(*shapes: ShapeAnnotation, width: int = 100, height: int = 80, **image: Any) -> list[Found]:
    """What all checks say of an image with these shapes, numbered from 1."""
    dataset = DatasetFacts(image_count=1, annotated_count=1, labels=LABELS)
    shown = ImageFacts(1, "a.jpg", "d" * 64, 1000, width, height, len(shapes), **image)
    seen = [facts(number, shape) for number, shape in enumerate(shapes, 1)]
    checks = [check(dataset, Options()) for check in CHECKS]
    return [item for check in checks for item in (*check.see(shown, seen), *check.conclude())]


def said_of(*shapes: ShapeAnnotation, **image: Any) -> list[tuple[str, int | None]]:
    return [(item.kind.code, item.shape_id) for item in found_on(*shapes, **image)]


FINE = box(10, 10, 40, 30)
ELLIPSE = {"cx": 60.0, "cy": 50.0, "rx": 10.0, "ry": 8.0, "rotation": 0.0}
BOW_TIE = polygon((10, 10), (40, 40), (40, 10), (10, 40))
RING = polygon((10, 10), (40, 10), (40, 40), (10, 10))
TURNED = ShapeAnnotation("box", "leaf", {"x1": 80.0, "y1": 20.0, "x2": 99.0, "y2": 60.0, "rotation": 45.0})
MASK = {"left": 5, "top": 5, "width": 4, "height": 5, "rle": [0, 20]}


@pytest.mark.parametrize(
    "shape",
    [
        FINE,
        tag("leaf"),
        RING,
        TURNED,
        box(-0.5, 0, 50, 80.9),
        polygon((10, 10), (40, 10), (40, 40), (10, 40), (10, 10)),
        polygon((10, 10), (40, 10), (25, 25), (40, 40), (10, 40), (25, 25)),
        ShapeAnnotation("ellipse", "leaf", ELLIPSE),
        ShapeAnnotation("mask", "leaf", MASK),
        ShapeAnnotation("polyline", "leaf", {"points": [[1.0, 1.0], [50.0, 1.0]]}),
        ShapeAnnotation("points", "leaf", {"points": [[1.0, 1.0]]}),
        ShapeAnnotation("cuboid", "leaf", {"points": [[-9.0, 9.0], [-9.0, 30.0], [30.0, 9.0], [30.0, 30.0]] * 2}),
    ],
    ids=lambda shape: shape.kind,
)
def test_nothing_is_said_of_what_is_all_right(shape: ShapeAnnotation) -> None:
    assert said_of(box(60, 5, 90, 35, "rust"), shape) == []


@pytest.mark.parametrize(
    "shape",
    [
        box(20, 20, 20, 40),
        box(20, 20, 40, 20),
        box(20, 20, 20.05, 20.05),
        polygon((10, 10), (40, 40), (10, 10)),
        polygon((10, 10), (20, 20), (40, 40)),
        polygon((10, 10), (10.001, 10), (40, 40)),
        ShapeAnnotation("ellipse", "leaf", {**ELLIPSE, "rx": 0.0}),
        ShapeAnnotation("mask", "leaf", {**MASK, "rle": [20]}),
        ShapeAnnotation("polyline", "leaf", {"points": [[1.0, 1.0], [1.0, 1.0]]}),
    ],
    ids=lambda shape: shape.kind,
)
def test_shapes_without_area(shape: ShapeAnnotation) -> None:
    assert said_of(FINE, shape) == [("shape.degenerate", 2)]


@pytest.mark.parametrize(
    "shape",
    [BOW_TIE, polygon((0, 0), (50, 0), (50, 50), (30, -0.5), (0, 50))],
    ids=["bow tie", "a spike through an edge"],
)
def test_polygons_that_cross_themselves(shape: ShapeAnnotation) -> None:
    assert said_of(FINE if shape is not BOW_TIE else box(60, 5, 90, 35), shape) == [("shape.crossing", 2)]


@pytest.mark.parametrize(
    "shape", [box(-5, 10, 40, 30), box(80, 10, 103, 30), polygon((10, 60), (40, 60), (20, 95)),
              ShapeAnnotation("ellipse", "leaf", {**ELLIPSE, "cx": 95.0}),
              ShapeAnnotation("polyline", "leaf", {"points": [[1.0, 1.0], [50.0, 90.0]]})], ids=lambda shape: shape.kind
)  # fmt: skip
def test_shapes_that_reach_beyond(shape: ShapeAnnotation) -> None:
    assert said_of(box(50, 35, 70, 45), shape) == [("shape.partly_outside", 2)]


@pytest.mark.parametrize("shape", [box(101, 10, 140, 30), box(-30, 10, 0, 30), polygon((10, 80), (40, 81), (20, 99))])
def test_shapes_beside_the_image(shape: ShapeAnnotation) -> None:
    assert said_of(FINE, box(50, 35, 70, 45), shape) == [("shape.outside", 3)]


def test_shapes_that_are_there_twice() -> None:
    assert said_of(FINE, box(10.2, 10, 40, 30.1)) == [("shape.duplicate", 2)]
    thrice = said_of(FINE, box(10.2, 10, 40, 30.1), box(10, 10, 40, 30))
    assert sorted(thrice) == [("shape.duplicate", 2), ("shape.duplicate", 3)]
    assert said_of(tag("leaf"), tag("rust"), tag("leaf")) == [("shape.duplicate", 3)]
    assert said_of(RING, polygon((10, 10), (40, 10.2), (40, 40))) == [("shape.duplicate", 2)]


def test_shapes_side_by_side_or_within_each_other_are_not_there_twice() -> None:
    assert said_of(FINE, box(40, 10, 70, 30), box(12, 12, 38, 28)) == []
    # The same surroundings and the same area, yet the two halves of a square.
    assert said_of(polygon((10, 10), (40, 10), (40, 40)), polygon((10, 10), (10, 40), (40, 40))) == []


def test_a_box_and_a_polygon_around_one_object_are_two_ways_to_say_it() -> None:
    assert said_of(box(10, 10, 40, 40), RING) == []


def test_one_place_with_two_classes() -> None:
    assert said_of(FINE, box(10, 10, 40, 30, "rust")) == [("shape.conflict", 2)]
    assert said_of(tag("leaf"), tag("rust")) == []


def test_a_thousand_shapes_at_one_place_are_told_in_time() -> None:
    found = said_of(*[box(10 + index / 1e4, 10, 40, 30) for index in range(1000)])
    assert len(found) == 999


def test_very_small_objects() -> None:
    assert said_of(box(10, 10, 12, 13), box(50, 50, 55, 54)) == [("shape.small", 1)]


@pytest.mark.parametrize(
    ("shapes", "image", "words"),
    [
        ([box(0.1, 0.1, 0.4, 0.9), box(0.2, 0.3, 0.9, 0.7)], {}, "fractions"),
        ([box(10, 10, 70, 95), box(30, 82, 40, 99), box(10, 10, 20, 20)], {}, "turned image"),
        ([box(10, 10, 70, 95), box(10, 10, 20, 20)], {"orientation": 6}, "EXIF"),
        ([box(90, 70, 390, 300), box(50, 60, 200, 200), box(10, 10, 20, 20)], {}, "larger image"),
    ],
)  # fmt: skip
def test_labels_for_another_size(shapes: list[ShapeAnnotation], image: dict[str, Any], words: str) -> None:
    found = [item for item in found_on(*shapes, **image) if item.kind.code == "labels.other_size"]
    assert len(found) == 1
    assert words in found[0].message


def test_one_stray_shape_does_not_make_it_another_size() -> None:
    codes = [code for code, _ in said_of(FINE, box(60, 5, 90, 35), box(150, 20, 190, 60))]
    assert codes == ["shape.outside"]


def test_images_without_label_and_turned_ones() -> None:
    assert [code for code, _ in said_of()] == ["image.unlabelled"]
    assert [code for code, _ in said_of(FINE, orientation=6)] == ["image.rotated"]
    assert said_of(FINE, orientation=1) == []
