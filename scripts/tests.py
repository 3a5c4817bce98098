"""Runs the tests in order of cost: fast ones on two processes, then what owns a service or the cores, then the browser.

    .venv/bin/python -m scripts.tests [--fast | --soak]

All parts run even when one fails, so that one call tells everything. Environment:
``TRAINYARD_REQUIRE_SERVICES=1`` turns a missing service from a skip into a failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from scripts import frontend
from scripts.console import say, start_output
from scripts.places import FRONTEND, PYTHON, ROOT

_SLOW = "docker or s3 or postgres or e2e or train or gpu or faults"
_NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Part:
    """One call of a test runner."""

    title: str
    command: list[str]
    cwd: Path
    env: dict[str, str]
    may_be_empty: bool = False


def main(arguments: list[str] | None = None) -> int:
    """Run the parts; returns 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.tests")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--fast", action="store_true", help="only tests that need no service, browser or training")
    form.add_argument("--soak", action="store_true", help="only the long forms: hours of faults and of hostile input")
    options = parser.parse_args(arguments)
    start_output()
    parts = [_soak()] if options.soak else _parts(fast=options.fast)
    failed = [part.title for part in parts if not _passes(part)]
    say(f"\n✗ Failed: {', '.join(failed)}" if failed else "\n✓ All tests passed")
    return 1 if failed else 0


def _parts(*, fast: bool) -> list[Part]:
    parts = [_pytest("fast tests", f"not ({_SLOW} or soak)", "-n", "2")]
    if not fast:
        services = f"({_SLOW}) and not (e2e or soak)"
        parts.append(_pytest("tests with services and training", services, may_be_empty=True))
        # In a process of their own: the browser's driver keeps an event loop running, which asynchronous tests refuse.
        parts.append(_pytest("tests of the pages in a browser", "e2e and not soak", may_be_empty=True))
    if frontend.exists():
        env = {**frontend.node_environment(), "CI": "1"}
        parts.append(Part("frontend tests", ["npm", "test", "--silent"], FRONTEND, env))
    return parts


def _soak() -> Part:
    """Each test sets its own limit of time: the usual one is for tests of seconds."""
    return _pytest("long tests of faults and hostile input", "soak", "--timeout", "0")


def _pytest(title: str, marks: str, *options: str, may_be_empty: bool = False) -> Part:
    command = [str(PYTHON), "-m", "pytest", "-q", "-m", marks, *options]
    return Part(title, command, ROOT, dict(os.environ), may_be_empty)


def _passes(part: Part) -> bool:
    say(f"\n── {part.title} " + "─" * max(4, 100 - len(part.title)))
    started = time.monotonic()
    code = subprocess.run(part.command, cwd=part.cwd, env=part.env, check=False).returncode
    good = code == 0 or (part.may_be_empty and code == _NOTHING_COLLECTED)
    say(f"{'✓' if good else '✗'} {part.title}  {time.monotonic() - started:.0f} s")
    return good


if __name__ == "__main__":
    sys.exit(main())
