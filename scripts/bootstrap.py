"""Sets a clone up: Python environment, packages, Node, the built pages. A second call does nothing.

    python3 -m scripts.bootstrap [--dev] [--no-frontend]

This file must be readable by any Python 3, so that an old one can say that it is too old.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.console import Steps

if __package__ in (None, ""):  # called as `python3 scripts/bootstrap.py`
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

MINIMUM = (3, 11)
# Measured and rounded up, with what the caches of uv and npm keep.
_ENVIRONMENT_GB = {"base": 1.0, "dev": 2.0}
_FRONTEND_GB = 0.8
_WORK_GB = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Do what is missing; returns the process's exit code."""
    _need_recent_python()
    from scripts.console import fail, start_output
    from scripts.problems import Problem

    options = _parse(arguments)
    start_output()
    try:
        set_up("dev" if options.dev else "base", frontend=not options.no_frontend)
    except Problem as problem:
        return fail(problem)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where it was.")
        return 130
    return 0


def set_up(wanted: str, *, frontend: bool = True) -> None:
    """Bring the clone to the state of its files; prints nothing but one line when there is nothing to do."""
    from scripts.console import Steps, say
    from scripts.places import CACHE
    from scripts.problems import Problem

    started = time.monotonic()
    with _only_one():
        if not _work(wanted, frontend):
            return
        say("Setting up Trainyard")
        try:
            _check_disk(wanted, frontend)
            _do_work(wanted, frontend, Steps(CACHE / "setup.log"))
        except PermissionError as error:
            raise Problem(
                f"This user may not write to {error.filename}. Make the project folder yours "
                "(`chown -R $USER .`) or clone it into a folder of yours."
            ) from error
        except OSError as error:
            raise Problem(f"Set-up could not go on: {error}.") from error
    say(f"  ✓ Ready  {time.monotonic() - started:.1f} s\n")


def _work(wanted: str, frontend: bool) -> bool:
    from scripts import frontend as pages
    from scripts import python_env

    return python_env.needs_work(wanted) or (frontend and pages.exists() and pages.needs_work())


def _do_work(wanted: str, frontend: bool, steps: Steps) -> None:
    from scripts import frontend as pages
    from scripts import python_env

    if python_env.needs_work(wanted):
        python_env.install(wanted, steps)
    if frontend and pages.exists() and pages.needs_work():
        pages.install(steps)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m scripts.bootstrap", description="Sets this clone up.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--no-frontend", action="store_true", help="leave the pages alone")
    return parser.parse_args(arguments)


def _need_recent_python() -> None:
    """Go on with a newer Python of this machine when this one is too old, else say what is needed."""
    if sys.version_info >= MINIMUM:
        return
    for minor in range(20, MINIMUM[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031  read by old Pythons
        if found:
            os.execv(found, [found, "-m", "scripts.bootstrap", *sys.argv[1:]])  # noqa: S606
    sys.exit(
        "✗ Trainyard needs Python %d.%d or newer, this is %s. Install one "  # noqa: UP031
        "(Debian 12: `apt-get install python3 python3-venv`) and run the same command again."
        % (MINIMUM[0], MINIMUM[1], sys.version.split()[0])
    )


def _check_disk(wanted: str, frontend: bool) -> None:
    """Say at once, not after minutes of downloads, that the disk is too small."""
    from scripts.places import FRONTEND, ROOT, VENV
    from scripts.problems import Problem

    needed = _WORK_GB
    needed += 0 if VENV.exists() else _ENVIRONMENT_GB[wanted]
    needed += _FRONTEND_GB if frontend and not (FRONTEND / "node_modules").exists() else 0
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < needed:
        raise Problem(
            f"The disk of {ROOT} has {free:.1f} GB free, set-up needs {needed:.1f} GB. "
            "Free some space, or clone to a larger disk, and run the same command again."
        )


class _only_one:  # noqa: N801  used as a with statement's word
    """A second set-up in the same clone waits for the first."""

    def __enter__(self) -> None:
        import fcntl

        from scripts.places import CACHE
        from scripts.problems import Problem

        try:
            CACHE.mkdir(exist_ok=True)
            self._file = (CACHE / "setup.lock").open("w")
        except OSError as error:
            raise Problem(
                f"This user may not write to {CACHE}: {error.strerror}. Make the project folder yours "
                "(`chown -R $USER .`) or clone it into a folder of yours."
            ) from error
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


if __name__ == "__main__":
    sys.exit(main())
