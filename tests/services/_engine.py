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

from scripts.children import die_with
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
    try:
        own = OwnEngine()
    except EngineMissing as error:
        raise EngineMissing(f"none answers at {given} and {error}") from None
    with own:
        yield own.address


class OwnEngine:
    """An engine that may be killed and started again. Use as a context manager; leaving it leaves no trace.

    Without a bridge: ``none`` and ``host`` networks are enough, and no firewall is touched.

    Args:
        live_restore: Whether boxes are to outlive the engine.
        data: Where it keeps images and boxes, if not in a folder of its own.

    Raises:
        EngineMissing: This machine cannot have one.
    """

    def __init__(self, *, live_restore: bool = False, data: Path | None = None) -> None:
        if os.geteuid() != 0:
            raise EngineMissing("only root can start one")
        if shutil.which("dockerd") is None:
            raise EngineMissing("dockerd is not installed (Debian: apt-get install docker.io)")
        # A socket path may have 108 characters, so not under pytest's long temporary folders.
        self.folder = Path(tempfile.mkdtemp(prefix="yard-dockerd-"))
        self.address = f"unix://{self.folder}/engine.sock"
        self._data = data or self.folder / "data"
        self._options = ["--live-restore"] if live_restore else []
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> OwnEngine:
        try:
            self.start()
        except BaseException:
            self._take_down()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._take_down()

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        folder, name = self.folder, f"{CGROUP}-{self.folder.name}"
        command = [
            *("dockerd", "--data-root", str(self._data), "--exec-root", str(folder / "run")),
            *("--pidfile", str(folder / "engine.pid"), "-H", self.address, "--cgroup-parent", f"/{name}"),
            *("--bridge=none", "--iptables=false", "--ip6tables=false", *self._options),
        ]
        forget_killed(folder)
        with (folder / "engine.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),  # noqa: PLW1509 - also when the tests are killed
            )
        _wait_for_engine(self._process, self.address, folder / "engine.log")

    def kill(self) -> None:
        """End it as kill -9 does: nothing is put in order, boxes go on until it comes back."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it in good order, as an operator's restart does."""
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill_all(self) -> None:
        """The engine and every box at once, as when the machine loses power."""
        self.kill()
        for pid in [*_processes_naming(self.folder), *self.boxes()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def boxes(self) -> list[int]:
        """The processes in its boxes, also while it is dead."""
        return _in_boxes(self.folder)

    def _take_down(self) -> None:
        """End the engine and all it started; then nothing of it is left: no process, mount, cgroup or file."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        _clear_away(self.folder, keep_files=False)


def forget_killed(folder: Path) -> None:
    """Wait for a killed engine's containerd to be gone; where nobody reaps it, it would go on looking alive."""
    (folder / "engine.pid").unlink(missing_ok=True)
    file = folder / "run" / "containerd" / "containerd.pid"
    deadline = time.monotonic() + 10
    while file.exists() and _is_alive(int(file.read_text() or 0)) and time.monotonic() < deadline:
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _answers(address: str) -> bool:
    try:
        client = connect(address, timeout=10)
    except LauncherUnavailable:
        return False
    client.close()
    return True


def _wait_for_engine(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise EngineMissing(f"the one started for the tests does not answer; the end of its log:\n{tail}")
        time.sleep(0.2)


def stop_engine(process: subprocess.Popen[bytes], folder: Path, *, keep_files: bool = False) -> None:
    """End the engine and all it started; then nothing of it is left: no process, mount, cgroup or (else) file."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _clear_away(folder, keep_files=keep_files)


def _clear_away(folder: Path, *, keep_files: bool) -> None:
    # What ran in boxes outlives an engine that did not end in good order.
    for pid in [*_processes_naming(folder), *_in_boxes(folder)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _in_boxes(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "-l", mount], check=False, capture_output=True)
    if not keep_files:
        shutil.rmtree(folder, ignore_errors=True)
    _remove_cgroups(f"{CGROUP}-{folder.name}")


def _in_boxes(folder: Path) -> list[int]:
    """Processes in the boxes of the engine that has this folder."""
    roots = [Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").iterdir()]
    files = [file for root in roots for file in (root / f"{CGROUP}-{folder.name}").rglob("cgroup.procs")]
    return sorted({int(pid) for file in files for pid in file.read_text().split()})


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
