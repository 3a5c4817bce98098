"""Class names that probably mean the same class."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from yard.datasets.doctor.checks.base import Check
from yard.datasets.doctor.facts import Found, LabelFacts
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Severity

# A slip of the keyboard is rare beside the name it was meant to be.
TYPO_SHARE = 0.1
TYPO_FEW = 3
# From this length on one letter may differ, from that one two; in shorter names (cat, car) a letter is a word, so only
# slips count that seldom give one: two letters swapped, or one typed twice.
ONE_LETTER, TWO_LETTERS = 5, 10
SHORTEST = 3
LONGEST = 60

SAME_NAME = Kind(
    "class.same_name",
    "Class names that differ by case or blanks",
    Severity.WARNING,
    "Names such as Car and car count as different classes, so a model gets two half classes of one thing.",
    "Merge them into one class.",
    ("merge_classes",),
)
TYPO = Kind(
    "class.typo",
    "Class names that look like a typo",
    Severity.WARNING,
    "A rare class whose name is nearly that of a frequent one.",
    "Merge it into the other class, or mark the finding as intended when they are two things.",
    ("merge_classes",),
)


class ClassNames(Check):
    """Pairs of classes whose names nearly agree; the one with more shapes is suggested."""

    kinds = (SAME_NAME, TYPO)
    local = False

    def conclude(self) -> Iterator[Found]:
        labels = sorted(self.dataset.labels.values(), key=lambda label: (-label.shape_count, label.name))
        groups: dict[str, list[LabelFacts]] = defaultdict(list)
        for label in labels:
            groups[plain(label.name)].append(label)
        for group in groups.values():
            for label in group[1:]:
                message = f"“{label.name}” and “{group[0].name}” differ only by case, blanks or hyphens."
                yield _found(SAME_NAME, message, label, group[0])
        firsts = {key: group[0] for key, group in groups.items()}
        for wrong, right in _typos(firsts):
            counts = f"{wrong.shape_count} and {right.shape_count} shapes"
            message = f"“{wrong.name}” looks like a typo of “{right.name}” ({counts})."
            yield _found(TYPO, message, wrong, right)


def plain(name: str) -> str:
    """The name without what people mix up: case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_\-./]+", "", name.casefold())


def distance(one: str, other: str, most: int) -> int:
    """How many letters have to be put in, left out, replaced, or swapped with their neighbour; ``most`` + 1 for more.

    The restricted edit distance (optimal string alignment).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    current = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        older, before, current = before, current, [row]
        for column, other_letter in enumerate(other, 1):
            cost = min(before[column] + 1, current[-1] + 1, before[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == other_letter:
                cost = min(cost, older[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
    return current[-1]


def _typos(firsts: dict[str, LabelFacts]) -> Iterator[tuple[LabelFacts, LabelFacts]]:
    """(the rare one, the frequent one) for names that a slip of the keyboard makes of each other."""
    for one, other in sorted(_candidates(firsts)):
        if _means_another(firsts[one].name, firsts[other].name) or not _is_near(one, other):
            continue
        right, wrong = sorted((firsts[one], firsts[other]), key=lambda label: (-label.shape_count, label.name))
        if right.shape_count and wrong.shape_count <= max(TYPO_FEW, TYPO_SHARE * right.shape_count):
            yield wrong, right


def _is_near(one: str, other: str) -> bool:
    """Whether one is the other with as many slips as its length allows."""
    short, long = sorted((one, other), key=len)
    if len(short) >= TWO_LETTERS:
        return distance(one, other, 2) <= 2
    if len(long) < ONE_LETTER or (len(short) < ONE_LETTER and len(short) == len(long)):
        return distance(one, other, 1) <= 1 and (sorted(one) == sorted(other) or short in _undoubled(long))
    return distance(one, other, 1) <= 1


def _undoubled(name: str) -> set[str]:
    """The name with one of two equal neighbours left out."""
    return {name[:place] + name[place + 1 :] for place in range(1, len(name)) if name[place] == name[place - 1]}


def _candidates(names: dict[str, LabelFacts]) -> set[tuple[str, str]]:
    """Pairs that share a text which is left when one or two letters are taken out: no comparison of all with all."""
    shared: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if not SHORTEST <= len(name) <= LONGEST:
            continue
        for text in {name, *_without(name, 2 if len(name) >= TWO_LETTERS else 1)}:
            shared[text].append(name)
    return {(min(a, b), max(a, b)) for group in shared.values() if len(group) > 1 for a, b in combinations(group, 2)}


def _without(name: str, letters: int) -> Iterator[str]:
    for places in combinations(range(len(name)), letters):
        yield "".join(letter for place, letter in enumerate(name) if place not in places)
    if letters > 1:
        yield from _without(name, letters - 1)


def _means_another(one: str, other: str) -> bool:
    """Whether the names differ in a number, or in a word of one letter (type A, type B; hand_l, hand_r)."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return True
    return _single(one) != _single(other)


def _single(name: str) -> Sequence[str]:
    return [word for word in re.split(r"[\s_\-./]+", name.casefold()) if len(word) == 1]


def _found(kind: Kind, message: str, wrong: LabelFacts, right: LabelFacts) -> Found:
    return Found(
        kind,
        message,
        (wrong.name, right.name),
        label_id=wrong.id,
        details={"into": right.id, "into_name": right.name, "name": wrong.name, "shapes": wrong.shape_count},
    )
