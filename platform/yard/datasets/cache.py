"""Versions as folders of this machine, as train containers see them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from yard.datasets.models import DatasetVersion
from yard.storage.cache import cache_trim
from yard.storage.filesets import fileset_materialise
from yard.storage.materialise import Progress

InUse = Callable[[], set[str]]
_claims: list[InUse] = []


def claim(in_use: InUse) -> None:
    """Ask this function, before a cached version is removed, which are used now (by their file sets' digests)."""
    if in_use not in _claims:
        _claims.append(in_use)


def version_materialise(version: DatasetVersion, *, on_progress: Progress | None = None) -> Path:
    """The folder with the version's samples and ``annotations/annotations.xml``; to be mounted read-only.

    It is whole, its digests are verified, its files are readable by everybody, and only the platform's user can enter
    its parent. Versions with the same content share it. The first call brings the files and may take minutes; after a
    kill the next one goes on. Two callers do not get into each other's way. It stays while somebody claims it.

    Raises ``ObjectMissing``, ``StoreUnavailable`` or ``StoreFull``.
    """
    folder = _folders() / version.fileset.digest
    fileset_materialise(version.fileset, folder, on_progress=on_progress)
    return folder


def versions_trim(grace: timedelta) -> int:
    """Bring this machine's cache to ``DATA_CACHE_MAX_BYTES``; says how many things were removed."""
    return cache_trim(
        Path(settings.DATA_CACHE_DIR),
        _folders(),
        limit=None if settings.STORAGE == "local" else settings.DATA_CACHE_MAX_BYTES,
        in_use=lambda: set().union(*(used() for used in _claims)),
        before=time.time() - grace.total_seconds(),
    )


def _folders() -> Path:
    return Path(settings.DATA_CACHE_DIR) / "datasets"
