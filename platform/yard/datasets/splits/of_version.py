"""The split that a version carries in its manifest."""

from __future__ import annotations

from yard.datasets.models import DatasetVersion
from yard.storage.filesets import fileset_entries


def version_parts(version: DatasetVersion) -> dict[str, str]:
    """Image name → train, val or test; empty when the version carries no split. Images in no part are left out."""
    if not version.split_name:
        return {}
    return {entry.name: entry.split for entry in fileset_entries(version.fileset) if entry.split}
