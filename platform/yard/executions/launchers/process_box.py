"""The folder of one process box: what lies where, what its keeper wrote there, and whether the keeper lives."""

from __future__ import annotations

import json
import posixpath
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yard.executions.launchers import process_shim
from yard.executions.launchers.base import BoxState, BoxStatus
from yard.executions.launchers.measure import remove_tree
from yard.executions.launchers.sandbox import OWN_PARTS, SYSTEM_FOLDERS

KEEPER_LOST = (
    "The process that kept this box was killed (or the machine restarted), and the box ended with it; "
    "how far the training came is unknown."
)
START_SECONDS = 60.0
PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Areas:
    """What of a box's file system is its own: folders it may write, and single files between others' folders."""

    folders: tuple[str, ...]
    files: tuple[str, ...]


def plan_areas(folders: Sequence[str], files: Sequence[str]) -> Areas:
    """Which folders to show as wholes so that ``folders`` are writable and ``files`` are there.

    A file's folder becomes the box's own, unless that is the root or belongs to the system.
    """
    wanted = {folder for folder in folders if folder != "/"}
    single = set()
    for file in files:
        parent = posixpath.dirname(file)
        if parent == "/" or (_is_system(parent) and not _covered(parent, wanted)):
            single.add(file)
        else:
            wanted.add(parent)
    kept = [folder for folder in wanted if not _covered(posixpath.dirname(folder), wanted)]
    return Areas(tuple(sorted(kept)), tuple(sorted(file for file in single if not _covered(file, wanted))))


def _covered(path: str, folders: set[str]) -> bool:
    while path not in ("/", ""):
        if path in folders:
            return True
        path = posixpath.dirname(path)
    return False


def _is_system(folder: str) -> bool:
    return any(folder == part or folder.startswith(f"{part}/") for part in (*SYSTEM_FOLDERS, *OWN_PARTS))


class ProcessBox:
    """One box's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def root(self) -> Path:
        """The box's own files, at the paths it sees below this."""
        return self.folder / "root"

    @property
    def run(self) -> Path:
        """What it sees as ``/run/trainyard``."""
        return self.folder / "run"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def exists(self) -> bool:
        return (self.folder / "shim.json").exists()

    def plan(self) -> dict[str, Any]:
        """What its keeper was told to start."""
        return self._read("shim.json")

    def started(self) -> bool:
        return (self.folder / "started.json").exists()

    def first_process(self) -> int | None:
        """Process id of the first process in the sandbox while its keeper lives; None otherwise."""
        pid = self._read("sandbox.json").get("pid")
        return int(pid) if pid and self.keeper() else None

    def keeper(self) -> int | None:
        """Process id of the living keeper; None when it has ended, however many processes had its id since."""
        identity = self._read("started.json")
        pid = identity.get("pid")
        if not pid or identity.get("boot") != process_shim.boot_id():
            return None
        return int(pid) if process_shim.start_ticks(int(pid)) == identity.get("ticks") else None

    def status(self) -> BoxStatus:
        """What is known of it, told by files and by whether the keeper lives."""
        if not self.exists():
            return BoxStatus(BoxState.MISSING)
        started = self._read("started.json")
        if not started:
            return BoxStatus(BoxState.CREATED)
        begun = _time(started.get("started_at"))
        ended = self._read("exit.json")
        if not ended and self.keeper():
            return BoxStatus(BoxState.RUNNING, started_at=begun)
        ended = ended or self._read("exit.json")  # it may have ended between the two looks
        if not ended:
            if not self.exists():
                return BoxStatus(BoxState.MISSING)
            return BoxStatus(BoxState.EXITED, exit_code=137, started_at=begun, message=KEEPER_LOST)
        return BoxStatus(
            BoxState.EXITED,
            exit_code=int(ended["code"]),
            out_of_memory=bool(ended.get("oom")),
            started_at=begun,
            finished_at=_time(ended.get("finished_at")),
            message=str(ended.get("message", "")),
            processes_refused=bool(ended.get("processes_refused")),
        )

    def start(self) -> None:
        """Start the keeper (again: a second one notices the first and goes). Returns when it has detached."""
        shim = Path(process_shim.__file__)
        subprocess.run([sys.executable, "-I", "-S", str(shim), str(self.folder)], check=True, timeout=START_SECONDS)

    def wait_until_up(self) -> str | None:
        """Wait until the program runs or has ended. Returns why the sandbox could not be made, None if it could."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            ended = self._read("exit.json")
            if ended:
                return str(ended.get("message") or "no reason was given") if ended.get("refused") else None
            first = self.first_process()
            if first and (not self.plan()["sandboxed"] or has_child(first)):
                return None
            if self.started() and not self.keeper() and not (self.folder / "exit.json").exists():
                return None  # the keeper was killed meanwhile; the status tells that
            time.sleep(PAUSE)
        return f"the box did not come up within {START_SECONDS:.0f} seconds"

    def remove_files(self) -> None:
        """Remove the folder; also what the box made unreadable, or deep."""
        remove_tree(self.folder)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads((self.folder / name).read_text())
        except (OSError, ValueError):
            return {}
        return dict(content)


def has_child(pid: int) -> bool:
    """Whether a process has started another."""
    try:
        return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text().strip())
    except OSError:
        # A kernel without that file: look through all.
        return any(_parent(entry) == pid for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return -1


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def write_plan(folder: Path, plan: Mapping[str, Any]) -> None:
    """Write what the keeper is to start; readable by us only, since it holds tokens."""
    path = folder / "shim.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(plan))
