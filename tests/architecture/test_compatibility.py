"""docs/compatibility.md speaks of every point of the contract, and every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
POINTS, WEAKNESSES = range(1, 42), range(1, 31)
NAMED = re.findall(r"`((?:tests|frontend)/[^`:]+)::([^`]+)`", DOCUMENT)


def numbered(title: str) -> dict[int, str]:
    """Number → text, of the numbered entries below a heading of the second level."""
    chapter = DOCUMENT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    parts = re.split(r"^(\d+)\. ", chapter, flags=re.MULTILINE)[1:]
    return {int(number): text for number, text in zip(parts[::2], parts[1::2], strict=True)}


@cache
def names_of(file: str) -> frozenset[str]:
    """The names of a file's tests: functions in Python, titles in the pages' tests."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if not file.endswith(".py"):
        return frozenset(re.findall(r"^\s*(?:test|it)\('([^']+)'", text, re.MULTILINE))
    functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


@pytest.mark.parametrize(
    ("title", "numbers"),
    [("The 41 points", POINTS), ("Weaknesses of the original, and what became of them", WEAKNESSES)],
)
def test_every_entry_is_there_once_with_a_test(title: str, numbers: range) -> None:
    entries = numbered(title)
    assert list(entries) == list(numbers)
    assert [number for number, text in entries.items() if "::" not in text] == []


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_a_named_test_exists(file: str, name: str) -> None:
    assert (ROOT / file).is_file(), f"{file} is gone; docs/compatibility.md names {name} in it"
    assert name in names_of(file), f"{file} has no test {name!r}; docs/compatibility.md names it"


def test_a_test_that_speaks_of_a_point_is_named_there() -> None:
    """So that a point's proof is not overlooked when it is written (some prove more than one: points_5_and_6)."""
    entries = numbered("The 41 points")
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    missing = [
        f"{number}: {file}::{name}"
        for file in files
        for name in names_of(file)
        if (spoken := re.match(r"test_points?_(\d+)(?:_and_(\d+))?_", name))
        for number in spoken.groups()
        if number and not any(f"`{file}::{name}`" in text for text in (entries[int(number)], DOCUMENT))
    ]
    assert missing == []
