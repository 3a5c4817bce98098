"""Where shapes lie, how large they are, and when an image's annotations count as the same."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.datasets.annotations.digests import annotations_digest
from yard.datasets.annotations.measures import Measures, measure
from yard.datasets.annotations.types import Geometry, ShapeAnnotation

BOX = {"x1": 10.0, "y1": 20.0, "x2": 30.0, "y2": 60.0, "rotation": 0.0}
SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]


@pytest.mark.parametrize(
    ("kind", "geometry", "expected"),
    [
        ("box", BOX, Measures(10, 20, 20, 40, 800)),
        ("box", {**BOX, "rotation": 90.0}, Measures(0, 30, 40, 20, 800)),
        ("ellipse", {"cx": 5, "cy": 5, "rx": 2, "ry": 1, "rotation": 0}, Measures(3, 4, 4, 2, 2 * math.pi)),
        ("ellipse", {"cx": 5, "cy": 5, "rx": 2, "ry": 1, "rotation": 90}, Measures(4, 3, 2, 4, 2 * math.pi)),
        ("polygon", {"points": SQUARE}, Measures(0, 0, 4, 4, 16)),
        ("polygon", {"points": [*SQUARE, SQUARE[0]]}, Measures(0, 0, 4, 4, 16)),
        ("polyline", {"points": SQUARE}, Measures(0, 0, 4, 4, 0)),
        ("points", {"points": [[3.0, 4.0]]}, Measures(3, 4, 0, 0, 0)),
        ("mask", {"left": 1, "top": 2, "width": 3, "height": 2, "rle": [1, 2, 0, 1, 2]}, Measures(1, 2, 3, 2, 3)),
        (
            "skeleton",
            {"points": [{"label": "a", "x": 1, "y": 1, "outside": False, "occluded": False}]},
            Measures(1, 1, 0, 0, 0),
        ),
    ],
)
def test_a_shape_is_measured(kind: str, geometry: Geometry, expected: Measures) -> None:
    found = measure(kind, geometry)
    assert found is not None
    for name in ("left", "top", "width", "height", "area"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name


def test_a_tag_has_no_place() -> None:
    assert measure("tag", {}) is None


boxes = st.builds(
    lambda x, y, width, height, label: ShapeAnnotation(
        "box", label, {"x1": x, "y1": y, "x2": x + width, "y2": y + height, "rotation": 0.0}
    ),
    *(st.integers(0, 1000).map(float) for _ in range(4)),
    st.sampled_from(["cat", "dog", "a b"]),
)


@given(st.lists(boxes, max_size=5))
def test_the_order_and_the_author_do_not_count(shapes: list[ShapeAnnotation]) -> None:
    other = [
        ShapeAnnotation(shape.kind, shape.label, dict(shape.geometry), source="auto", line=7) for shape in shapes[::-1]
    ]
    assert annotations_digest(shapes) == annotations_digest(other)
    assert bool(annotations_digest(shapes)) == bool(shapes)


@given(boxes, st.sampled_from(["x1", "y1", "x2", "y2"]), st.floats(0.02, 50))
def test_a_moved_corner_counts(shape: ShapeAnnotation, corner: str, by: float) -> None:
    moved = ShapeAnnotation(shape.kind, shape.label, {**shape.geometry, corner: shape.geometry[corner] + by})
    assert annotations_digest([shape]) != annotations_digest([moved])
    within = ShapeAnnotation(shape.kind, shape.label, {**shape.geometry, corner: shape.geometry[corner] + 0.004})
    assert annotations_digest([shape]) == annotations_digest([within])


def test_a_label_with_odd_characters_is_not_taken_for_another_shape() -> None:
    one = ShapeAnnotation("tag", "a\ntag 'b'", {})
    two = [ShapeAnnotation("tag", "a", {}), ShapeAnnotation("tag", "b", {})]
    assert annotations_digest([one]) != annotations_digest(two)
