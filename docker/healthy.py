"""Health check inside a container: ``healthy.py web | worker | supervisor``; exit status 0 when it is well.

The web server is asked. Of the worker its processes are looked for. The supervisor touches a file with every round; it
makes none while database or container engine do not answer, and is then shown as unhealthy.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path

SILENT_SECONDS = 60


def web() -> bool:
    """Whether the server answers."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def supervisor() -> bool:
    """Whether it went round within the last minute."""
    alive = Path(os.environ.get("YARD_DATA_DIR") or "var") / "supervisor.alive"
    try:
        age = time.time() - alive.stat().st_mtime
    except OSError:
        return False
    return abs(age) < SILENT_SECONDS


def worker() -> bool:
    """Whether the guard and at least one process that does tasks are there, besides the main one."""
    lines = [_command(folder) for folder in Path("/proc").glob("[0-9]*")]
    return sum("qcluster" in line for line in lines) >= 3


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:  # ended meanwhile
        return ""


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "supervisor": supervisor}[sys.argv[1]]() else 1)
