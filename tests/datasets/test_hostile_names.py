"""Names that somebody chose: whatever is let in can be stored, written, sent, and found again."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.archives import refusal_of_name
from yard.datasets.naming import NAME_MAX_BYTES, Named, NameIndex, plan_names, with_number, with_suffix
from yard.datasets.uploads import clean_name
from yard.storage import keys

odd = st.sampled_from(
    ["..", ".", "", "a", "A", "a.jpg", "A.JPG", "a\u0300", "\u00e0", "\u202e", "\0", "\n", "\\", "C:", "ﬃ", "ß", "SS",
     "İ", "n" * 250, "\u0958" * 90, "\U0001f331", "\uffff", "\u2028", "\u200f", "صورة", "~", "$(id)", "<b>", "a ", " "]
)  # fmt: skip
texts = st.lists(st.one_of(odd, st.text(max_size=6)), max_size=4).map("".join)
paths = st.lists(texts, min_size=1, max_size=4).map("/".join)


@hypothesis_settings(max_examples=150)
@given(paths)
def test_what_is_let_in_can_be_stored_written_and_read(path: str) -> None:
    try:
        name = clean_name(path)
    except InvalidInput as error:
        assert error.message.endswith("Rename it, then try again.")  # noqa: PT017 - whatever else is raised fails the test
        return
    assert refusal_of_name(name) is None
    assert unicodedata.is_normalized("NFC", name)
    keys.check_name(name)
    flat = plan_names([name])[name]
    keys.dataset_file(1, with_suffix(flat, ".jpg"))
    target = io.BytesIO()
    write_cvat(target, name="x", labels=[], images=[ImageAnnotations(flat, 1, 1)], image_count=1)
    (image,) = CvatDocument(io.BytesIO(target.getvalue()))
    assert image.name == flat
    found = NameIndex([Named(1, flat, name)])
    assert [found.find(wanted).image is not None for wanted in (flat, name)] == [True, True]


@hypothesis_settings(max_examples=100)
@given(st.lists(paths, max_size=8, unique=True))
def test_many_odd_names_are_told_apart_on_every_disk(found: list[str]) -> None:
    good = list(dict.fromkeys(unicodedata.normalize("NFC", path) for path in found if refusal_of_name(path) is None))
    good = [path for path in good if refusal_of_name(path) is None]
    planned = plan_names(good)
    assert len({name.casefold() for name in planned.values()}) == len(good)
    for name in planned.values():
        keys.check_name(name)
        assert "/" not in name
    assert plan_names(good) == planned


@given(texts.filter(lambda text: "/" not in text), st.integers(2, 10**9))
def test_a_number_keeps_a_name_within_its_bounds(name: str, number: int) -> None:
    if refusal_of_name(name) is not None:
        return
    numbered = with_number(name, number)
    assert len(numbered.encode()) <= NAME_MAX_BYTES
    assert f"-{number}" in numbered


@given(st.lists(paths, max_size=6), paths)
def test_any_name_is_found_or_not(found: list[str], wanted: str) -> None:
    images = [Named(number, path.rsplit("/", 1)[-1], path) for number, path in enumerate(found)]
    match = NameIndex(images, newer={1, 2}).find(wanted)
    assert (match.image is None) == bool(match.why)


@pytest.mark.timeout(120)  # comparing each with each takes many times longer
def test_the_same_name_in_thousands_of_folders_is_found_by_its_folder() -> None:
    """As scans are filed: one folder per patient; the annotations name another root."""
    images = [Named(number, f"{number}_scan.png", f"set/p{number}/scan.png") for number in range(20_000)]
    index = NameIndex(images)
    for number in range(20_000):
        match = index.find(f"other/p{number}/scan.png")
        assert match.image is not None
        assert match.image.id == number
    assert index.find("other/q/scan.png").why.startswith("20000 images have this name")


def test_names_in_the_deepest_folders_are_told_apart() -> None:
    found = ["/".join([f"{number}", *["d"] * 60, "a.png"]) for number in range(500)]
    assert len(set(plan_names(found).values())) == 500


@pytest.mark.parametrize("name", ["n" * 251 + ".jpg", "ü" * 127, "a" * 255])
def test_names_of_the_greatest_length_are_numbered(name: str) -> None:
    assert len({with_number(name, number) for number in range(2, 50)}) == 48
