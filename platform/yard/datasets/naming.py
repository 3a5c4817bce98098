"""Flat names for files that came in folders, classes told by folders, and images found by names in annotations."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

NAME_MAX_BYTES = 255
# Folders of these names say how data is split or what it is, not what it shows.
SPLIT_FOLDERS = {"train", "training", "val", "valid", "validation", "test", "testing", "dev"}
PLAIN_FOLDERS = {"images", "image", "img", "imgs", "data", "jpegimages", "obj_train_data", "annotations"}
# Where exports put images without a class.
UNLABELLED = "_unlabelled"
CANDIDATES_SHOWN = 3
# Of more images than this with one base name only those in a folder of the same name are compared, and of those too
# only so many: each guess compares them all.
CANDIDATES_MAX = 1000
# No image has a longer name, and tidying one up takes long.
PATH_MAX_CHARACTERS = 1024


def plan_names(paths: Sequence[str]) -> dict[str, str]:
    """A flat, unique name for each path: the file's own name, with folders in front where two would be equal.

    ``cat/1.jpg`` and ``dog/1.jpg`` become ``cat_1.jpg`` and ``dog_1.jpg``. Names that differ only in case count as
    equal, so that a data set can be copied to any disk. The same paths always give the same names.
    """
    names = {path: _base(path) for path in paths}
    parts: dict[str, tuple[str, ...]] = {}
    depth = 1
    while clashing := _clashing(names):
        parts |= {path: PurePosixPath(path).parts for path in clashing if path not in parts}
        deeper = {path: _joined(parts[path], depth) for path in clashing if len(parts[path]) > depth}
        if not deeper:
            return names | _numbered(clashing, names)
        names |= deeper
        depth += 1
    return names


def with_number(name: str, number: int) -> str:
    """``a.jpg`` → ``a-2.jpg``."""
    stem, suffix = _split(name)
    return _cut(f"{stem}-{number}{suffix}")


def with_suffix(name: str, suffix: str) -> str:
    """The name, with ``suffix`` behind it when it has none: training code finds files by ``*.*``."""
    return name if _split(name)[1] else _cut(f"{name}{suffix}")


def classes_from_folders(paths: Iterable[str]) -> dict[str, str] | None:
    """path → class, when every file lies in ``root/class/file`` (or ``class/file``, or with split folders before).

    None when the folders do not look like classes.
    """
    parts = {path: PurePosixPath(path).parts[:-1] for path in paths}
    if not parts or not all(parts.values()):
        return None
    folders = set(parts.values())
    if len({len(folder) for folder in folders}) != 1:
        return None
    (depth,) = {len(folder) for folder in folders}
    tops = [{folder[level].casefold() for folder in folders} for level in range(depth)]
    if tops[-1] & (SPLIT_FOLDERS | PLAIN_FOLDERS):
        return None
    # Above the class there may be one common root and, optionally, folders that tell the split.
    above = tops[:-1]
    if any(len(names) > 1 and not names <= SPLIT_FOLDERS for names in above):
        return None
    if not above and len(tops[-1]) == 1:
        return None  # a single folder is just a folder
    return {path: folder[-1] for path, folder in parts.items() if folder[-1] != UNLABELLED}


@dataclass(frozen=True, slots=True)
class Named:
    """An image as it can be found: its id, its flat name, and the path it was uploaded under."""

    id: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Match:
    """The image found, or why none was. ``exact``: training code that compares base names finds the same one."""

    image: Named | None
    why: str = ""
    exact: bool = False


class NameIndex:
    """Finds images by the name an annotation file gives: by full path first, then by base name.

    Args:
        images: Where two have the same base name, those that come later win over earlier ones only if ``newer`` holds
            their id.
        newer: Ids of the images that came with the same import as the annotations.
    """

    def __init__(self, images: Iterable[Named], newer: frozenset[int] | set[int] = frozenset()) -> None:
        self._by_path: dict[str, Named] = {}
        self._by_base: dict[str, list[Named]] = defaultdict(list)
        self._by_fold: dict[str, str] = {}
        # Base names of very many images → folder → those in it; made when first needed.
        self._by_folder: dict[str, dict[str, list[Named]]] = {}
        self._newer = newer
        for image in images:
            self._add(image)

    def find(self, name: str) -> Match:
        """The image that ``name`` means."""
        if len(name) > PATH_MAX_CHARACTERS:
            return Match(None, f"its name is longer than {PATH_MAX_CHARACTERS} characters, which no image's is")
        path = _clean(name)
        found = self._by_path.get(path) or self._unique(path, self._by_base.get(_base(path), []))
        if isinstance(found, Named):
            return Match(found, exact=_base(path) == found.name and len(self._by_base[_base(path)]) == 1)
        return Match(None, self._why(path, found or []))

    def _add(self, image: Named) -> None:
        if image.path and (image.path not in self._by_path or image.id in self._newer):
            self._by_path[image.path] = image
        if image.name not in self._by_path:
            self._by_path[image.name] = image
        for base in {_base(image.path or image.name), image.name}:
            self._by_base[base].append(image)
            self._by_fold.setdefault(_stem(base).casefold(), base)

    def _unique(self, path: str, candidates: list[Named]) -> Named | list[Named]:
        if len(candidates) > CANDIDATES_MAX:
            candidates = self._in_folder(path, candidates) or candidates
        if len(candidates) > 1 and self._newer:
            candidates = [image for image in candidates if image.id in self._newer] or candidates
        if 1 < len(candidates) <= CANDIDATES_MAX:
            scores = {image: _common_tail(path, image.path or image.name) for image in candidates}
            best = max(scores.values())
            candidates = [image for image in candidates if scores[image] == best]
        return candidates[0] if len(candidates) == 1 else candidates

    def _in_folder(self, path: str, candidates: list[Named]) -> list[Named]:
        base = _base(path)
        folders = self._by_folder.get(base)
        if folders is None:
            folders = self._by_folder[base] = defaultdict(list)
            for image in candidates:
                folders[_folder(image.path or image.name)].append(image)
        return folders.get(_folder(path), [])

    def _why(self, path: str, candidates: list[Named]) -> str:
        if candidates:
            some = ", ".join(image.path or image.name for image in candidates[:CANDIDATES_SHOWN])
            return f"{len(candidates)} images have this name ({some}); the annotations must name their folders"
        similar = self._by_fold.get(_stem(_base(path)).casefold())
        if similar:
            return f"no image has this name, but there is {similar}"
        return "no image has this name"


def _clean(name: str) -> str:
    """The name as a path: NFC, forward slashes, no leading ``./`` or ``/``."""
    path = unicodedata.normalize("NFC", name).replace("\\", "/")
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _folder(path: str) -> str:
    """The name of the folder that the file lies in."""
    return path.rsplit("/", 2)[-2] if "/" in path else ""


def _stem(name: str) -> str:
    return _split(name)[0]


def _split(name: str) -> tuple[str, str]:
    at = name.rfind(".")
    return (name[:at], name[at:]) if at > 0 and len(name) - at <= 6 else (name, "")


def _joined(parts: tuple[str, ...], depth: int) -> str:
    return _cut("_".join(parts[-depth - 1 :]))


def _cut(name: str) -> str:
    """The name within what file systems allow, keeping its suffix."""
    if len(name.encode()) <= NAME_MAX_BYTES:
        return name
    stem, suffix = _split(name)
    # From the end of the stem, where the file's own name stands.
    return stem.encode()[-(NAME_MAX_BYTES - len(suffix.encode())) :].decode(errors="ignore") + suffix


def _clashing(names: dict[str, str]) -> list[str]:
    counts = Counter(name.casefold() for name in names.values())
    return [path for path, name in names.items() if counts[name.casefold()] > 1]


def _numbered(clashing: Iterable[str], names: dict[str, str]) -> dict[str, str]:
    taken = {name.casefold() for name in names.values()}
    given: dict[str, str] = {}
    # Folded name → the last number given: thousands of names may be equal.
    numbers: dict[str, int] = {}
    for path in sorted(clashing):
        name = names[path]
        folded = name.casefold()
        if folded not in numbers:
            numbers[folded] = 1
            continue
        number = numbers[folded] + 1
        while with_number(name, number).casefold() in taken:
            number += 1
        numbers[folded] = number
        given[path] = with_number(name, number)
        taken.add(given[path].casefold())
    return given


def _common_tail(one: str, other: str) -> int:
    """How many path parts are equal, counted from the end."""
    same = 0
    for left, right in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if left != right:
            break
        same += 1
    return same
