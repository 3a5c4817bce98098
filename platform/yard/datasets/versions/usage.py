"""Who uses versions of data sets. Runs lie above data sets, so they tell it here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

NAMES_SHOWN = 5

Counts = Callable[[Sequence[int]], dict[int, int]]
Names = Callable[[int, int], list[str]]
_users: list[tuple[Counts, Names]] = []


def register(*, counts: Counts, names: Names) -> None:
    """Have these functions asked who uses versions of data sets.

    Args:
        counts: Gets ids of versions, returns how many use each; those that nobody uses may be left out.
        names: Gets the id of a version and a number, returns the names of at most so many of its users, newest first.
    """
    if (counts, names) not in _users:
        _users.append((counts, names))


def usage_counts(version_ids: Iterable[int]) -> dict[int, int]:
    """version id → how many use it, for each of the ids."""
    ids = list(version_ids)
    found: Counter[int] = Counter(dict.fromkeys(ids, 0))
    for counts, _ in _users:
        found.update(counts(ids))
    return dict(found)


def usage_sentence(version_id: int) -> str:
    """The names of those who use the version, as many as there is place for; empty when nobody does."""
    count = usage_counts([version_id])[version_id]
    shown = [name for _, names in _users for name in names(version_id, NAMES_SHOWN)][:NAMES_SHOWN]
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
