"""Dealing out: always a partition, always the same, groups whole, shares kept, rare classes everywhere."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.datasets.models import Part
from yard.datasets.splits.dealing import Thing, deal
from yard.datasets.splits.shares import PARTS, Shares, shares_of

TRAIN, VAL, TEST = Part.TRAIN, Part.VAL, Part.TEST
shares = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda cuts: shares_of({"train": min(cuts), "val": max(cuts) - min(cuts), "test": 100 - max(cuts)})
)
seeds = st.integers(0, 1 << 53)
class_sets = st.sets(st.sampled_from("abcdef"), max_size=3)


def things_of(sizes: list[int], classes: list[set[str]] | None = None) -> list[Thing]:
    return [
        Thing(f"{place}.png", size, dict.fromkeys(classes[place], size) if classes else {})
        for place, size in enumerate(sizes)
    ]


@given(count=st.integers(0, 300), shares=shares)
def test_sizes_add_up_and_no_part_stays_empty_where_there_is_enough(count: int, shares: Shares) -> None:
    sizes = shares.sizes(count)
    assert sum(sizes.values()) == count
    assert all(
        abs(size - count * shares.percent[part] / 100) < 1 or size == 1 or count < 100 for part, size in sizes.items()
    )
    if count >= len(shares.parts):
        assert min(sizes.values()) >= 1


@given(count=st.integers(0, 200), shares=shares, seed=seeds)
def test_random_parts_have_exactly_their_sizes(count: int, shares: Shares, seed: int) -> None:
    parts = deal(things_of([1] * count), shares, seed=seed)
    assert set(parts) == {f"{place}.png" for place in range(count)}
    wanted = {part: size for part, size in shares.sizes(count).items() if size}
    assert Counter(parts.values()) == wanted


@given(
    things=st.lists(st.tuples(st.integers(1, 9), class_sets), max_size=60), shares=shares, seed=seeds, data=st.data()
)
def test_the_order_in_which_things_come_changes_nothing(
    things: list[tuple[int, set[str]]], shares: Shares, seed: int, data: st.DataObject
) -> None:
    made = things_of([size for size, _ in things], [classes for _, classes in things])
    parts = deal(made, shares, seed=seed)
    assert len(parts) == len(made)
    assert set(parts.values()) <= set(shares.parts)
    assert deal(data.draw(st.permutations(made)), shares, seed=seed) == parts


@given(sizes=st.lists(st.integers(1, 12), min_size=3, max_size=80), shares=shares, seed=seeds)
def test_groups_come_as_near_to_the_shares_as_the_largest_allows(sizes: list[int], shares: Shares, seed: int) -> None:
    things = things_of(sizes)
    parts = deal(things, shares, seed=seed)
    got: Counter[Part] = Counter()
    for thing in things:
        got[parts[thing.key]] += thing.size
    for part, wanted in shares.sizes(sum(sizes)).items():
        assert got[part] >= 1
        assert abs(got[part] - wanted) <= 2 * max(sizes)


@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=8), shares=shares, seed=seeds)
def test_a_class_is_in_every_part_as_soon_as_it_has_an_image_for_each(
    counts: list[int], shares: Shares, seed: int
) -> None:
    names = [name for name, count in zip("abcdefgh", counts, strict=False) for _ in range(count)]
    things = things_of([1] * len(names), [{name} for name in names])
    parts = deal(things, shares, seed=seed)
    for name, count in zip("abcdefgh", counts, strict=False):
        got = Counter(parts[thing.key] for thing in things if name in thing.classes)
        served = [part for part in PARTS if part in shares.parts][:count]
        assert all(got[part] for part in served), "what is too little for all goes to train first"
        for part in shares.parts:
            assert abs(got[part] - count * shares.percent[part] / 100) <= 2


@given(classes=st.lists(class_sets, min_size=30, max_size=120), seed=seeds)
def test_with_several_classes_per_image_each_still_has_its_share(classes: list[set[str]], seed: int) -> None:
    wanted = shares_of({"train": 50, "val": 25, "test": 25})
    things = things_of([1] * len(classes), classes)
    parts = deal(things, wanted, seed=seed)
    for name in "abcdef":
        total = sum(name in found for found in classes)
        for part in wanted.parts:
            got = sum(parts[thing.key] == part for thing in things if name in thing.classes)
            assert abs(got - total * wanted.percent[part] / 100) <= 6


@given(count=st.integers(1, 60), new=st.integers(0, 60), shares=shares, seed=seeds)
def test_what_is_fixed_counts_and_the_rest_makes_up_for_it(count: int, new: int, shares: Shares, seed: int) -> None:
    things = things_of([1] * (count + new))
    before = deal(things[:count], shares, seed=seed)
    fixed = [(thing, before[thing.key]) for thing in things[:count]]
    after = deal(things[count:], shares, seed=seed, fixed=fixed)
    assert set(after) == {thing.key for thing in things[count:]}
    got = Counter({**before, **after}.values())
    assert all(abs(got[part] - size) <= 1 for part, size in shares.sizes(count + new).items())


def test_a_large_group_does_not_go_where_it_does_not_fit_for_the_sake_of_a_rare_class() -> None:
    sizes = {"a": 95, "b": 94, "c": 58, "d": 16, "e": 13, "f": 11, "g": 10, "h": 6, "i": 6, "j": 1}
    things = [Thing(key, size, {"leaf": size, **({"rare": 1} if key in "abe" else {})}) for key, size in sizes.items()]
    parts = deal(things, shares_of({"train": 70, "val": 15, "test": 15}), seed=42)
    got: Counter[str] = Counter()
    for key, part in parts.items():
        got[part] += sizes[key]
    assert got["train"] > 180
    assert max(got["val"], got["test"]) <= 64


def test_the_same_seed_gives_the_same_split_on_every_machine() -> None:
    """Written down: whatever Python, processor or library it runs with, this must not change."""
    wanted = shares_of({"train": 50, "val": 25, "test": 25})
    parts = deal(things_of([1] * 12), wanted, seed=7)
    assert "".join(parts[f"{place}.png"][1] for place in range(12)) == "rrrearreraae"
    other = deal(things_of([1] * 12), wanted, seed=8)
    assert other != parts


@pytest.mark.parametrize(
    ("percent", "why"),
    [
        ({"train": 60, "val": 20}, "add up to 80 %"),
        ({"train": 120, "val": -20}, "120 %"),
        ({"train": float("nan")}, "nan"),
        ({"train": 50, "eval": 50}, "no part called eval"),
        ({}, "add up to 0 %"),
    ],
)
def test_shares_that_make_no_whole_are_refused(percent: dict[str, float], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        shares_of(percent)
