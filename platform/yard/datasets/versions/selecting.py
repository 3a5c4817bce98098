"""Some images of a version: those of a part, with a class, or with a text in their names."""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from yard.datasets.models import DatasetVersion
from yard.datasets.versions.records import Record, Records, records_open, version_lines

NO_PART = "none"
# Versions never change, so what was found once holds; 4 bytes per image.
_CACHED = 16
_found: OrderedDict[tuple[str, Choice], array[int]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which images: of this part (``none``: of no part), with this class, with this text in the name; empty: all."""

    split: str = ""
    label: str = ""
    search: str = ""

    def __bool__(self) -> bool:
        return bool(self.split or self.label or self.search)


class Chosen(Sequence[Record]):
    """The chosen images as a sequence that reads only what is taken from it."""

    def __init__(self, records: Records, indices: Sequence[int]) -> None:
        self._records = records
        self._indices = indices

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, slice):
            return self._records.some(self._indices[place])
        return self._records.get(self._indices[place])


def records_choose(version: DatasetVersion, choice: Choice) -> Chosen:
    """The version's images that were asked for, in its order."""
    records = records_open(version)
    return Chosen(records, _matching(version, choice) if choice else range(len(records)))


def _matching(version: DatasetVersion, choice: Choice) -> array[int]:
    key = (version.fileset.digest, choice)
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]
    found = array("I", (index for index, line in enumerate(version_lines(version)) if _matches(line, choice)))
    with _lock:
        _found[key] = found
        while len(_found) > _CACHED:
            _found.popitem(last=False)
    return found


def _matches(line: bytes, choice: Choice) -> bool:
    entry = json.loads(line)
    if choice.split and entry.get("split", NO_PART) != choice.split:
        return False
    if choice.label and choice.label not in entry.get("labels", {}):
        return False
    return choice.search.casefold() in entry["name"].casefold()
