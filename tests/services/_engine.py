"""A real Docker Engine: the one of this machine, else one of our own that leaves no trace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.docker_client import connect

CGROUP = "trainyard-tests"


class EngineMissing(Exception):
    """No engine answers and none can be started; the text says why."""


@contextlib.contextmanager
def engine() -> Iterator[str]:
    """Address of an engine that answers; one started here ends with the block. Raises ``EngineMissing``."""
    given = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if _answers(given):
        yield given
        return
    if os.geteuid() != 0:
        raise EngineMissing(f"none answers at {given} and only root can start one")
    if shutil.which("dockerd") is None:
        raise EngineMissing(f"none answers at {given} and dockerd is not installed (Debian: apt-get install docker.io)")
    with _own_engine() as address:
        yield address


def _answers(address: str) -> bool:
    try:
        client = connect(address, timeout=10)
    except LauncherUnavailable:
        return False
    client.close()
    return True


@contextlib.contextmanager
def _own_engine() -> Iterator[str]:
    """A private engine. Without a bridge: ``none`` and ``host`` networks are enough, and no firewall is touched."""
    # A socket path may have 108 characters, so not under pytest's long temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="yard-dockerd-"))
    address = f"unix://{folder}/engine.sock"
    command = [
        *("dockerd", "--data-root", str(folder / "data"), "--exec-root", str(folder / "run")),
        *("--pidfile", str(folder / "engine.pid"), "-H", address, "--cgroup-parent", f"/{CGROUP}-{folder.name}"),
        *("--bridge=none", "--iptables=false", "--ip6tables=false"),
    ]
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for_engine(process, address, folder / "engine.log")
        yield address
    finally:
        _stop_engine(process, folder)


def _wait_for_engine(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise EngineMissing(f"the one started for the tests does not answer; the end of its log:\n{tail}")
        time.sleep(0.2)


def _stop_engine(process: subprocess.Popen[bytes], folder: Path, *, keep_files: bool = False) -> None:
    """End the engine and all it started; then nothing of it is left: no process, mount, cgroup or (else) file."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in _processes_naming(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "-l", mount], check=False, capture_output=True)
    if not keep_files:
        shutil.rmtree(folder, ignore_errors=True)
    _remove_cgroups(f"{CGROUP}-{folder.name}")


def _processes_naming(folder: Path) -> list[int]:
    """Processes that name our private folder in their command line (containerd and its shims)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if str(folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def _remove_cgroups(name: str) -> None:
    for root in [Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").iterdir()]:
        for folder, _, _ in os.walk(root / name, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
