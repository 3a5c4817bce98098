"""The statistics of a data set as it is now, and of its versions; counted once and kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.core.cache import cache

from yard.core.errors import NotFound
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.statistics.collect import Counts
from yard.datasets.statistics.rows import count_rows
from yard.datasets.versions.create import ANNOTATIONS_NAME
from yard.datasets.working_state import ACTIVE_STATES
from yard.storage.filesets import fileset_read
from yard.storage.manifests import ManifestEntry, fileset_entries

KEPT_SECONDS = 24 * 3600


def dataset_statistics(dataset: Dataset, label: str = "") -> dict[str, Any]:
    """Of the working state; of one class's shapes when ``label`` names one. Raises ``NotFound`` for a class unknown."""
    if label and not dataset.labels.filter(name=label).exists():
        raise NotFound(f"The data set {dataset.name} has no class {label[:100]}.")
    if dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        return count_rows(dataset, label).figures()
    key = f"statistics:{dataset.pk}:{dataset.created_at.timestamp()}:{dataset.revision}:{label.encode().hex()[:160]}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = count_rows(dataset, label).figures()
        cache.set(key, found, KEPT_SECONDS)
    return found


def version_statistics(version: DatasetVersion, label: str = "") -> dict[str, Any]:
    """Of a version, from its own files."""
    key = f"statistics:{version.fileset.digest}:{label.encode().hex()[:160]}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _of_file(version, label)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _of_file(version: DatasetVersion, label: str) -> dict[str, Any]:
    counts = Counts(label)
    sizes: dict[str, tuple[int, int]] = {}
    annotations = None
    for entry in fileset_entries(version.fileset):
        if entry.name == ANNOTATIONS_NAME:
            annotations = entry
        else:
            sizes[entry.name] = (entry.width or 0, entry.height or 0)
    if annotations is not None:
        for image in _annotated(version, annotations):
            found = sizes.pop(image.name, None)
            if found is not None:
                # Versions of before sizes were noted have those of the annotations.
                width, height = found if found[0] else (image.width, image.height)
                counts.image(width, height, image.shapes)
    for width, height in sizes.values():  # files of other tools leave out images without shapes
        counts.image(width, height, ())
    return counts.figures()


def _annotated(version: DatasetVersion, entry: ManifestEntry) -> Iterator[ImageAnnotations]:
    with tempfile.TemporaryFile() as file:
        with fileset_read(version.fileset, entry) as parts:
            for part in parts:
                file.write(part)
        file.seek(0)
        yield from CvatDocument(file)
