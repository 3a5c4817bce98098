"""Progress that a person can follow: one line per step, with a mark and the seconds it took.

The tools' own output goes to a log file; its end is shown only when a step fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.problems import Problem, cause_of

_HEAD_LINES = 12  # some tools say the reason first and then how they are used
_TAIL_LINES = 20
_TICK_S = 0.2


def start_output() -> None:
    """Make printing safe on terminals that cannot show every character, and prompt when piped."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)


def say(text: str = "") -> None:
    print(text, flush=True)


def fail(problem: Problem) -> int:
    """Print a problem; returns the exit code to end with."""
    print(f"\n✗ {problem}", file=sys.stderr, flush=True)
    return 1


class Steps:
    """Runs named steps, prints a line for each, and keeps what the tools printed in ``log``."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.interactive = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("", encoding="utf-8")

    def call(self, title: str, action: Callable[[], str | None]) -> None:
        """Run ``action``; what it returns (say, a version) is shown behind the title."""
        started = time.monotonic()
        self._begin(title)
        try:
            detail = action()
        except Problem:
            self._end("✗", title, started)
            raise
        self._end("✓", f"{title} ({detail})" if detail else title, started)

    def tool(self, title: str, command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        """Run a program as a step.

        Raises:
            Problem: It failed; the message names the cause where it is known, and the log file.
        """
        self.call(title, lambda: self.run(title, command, cwd=cwd, env=env))

    def run(self, title: str, command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        """Run a program inside a step, its output appended to the log."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            begin = log.tell()
            process = _start(command, cwd, env, log.fileno())
            self._wait(title, process)
        if process.returncode:
            raise self._problem(title, process.returncode, begin)

    def _wait(self, title: str, process: subprocess.Popen[bytes]) -> None:
        started = time.monotonic()
        try:
            while True:
                try:
                    process.wait(timeout=_TICK_S)
                    return
                except subprocess.TimeoutExpired:
                    self._tick(title, started)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise

    def _problem(self, title: str, code: int, begin: int) -> Problem:
        with self.log.open("rb") as log:
            log.seek(begin)
            output = log.read().decode("utf-8", "replace")
        say("\n" + "\n".join(f"    {line}" for line in _excerpt(output.splitlines())) + "\n")
        sentence = cause_of(output) or "The lines above are from its output."
        return Problem(f"“{title}” failed (exit code {code}). {sentence} Whole output: {self.log}")

    def _begin(self, title: str) -> None:
        print(f"  … {title}", end="" if self.interactive else "\n", flush=True)

    def _tick(self, title: str, started: float) -> None:
        if self.interactive:
            print(f"\r\033[K  … {title} {time.monotonic() - started:.0f} s", end="", flush=True)

    def _end(self, mark: str, text: str, started: float) -> None:
        clear = "\r\033[K" if self.interactive else ""
        say(f"{clear}  {mark} {text}  {time.monotonic() - started:.1f} s")


def _excerpt(lines: list[str]) -> list[str]:
    if len(lines) <= _HEAD_LINES + _TAIL_LINES:
        return lines
    return [*lines[:_HEAD_LINES], "…", *lines[-_TAIL_LINES:]]


def _start(command: list[str], cwd: Path, env: Mapping[str, str] | None, output: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise Problem(f"{command[0]} cannot be started: {error.strerror}.") from error
