"""Keeping the cache of materialised file sets (``materialise.py``) within bounds.

Goes first what was used longest ago; what somebody claims never goes. Where cached files are links to a local store's
own, they take no room, so there only folders of forgotten file sets and leftovers go.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path

from yard.storage.materialise import last_use, locked, partial_of
from yard.storage.models import FileSet

InUse = Callable[[], Collection[str]]


def cache_trim(root: Path, folders: Path, *, limit: int | None, in_use: InUse, before: float) -> int:
    """Remove folders until the cached content has at most ``limit`` bytes; says how many things went.

    Args:
        root: The cache.
        folders: Where folders of file sets lie in it, each named by its digest.
        limit: In bytes; None for no limit.
        in_use: Digests that must stay; asked for each folder that might go.
        before: Half-made things not touched since then (seconds since 1970) go too.
    """
    removed = _remove_leftovers(root, folders, in_use, before)
    by_use = sorted(_folders(folders), key=last_use)
    known = set(FileSet.objects.filter(digest__in=[found.name for found in by_use]).values_list("digest", flat=True))
    for folder in [found for found in by_use if found.name not in known]:
        removed += _evict(folder, in_use) is not None
    used = sum(found.stat().st_blocks * 512 for found in _contents(root))
    for folder in by_use:
        if limit is None or used <= limit:
            break
        freed = _evict(folder, in_use)
        if freed is not None:
            used -= freed
            removed += 1
    return removed + _remove_unlinked(root)


def _evict(folder: Path, in_use: InUse) -> int | None:
    """Remove the folder; the bytes that nothing else in the cache needs then, or None when it has to stay."""
    with locked(folder, wait=False) as mine:
        if not mine or not folder.is_dir() or folder.name in in_use():
            return None
        doomed = folder.with_name(f".old-{uuid.uuid4().hex}")
        folder.rename(doomed)
    freed = sum(_own_bytes(found) for found in doomed.rglob("*"))
    shutil.rmtree(doomed, ignore_errors=True)
    return freed


def _own_bytes(file: Path) -> int:
    found = file.lstat()
    # One link is this one, one that in the cache's contents.
    return found.st_blocks * 512 if file.is_file() and found.st_nlink <= 2 else 0


def _remove_unlinked(root: Path) -> int:
    """Remove content that no folder is made of; whoever is just about to link it fetches it again."""
    removed = 0
    for found in _contents(root):
        with suppress(FileNotFoundError):
            if found.stat().st_nlink == 1:
                found.unlink()
                removed += 1
    return removed


def _remove_leftovers(root: Path, folders: Path, in_use: InUse, before: float) -> int:
    """Remove what killed fetches and evictions left: scratch files, doomed folders, folders never filled."""
    removed = 0
    for found in [*folders.glob(".*"), *root.glob("files/*/.*")]:
        with suppress(FileNotFoundError):
            if found.name.endswith(".lock") or found.lstat().st_mtime >= before:
                continue
            if found.is_dir() and not found.is_symlink():
                removed += _remove_folder(found, in_use)
            else:
                found.unlink()
                removed += 1
    return removed


def _remove_folder(found: Path, in_use: InUse) -> bool:
    if found.name.startswith(".old-"):
        shutil.rmtree(found, ignore_errors=True)
        return True
    folder = found.with_name(found.name.removeprefix(".").removesuffix(".partial"))
    with locked(folder, wait=False) as mine:
        if not mine or found != partial_of(folder) or folder.name in in_use():
            return False
        shutil.rmtree(found, ignore_errors=True)
    return True


def _folders(folders: Path) -> Iterator[Path]:
    if folders.is_dir():
        yield from (found for found in folders.iterdir() if found.is_dir() and not found.name.startswith("."))


def _contents(root: Path) -> Iterator[Path]:
    return (found for found in root.glob("files/*/*") if not found.name.startswith("."))
