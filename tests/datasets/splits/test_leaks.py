"""The leak guard: what is the same, or nearly, in two parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.datasets.splits.conftest import Filled, members, recipe
from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.models import Dataset, Split, SplitMethod
from yard.datasets.splits import services
from yard.datasets.splits.grouping import Grouping
from yard.datasets.splits.leaks import Leak, leaks_find, leaks_mend

pytestmark = pytest.mark.django_db
FAR = 0x0123_4567_89AB_CDEF


def split_of(dataset: Dataset, user: User, **lists: Any) -> Split:
    return services.split_create_from(dataset=dataset, user=user, name="x", method=SplitMethod.LISTS, lists=lists)


def names_of(leak: Leak, dataset: Dataset) -> list[str]:
    names = dict(dataset.images.values_list("pk", "name"))
    return [names[pk] for pk in leak.members]


@pytest.fixture
def leaky(filled: Filled) -> Dataset:
    same = {"digest": "d" * 64, "perceptual_hash": FAR}
    return filled(
        {
            "a-copy.png": same,
            "a.png": same,
            "b-near.png": {"perceptual_hash": 0b0111},
            "b.png": {"perceptual_hash": 0b0000},
            "c.png": {"perceptual_hash": -1},
            "d.png": {"perceptual_hash": ~FAR},
        }
    )


def test_copies_and_near_copies_that_cross_parts_are_found(leaky: Dataset, owner: User) -> None:
    split = split_of(leaky, owner, train=["a.png", "b.png", "c.png"], val=["a-copy.png"], test=["b-near.png", "d.png"])
    found = leaks_find(split)
    assert [(leak.kind, leak.bits) for leak in found.found] == [("exact", 0), ("near", 3)]
    assert [sorted(names_of(leak, leaky)) for leak in found.found] == [["a-copy.png", "a.png"], ["b-near.png", "b.png"]]
    assert (found.images, found.without_hash) == (4, 0)
    assert len(leaks_find(split, bits=2).found) == 1


def test_what_is_in_one_part_or_in_none_leaks_nothing(leaky: Dataset, owner: User) -> None:
    split = split_of(leaky, owner, train=["a.png", "a-copy.png", "b.png"], val=["c.png"])
    assert leaks_find(split).found == []


def test_they_are_put_where_most_of_them_are(leaky: Dataset, filled: Filled, owner: User) -> None:
    filled({"b-third.png": {"perceptual_hash": 0b0011}})
    split = split_of(leaky, owner, train=["a.png", "b.png"], val=["a-copy.png"], test=["b-near.png", "b-third.png"])
    near = leaks_find(split).found[1]
    assert leaks_mend(split=split, user=owner, image_id=next(iter(near.members))) == 1
    assert {part for name, part in members(split).items() if name.startswith("b")} == {"test"}
    assert len(leaks_find(split).found) == 1
    assert leaks_mend(split=split, user=owner) == 1
    assert members(split)["a-copy.png"] == "train", "one each: training comes first"
    assert leaks_find(split).found == []
    assert leaks_mend(split=split, user=owner) == 0


def test_mending_what_somebody_else_changes_is_a_conflict(leaky: Dataset, owner: User) -> None:
    split = split_of(leaky, owner, train=["a.png"], val=["a-copy.png"])
    with pytest.raises(Conflict):
        leaks_mend(split=split, user=owner, revision=split.revision + 1)


def test_a_split_that_keeps_them_together_leaks_nothing(leaky: Dataset, owner: User) -> None:
    for seed in range(8):
        kept = recipe("stratified", seed=seed, grouping=Grouping(near_bits=4))
        split = services.split_create(dataset=leaky, user=owner, name=f"{seed}", recipe=kept)
        assert leaks_find(split).found == []


def test_images_without_a_hash_are_counted_and_their_copies_found(leaky: Dataset, owner: User) -> None:
    split = split_of(leaky, owner, train=["a.png", "b.png"], val=["a-copy.png", "b-near.png"])
    assert len(leaks_find(split).found) == 2
    leaky.images.update(perceptual_hash=None)
    found = leaks_find(split)
    assert ([leak.kind for leak in found.found], found.without_hash) == (["exact"], 4)


def test_the_two_closest_come_first_and_every_part_is_shown(filled: Filled, owner: User) -> None:
    hashes = [0b1111, 0b1110, 0b0000, 0b0001, 0b1111_0000]
    dataset = filled({f"{place}.png": {"perceptual_hash": value} for place, value in enumerate(hashes)})
    split = split_of(dataset, owner, train=["2.png", "3.png"], val=["0.png", "4.png"], test=["1.png"])
    (leak,) = leaks_find(split).found
    assert set(names_of(leak, dataset)[:2]) == {"0.png", "1.png"}
    assert (leak.bits, leak.home) == (1, "train")
