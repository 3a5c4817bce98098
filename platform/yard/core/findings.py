"""Findings: what a check of somebody's upload has to say, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is: an ``error`` refuses the upload, a ``warning`` does not, ``info`` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Attributes:
        severity: See ``Severity``.
        code: Stable, machine-readable name such as ``template.missing_file``.
        message: What is wrong, as a sentence.
        file: The file it was found in, as the uploader named it; empty when it concerns the whole upload.
        line: Line in that file, from 1; None when it has none.
        column: Column in that line, from 1; None when unknown.
        hint: What to do about it; may be empty.
    """

    severity: Severity
    code: str
    message: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON-able data, severity as its word."""
        return {**asdict(self), "severity": str(self.severity)}


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding refuses the upload."""
    return any(finding.severity is Severity.ERROR for finding in findings)
