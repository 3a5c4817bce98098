"""JSON files of a template: their values, and where in the text each value stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yard.blueprints.lint.report import Position, Report
from yard.core.json_text import unstorable

JSON_MAX_BYTES = 1 << 20
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)

JsonPath = tuple[str | int, ...]


class JsonTextError(ValueError):
    """The text is not JSON that can be kept; ``at`` says where, if known."""

    def __init__(self, message: str, at: Position | None = None) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True)
class JsonSource:
    """A parsed JSON file.

    Attributes:
        file: Its name, as findings show it.
        value: What it holds.
    """

    file: str
    value: Any
    text: str
    offsets: Mapping[JsonPath, int]

    def at(self, *path: str | int) -> Position:
        """Where the key or item stands, or the nearest thing around it that is in the text."""
        while path and path not in self.offsets:
            path = path[:-1]
        return position_of(self.text, self.offsets.get(path, 0))


def position_of(text: str, offset: int) -> Position:
    """Line and column (from 1, in characters) of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def json_source(path: Path, file: str, report: Report) -> JsonSource | None:
    """The file's content; None after an error was reported."""
    try:
        text = _text_of(path)
        value = parse(text)
    except JsonTextError as error:
        report.error("bad_json", f"{file} {error}", file=file, at=error.at)
        return None
    source = JsonSource(file, value, text, dict(_offsets(text)))
    for key, offset in _repeated_keys(text):
        report.warning(
            "repeated_key",
            f"{file} has the key {key!r} twice; only the last one counts.",
            file=file,
            at=position_of(text, offset),
        )
    return source


def parse(text: str) -> Any:
    """The value of a JSON text. Raises ``JsonTextError`` for anything that a database or a browser cannot keep."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        raise JsonTextError(message, (error.lineno, error.colno)) from error
    except RecursionError as error:
        raise JsonTextError("is nested too deeply.") from error
    except ValueError as error:
        raise JsonTextError(f"is not valid JSON: {error}.") from error
    problem = unstorable(value)
    if problem:
        raise JsonTextError(problem)
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _text_of(path: Path) -> str:
    if path.stat().st_size > JSON_MAX_BYTES:
        raise JsonTextError(f"is larger than {JSON_MAX_BYTES >> 20} MiB.")
    data = path.read_bytes()
    if data.startswith(b"\xef\xbb\xbf"):
        raise JsonTextError("begins with a byte order mark, which Python's json module refuses; save it without.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise JsonTextError(f"is not UTF-8 text (line {line}).", (line, 1)) from error


@dataclass
class _Frame:
    """A container that is being read: its path, and the key or index of what comes next."""

    path: JsonPath
    is_object: bool
    key: str | int | None


def _walk(text: str) -> Iterator[tuple[JsonPath, int]]:
    """Every value of a valid JSON text with the offset of its key (of itself, in an array), in text order."""
    stack: list[_Frame] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        top = stack[-1] if stack else None
        if piece in {"}", "]"}:
            stack.pop()
        elif piece == "," and top is not None:
            top.key = top.key + 1 if isinstance(top.key, int) else None
        elif top is not None and top.is_object and top.key is None:
            top.key = json.loads(piece)
            yield (*top.path, top.key or ""), match.start()
        elif piece != ":":
            path: JsonPath = () if top is None or top.key is None else (*top.path, top.key)
            if top is None or not top.is_object:
                yield path, match.start()
            if piece in {"{", "["}:
                stack.append(_Frame(path, piece == "{", None if piece == "{" else 0))


def _offsets(text: str) -> Iterator[tuple[JsonPath, int]]:
    return _walk(text)


def _repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    seen: set[JsonPath] = set()
    for path, offset in _walk(text):
        if path and path in seen and isinstance(path[-1], str):
            yield path[-1], offset
        seen.add(path)
