"""Answers of filters that this process keeps, so that scrolling through one need not ask the database all over."""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable

BYTES_MAX = 16 << 20  # two million ids


class KeptAnswers:
    """Lists of ids by what was asked; those that were not needed for longest go first."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._answers: OrderedDict[str, array[int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], array[int]]) -> array[int]:
        """The answer kept under this key, else the one that ``make`` gives. Nobody changes it."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._answers[key] = made
            while len(self._answers) > 1 and self._size() > self._bytes_max:
                self._answers.popitem(last=False)
        return made

    def _size(self) -> int:
        return sum(len(answer) * answer.itemsize for answer in self._answers.values())
