"""Small watchdogs that the supervisor runs every few seconds; apps register theirs in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Chore = Callable[[], object]

_CHORES: list[Chore] = []


def register(chore: Chore) -> None:
    """Have ``chore`` called every few seconds; it must be quick and repeatable."""
    if chore not in _CHORES:
        _CHORES.append(chore)


def chores() -> Sequence[Chore]:
    """All registered watchdogs."""
    return tuple(_CHORES)
