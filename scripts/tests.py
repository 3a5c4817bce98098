"""Runs the tests in order of cost: fast ones on two processes, then what owns services, then the browser.

What needs the Docker Engine runs beside what needs other services: both wait more than they compute.

    .venv/bin/python -m scripts.tests [--fast | --soak]

All parts run even when one fails, so that one call tells everything. Environment:
``TRAINYARD_REQUIRE_SERVICES=1`` turns a missing service from a skip into a failure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts import frontend
from scripts.console import say, start_output
from scripts.places import FRONTEND, PYTHON, ROOT

_OTHER_SERVICES = "s3 or postgres or train or gpu or faults"
_SLOW = f"docker or e2e or {_OTHER_SERVICES}"
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
    stages = [[_soak()]] if options.soak else _stages(fast=options.fast)
    failed = [part.title for stage in stages for part in _failed(stage)]
    say(f"\n✗ Failed: {', '.join(failed)}" if failed else "\n✓ All tests passed")
    return 1 if failed else 0


def _stages(*, fast: bool) -> list[list[Part]]:
    """One after the other; the parts of one at the same time."""
    fast_tests = _pytest("fast tests", f"not ({_SLOW} or soak)", "-n", "2")
    pages = [_frontend()] if frontend.exists() else []
    if fast:
        return [[fast_tests], pages]
    docker = _pytest("tests with the Docker Engine", "docker and not (e2e or soak)", may_be_empty=True)
    others = f"({_OTHER_SERVICES}) and not (docker or e2e or soak)"
    services = _pytest("tests with other services and training", others, may_be_empty=True)
    # In processes of their own: the browser's driver keeps an event loop running, which asynchronous tests refuse. The
    # tests of a file share a platform, so they stay together.
    two = ("-n", "2", "--dist", "loadfile")
    browser = _pytest("tests of the pages in a browser", "e2e and not soak", *two, may_be_empty=True)
    return [[fast_tests], [docker, services], [browser], pages]


def _frontend() -> Part:
    env = {**frontend.node_environment(), "CI": "1"}
    return Part("frontend tests", ["npm", "test", "--silent"], FRONTEND, env)


def _soak() -> Part:
    """Each test sets its own limit of time: the usual one is for tests of seconds."""
    return _pytest("long tests of faults and hostile input", "soak", "--timeout", "0")


def _pytest(title: str, marks: str, *options: str, may_be_empty: bool = False) -> Part:
    command = [str(PYTHON), "-m", "pytest", "-q", "-m", marks, *options]
    return Part(title, command, ROOT, dict(os.environ), may_be_empty)


def _failed(stage: list[Part]) -> list[Part]:
    """Run the parts of a stage; those that failed. The first one's output is shown at once, the others' afterwards."""
    if not stage:
        return []
    with ThreadPoolExecutor(len(stage)) as at_once, ExitStack() as files:
        outputs = [None, *(files.enter_context(tempfile.TemporaryFile()) for _ in stage[1:])]
        say(_heading(stage[0]))
        running = [at_once.submit(_run, part, output) for part, output in zip(stage, outputs, strict=True)]
        return [
            part
            for part, output, done in zip(stage, outputs, running, strict=True)
            if not _told(part, output, *done.result())
        ]


def _run(part: Part, output: IO[bytes] | None) -> tuple[int, float]:
    started = time.monotonic()
    done = subprocess.run(
        part.command, cwd=part.cwd, env=part.env, stdout=output, stderr=output and subprocess.STDOUT, check=False
    )
    return done.returncode, time.monotonic() - started


def _told(part: Part, output: IO[bytes] | None, code: int, seconds: float) -> bool:
    """Whether the part passed, after its outcome was shown."""
    if output is not None:
        say(_heading(part))
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout.buffer)
        sys.stdout.flush()
    good = code == 0 or (part.may_be_empty and code == _NOTHING_COLLECTED)
    say(f"{'✓' if good else '✗'} {part.title}  {seconds:.0f} s")
    return good


def _heading(part: Part) -> str:
    return f"\n── {part.title} " + "─" * max(4, 100 - len(part.title))


if __name__ == "__main__":
    sys.exit(main())
