"""Asks whether any of the locked dependencies has a known hole.

.venv/bin/python -m scripts.audit

Exit status: 0 all were looked up and none is known to have one; 1 at least one has; 3 it could not be found out, for
some or all of them. Three, and not nought, also where the tools themselves are content: pip-audit calls it success when
an index knows no advisories at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import frontend
from scripts.console import say, start_output
from scripts.places import FRONTEND, PYTHON, ROOT

FINE, HOLES, UNKNOWN = 0, 1, 3
_WAIT_S = 600
_GRAVE = {"high", "critical"}


@dataclass
class Verdict:
    """What is known of one list of dependencies.

    Attributes:
        title: Which list.
        holes: A line for each that must be done away with.
        notes: A line for each that is told only.
        unknown: Why something could not be looked up; empty when all was.
    """

    title: str
    holes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: str = ""

    @property
    def status(self) -> int:
        if self.holes:
            return HOLES
        return UNKNOWN if self.unknown else FINE


def main() -> int:
    """Look everything up; returns the exit status."""
    start_output()
    verdicts = [
        python_verdict("Python, what runs (requirements/base.txt)", _pip_audit("base.txt")),
        python_verdict("Python, also for tests (requirements/dev.txt)", _pip_audit("dev.txt")),
        npm_verdict("The pages (frontend/package-lock.json)", _npm_audit()),
    ]
    for verdict in verdicts:
        _show(verdict)
    return overall(verdicts)


def overall(verdicts: Iterable[Verdict]) -> int:
    """The exit status of all: a hole counts more than what is not known."""
    statuses = {verdict.status for verdict in verdicts}
    return HOLES if HOLES in statuses else UNKNOWN if UNKNOWN in statuses else FINE


def python_verdict(title: str, output: str) -> Verdict:
    """What pip-audit's JSON says."""
    found = _read(output)
    packages = found.get("dependencies", [])
    if not packages:
        return Verdict(title, unknown=f"pip-audit gave no answer. {_last_line(output)}")
    verdict = Verdict(title)
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    for one in packages:
        for hole in one.get("vulns", []):
            fixed = ", ".join(hole.get("fix_versions", [])) or "no release yet"
            verdict.holes.append(f"{one['name']} {one['version']}: {hole['id']}, mended in {fixed}")
    if skipped:
        verdict.unknown = (
            f"{len(skipped)} of {len(packages)} packages could not be looked up ({', '.join(skipped[:3])}, …)."
        )
    return verdict


def npm_verdict(title: str, output: str) -> Verdict:
    """What npm's JSON says: high and critical ones are holes, milder ones are told."""
    found = _read(output)
    if "vulnerabilities" not in found:
        return Verdict(title, unknown=f"npm gave no answer: the registry may know no advisories. {_reason(found)}")
    verdict = Verdict(title)
    for name, one in sorted(found["vulnerabilities"].items()):
        line = f"{name} {one.get('range', '')}: {one.get('severity', 'unknown')}"
        (verdict.holes if one.get("severity") in _GRAVE else verdict.notes).append(line)
    return verdict


def _pip_audit(name: str) -> str:
    lock = ROOT / "requirements" / name
    return _run([str(PYTHON), "-m", "pip_audit", "-r", str(lock), "--no-deps", "--disable-pip", "--format", "json"])


def _npm_audit() -> str:
    return _run(["npm", "audit", "--omit=dev", "--json"], cwd=FRONTEND, env=frontend.node_environment())


def _run(command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    try:
        result = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=_WAIT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return result.stdout if result.stdout.strip() else result.stderr


def _read(output: str) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reason(found: dict[str, Any]) -> str:
    status = found.get("statusCode")
    return f"(It answered {status}.)" if status else str(found.get("message", ""))[:200]


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _show(verdict: Verdict) -> None:
    sign = {FINE: "✓", HOLES: "✗", UNKNOWN: "?"}[verdict.status]
    say(f"{sign} {verdict.title}")
    for line in verdict.holes:
        say(f"    {line}")
    if verdict.holes:
        say("    Raise them: lock anew (docs/security.md, Dependencies), run make test, release.")
    for line in verdict.notes:
        say(f"    (told only) {line}")
    if verdict.unknown:
        say(f"    NOT KNOWN: {verdict.unknown}")
        say("    Run this where the public indexes can be reached; nothing is said here about what was not looked up.")


if __name__ == "__main__":
    sys.exit(main())
