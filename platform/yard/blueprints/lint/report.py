"""Collecting findings, each where it belongs."""

from __future__ import annotations

from dataclasses import dataclass, field

from yard.core.findings import Finding, Severity
from yard.core.json_text import made_plain

Position = tuple[int, int]
"""Line and column, both from 1."""

MAX_FINDINGS = 200
"""Nobody reads more, and they are stored with the version."""
MAX_CHARACTERS = 2000


@dataclass
class Report:
    """The findings of one check, in the order they were made."""

    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, message: str, *, file: str = "", at: Position | None = None, hint: str = "") -> None:
        """Something that refuses the template."""
        self._add(Severity.ERROR, code, message, file=file, at=at, hint=hint)

    def warning(self, code: str, message: str, *, file: str = "", at: Position | None = None, hint: str = "") -> None:
        """Something that will probably surprise."""
        self._add(Severity.WARNING, code, message, file=file, at=at, hint=hint)

    def info(self, code: str, message: str, *, file: str = "", at: Position | None = None, hint: str = "") -> None:
        """Something worth knowing."""
        self._add(Severity.INFO, code, message, file=file, at=at, hint=hint)

    @property
    def failed(self) -> bool:
        """Whether there is an error so far."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def _add(self, severity: Severity, code: str, message: str, *, file: str, at: Position | None, hint: str) -> None:
        line, column = at or (None, None)
        if len(self.findings) < MAX_FINDINGS:
            # They speak of names and texts out of the upload, and are stored and sent.
            texts = (made_plain(text)[:MAX_CHARACTERS] for text in (message, file, hint))
            message, file, hint = texts
            self.findings.append(Finding(severity, f"template.{code}", message, file, line, column, hint))
