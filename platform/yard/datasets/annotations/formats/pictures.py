"""Finding the image that a label file belongs to, where only the file's own name tells: by stem, then by folders."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Folders that stand for images in one place and for labels in the other.
ALIKE = {
    "images", "image", "img", "imgs", "jpegimages", "labels", "label", "annotations", "annotation", "masks", "mask",
    "labelstxt", "segmentationclass", "segmentationobject", "obj_train_data", "obj_valid_data", "obj_test_data", "data",
}  # fmt: skip
CANDIDATES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: the name to call it by, and its pixels (0: not known)."""

    name: str
    width: int = 0
    height: int = 0


class Pictures:
    """Images by their names without endings."""

    def __init__(self, pictures: Iterable[Picture] = ()) -> None:
        self._by_stem: dict[str, list[Picture]] = defaultdict(list)
        for picture in pictures:
            self.add(picture)

    def __bool__(self) -> bool:
        return bool(self._by_stem)

    def all(self) -> Iterator[Picture]:
        """Every one of them."""
        for found in self._by_stem.values():
            yield from found

    def add(self, picture: Picture) -> None:
        """One more."""
        self._by_stem[_stem(picture.name)].append(picture)

    def find(self, path: str) -> Picture | None:
        """The image whose name without ending is that of the path, and whose folders fit best.

        None when there is none, and when several fit equally well.
        """
        path = unicodedata.normalize("NFC", path).replace("\\", "/")
        candidates = self._by_stem.get(_stem(path)) or self._by_stem.get(path.rsplit("/", 1)[-1], [])
        if len(candidates) > 1:
            folders = _folders(path)
            scored = [(_same(folders, _folders(picture.name)), picture) for picture in candidates[:CANDIDATES_MAX]]
            best = max(score for score, _ in scored)
            candidates = [picture for score, picture in scored if score == best]
            exact = [picture for picture in candidates if picture.name == path]
            candidates = exact or candidates
        return candidates[0] if len(candidates) == 1 else None


def _stem(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    at = name.rfind(".")
    return name[:at] if at > 0 and len(name) - at <= 6 else name


def _folders(path: str) -> list[str]:
    return [part for part in path.split("/")[:-1] if part not in ("", ".") and part.casefold() not in ALIKE]


def _same(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many folders are equal, counted from the end, and how few are not."""
    same = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        same += 1
    return same, -abs(len(one) - len(other))
