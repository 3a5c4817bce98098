"""Two states of a data set side by side, image by image, whatever their size.

A state is a stream of manifest lines that is sorted by the bytes of the names, each with a number to find the image
again: its index in a version, its id in the working state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models.functions import Collate

from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.versions.create import working_entries
from yard.datasets.versions.records import version_lines
from yard.storage.manifests import ManifestEntry

Line = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Side:
    """An image in one of the states, and how to find it there."""

    ref: int
    entry: ManifestEntry


Pair = tuple[Side | None, Side | None]


def version_stream(version: DatasetVersion) -> Iterator[Line]:
    """The version's images; numbers are their indices."""
    return enumerate(version_lines(version))


def working_stream(dataset: Dataset) -> Iterator[Line]:
    """The images as they are now; numbers are their ids."""
    # By bytes, as manifests are sorted; databases may know finer orders.
    collation = "C" if connection.vendor == "postgresql" else "BINARY"
    for pk, entry in working_entries(dataset, order_by=Collate("name", collation)):
        yield pk, entry.line()


def differences(before: Iterator[Line], after: Iterator[Line]) -> Iterator[Pair]:
    """(before, after) of every image whose lines differ, in the order of names; None where it is not in a state."""
    left, right = next(before, None), next(after, None)
    old: Side | None = None
    new: Side | None = None
    while left is not None or right is not None:
        if left is not None and right is not None and left[1] == right[1]:
            left, right = next(before, None), next(after, None)
            old = new = None
            continue
        # Parsed only here: most lines of two states are the same.
        old, new = old or _side(left), new or _side(right)
        order = _order(old, new)
        yield (old if order <= 0 else None), (new if order >= 0 else None)
        if order <= 0:
            left, old = next(before, None), None
        if order >= 0:
            right, new = next(after, None), None


def _side(line: Line | None) -> Side | None:
    return None if line is None else Side(line[0], ManifestEntry.from_line(line[1]))


def _order(old: Side | None, new: Side | None) -> int:
    """Below 0: the old one comes first; above: the new one; 0: they are the same image."""
    if old is None or new is None:
        return 1 if old is None else -1
    first, second = old.entry.name.encode(), new.entry.name.encode()
    return (first > second) - (first < second)
