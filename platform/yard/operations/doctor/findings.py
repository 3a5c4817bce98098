"""What a check says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


_STATUS = {Level.OK: 0, Level.WARNING: 1, Level.FAILURE: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one part. ``found`` never holds a secret; ``todo`` is empty when nothing is to be done."""

    part: str
    level: Level
    found: str
    todo: str = ""

    def to_json(self) -> dict[str, str]:
        """For programs."""
        return {name: str(value) for name, value in asdict(self).items()}


def ok(part: str, found: str) -> Finding:
    """All is well."""
    return Finding(part, Level.OK, found)


def warning(part: str, found: str, todo: str) -> Finding:
    """It works; somebody should look at it."""
    return Finding(part, Level.WARNING, found, todo)


def failure(part: str, found: str, todo: str) -> Finding:
    """Something does not work, or is dangerous."""
    return Finding(part, Level.FAILURE, found, todo)


def exit_status(findings: list[Finding]) -> int:
    """0: all is well, 1: warnings, 2: failures."""
    return max((_STATUS[finding.level] for finding in findings), default=0)
