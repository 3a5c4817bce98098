"""The config files of a run, as its box gets them."""

from __future__ import annotations

import json
from typing import Any

_EXACT = 2**53


def config_bytes(config: dict[str, Any]) -> bytes:
    """The object as a JSON file, whole numbers without a fraction: the ``int`` options of train scripts want that."""
    return json.dumps(_whole(config), indent=2, ensure_ascii=False).encode() + b"\n"


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value
