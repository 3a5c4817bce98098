"""Servers of the tests: started on free loopback ports, ended with the tests, whatever happens to them."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.children import die_with


@contextlib.contextmanager
def running(command: list[str], log: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The started server; killed with all it started at the end, and by the kernel when the tests are killed."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
            **options,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, within: float = 60.0) -> None:
    """Return when ``ready`` says so. Raises ``RuntimeError`` with the log's end when the server ended or is slow."""
    until = time.monotonic() + within
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            state = f"ended with {process.returncode}" if process.returncode is not None else f"not ready in {within} s"
            tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"{process.args!r}: {state}\n{tail}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_block(size: int, twin_offset: int) -> int:
    """The first of ``size`` free ports in a row whose twins (+ ``twin_offset``) are free too."""
    # From anywhere, as other processes of the tests look for one in the same moment.
    for first in range(12_000 + secrets.randbelow(10_000), 30_000, size):
        wanted = [port + offset for port in range(first, first + size) for offset in (0, twin_offset)]
        if all(_is_free(port) for port in wanted):
            return first
    raise RuntimeError("no free block of ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
