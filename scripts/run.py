"""Starts the platform and keeps it up: web server, worker and supervisor, until Ctrl-C.

.venv/bin/python -m scripts.run
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from scripts import dotenv_file, ports
from scripts.console import fail, say, start_output
from scripts.places import ROOT, data_dir
from scripts.problems import Problem, cause_of
from scripts.processes import MANAGE, Platform, address, children, environment

_LOCK = "platform.lock"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """Ctrl-C or TERM arrived."""


def main(arguments: list[str] | None = None) -> int:
    """Run until asked to end; returns the process's exit code."""
    options = _parse(arguments)
    start_output()
    dotenv_file.load()
    end_on_signals()
    try:
        with _only_one() as data:
            ports.need_free(port := ports.chosen())
            if not options.prepared:
                prepare(data)
            _serve(port, options.log)
    except Problem as problem:
        return fail(problem)
    except (Stop, KeyboardInterrupt):
        return 0
    return 0


def prepare(data: Path) -> None:
    """Bring the database up to date; the first time this makes the administrator and prints the password.

    Raises:
        Problem: The command failed; its output was printed.
    """
    say(f"Preparing the database ({data})")
    result = subprocess.run(
        [*MANAGE, "prepare"],
        cwd=ROOT,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    for line in result.stdout.splitlines():
        say(f"  {line}")
    if result.returncode:
        sentence = cause_of(result.stdout) or "The lines above say why."
        raise Problem(f"The database could not be prepared (exit code {result.returncode}). {sentence}")


def _serve(port: int, log: Path | None) -> None:
    with _output(log) as out:
        platform = Platform(port, out, children(port))
        try:
            platform.start()
            say(f"\nTrainyard is up: {address(port)}   (Ctrl-C ends it)\n")
            platform.watch()
        except (Stop, KeyboardInterrupt):
            ignore_signals()
            say("\nEnding. Runs that are training go on and are found again at the next start.")
        finally:
            ignore_signals()
            platform.stop()


@contextlib.contextmanager
def _output(log: Path | None) -> Iterator[TextIO]:
    if log is None:
        yield sys.stdout
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".old.log"))
    log.touch(mode=0o600)
    with log.open("w", encoding="utf-8") as out:
        yield out


def end_on_signals() -> None:
    """From now on Ctrl-C and TERM raise ``Stop``."""

    def stop(*_: object) -> None:
        raise Stop

    for number in _SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup and background jobs mean it
            signal.signal(number, stop)


def ignore_signals() -> None:
    """While ending: a second Ctrl-C must not leave children behind; the grace time bounds the wait."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def is_running() -> bool:
    """Whether a platform holds the data folder."""
    try:
        with (data_dir() / _LOCK).open("r", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def _only_one() -> Iterator[Path]:
    """Holds the data folder; two platforms on one database would drive the same runs."""
    data = data_dir()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (data / _LOCK).open("a+", encoding="ascii")
    except OSError as error:
        raise Problem(
            f"The data folder {data} cannot be used: {error.strerror}. "
            "Name another one with YARD_DATA_DIR=FOLDER, or make it yours."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise Problem(
                f"Trainyard already runs on {data} (process {file.read().strip() or 'unknown'}). "
                "Use that one, or end it, or name another folder with YARD_DATA_DIR=FOLDER."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield data


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.run", description="Starts the platform.")
    parser.add_argument("--prepared", action="store_true", help="the database is up to date")
    parser.add_argument("--log", type=Path, help="write the processes' lines to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
