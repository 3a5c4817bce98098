"""Holding back what would be told too often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any


class Throttle:
    """Collects news per key and hands them out at most once per interval.

    It knows this process only. That is enough for events: each says what is true now, and a reader asks for the rest.
    """

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._held: dict[Hashable, dict[str, Any]] = {}
        self._told: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def add(self, key: Hashable, news: dict[str, Any]) -> None:
        """Something to be told; later values win."""
        with self._lock:
            self._held.setdefault(key, {}).update(news)

    def take(self, key: Hashable, *, now: bool = False) -> dict[str, Any] | None:
        """What is to be told now, or None: nothing is held, or the last time was too short ago (unless ``now``)."""
        with self._lock:
            if key not in self._held:
                return None
            moment = self._clock()
            if not now and moment - self._told.get(key, -self._seconds) < self._seconds:
                return None
            self._told[key] = moment
            return self._held.pop(key)

    def forget(self, key: Hashable) -> None:
        """Nothing more comes for this key."""
        with self._lock:
            self._held.pop(key, None)
            self._told.pop(key, None)
