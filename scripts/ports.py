"""Is the port free, and if not, who has it."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from scripts.problems import Problem

HOST = "127.0.0.1"
_LISTEN = "0A"


def chosen() -> int:
    """The port to serve on: ``YARD_PORT``, by default 8000.

    Raises:
        Problem: It is no port number.
    """
    raw = os.environ.get("YARD_PORT") or "8000"
    if not raw.isdigit() or not 0 < int(raw) < 65536:
        raise Problem(f"YARD_PORT is “{raw}”; write a number from 1 to 65535, for example YARD_PORT=8001.")
    return int(raw)


def need_free(port: int) -> None:
    """Raises ``Problem`` when the port cannot be had, with who has it and what to type instead."""
    try:
        _bind(port)
    except PermissionError as error:
        raise Problem(f"Port {port} needs root. Take one above 1023, for example YARD_PORT=8000.") from error
    except OSError as error:
        owner = _owner(port) or "another program"
        raise Problem(f"Port {port} is taken by {owner}; run with YARD_PORT={_next_free(port)}.") from error


def _bind(port: int) -> None:
    with socket.socket() as probe:
        # As the server does it: a port whose connections are only closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))


def _next_free(port: int) -> int:
    for candidate in range(port + 1, min(port + 100, 65536)):
        with contextlib.suppress(OSError):
            _bind(candidate)
            return candidate
    return 0


def _owner(port: int) -> str | None:
    """Name and id of the listening process, as far as this user may see it."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(table, port)}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(entry.readlink()) in inodes for entry in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text(encoding="utf-8").strip()
                return f"{name} (process {folder.name})"
    return None


def _listening(table: str, port: int) -> list[str]:
    try:
        lines = Path("/proc/net", table).read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return []
    rows = [line.split() for line in lines]
    return [row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port]
