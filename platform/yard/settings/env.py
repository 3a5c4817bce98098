"""Typed readers of the environment: the only place that reads it.

Every variable is called ``YARD_<NAME>``. A secret may come from a file: ``YARD_<NAME>_FILE`` names it.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PREFIX = "YARD_"
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}

known: set[str] = set()
"""Every variable that the settings have asked for, so that a typo in the environment can be noticed."""


def _get(name: str) -> str | None:
    known.add(PREFIX + name)
    return os.environ.get(PREFIX + name)


def text(name: str, default: str) -> str:
    """The variable's value, or ``default`` when it is not set or empty."""
    return _get(name) or default


def boolean(name: str, default: bool) -> bool:
    """The variable as yes or no. Raises ``ImproperlyConfigured`` for any other word."""
    raw = _get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{PREFIX}{name} is {raw!r}; write 1 or 0.")


def integer(name: str, default: int) -> int:
    """The variable as a whole number. Raises ``ImproperlyConfigured`` if it is none."""
    raw = text(name, str(default))
    try:
        return int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{PREFIX}{name} is {raw!r}; write a whole number.") from error


def number(name: str, default: float) -> float:
    """The variable as a number. Raises ``ImproperlyConfigured`` if it is none."""
    raw = text(name, str(default))
    try:
        return float(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{PREFIX}{name} is {raw!r}; write a number.") from error


def words(name: str, default: list[str]) -> list[str]:
    """The variable split at commas."""
    raw = _get(name)
    return default if raw is None else [word.strip() for word in raw.split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    """The variable as an absolute path."""
    return Path(text(name, str(default))).expanduser().resolve()


def secret(name: str, default: str = "") -> str:
    """The variable's value, or the content of the file that ``<NAME>_FILE`` names.

    Raises ``ImproperlyConfigured`` when that file cannot be read.
    """
    given = text(name, default)
    file = _get(f"{name}_FILE")
    if not file:
        return given
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{PREFIX}{name}_FILE names {file}, which cannot be read: {error}") from error
