"""Room on the disks we write to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from yard.operations.backups.progress import size_text
from yard.operations.doctor.findings import Finding, failure, ok, warning

PART = "disk"
_FEW_BYTES, _FEWER_BYTES = 10 << 30, 1 << 30
_FEW_SHARE = 0.05
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"}


def written_folders() -> dict[str, Path]:
    """Every folder the platform writes to, by what it is for."""
    found = {
        "data": Path(settings.DATA_DIR),
        "executions": Path(settings.EXECUTIONS_DIR),
        "environments": Path(settings.ENVIRONMENTS_DIR),
        "data cache": Path(settings.DATA_CACHE_DIR),
        "temporary": Path(tempfile.gettempdir()),
    }
    if settings.STORAGE == "local":
        found["objects"] = Path(settings.STORAGE_DIR)
    if connection.vendor == "sqlite":
        found["database"] = Path(str(connection.settings_dict["NAME"])).parent
    return found


def check() -> Iterator[Finding]:
    """Each disk once, named by the first of its folders."""
    seen: set[int] = set()
    for name, wanted in written_folders().items():
        folder = _existing(wanted)
        if not os.access(folder, os.W_OK | os.X_OK):
            yield failure(PART, f"{wanted} ({name}) cannot be written to.", "Give it to the user the platform runs as.")
            continue
        device = folder.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield from _room(name, folder)
    yield from _network_drive()


def _room(name: str, folder: Path) -> Iterator[Finding]:
    usage, found = shutil.disk_usage(folder), os.statvfs(folder)
    share = usage.free / usage.total if usage.total else 1.0
    text = f"{size_text(usage.free)} of {size_text(usage.total)} are free on the disk of {folder} ({name})."
    todo = "Free some space: old runs and data sets in the pages, images of the engine (docker image prune), old logs."
    small = name == "temporary"  # often a part of the memory, and little is written there
    if usage.free < (_FEWER_BYTES >> 4 if small else _FEWER_BYTES):
        yield failure(PART, text, todo)
    elif not small and (usage.free < _FEW_BYTES or share < _FEW_SHARE):
        yield warning(PART, text, todo)
    else:
        yield ok(PART, text)
    if found.f_files and found.f_favail / found.f_files < _FEW_SHARE:
        yield warning(
            PART,
            f"{found.f_favail} of {found.f_files} inodes are free on the disk of {folder} ({name}).",
            "Many small files use them up: remove old data sets, or move the folder to a disk with more inodes.",
        )


def _network_drive() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        folder = _existing(Path(str(connection.settings_dict["NAME"])).parent)
        if (kind := file_system(folder)) in _NETWORK:
            yield failure(
                PART,
                f"The SQLite database lies on a network drive ({kind}).",
                "Move it to a local disk, or take PostgreSQL: locks of network drives lose data.",
            )


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Kind of the file system that the folder is on; empty where the kernel does not tell."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    path = str(folder.resolve())
    over = [(words[1], words[2]) for words in lines if path == words[1] or path.startswith(words[1].rstrip("/") + "/")]
    return max(over, key=lambda mount: len(mount[0]))[1] if over else ""


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
