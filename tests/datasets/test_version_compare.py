"""Two versions side by side, or a version and the working state."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, body_of, cvat
from tests.datasets.test_datasets_api import address
from tests.datasets.test_version_restore import BLUE, GREEN, RED, XML, add, deal, drop, exchange, label
from yard.accounts.models import User
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.models import Dataset
from yard.datasets.versions.create import version_create
from yard.datasets.versions.merging import differences
from yard.storage.manifests import ManifestEntry


@pytest.fixture
def changed(import_files: Importer, dataset: Dataset, owner: User) -> Dataset:
    """Version 1, and a working state in which something of each kind happened."""
    import_files({"a.png": RED, "b.png": BLUE, "d.png": GREEN, "same.png": RED, "annotations.xml": XML})
    deal(dataset, "default", train="a b d same")
    version_create(dataset=dataset, user=owner)
    drop(dataset, "a.png")
    exchange(dataset, "b.png", GREEN)
    add(dataset, "c.png", GREEN)
    label(dataset, "b.png", ShapeAnnotation("tag", "leaf", {}))
    deal(dataset, "default", train="b same", val="d")
    return dataset


def compare(client: APIClient, dataset: Dataset, rest: str = "", **query: Any) -> Any:
    return client.get(address(dataset, f"versions/1/compare/{rest}"), query)


@pytest.mark.parametrize("is_pinned", [True, False])
def test_it_counts_every_kind_of_change(changed: Dataset, owner: User, as_viewer: APIClient, is_pinned: bool) -> None:
    after = str(version_create(dataset=changed, user=owner).number) if is_pinned else "working"
    found = compare(as_viewer, changed, **{"with": after}).json()
    assert found["changes"] == {"added": 1, "removed": 1, "replaced": 1, "relabelled": 1, "moved": 1}
    assert found["labels"] == [{"name": "leaf", "before": 1, "after": 1}, {"name": "rust", "before": 1, "after": 0}]
    assert found["moves"] == [{"before": "train", "after": "val", "images": 1}]
    assert (found["before"]["number"], found["before"]["image_count"]) == (1, 4)
    assert found["after"]["number"] == (2 if is_pinned else None)
    names = {
        change: [
            (pair["before"] or pair["after"])["name"]
            for pair in compare(as_viewer, changed, "images/", change=change, **{"with": after}).json()["results"]
        ]
        for change in found["changes"]
    }
    assert names == {
        "added": ["c.png"],
        "removed": ["a.png"],
        "replaced": ["b.png"],
        "relabelled": ["b.png"],
        "moved": ["d.png"],
    }


@pytest.mark.parametrize("after", ["working", "2"])
def test_an_image_is_shown_as_it_was_and_as_it_became(
    changed: Dataset, owner: User, as_viewer: APIClient, after: str
) -> None:
    version_create(dataset=changed, user=owner)
    listed = compare(as_viewer, changed, "images/", change="relabelled", **{"with": after}).json()
    (pair,) = listed["results"]
    assert pair["changes"] == ["replaced", "relabelled"]
    assert [[shape["label"] for shape in pair[side]["shapes"]] for side in ("before", "after")] == [["rust"], ["leaf"]]
    assert body_of(as_viewer.get(pair["before"]["url"])) == BLUE
    assert body_of(as_viewer.get(pair["after"]["url"])) == GREEN
    assert (pair["before"]["split"], pair["after"]["split"]) == ("train", "train")
    gone = compare(as_viewer, changed, "images/", change="removed", **{"with": after}).json()["results"][0]
    assert (gone["after"], body_of(as_viewer.get(gone["before"]["url"]))) == (None, RED)


def test_the_other_way_round_what_was_added_is_removed(changed: Dataset, owner: User, as_owner: APIClient) -> None:
    version_create(dataset=changed, user=owner)
    found = as_owner.get(address(changed, "versions/2/compare/"), {"with": "1"}).json()
    assert (found["changes"]["added"], found["changes"]["removed"]) == (1, 1)
    assert found["moves"] == [{"before": "val", "after": "train", "images": 1}]


def test_a_change_of_the_working_state_is_seen_at_once(changed: Dataset, as_owner: APIClient) -> None:
    assert compare(as_owner, changed).json()["changes"]["removed"] == 1
    drop(changed, "same.png")
    assert compare(as_owner, changed).json()["changes"]["removed"] == 2


@pytest.mark.parametrize(
    ("rest", "query", "status"),
    [
        ("", {"with": "9"}, 404),
        ("", {"with": "newest"}, 400),
        ("", {"with": "9" * 30}, 400),
        ("images/", {}, 400),
        ("images/", {"change": "renamed"}, 400),
        ("images/", {"change": "added", "page": 7}, 404),
    ],
)
def test_what_is_not_there_is_told(
    changed: Dataset, as_owner: APIClient, rest: str, query: dict[str, Any], status: int
) -> None:
    assert compare(as_owner, changed, rest, **query).status_code == status


STATES = st.dictionaries(st.text("aäZ", min_size=1, max_size=2), st.integers(0, 2))


@given(before=STATES, after=STATES)
def test_merging_finds_what_dictionaries_find(before: dict[str, int], after: dict[str, int]) -> None:
    found = {
        (old or new).entry.name: (old and old.entry.size, new and new.entry.size)  # type: ignore[union-attr]
        for old, new in differences(iter(_lines(before)), iter(_lines(after)))
    }
    wanted = {
        name: (before.get(name), after.get(name)) for name in {*before, *after} if before.get(name) != after.get(name)
    }
    assert found == wanted


def _lines(state: dict[str, int]) -> list[tuple[int, bytes]]:
    ordered = sorted(state.items(), key=lambda item: item[0].encode())
    return [(place, ManifestEntry(name, size, "0" * 64).line()) for place, (name, size) in enumerate(ordered)]


def test_the_working_state_is_read_by_bytes(dataset: Dataset, import_files: Importer, owner: User) -> None:
    """As manifests are sorted, whatever the database thinks of letters."""
    import_files({"ä.png": RED, "b.png": BLUE, "Z.png": GREEN, "annotations.xml": cvat({})})
    version = version_create(dataset=dataset, user=owner)
    from yard.datasets.versions.merging import version_stream, working_stream

    assert [line for _, line in working_stream(dataset)] == [line for _, line in version_stream(version)]
