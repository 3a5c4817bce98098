"""Remembers by content which set-up work is done, so that a second call does nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scripts.places import CACHE, ROOT

_STAMPS = CACHE / "stamps"


def digest(files: Iterable[Path], *facts: str) -> str:
    """A digest over the names and contents of ``files`` and over ``facts``; absent files count as absent."""
    total = hashlib.sha256()
    # The place counts: environments hold absolute paths, a moved clone needs new ones.
    for fact in (str(ROOT), *facts):
        total.update(fact.encode() + b"\0")
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + content)
    return total.hexdigest()


def is_done(name: str, value: str) -> bool:
    try:
        return (_STAMPS / name).read_text(encoding="ascii") == value
    except OSError:
        return False


def mark_done(name: str, value: str) -> None:
    _STAMPS.mkdir(parents=True, exist_ok=True)
    (_STAMPS / name).write_text(value, encoding="ascii")


def forget(name: str) -> None:
    """Work on ``name`` begins: if it is cut short, the next call does it again."""
    (_STAMPS / name).unlink(missing_ok=True)
