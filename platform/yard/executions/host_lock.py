"""One supervisor per host: the second waits until the first has ended, however that comes.

A lease alone cannot keep a supervisor that slept (a paused virtual machine, a swapped-out process) from starting a box
that another one has started, seen through and removed meanwhile. The kernel's lock on a file can: it is held exactly as
long as its process lives.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

NAME = "supervisor.lock"
PAUSE_SECONDS = 0.5


class HostLock:
    """The right to drive this host. Use as a context manager after ``take``.

    Args:
        folder: The executions' folder, which all supervisors of the host share.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._file: IO[str] | None = None

    def take(self, *, wait: Callable[[float], bool], on_busy: Callable[[str], None]) -> bool:
        """Wait for the lock; True when it is ours, False when ``wait`` said to give up.

        Args:
            wait: Waits so many seconds; True when there is no use in waiting any longer.
            on_busy: Told once who holds it: a process id, as far as that is known.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="ascii")
        told = False
        while not _locked(file):
            if not told:
                on_busy(self._path.read_text(encoding="ascii").strip())
                told = True
            if wait(PAUSE_SECONDS):
                file.close()
                return False
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def __enter__(self) -> HostLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
