"""Versions as folders of this machine, as train containers see them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from yard.datasets.models import DatasetVersion
from yard.storage.filesets import fileset_materialise
from yard.storage.materialise import Progress


def version_materialise(version: DatasetVersion, *, on_progress: Progress | None = None) -> Path:
    """The folder with the version's samples and ``annotations/annotations.xml``; to be mounted read-only.

    It is whole, its digests are verified, its files are readable by everybody, and only the platform's user can enter
    its parent. Versions with the same content share it. The first call brings the files and may take minutes; after a
    kill the next one goes on. Two callers do not get into each other's way.

    Raises ``ObjectMissing``, ``StoreUnavailable`` or ``StoreFull``.
    """
    folder = Path(settings.DATA_CACHE_DIR) / "datasets" / version.fileset.digest
    fileset_materialise(version.fileset, folder, on_progress=on_progress)
    return folder
