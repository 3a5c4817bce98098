"""Splits as lists of indexes or names in JSON, to be downloaded, kept beside a training, and uploaded again.

An index counts the data set's images from 0 in the order of their names (by code point, as ``sorted`` in Python and
``LC_ALL=C sort`` have it). Other spellings of a part's name that people's notebooks use are understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from yard.core.errors import InvalidInput
from yard.datasets.models import Part
from yard.datasets.splits.grouping import Picture
from yard.datasets.splits.shares import PARTS

FORMAT = "trainyard-split-1"
ERRORS_SHOWN = 100
_NAMES = {
    **{str(part): part for part in PARTS},
    "training": Part.TRAIN, "eval": Part.VAL, "valid": Part.VAL, "validation": Part.VAL, "testing": Part.TEST,
    "train_indices": Part.TRAIN, "val_indices": Part.VAL, "eval_indices": Part.VAL, "test_indices": Part.TEST,
}  # fmt: skip


def lists_write(
    name: str, pictures: Sequence[Picture], parts: Mapping[int, str], *, by: str = "index"
) -> dict[str, Any]:
    """The split as one JSON document; ``by`` is index or name."""
    found: dict[str, list[Any]] = {part: [] for part in PARTS}
    for index, picture in enumerate(pictures):
        if picture.id in parts:
            found[parts[picture.id]].append(picture.name if by == "name" else index)
    head = {"format": FORMAT, "split": name, "by": by, "images": len(pictures), "names_digest": names_digest(pictures)}
    return head | found


def lists_read(document: Mapping[str, Any], pictures: Sequence[Picture]) -> dict[int, Part]:
    """image id → part. Images in no list are in no part.

    Raises ``InvalidInput`` with the exact place of everything that is wrong: no index or name, out of range, unknown,
    twice, or indexes that were made for other images.
    """
    lists = _lists(document)
    _check_same_images(document, lists, pictures)
    reader = _Reader(pictures)
    for key, part, entries in lists:
        for place, entry in enumerate(entries):
            reader.take(key, place, entry, part)
    if reader.errors:
        more = f" ({reader.wrong} entries are wrong)" if reader.wrong > 1 else ""
        raise InvalidInput(reader.errors[0]["message"] + more, extra={"errors": reader.errors})
    return reader.parts


def names_digest(pictures: Sequence[Picture]) -> str:
    """SHA-256 of the names in their order, each with a line end: indexes mean the same where it is the same."""
    return hashlib.sha256("".join(f"{picture.name}\n" for picture in pictures).encode()).hexdigest()


class _Reader:
    """Takes entry by entry, and remembers what is wrong."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self.parts: dict[int, Part] = {}
        self.errors: list[dict[str, Any]] = []
        self.wrong = 0
        self._pictures = pictures
        self._by_name = {picture.name: picture for picture in pictures}
        self._first: dict[int, str] = {}

    def take(self, key: str, place: int, entry: Any, part: Part) -> None:
        picture = self._find(entry)
        if isinstance(picture, str):
            self._refuse(key, place, picture)
        elif picture.id in self._first:
            self._refuse(key, place, f"{_shown(entry)} ({picture.name}) is in {self._first[picture.id]} already.")
        else:
            self._first[picture.id] = f"{key}[{place}]"
            self.parts[picture.id] = part

    def _find(self, entry: Any) -> Picture | str:
        """The picture, or why there is none."""
        if isinstance(entry, str):
            return self._by_name.get(entry) or f"The data set has no image called {entry[:200]}."
        if not isinstance(entry, int) or isinstance(entry, bool):
            return f"{_shown(entry)} is neither an index (a whole number) nor the name of an image."
        if not 0 <= entry < len(self._pictures):
            most = len(self._pictures) - 1
            return f"{_shown(entry)} is out of range: the data set has {len(self._pictures)} images, 0 to {most}."
        return self._pictures[entry]

    def _refuse(self, key: str, place: int, why: str) -> None:
        self.wrong += 1
        if len(self.errors) < ERRORS_SHOWN:
            self.errors.append({"path": ["lists", key, place], "message": f"{key}[{place}]: {why}"})


def _lists(document: Mapping[str, Any]) -> list[tuple[str, Part, Sequence[Any]]]:
    found: list[tuple[str, Part, Sequence[Any]]] = []
    for key, entries in document.items():
        part = _NAMES.get(key)
        if part is None:
            continue
        if not isinstance(entries, list):
            raise _wrong([key], f"{key} is not a list of indexes or names.")
        earlier = [other for other, its_part, _ in found if its_part == part]
        if earlier:
            raise _wrong([key], f"{earlier[0]} and {key} both mean the part {part}; put them into one list.")
        found.append((key, part, entries))
    if not found:
        raise _wrong([], "There is no list called train, val or test.")
    return found


def _check_same_images(
    document: Mapping[str, Any], lists: Sequence[tuple[str, Part, Sequence[Any]]], pictures: Sequence[Picture]
) -> None:
    """An index means another image after images were added or deleted; then only names can be trusted."""
    if not any(isinstance(entry, int) for _, _, entries in lists for entry in entries):
        return
    count, digest = document.get("images"), document.get("names_digest")
    if isinstance(count, int) and count != len(pictures):
        raise _wrong(
            ["images"],
            f"These indexes count {count} images, but the data set has {len(pictures)} now, so they mean other images. "
            "Use lists of names.",
        )
    if isinstance(digest, str) and digest != names_digest(pictures):
        raise _wrong(
            ["names_digest"],
            "These indexes were made for other images than those of the data set now. Use lists of names.",
        )


def _shown(entry: Any) -> str:
    text = repr(entry) if not isinstance(entry, int) or abs(entry) < 10**18 else "This number"
    return text if len(text) <= 80 else f"{text[:80]}…"


def _wrong(path: list[str | int], message: str) -> InvalidInput:
    return InvalidInput(message, extra={"errors": [{"path": ["lists", *path], "message": message}]})
