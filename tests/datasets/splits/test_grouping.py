"""What stays together: folders, scenes told by names, CVAT jobs, images that look alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.splits.conftest import Filled, recipe
from yard.core.errors import InvalidInput
from yard.datasets.models import Dataset
from yard.datasets.near import bits_between
from yard.datasets.splits import grouping as module
from yard.datasets.splits.grouping import Group, Grouping, Groups, GroupSource, Picture, groups_of
from yard.datasets.splits.plan import plan_make

NOWHERE = Dataset()
hashes = st.integers(0, 255).map(lambda byte: byte * 0x0101_0000_0000)


def sets(found: Groups) -> set[frozenset[str]]:
    return {frozenset(picture.name for picture in group.pictures) for group in found.groups}


def grouped(pictures: list[Picture], grouping: Grouping) -> Groups:
    return groups_of(NOWHERE, pictures, grouping)


def test_a_folder_is_a_group_and_an_image_in_none_is_alone() -> None:
    paths = {"a.png": "site/1/a.png", "b.png": "site/1/b.png", "c.png": "site/2/c.png", "d.png": "d.png", "e.png": ""}
    pictures = [Picture(place, name, path) for place, (name, path) in enumerate(paths.items())]
    found = grouped(pictures, Grouping(GroupSource.FOLDER))
    assert sets(found) == {
        frozenset({"a.png", "b.png"}),
        frozenset({"c.png"}),
        frozenset({"d.png"}),
        frozenset({"e.png"}),
    }
    assert {group.title for group in found.groups} == {"site/1", "site/2", ""}
    assert found.unmatched == 2, "told, or a set without folders would seem to be split by them"


def test_a_part_of_the_name_is_a_group() -> None:
    names = ["cam1_001.png", "cam1_002.png", "cam2_001.png", "other.png"]
    found = grouped(
        [Picture(place, name) for place, name in enumerate(names)], Grouping(GroupSource.PATTERN, r"^(\w+)_\d+")
    )
    assert sets(found) == {frozenset(names[:2]), frozenset(names[2:3]), frozenset(names[3:])}
    assert (found.unmatched, found.groups[0].title) == (1, "cam1")


def test_several_groups_of_a_pattern_count_together() -> None:
    names = ["c1_d1_1.png", "c1_d1_2.png", "c1_d2_1.png"]
    found = grouped(
        [Picture(place, name) for place, name in enumerate(names)], Grouping(GroupSource.PATTERN, r"(c\d)_(d\d)")
    )
    assert [group.title for group in found.groups] == ["c1 / d1", "c1 / d2"]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "Give a pattern"),
        ("(", "not a regular expression"),
        ("(" * 500 + ")" * 500, "pattern"),
        ("x" * 2001, "longer"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_at_its_field(pattern: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as caught:
        grouped([Picture(0, "a.png")], Grouping(GroupSource.PATTERN, pattern))
    assert caught.value.extra["errors"][0]["path"] == ["pattern"]


def test_a_pattern_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.pattern_parts
    monkeypatch.setattr(module, "pattern_parts", lambda pattern, texts: real(pattern, texts, timeout_seconds=0.3))
    with pytest.raises(InvalidInput, match="took longer"):
        grouped([Picture(0, "a" * 60 + "!")], Grouping(GroupSource.PATTERN, r"^(a+)+$"))


@given(
    pictures=st.lists(st.tuples(hashes, st.sampled_from(["", "x/", "y/"]), st.integers(0, 3)), max_size=25),
    bits=st.integers(0, 3),
)
def test_whoever_shares_a_folder_or_looks_alike_is_in_one_group(
    pictures: list[tuple[int, str, int]], bits: int
) -> None:
    made = [
        Picture(place, f"{place}.png", f"{folder}{place}.png", str(digest), hash=value)
        for place, (value, folder, digest) in enumerate(pictures)
    ]
    found = grouped(made, Grouping(GroupSource.FOLDER, near_bits=bits))
    where = {picture.id: number for number, group in enumerate(found.groups) for picture in group.pictures}
    assert sorted(where) == [picture.id for picture in made], "each is in exactly one"
    assert sum(len(group.pictures) for group in found.groups) == len(made)
    for one in made:
        for other in made:
            alike = bits_between(one.hash or 0, other.hash or 0) <= bits or one.digest == other.digest
            if alike or (one.folder and one.folder == other.folder):
                assert where[one.id] == where[other.id]


def test_a_group_is_called_after_what_is_the_same_on_every_machine() -> None:
    assert Group("", [Picture(9, "b.png"), Picture(3, "a.png")]).thing.key == "a.png"
    assert Group("", [Picture(3, "b.png"), Picture(9, "a.png")]).thing.key == "a.png"


@pytest.fixture
def jobs() -> Iterator[None]:
    before = list(module._jobs)
    yield
    module._jobs[:] = before


@pytest.mark.django_db
def test_cvat_jobs_are_groups_where_they_are_known(filled: Filled, jobs: None) -> None:
    dataset = filled(6)
    by_job = recipe("group", grouping=Grouping(GroupSource.CVAT_JOB))
    with pytest.raises(InvalidInput, match="CVAT job"):
        plan_make(dataset, by_job)
    ids = list(dataset.images.order_by("name").values_list("pk", flat=True))
    module.register_jobs(lambda _: {ids[0]: "job 1", ids[1]: "job 1", ids[2]: "job 2"})
    plan = plan_make(dataset, by_job)
    assert plan.parts[ids[0]] == plan.parts[ids[1]]
    assert len(plan.groups.groups) == 5
    assert any("3 of 6 images belong to no such group" in note for note in plan.groups.notes)
