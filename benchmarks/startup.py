"""Start to healthy in a warm environment, and the memory that is the platform's own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks._table import Row, report
from scripts.children import die_with
from scripts.places import PYTHON, ROOT
from scripts.processes import is_healthy

_TRIES = 3
_SETTLE_S = 5.0


def main() -> int:
    """Returns the process's exit code."""
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        first = _start(folder)  # makes the database; not warm
        warm = sorted(_start(folder) for _ in range(_TRIES))
        with _platform(folder) as (process, port):
            _until_healthy(process, port)
            time.sleep(_SETTLE_S)  # worker and supervisor load after the web server
            memory = {name: _memory_mb(process.pid, sign, "Private_") for name, sign in _SIGNS.items()}
            shares = {name: _memory_mb(process.pid, sign, "Pss:") for name, sign in _SIGNS.items()}
    rows = [
        Row("start to healthy", warm[len(warm) // 2], "s", _django_check(), "importing Django, DRF, uvicorn", "≤ 4"),
        Row("first start, with an empty database", first, "s"),
        Row("web and worker, unique memory", memory["web"] + memory["worker"], "MB", goal="≤ 400"),
        *(
            Row(f"  {name}", value, "MB", note=f"{shares[name]:.0f} with its share of common pages")
            for name, value in memory.items()
        ),
    ]
    report("startup", rows)
    return 0


_SIGNS = {"web": "uvicorn", "worker": "qcluster", "supervisor": "supervise"}


def _start(folder: str) -> float:
    started = time.monotonic()
    with _platform(folder) as (process, port):
        _until_healthy(process, port)
        return time.monotonic() - started


@contextlib.contextmanager
def _platform(folder: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = _free_port()
    env = {**os.environ, "YARD_DATA_DIR": folder, "YARD_PORT": str(port)}
    process = subprocess.Popen(
        [str(PYTHON), "-m", "scripts.run"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=die_with(os.getpid()),  # noqa: PLW1509  one thread here
    )
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    while not is_healthy(port):
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise SystemExit(f"The platform did not start: {said}")
        time.sleep(0.02)


def _django_check() -> float:
    """The floor under any start with these packages."""
    started = time.monotonic()
    subprocess.run([str(PYTHON), "-c", "import django, rest_framework, uvicorn"], check=True)
    return time.monotonic() - started


def _memory_mb(parent: int, sign: str, counted: str) -> float:
    """Memory in MB of ``parent``'s children that ``sign`` names, theirs included; ``counted``: the kernel's lines."""
    mine = [pid for pid in _children_of(parent) if sign in _command(pid)]
    family = {child for pid in mine for child in [pid, *_descendants(pid)]}
    return sum(_kilobytes(pid, counted) for pid in family) / 1000


def _kilobytes(pid: int, counted: str) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(counted))
    return 0


def _descendants(pid: int) -> list[int]:
    return [below for child in _children_of(pid) for below in [child, *_descendants(child)]]


def _children_of(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
