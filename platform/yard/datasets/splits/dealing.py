"""Dealing images out to train, val and test: at random, with classes balanced, and in groups that stay together.

One procedure does it all. Its things are images, or groups of them, in an order that a seed decides. It is the
iterative stratification of K. Sechidis, G. Tsoumakas and I. Vlahavas, "On the Stratification of Multi-Label Data"
(2011): the class with the fewest images left is dealt out first, each image to the part that lacks most of that class.
Before it, each part gets one image of every class, the rarest class first: the published procedure would give all three
images of a class to a large train part. Things without classes go where most is lacking, which for a random split is
all that happens.

The same things, shares and seed give the same parts on every machine and with every version of Python: the order comes
from SHA-256, and no number is rounded by a library.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from yard.datasets.models import Part
from yard.datasets.splits.shares import PARTS, Shares

_ALL = ""
"""Stands for the class that everything has; no label is called so."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What goes into one part as a whole.

    Attributes:
        key: Its name, which with the seed decides its place in the order.
        size: Images.
        classes: class → images that have it.
    """

    key: str
    size: int = 1
    classes: Mapping[str, int] = field(default_factory=dict)


def place_of(key: str, seed: int) -> bytes:
    """Where a thing stands in the order of a seed: by the SHA-256 of seed and name."""
    return hashlib.sha256(f"{seed}\0{key}".encode("utf-8", "surrogatepass")).digest()


def deal(
    things: Iterable[Thing], shares: Shares, *, seed: int, fixed: Iterable[tuple[Thing, Part]] = ()
) -> dict[str, Part]:
    """key → part, for all the things.

    Args:
        things: To be dealt out.
        fixed: Things that have their part already; they count, but do not move.
    """
    ordered = sorted(things, key=lambda thing: (-thing.size, place_of(thing.key, seed)))
    return _Deal(ordered, list(fixed), shares).run()


class _Deal:
    """One dealing. ``_lacking[class][part]``: images of the class that the part should still get."""

    def __init__(self, things: Sequence[Thing], fixed: Sequence[tuple[Thing, Part]], shares: Shares) -> None:
        self._things = things
        self._parts = shares.parts
        self._given: dict[str, Part] = {}
        self._with: dict[str, list[Thing]] = defaultdict(list)
        self._has: dict[str, set[Part]] = defaultdict(set)
        for thing in things:
            for name in thing.classes:
                self._with[name].append(thing)
        self._left = Counter({name: len(found) for name, found in self._with.items()})
        self._lacking = self._wanted([*things, *(thing for thing, _ in fixed)], shares)
        for thing, part in fixed:
            self._count(thing, part)

    def run(self) -> dict[str, Part]:
        for thing in self._large():
            self._give_where_lacking(thing, _ALL)
        rarest_first = sorted(self._with, key=lambda name: (len(self._with[name]), name))
        for name in rarest_first:
            self._give_each_part_one(name, self._with[name])
        for name in self._by_what_is_left():
            for thing in self._with[name]:
                self._give_where_lacking(thing, name)
        for thing in self._things:
            self._give_where_lacking(thing, _ALL)
        return self._given

    def _wanted(self, things: Sequence[Thing], shares: Shares) -> dict[str, dict[Part, float]]:
        totals: Counter[str] = Counter()
        for thing in things:
            totals.update(thing.classes)
        wanted = {
            name: {part: count * shares.percent[part] / 100 for part in self._parts} for name, count in totals.items()
        }
        sizes = shares.sizes(sum(thing.size for thing in things))
        return wanted | {_ALL: {part: float(size) for part, size in sizes.items()}}

    def _large(self) -> list[Thing]:
        """Groups that would fill half of the smallest part: they go first, by size, as nothing can make up for them."""
        smallest = min(self._lacking[_ALL].values())
        return [thing for thing in self._things if thing.size > 1 and thing.size * 2 > smallest]

    def _give_each_part_one(self, name: str, things: Sequence[Thing]) -> None:
        """Where there is one left that fits. Of groups train gets a large one, the others small ones."""
        for part in self._parts:
            if part in self._has[name]:
                continue
            from_end = part != self._parts[0] and things[0].size != things[-1].size
            left = (thing for thing in (reversed(things) if from_end else things) if thing.key not in self._given)
            fitting = (thing for thing in left if thing.size <= max(1, self._lacking[_ALL][part]))
            thing = next(fitting, None)
            if thing is not None:
                self._give(thing, part)

    def _by_what_is_left(self) -> Iterator[str]:
        """The class with the fewest things that nobody has yet, again and again until none is left."""
        while left := [(count, name) for name, count in self._left.items() if count]:
            yield min(left)[1]

    def _give_where_lacking(self, thing: Thing, name: str) -> None:
        """To the part that lacks most of the class; among equals to the one that lacks most of all, then train.

        The last things go to parts that have nothing at all."""
        if thing.key in self._given:
            return
        lacking, overall = self._lacking[name], self._lacking[_ALL]
        empty = [part for part in self._parts if part not in self._has[_ALL]]
        parts = empty if len(self._things) - len(self._given) <= len(empty) else self._parts
        part = max(parts, key=lambda part: (round(lacking[part], 6), overall[part], -PARTS.index(part)))
        self._give(thing, part)

    def _give(self, thing: Thing, part: Part) -> None:
        self._given[thing.key] = part
        self._left.subtract(thing.classes.keys())
        self._count(thing, part)

    def _count(self, thing: Thing, part: Part) -> None:
        self._has[_ALL].add(part)
        if part in self._parts:
            self._lacking[_ALL][part] -= thing.size
        for name, images in thing.classes.items():
            self._has[name].add(part)
            if part in self._parts:
                self._lacking[name][part] -= images
