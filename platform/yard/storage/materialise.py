"""A file set as a folder of this machine, as train containers see it.

``<DATA_CACHE_DIR>/files/<2>/<digest>`` holds each content once, its digest verified; folders are made of hard links to
it. Files are read-only and readable by everybody; the cache itself may be entered by the platform's user only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from yard.storage.base import PART_BYTES, ObjectMissing, StoreUnavailable
from yard.storage.local import disk_errors, link_or_copy
from yard.storage.manifests import ManifestEntry, batches, content_keys, fileset_entries, lost
from yard.storage.models import FileSet
from yard.storage.stores import get_store

_TRIES = 3
Progress = Callable[[int, int], None]


def fileset_materialise(fileset: FileSet, folder: Path, *, on_progress: Progress | None = None) -> None:
    """The set's files in this folder: all of them, or the folder is not there.

    A folder that is there already is taken as complete. After a kill the next call goes on where the last one was. Two
    callers do not get into each other's way.

    Args:
        fileset: What to bring.
        folder: Where to; its parent is made as needed and should be private.
        on_progress: Called with (bytes done, bytes in all) after each file; what it raises cancels.

    Raises:
        ObjectMissing: When the store has lost some content.
        StoreUnavailable: When the store does not answer or gives damaged content.
        StoreFull: When there is no room; what was brought so far stays for the next call.
    """
    with disk_errors(f"the cached data set {fileset.digest[:12]}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            if not folder.is_dir():
                _fill(fileset, partial_of(folder), on_progress or _silent)
                partial_of(folder).rename(folder)


def partial_of(folder: Path) -> Path:
    """Where the folder is while it is filled."""
    return folder.with_name(f".{folder.name}.partial")


def last_use(folder: Path) -> float:
    """When somebody last asked for the folder, in seconds since 1970."""
    try:
        return _lock_of(folder).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _fill(fileset: FileSet, partial: Path, on_progress: Progress) -> None:
    partial.mkdir(exist_ok=True)
    partial.chmod(0o755)
    done = 0
    for entries in batches(fileset_entries(fileset)):
        found = content_keys(fileset.bucket, entries)
        for entry in entries:
            _place(fileset.bucket, entry, found[entry.digest], partial)
            done += entry.size
            on_progress(done, fileset.total_bytes)


def _place(bucket: str, entry: ManifestEntry, candidates: list[str], root: Path) -> None:
    target = root / entry.name
    if target.exists():
        return  # a killed call linked it; links are made only to verified files
    _make_folders(root, target.parent)
    scratch = root.with_name(f".{uuid.uuid4().hex}")
    try:
        with disk_errors(entry.name):
            _link_cached(bucket, entry, candidates, scratch)
            scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def _link_cached(bucket: str, entry: ManifestEntry, candidates: list[str], target: Path) -> None:
    for left in reversed(range(_TRIES)):
        content = _cached(bucket, entry, candidates)
        try:
            link_or_copy(content, target)
            return
        except FileNotFoundError:  # the cache was trimmed in this moment
            if not left:
                raise


def _make_folders(root: Path, folder: Path) -> None:
    if folder == root or folder.is_dir():
        return
    _make_folders(root, folder.parent)
    with disk_errors(folder.name):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def _cached(bucket: str, entry: ManifestEntry, candidates: list[str]) -> Path:
    """The verified content in the cache, fetched if it is not there."""
    cache = Path(settings.DATA_CACHE_DIR)
    path = cache / "files" / entry.digest[:2] / entry.digest
    if path.exists() and path.stat().st_size == entry.size:
        return path
    with disk_errors(entry.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        cache.chmod(0o700)
    scratch = path.with_name(f".{uuid.uuid4().hex}")
    try:
        _fetch_any(bucket, entry, candidates, scratch)
        with disk_errors(entry.name):
            scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return path


def _fetch_any(bucket: str, entry: ManifestEntry, candidates: list[str], target: Path) -> None:
    """The content from the first key that holds it, whole and undamaged."""
    damaged = False
    for key in candidates:
        with suppress(ObjectMissing):
            if _fetch(bucket, key, target) == entry.digest:
                return
            damaged = True
        target.unlink(missing_ok=True)
    if damaged:
        raise StoreUnavailable(
            f"{entry.name} is damaged: the store's content no longer has the SHA-256 {entry.digest}. Restore it from a "
            "backup, or upload it again."
        )
    raise lost(entry)


def _fetch(bucket: str, key: str, target: Path) -> str:
    """The object as a file, linked where the store has files; its SHA-256 as it really is."""
    store = get_store()
    local = store.local_path(bucket, key)
    if local is not None and local.is_file():
        with disk_errors(key), suppress(FileNotFoundError):
            link_or_copy(local, target)
            with target.open("rb", buffering=0) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    hashed = hashlib.sha256()
    with store.read(bucket, key) as parts, target.open("xb", buffering=PART_BYTES) as file:
        for part in parts:
            hashed.update(part)
            with disk_errors(key):
                file.write(part)
        with disk_errors(key):
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
    return hashed.hexdigest()


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[bool]:
    """One caller at a time per folder; a killed one's lock is gone with it.

    Gives whether the lock was had, which is sure with ``wait``; then the folder counts as used.
    """
    with _lock_of(folder).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        if wait:
            os.utime(file.fileno())
        yield True


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.lock")


def _silent(done: int, total: int) -> None:
    """Nobody wants to know."""
