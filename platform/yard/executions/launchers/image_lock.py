"""Builders of images and the collector of images keep out of each other's way, across threads and processes."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from yard.executions.launchers.run_files import make_open_folder

FILE = "images.lock"


@contextlib.contextmanager
def building(state_dir: Path) -> Iterator[None]:
    """Nothing is collected in the block; any number may build at once. A killed one's lock is gone with it."""
    with _open(state_dir).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def collecting(state_dir: Path) -> Iterator[bool]:
    """Whether nobody builds; then nobody begins to in the block."""
    with _open(state_dir).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _open(state_dir: Path) -> Path:
    make_open_folder(state_dir)
    return state_dir / FILE
