"""Limits for a group of processes by the kernel's control groups, version 1 and 2.

Only root may make groups directly below the root of the hierarchy, and only there are they independent of whatever
group (a systemd service, say) the platform's own processes are in.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PARENT = "trainyard"
CONTROLLERS = ("memory", "cpu", "pids")
CPU_PERIOD = 100_000
REMOVE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CgroupLimits:
    """What the group may use at most; None for no limit. Memory includes swap."""

    memory_bytes: int | None = None
    cpus: float | None = None
    pids: int | None = None


class Cgroup:
    """One group; on version 1 that is a folder per controller, on version 2 one folder."""

    def __init__(self, folders: dict[str, Path], root: Path, name: str) -> None:
        self._folders = folders
        self._root = root
        self._name = name

    @classmethod
    def create(cls, name: str, limits: CgroupLimits, root: Path = ROOT) -> Cgroup | None:
        """Make the group (or take the one that is there) and set its limits; None where that is not possible."""
        try:
            folders = _make_v2(root, name) if _is_v2(root) else _make_v1(root, name)
            group = cls(folders, root, name)
            group._limit(limits, v2=_is_v2(root))
        except OSError:
            return None
        return group

    @classmethod
    def find(cls, name: str, root: Path = ROOT) -> Cgroup:
        """The group of this name, possibly without any folder left."""
        places = {"": root / name} if _is_v2(root) else {each: root / each / name for each in CONTROLLERS}
        folders = {controller: folder for controller, folder in places.items() if folder.is_dir()}
        return cls(folders, root, name)

    @property
    def procs_files(self) -> list[Path]:
        """Files that take the id of a process which is to enter the group."""
        return [folder / "cgroup.procs" for folder in self._folders.values()]

    @property
    def event_files(self) -> list[Path]:
        """Files that count what the kernel did in here: ``oom_kill <n>`` for memory, ``max <n>`` in ``pids.events``."""
        names = ("memory.oom_control", "memory.events", "pids.events")
        files = (folder / name for folder in self._folders.values() for name in names)
        return [file for file in files if file.exists()]

    def refused_processes(self) -> bool:
        """Whether the kernel ever refused the group a process or thread for its limit."""
        for file in self.event_files:
            with contextlib.suppress(OSError, ValueError, IndexError):
                if file.name == "pids.events" and int(file.read_text().split()[1]) > 0:
                    return True
        return False

    def pids(self) -> set[int]:
        """Processes in the group and below."""
        found: set[int] = set()
        for folder in self._folders.values():
            for place, _, files in os.walk(folder):
                if "cgroup.procs" in files:
                    with contextlib.suppress(OSError):
                        found.update(int(word) for word in (Path(place) / "cgroup.procs").read_text().split())
        return found - {0}

    def kill(self) -> None:
        """End every process in the group; also one that forks as fast as it can."""
        with contextlib.suppress(OSError):
            for folder in self._folders.values():
                (folder / "cgroup.kill").open("r+").write("1")
                return
        for _ in range(100):
            pids = self.pids()
            if not pids:
                return
            for pid in pids:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Remove the group; waits some seconds for its last processes to be gone."""
        deadline = time.monotonic() + REMOVE_SECONDS
        while not self._gone() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _gone(self) -> bool:
        # A container engine that was given this group as parent made folders below other controllers as well.
        places = [self._root] if _is_v2(self._root) else [each for each in self._root.iterdir() if each.is_dir()]
        left = [place for place in places if not _remove_tree(place / self._name)]
        return not left

    def _limit(self, limits: CgroupLimits, *, v2: bool) -> None:
        for controller, file, value in _settings_v2(limits) if v2 else _settings_v1(limits):
            folder = self._folders["" if v2 else controller]
            try:
                (folder / file).write_text(value)
            except OSError:
                # Swap accounting is often off; every other limit must hold.
                if "swap" not in file and "memsw" not in file:
                    raise


def available(root: Path = ROOT) -> bool:
    """Whether groups with all three limits can be made here."""
    if os.geteuid() != 0 and root == ROOT:
        return False
    name = f"{PARENT}-probe-{os.getpid()}"
    group = Cgroup.create(name, CgroupLimits(memory_bytes=1 << 30, cpus=1.0, pids=64), root)
    if group is None:
        return False
    group.remove()
    return True


def _is_v2(root: Path) -> bool:
    return (root / "cgroup.controllers").exists()


def _make_v1(root: Path, name: str) -> dict[str, Path]:
    folders = {controller: root / controller / name for controller in CONTROLLERS}
    for folder in folders.values():
        if not folder.parents[len(Path(name).parts) - 1].is_dir():
            raise FileNotFoundError(folder)
        folder.mkdir(parents=True, exist_ok=True)
    return folders


def _make_v2(root: Path, name: str) -> dict[str, Path]:
    place = root
    for part in Path(name).parts:
        _enable_controllers(place)
        place = place / part
        place.mkdir(exist_ok=True)
    return {"": place}


def _enable_controllers(folder: Path) -> None:
    """Let groups directly below ``folder`` have limits."""
    control = folder / "cgroup.subtree_control"
    enabled = control.read_text().split()
    wanted = [f"+{each}" for each in CONTROLLERS if each not in enabled]
    if wanted:
        control.write_text(" ".join(wanted))


def _settings_v1(limits: CgroupLimits) -> Iterator[tuple[str, str, str]]:
    if limits.memory_bytes is not None:
        yield "memory", "memory.limit_in_bytes", str(limits.memory_bytes)
        yield "memory", "memory.memsw.limit_in_bytes", str(limits.memory_bytes)
    if limits.cpus is not None:
        yield "cpu", "cpu.cfs_period_us", str(CPU_PERIOD)
        yield "cpu", "cpu.cfs_quota_us", str(max(1000, int(limits.cpus * CPU_PERIOD)))
    if limits.pids is not None:
        yield "pids", "pids.max", str(limits.pids)


def _settings_v2(limits: CgroupLimits) -> Iterator[tuple[str, str, str]]:
    if limits.memory_bytes is not None:
        yield "", "memory.max", str(limits.memory_bytes)
        yield "", "memory.swap.max", "0"
    if limits.cpus is not None:
        yield "", "cpu.max", f"{max(1000, int(limits.cpus * CPU_PERIOD))} {CPU_PERIOD}"
    if limits.pids is not None:
        yield "", "pids.max", str(limits.pids)


def _remove_tree(folder: Path) -> bool:
    for place, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(place).rmdir()
    return not folder.exists()
