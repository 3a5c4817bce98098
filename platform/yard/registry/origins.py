"""Who made a model version, told by the apps above: they register how to find what they made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Describe = Callable[[Sequence[int]], dict[int, dict[str, Any]]]
"""Ids of model versions → for those it made: what to tell about the maker, such as its id and name."""

_MAKERS: dict[str, Describe] = {}


def register(name: str, describe: Describe) -> None:
    """Make a kind of maker known (such as ``run``); called once per process from ``AppConfig.ready``."""
    _MAKERS[name] = describe


def makers_of(kind: str, version_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """For each version that a ``kind`` made: what is to be told about it. Empty when no app registered the kind."""
    describe = _MAKERS.get(kind)
    return describe(version_ids) if describe else {}
