"""make audit: says what it knows, and never calls fine what it could not look up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts import audit

PACKAGE = {"name": "django", "version": "5.2.1", "vulns": []}
HOLE = {"id": "CVE-1", "fix_versions": ["5.2.2"], "description": "x"}


def python(*packages: dict[str, Any]) -> audit.Verdict:
    return audit.python_verdict("python", json.dumps({"dependencies": list(packages), "fixes": []}))


def npm(**severities: str) -> audit.Verdict:
    found = {name: {"severity": severity, "range": "<2"} for name, severity in severities.items()}
    return audit.npm_verdict("npm", json.dumps({"vulnerabilities": found, "metadata": {}}))


def test_all_looked_up_and_none_known_is_fine() -> None:
    assert (python(PACKAGE).status, npm().status) == (audit.FINE, audit.FINE)


def test_a_hole_is_named_with_its_remedy() -> None:
    verdict = python(PACKAGE | {"vulns": [HOLE]})
    assert verdict.status == audit.HOLES
    assert verdict.holes == ["django 5.2.1: CVE-1, mended in 5.2.2"]


def test_what_the_index_does_not_know_is_not_fine() -> None:
    """pip-audit ends with 0 and "No known vulnerabilities found" when every single package was skipped."""
    verdict = python({"name": "django", "skip_reason": "Dependency not found on PyPI"})
    assert verdict.status == audit.UNKNOWN
    assert "1 of 1 packages could not be looked up (django" in verdict.unknown


def test_one_hole_counts_more_than_all_that_is_unknown() -> None:
    verdict = python(PACKAGE | {"vulns": [HOLE]}, {"name": "x", "skip_reason": "y"})
    assert verdict.status == audit.HOLES
    assert audit.overall([verdict, npm(), audit.npm_verdict("npm", "")]) == audit.HOLES


@pytest.mark.parametrize(("severity", "status"), [("low", 0), ("moderate", 0), ("high", 1), ("critical", 1)])
def test_npm_fails_on_high(severity: str, status: int) -> None:
    assert npm(left_pad=severity).status == status
    assert len(npm(left_pad=severity).notes) == 1 - status


@pytest.mark.parametrize(
    "output",
    [
        "",
        "npm: not found",
        json.dumps({"statusCode": 405, "body": "", "error": {"summary": ""}}),
        json.dumps({"message": "request failed, reason: getaddrinfo ENOTFOUND"}),
        "[]",
    ],
)
def test_no_answer_is_not_fine(output: str) -> None:
    assert audit.npm_verdict("npm", output).status == audit.UNKNOWN
    assert audit.python_verdict("python", output).status == audit.UNKNOWN
    assert audit.overall([python(PACKAGE), audit.npm_verdict("npm", output)]) == audit.UNKNOWN


def test_a_missing_program_is_no_crash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def nothing(*_: Any, **__: Any) -> Any:
        raise FileNotFoundError(2, "No such file or directory", "npm")

    monkeypatch.setattr(audit.subprocess, "run", nothing)
    monkeypatch.setattr(audit.frontend, "node_environment", dict)
    assert audit.main() == audit.UNKNOWN
    assert "NOT KNOWN" in capsys.readouterr().out
