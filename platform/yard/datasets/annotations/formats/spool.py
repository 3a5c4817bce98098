"""What label files tell in any order, put aside until it is known which image it belongs to."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Hashable, Iterator
from typing import Any

from django.conf import settings

from yard.datasets.annotations.formats.base import Unreadable
from yard.datasets.annotations.formats.json_stream import weight_of
from yard.datasets.texts import shown

_NONE = -1


class Spool:
    """JSON-able values by the key they belong to, in a temporary file, which ``close`` removes.

    In memory stay two numbers for each value: where it begins, and which one of the same key came before.
    """

    def __init__(self, name: str) -> None:
        self._name = shown(name)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._last: dict[Hashable, int] = {}
        self._before = array("q")
        self._starts = array("q")

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, key: Hashable, line: int, value: Any) -> None:
        """Put the value aside. Raises ``ValueError`` or ``RecursionError`` for one that is no JSON."""
        packed = json.dumps((line, value)).encode() + b"\n"
        self._starts.append(self._file.tell())
        self._before.append(self._last.get(key, _NONE))
        self._last[key] = len(self._starts) - 1
        self._file.write(packed)

    def take(self, key: Hashable) -> list[tuple[int, Any]]:
        """(line, value) of all that belongs to the key, in its order; it is forgotten then.

        Raises ``Unreadable`` when that would take too much memory.
        """
        found: list[tuple[int, Any]] = []
        at = self._last.pop(key, _NONE)
        held = 0
        while at != _NONE:
            self._file.seek(self._starts[at])
            text = self._file.readline()
            held += weight_of(text)
            if held > settings.ANNOTATIONS_MAX_IMAGE_BYTES:
                raise Unreadable(
                    f"{self._name} has an image whose objects take more than "
                    f"{settings.ANNOTATIONS_MAX_IMAGE_BYTES >> 20} MiB of memory, which is the limit here; can one "
                    "image have that many?"
                )
            line, value = json.loads(text)
            found.append((line, value))
            at = self._before[at]
        return found[::-1]

    def rest(self) -> Iterator[tuple[Hashable, int]]:
        """(key, line) of all that was never taken."""
        for key in list(self._last):
            for line, _ in self.take(key):
                yield key, line
