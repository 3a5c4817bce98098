"""Telling an operator how far it is, without flooding her terminal or log."""

from __future__ import annotations

import time
from collections.abc import Callable

Say = Callable[[str], None]
_EVERY = 5.0

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size_text(size: int) -> str:
    """``1.2 GB``; decimal units, as disks are sold."""
    amount = float(size)
    for unit in _UNITS[:-1]:
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} {_UNITS[-1]}"


class Progress:
    """Counts objects and bytes; says so every few seconds.

    Args:
        say: Gets the lines.
        what: ``"Copied"``.
        count: How many objects there will be.
        size: Their bytes.
    """

    def __init__(self, say: Say, what: str, count: int, size: int) -> None:
        self._say = say
        self._what = what
        self._of = (count, size)
        self._at = (0, 0)
        self._told = time.monotonic()

    def add(self, size: int) -> None:
        """One more is done."""
        self._at = (self._at[0] + 1, self._at[1] + size)
        if time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            (count, size), (all_count, all_size) = self._at, self._of
            self._say(f"  {self._what} {count} of {all_count} objects, {size_text(size)} of {size_text(all_size)}.")
