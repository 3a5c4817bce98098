"""JSON that can be kept everywhere: what a caller sends, and what stands in a file of an upload.

PostgreSQL refuses NUL in texts and JSON, no database or encoder takes half a character pair, browsers know no infinite
numbers, and each refuses in a way of its own. So such values are refused where they come in, with a sentence.
"""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 64
LARGEST_NUMBER = 10**300


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: It is no JSON, or more than JSON (NaN), or ambiguous (a key twice in one object).
        RecursionError: It is nested so deeply that Python's reader gives up.
    """
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)


def unstorable(value: Any, *, max_depth: int = MAX_DEPTH) -> str:
    """Why the value cannot be kept as JSON everywhere (too deep, NUL characters, infinite numbers); else empty."""
    todo: list[tuple[Any, int]] = [(value, 0)]
    while todo:
        item, depth = todo.pop()
        if depth > max_depth:
            return f"is nested more than {max_depth} levels deep."
        if isinstance(item, str):
            if not is_plain(item):
                return "holds a text with a NUL character or half a character pair."
        elif isinstance(item, float):
            if not math.isfinite(item):
                return "holds a number that is not finite."
        elif isinstance(item, int):
            if abs(item) > LARGEST_NUMBER:
                return "holds a number that is too large."
        elif isinstance(item, dict):
            todo += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            todo += [(part, depth + 1) for part in item]
    return ""


def is_plain(text: str) -> bool:
    """Whether a text can be kept everywhere: without NUL, without half a character pair."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text))


def made_plain(text: str) -> str:
    """The text with a question mark for whatever could not be kept."""
    return text.replace("\0", "?").encode("utf-8", "replace").decode()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {made_plain(twice)[:100]!r} stands twice in one object")
    return found
