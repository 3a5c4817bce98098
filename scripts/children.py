"""A process of the platform: started, its lines read, started again after a crash, and never left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 60.0  # a child that lived this long begins anew with the shortest pause

# Loaded here and not between fork and exec, where loading a library may hang.
_libc = ctypes.CDLL(None)


@dataclass
class Child:
    """One process. ``start`` and ``stop`` belong to the main thread: the kernel ties the death signal to the thread."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    cwd: str
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    _pause: float = _FIRST_PAUSE_S
    _started: float = 0.0
    _due: float = field(default=0.0)

    def start(self) -> IO[bytes]:
        """Start the process; returns its output."""
        self._started = time.monotonic()
        # A session of its own: Ctrl-C in the terminal reaches only the parent, which then ends the children in order.
        self.process = subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509  the parent has one thread
        )
        if self.process.stdout is None:
            raise RuntimeError("a child was started without a pipe")
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The code of the last process, negative for a signal; None while it runs or before the first start."""
        return self.process.poll() if self.process else None

    def plan_restart(self) -> float:
        """Note that the process ended by itself; returns the seconds until the next start."""
        lived = time.monotonic() - self._started
        self._pause = _FIRST_PAUSE_S if lived > _STEADY_S else self._pause
        pause = self._pause
        self._due = time.monotonic() + pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_S)
        self.restarts += 1
        return pause

    @property
    def is_due(self) -> bool:
        return self._due > 0 and time.monotonic() >= self._due

    def ask_to_end(self) -> None:
        if self.process and self.runs:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and everything it started in its session."""
        if self.process and self.runs:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def die_with(parent: int) -> Callable[[], None]:
    """What runs between fork and exec: the kernel ends the child when the parent dies, even by ``kill -9``."""

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare


def describe_exit(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "still running"
    if code < 0:
        return f"ended by signal {signal.Signals(-code).name}"
    return f"exit code {code}"
