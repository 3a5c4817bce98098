"""The part of a split that folders, file names and lists tell."""

from __future__ import annotations

import re

PARTS = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
_FLAG = re.compile(r"\s+-?[01]$")
_WORDS = re.compile(r"[a-z]+")


def part_named(name: str) -> str:
    """``train``, ``val`` or ``test`` for a name that means one of them; else empty."""
    return PARTS.get(name.strip().casefold(), "")


def part_of_path(path: str) -> str:
    """The part that one of the path's folders is named after, the innermost counts; else empty."""
    for folder in reversed(path.replace("\\", "/").split("/")[:-1]):
        if part := part_named(folder):
            return part
    return ""


def part_of_file(path: str) -> str:
    """The same, but a word of the file's own name counts first: ``instances_train2017.json``."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1].casefold().rsplit(".", 1)[0]
    found = {PARTS[word] for word in _WORDS.findall(name) if word in PARTS}
    return found.pop() if len(found) == 1 else part_of_path(path)


def names_listed(line: str) -> set[str]:
    """What image a line of a list may mean: lists of one class have 1, 0 or -1 behind the name."""
    whole = line.strip().rsplit("/", 1)[-1]
    return {whole, _FLAG.sub("", whole)} - {""}
