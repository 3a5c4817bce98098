"""Splits as lists of indexes or names: out and in again, and whatever is wrong with its exact place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.datasets.models import Part
from yard.datasets.splits.grouping import Picture
from yard.datasets.splits.lists import lists_read, lists_write

PICTURES = [Picture(100 + place, f"{place}.png") for place in range(6)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["train", "val", "x"]), inner),
    max_leaves=12,
)


@given(parts=st.dictionaries(st.integers(100, 105), st.sampled_from(list(Part))), by=st.sampled_from(["index", "name"]))
def test_what_is_written_is_read_again(parts: dict[int, Part], by: str) -> None:
    document = json.loads(json.dumps(lists_write("x", PICTURES, parts, by=by)))
    assert lists_read(document, PICTURES) == parts


@given(document=st.dictionaries(st.sampled_from(["train", "val", "test", "images", "names_digest", "eval"]), JSON))
def test_any_document_is_read_or_refused(document: dict[str, Any]) -> None:
    try:
        parts = lists_read(document, PICTURES)
    except InvalidInput as error:
        where = error.extra["errors"][0]["path"]
    else:
        where = ["lists"]
        assert set(parts) <= {picture.id for picture in PICTURES}
    assert where[0] == "lists"


def test_the_words_of_notebooks_are_understood() -> None:
    assert lists_read({"train_indices": [0, 1], "eval": [2], "validation_note": 3}, PICTURES) == {
        100: "train",
        101: "train",
        102: "val",
    }


def wrong_with(document: dict[str, Any]) -> list[tuple[list[Any], str]]:
    with pytest.raises(InvalidInput) as caught:
        lists_read(document, PICTURES)
    return [(error["path"], error["message"]) for error in caught.value.extra["errors"]]


def test_everything_that_is_wrong_is_told_with_its_place() -> None:
    found = wrong_with({"train": [0, 6, "0.png", True, 1.5, -1], "val": ["9.png", 0]})
    assert [path for path, _ in found] == [
        ["lists", "train", 1],
        ["lists", "train", 2],
        ["lists", "train", 3],
        ["lists", "train", 4],
        ["lists", "train", 5],
        ["lists", "val", 0],
        ["lists", "val", 1],
    ]
    texts = [text for _, text in found]
    assert "out of range: the data set has 6 images, 0 to 5" in texts[0]
    assert "'0.png' (0.png) is in train[0] already" in texts[1]
    assert "neither an index" in texts[2]
    assert "neither an index" in texts[3]
    assert "out of range" in texts[4]
    assert "no image called 9.png" in texts[5]
    assert "is in train[0] already" in texts[6]


def test_a_million_wrong_entries_give_a_short_answer() -> None:
    with pytest.raises(InvalidInput, match=r"200000 entries are wrong") as caught:
        lists_read({"train": [9] * 200_000}, PICTURES)
    assert len(caught.value.extra["errors"]) == 100


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "no list called train"),
        ({"training_set": [0]}, "no list called train"),
        ({"train": 3}, "train is not a list"),
        ({"val": [0], "eval": [1]}, "val and eval both mean the part val"),
        ({"train": [0], "images": 7}, "count 7 images, but the data set has 6"),
        ({"train": [0], "names_digest": "0" * 64}, "made for other images"),
    ],
)
def test_lists_that_cannot_be_meant_are_refused(document: dict[str, Any], why: str) -> None:
    assert why in wrong_with(document)[0][1]


def test_names_are_good_after_images_were_added() -> None:
    document = lists_write("x", PICTURES[:3], {101: Part.VAL}, by="name")
    assert lists_read(document, PICTURES) == {101: "val"}
    with pytest.raises(InvalidInput, match="count 3 images"):
        lists_read(lists_write("x", PICTURES[:3], {101: Part.VAL}), PICTURES)
