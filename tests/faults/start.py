"""Starts one part of the platform with the means to stop it at a named function, to move its clock, and to witness.

    python -m tests.faults.start manage supervise
    python -m tests.faults.start uvicorn yard.asgi:application …

The part runs its real code. In its environment the harness may name:

``FAULTS_DIR``     a folder of its own
``FAULTS_POINTS``  functions, ``module:Class.name`` or ``module:name``, separated by spaces. A process that comes to one
                   for which ``FAULTS_DIR/arm-<slug>`` exists stops itself there (SIGSTOP, once: the file becomes
                   ``reached-<slug>`` and holds the process id), so that it can be killed exactly there.
``FAULTS_CLOCK``   1: the clock (``time.time``, ``timezone.now``) is off by the seconds in ``FAULTS_DIR/clock``.
``FAULTS_WITNESS`` a folder that every box sees as ``/witness``, writable: what the training code writes there is what
                   really ran, whatever the platform believes.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import runpy
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django


def main(arguments: list[str]) -> None:
    """Prepare as the environment says, then become the part."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yard.settings")
    django.setup()
    folder = Path(os.environ["FAULTS_DIR"])
    if os.environ.get("FAULTS_CLOCK"):
        move_clock(folder / "clock")
    for point in os.environ.get("FAULTS_POINTS", "").split():
        pause_at(point, folder)
    if witness := os.environ.get("FAULTS_WITNESS"):
        show_witness(Path(witness))
    program, *rest = arguments
    if program == "manage":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["manage.py", *rest])
    else:
        sys.argv = [program, *rest]
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def slug(point: str) -> str:
    """A point as a part of a file name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", point)


def find(point: str) -> tuple[Any, str]:
    """What holds the function, and its name there. Raises ``AttributeError`` when there is none."""
    module, _, path = point.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    getattr(owner, name)
    return owner, name


def pause_at(point: str, folder: Path) -> None:
    """Have the process stop itself when the function is called while its point is armed."""
    owner, name = find(point)
    real: Callable[..., Any] = getattr(owner, name)
    armed, reached = folder / f"arm-{slug(point)}", folder / f"reached-{slug(point)}"

    @functools.wraps(real)
    def pausing(*args: Any, **kwargs: Any) -> Any:
        if armed.exists():
            with suppress(FileNotFoundError):  # another thread was faster: one stop per arming
                armed.write_text(str(os.getpid()))
                armed.rename(reached)
                os.kill(os.getpid(), signal.SIGSTOP)
        return real(*args, **kwargs)

    setattr(owner, name, pausing)


def move_clock(file: Path) -> None:
    """Let this process see a clock that is off; what asks the kernel in other ways (files' times) sees the real one."""
    from django.utils import timezone

    real_time, real_now = time.time, timezone.now

    def offset() -> float:
        try:
            return float(file.read_text() or 0)
        except (OSError, ValueError):
            return 0.0

    def moved_now() -> datetime:
        return real_now() + timedelta(seconds=offset())

    # No plain function: as an attribute of a class (REST framework's throttles) it would become a method.
    time.time = functools.partial(lambda: real_time() + offset())
    timezone.now = moved_now  # type: ignore[assignment]


def show_witness(folder: Path) -> None:
    """Mount the folder into every training's box, with the name of its attempt in the environment."""
    from yard.executions.launchers.base import LaunchSpec, Mount
    from yard.runs.kind import RunKind

    real = RunKind.launch_spec

    def launch_spec(self: RunKind, attempt: Any, *args: Any) -> LaunchSpec:
        spec = real(self, attempt, *args)
        mounts = (*spec.mounts, Mount(folder, "/witness", read_only=False))
        return replace(spec, mounts=mounts, environment={**spec.environment, "FAULTS_ATTEMPT": str(attempt.pk)})

    RunKind.launch_spec = launch_spec  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    main(sys.argv[1:])
