"""Health check inside a container: ``healthy.py web`` asks the server, ``healthy.py worker`` looks for the pool."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path


def web() -> bool:
    """Whether the server answers and reaches its database."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def worker() -> bool:
    """Whether the guard and at least one process that does tasks are there, besides the main one."""
    lines = [_command(folder) for folder in Path("/proc").glob("[0-9]*")]
    return sum("qcluster" in line for line in lines) >= 3


def supervisor() -> bool:
    """Whether the process is there."""
    return any("supervise" in _command(folder) for folder in Path("/proc").glob("[0-9]*"))


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:  # ended meanwhile
        return ""


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "supervisor": supervisor}[sys.argv[1]]() else 1)
