"""What differs between two versions of a data set, or between a version and the working state."""

from __future__ import annotations

import threading
from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, overload

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.counts import dataset_label_counts
from yard.datasets.models import Dataset, DatasetVersion, Image, SplitMember
from yard.datasets.shapes import shapes_of
from yard.datasets.versions.merging import Line, Pair, Side, differences, version_stream, working_stream
from yard.datasets.versions.records import Record, records_open

State = DatasetVersion | Dataset
"""A version, or a data set as it is now."""

_CACHED = 4
_NONE = -1


class Change(StrEnum):
    """What may have become of an image; several of the last three at once."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    RELABELLED = "relabelled"
    MOVED = "moved"


class _Alike(Protocol):
    """What images of two states are compared by."""

    @property
    def digest(self) -> str: ...
    @property
    def annotations(self) -> str: ...
    @property
    def split(self) -> str: ...


@dataclass(slots=True)
class Comparison:
    """The differences of two states.

    Attributes:
        counts: change → images.
        moves: (part before, part after) → images that are in both states; empty: in no part.
        places: change → where to find these images: number before and number after, one behind the other.
    """

    counts: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: dict[str, array[int]] = field(default_factory=lambda: {str(change): array("q") for change in Change})

    def take(self, pair: Pair) -> None:
        """One image that differs."""
        old, new = pair
        for change in changes_of(old, new):
            self.counts[change] += 1
            self.places[change].extend((_NONE if old is None else old.ref, _NONE if new is None else new.ref))
        if old is not None and new is not None and old.entry.split != new.entry.split:
            self.moves[old.entry.split, new.entry.split] += 1


@dataclass(frozen=True, slots=True)
class Seen:
    """An image as one of the states has it. ``ref`` is its index in a version, its id in the working state."""

    ref: int
    name: str
    digest: str
    size: int
    width: int
    height: int
    split: str
    labels: dict[str, int]
    annotations: str
    shapes: list[ShapeAnnotation]


@dataclass(frozen=True, slots=True)
class Changed:
    """One image that differs; None where a state does not have it."""

    before: Seen | None
    after: Seen | None

    @property
    def changes(self) -> list[Change]:
        """What became of it."""
        return list(_changes(self.before, self.after))


class ChangedImages(Sequence[Changed]):
    """Images with one kind of change, by name; only what is taken from it is read."""

    def __init__(self, before: State, after: State, places: array[int]) -> None:
        self._before = before
        self._after = after
        self._places = places

    def __len__(self) -> int:
        return len(self._places) // 2

    @overload
    def __getitem__(self, place: int) -> Changed: ...
    @overload
    def __getitem__(self, place: slice) -> list[Changed]: ...
    def __getitem__(self, place: int | slice) -> Changed | list[Changed]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(len(self))
        old, new = self._places[2 * start : 2 * stop : 2], self._places[2 * start + 1 : 2 * stop : 2]
        before, after = _seen(self._before, old), _seen(self._after, new)
        return [Changed(before.get(left), after.get(right)) for left, right in zip(old, new, strict=True)]


_found: OrderedDict[tuple[object, object], Comparison] = OrderedDict()
_lock = threading.Lock()


def versions_compare(before: State, after: State) -> Comparison:
    """What became of the images from ``before`` to ``after``.

    One pass over both; memory grows with the number of differences alone, by 16 bytes each.
    """
    key = (_key(before), _key(after))
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]
    made = Comparison()
    for pair in differences(_stream(before), _stream(after)):
        made.take(pair)
    with _lock:
        _found[key] = made
        while len(_found) > _CACHED:
            _found.popitem(last=False)
    return made


def label_counts(state: State) -> dict[str, int]:
    """label → shapes."""
    return state.label_counts if isinstance(state, DatasetVersion) else dataset_label_counts(state)


def changes_of(old: Side | None, new: Side | None) -> Iterator[Change]:
    """What became of an image."""
    return _changes(None if old is None else old.entry, None if new is None else new.entry)


def _changes(old: _Alike | None, new: _Alike | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change.ADDED if old is None else Change.REMOVED
        return
    if old.digest != new.digest:
        yield Change.REPLACED
    if old.annotations != new.annotations:
        yield Change.RELABELLED
    if old.split != new.split:
        yield Change.MOVED


def _key(state: State) -> object:
    if isinstance(state, DatasetVersion):
        return state.fileset.digest
    return state.pk, state.created_at, state.revision, state.split_id


def _stream(state: State) -> Iterator[Line]:
    return version_stream(state) if isinstance(state, DatasetVersion) else working_stream(state)


def _seen(state: State, refs: Sequence[int]) -> dict[int, Seen]:
    """number → image, for those of the numbers that are one."""
    wanted = [ref for ref in refs if ref != _NONE]
    if isinstance(state, DatasetVersion):
        return {record.index: _of_record(record) for record in records_open(state).some(wanted)}
    return _working(state, wanted)


def _of_record(record: Record) -> Seen:
    return Seen(
        record.index,
        record.name,
        record.digest,
        record.size,
        record.width,
        record.height,
        record.split,
        record.labels,
        record.annotations,
        record.shapes,
    )


def _working(dataset: Dataset, ids: list[int]) -> dict[int, Seen]:
    images = list(dataset.images.filter(pk__in=ids))
    shapes = shapes_of(images, dict(dataset.labels.values_list("pk", "name")))
    members = (
        SplitMember.objects.filter(split=dataset.split, image_id__in=ids)
        if dataset.split
        else SplitMember.objects.none()
    )
    parts = dict(members.values_list("image_id", "part"))
    return {image.pk: _of_image(image, parts.get(image.pk, ""), shapes[image.pk]) for image in images}


def _of_image(image: Image, part: str, shapes: list[ShapeAnnotation]) -> Seen:
    return Seen(
        image.pk,
        image.name,
        image.digest,
        image.size,
        image.width,
        image.height,
        part,
        image.labels,
        image.annotations_digest,
        shapes,
    )
