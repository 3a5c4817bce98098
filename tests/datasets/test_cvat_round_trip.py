from __future__ import annotations

import contextlib
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_stream import NotCvat
from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import AttributeSpec, ImageAnnotations, LabelSpec, ShapeAnnotation

# What XML can hold in an attribute and give back unchanged.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\x85\u2028"), min_size=1, max_size=12
).map(lambda text: text.strip() or "x")
numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 5) + 0.0)
whole = st.integers(-1000, 100_000)
LABELS = [
    LabelSpec("leaf", "#00ff00", "any", [AttributeSpec("size", True, "select", "a", ["a", "b"])]),
    LabelSpec("r<&"),
]


def points(least: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"points": st.lists(st.tuples(numbers, numbers).map(list), min_size=least, max_size=6)}
    )


@st.composite
def boxes(draw: st.DrawFn) -> dict[str, Any]:
    x1, x2 = sorted((draw(numbers), draw(numbers)))
    y1, y2 = sorted((draw(numbers), draw(numbers)))
    return {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": draw(numbers)}


@st.composite
def masks(draw: st.DrawFn) -> dict[str, Any]:
    rle = draw(st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(sum))
    return {"left": draw(whole), "top": draw(whole), "width": sum(rle), "height": 1, "rle": rle}


radii = numbers.map(abs)
joints = st.fixed_dictionaries(
    {"label": texts, "x": numbers, "y": numbers, "outside": st.booleans(), "occluded": st.booleans()}
)
GEOMETRIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "tag": st.just({}),
    "box": boxes(),
    "polygon": points(3),
    "polyline": points(2),
    "points": points(1),
    "mask": masks(),
    "ellipse": st.fixed_dictionaries({"cx": numbers, "cy": numbers, "rx": radii, "ry": radii, "rotation": numbers}),
    "cuboid": st.fixed_dictionaries(
        {"points": st.lists(st.tuples(numbers, numbers).map(list), min_size=8, max_size=8)}
    ),
    "skeleton": st.fixed_dictionaries({"points": st.lists(joints, min_size=1, max_size=4)}),
}


@st.composite
def shapes(draw: st.DrawFn) -> ShapeAnnotation:
    kind = draw(st.sampled_from(list(GEOMETRIES)))
    is_tag = kind == "tag"
    return ShapeAnnotation(
        kind=kind,
        label=draw(st.sampled_from([label.name for label in LABELS])),
        geometry=draw(GEOMETRIES[kind]),
        attributes=draw(st.dictionaries(texts, texts, max_size=2)),
        z_order=0 if is_tag else draw(whole),
        occluded=False if is_tag else draw(st.booleans()),
        source=draw(st.sampled_from(["", "manual", "auto"])),
        group=draw(st.integers(0, 5)),
    )


images = st.builds(
    ImageAnnotations,
    name=texts,
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    subset=st.sampled_from(["", "Train"]),
    shapes=st.lists(shapes(), max_size=4),
)


def written(found: list[ImageAnnotations]) -> bytes:
    target = io.BytesIO()
    write_cvat(target, name="leaves & more", labels=LABELS, images=found, image_count=len(found))
    return target.getvalue()


@given(st.lists(images, max_size=4))
def test_what_is_written_is_read_again(found: list[ImageAnnotations]) -> None:
    document = CvatDocument(io.BytesIO(written(found)))
    again = list(document)
    assert document.findings.items == []
    assert list(document.labels.values()) == LABELS
    for image in again:
        image.line = 0
        for shape in image.shapes:
            shape.line = 0
    assert again == found


@given(st.lists(images, max_size=2))
def test_the_same_content_gives_the_same_bytes(found: list[ImageAnnotations]) -> None:
    assert written(found) == written(found)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail_otherwise_than_by_saying_so(content: bytes) -> None:
    with contextlib.suppress(NotCvat):
        list(CvatDocument(io.BytesIO(content)))


@given(st.text(alphabet="<>/\"'= abcdeimagbotxpsl0123.,;-nan", max_size=300))
def test_no_text_within_the_root_makes_it_fail_otherwise(text: str) -> None:
    with contextlib.suppress(NotCvat):
        list(CvatDocument(io.BytesIO(f"<annotations>{text}</annotations>".encode())))
