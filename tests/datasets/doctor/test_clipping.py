"""What is clipped lies on the image, whatever it was; what lies there already stays as it is."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.doctor.conftest import box, polygon
from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.checks.crossing import crosses_itself
from yard.datasets.doctor.checks.inside import contains
from yard.datasets.doctor.repairs.clipping import clipped
from yard.datasets.doctor.repairs.untangle import untangled

WIDTH, HEIGHT = 100, 80
places = st.integers(-200, 300).map(lambda value: value / 2)
points = st.tuples(places, places)
sizes = st.integers(1, 300).map(lambda value: value / 2)


@st.composite
def boxes(draw: st.DrawFn) -> ShapeAnnotation:
    (x, y), width, height = draw(points), draw(sizes), draw(sizes)
    shape = box(x, y, x + width, y + height)
    shape.geometry["rotation"] = draw(st.sampled_from([0.0, 30.0, 90.0, 211.5]))
    return shape


@st.composite
def ellipses(draw: st.DrawFn) -> ShapeAnnotation:
    (x, y), rx, ry = draw(points), draw(sizes), draw(sizes)
    geometry = {"cx": x, "cy": y, "rx": rx, "ry": ry, "rotation": draw(st.sampled_from([0.0, 77.0]))}
    return ShapeAnnotation("ellipse", "leaf", geometry)


@st.composite
def masks(draw: st.DrawFn) -> ShapeAnnotation:
    left, top = draw(st.integers(-20, 110)), draw(st.integers(-20, 90))
    width, height = draw(st.integers(1, 30)), draw(st.integers(1, 20))
    ends = sorted(draw(st.lists(st.integers(0, width * height), max_size=12)))
    rle = [end - start for start, end in zip([0, *ends], [*ends, width * height], strict=True)]
    return ShapeAnnotation("mask", "leaf", {"left": left, "top": top, "width": width, "height": height, "rle": rle})


lists = st.lists(points, min_size=3, max_size=12)
polygons = lists.map(lambda found: polygon(*found))
lines = lists.map(lambda found: ShapeAnnotation("polyline", "leaf", {"points": [list(point) for point in found]}))
dots = lists.map(lambda found: ShapeAnnotation("points", "leaf", {"points": [list(point) for point in found]}))


@given(st.one_of(boxes(), ellipses(), masks(), polygons, lines, dots))
def test_nothing_reaches_beyond_the_image(shape: ShapeAnnotation) -> None:
    for piece in clipped(shape, WIDTH, HEIGHT):
        found = measure(piece.kind, piece.geometry)
        assert found is not None
        assert found.left >= 0
        assert found.top >= 0
        assert found.left + found.width <= WIDTH + 1e-9
        assert found.top + found.height <= HEIGHT + 1e-9
        assert piece.label == "leaf"
        assert clipped(piece, WIDTH, HEIGHT) == [piece]


@given(st.one_of(boxes(), masks(), polygons), st.tuples(st.floats(0.3, 99.7), st.floats(0.3, 79.7)))
def test_what_was_covered_on_the_image_still_is(shape: ShapeAnnotation, place: tuple[float, float]) -> None:
    pieces = clipped(shape, WIDTH, HEIGHT)
    was = contains(shape.kind, shape.geometry)
    # A point at the very outline may fall to either side when corners are rounded to two decimals.
    near = [(place[0] + dx, place[1] + dy) for dx in (-0.02, 0.02) for dy in (-0.02, 0.02)]
    before = {was(*point) for point in near}
    if len(before) > 1:
        return
    now = any(contains(piece.kind, piece.geometry)(*place) for piece in pieces)
    assert now is before.pop()


def test_shapes_on_the_image_are_left_alone() -> None:
    for shape in (box(0, 0, WIDTH, HEIGHT), ShapeAnnotation("tag", "leaf", {}), polygon((0, 0), (9, 0), (9, 9))):
        assert clipped(shape, WIDTH, HEIGHT) == [shape]


def test_a_line_that_leaves_and_comes_back_is_in_pieces() -> None:
    line = ShapeAnnotation("polyline", "leaf", {"points": [[10, 10], [50, -10], [90, 10]]}, group=3)
    pieces = clipped(line, WIDTH, HEIGHT)
    assert [piece.geometry["points"] for piece in pieces] == [[[10, 10], [30.0, 0.0]], [[70.0, 0.0], [90, 10]]]
    assert [piece.group for piece in pieces] == [3, 3]


@given(st.lists(points, min_size=4, max_size=10, unique=True))
def test_untangled_polygons_keep_their_points_and_cross_no_more(found: list[tuple[float, float]]) -> None:
    ring = untangled([list(point) for point in found])
    assert ring is not None
    assert sorted(map(tuple, ring)) == sorted(found)
    assert not crosses_itself(ring)


def test_a_bow_tie_becomes_its_square() -> None:
    ring = untangled([[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]])
    found = measure("polygon", {"points": ring})
    assert found is not None
    assert math.isclose(found.area, 100)
