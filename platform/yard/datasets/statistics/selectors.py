"""The statistics of a data set as it is now, and of its versions; counted once and kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from yard.core.errors import NotFound
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.figures.asking import figure_get
from yard.datasets.figures.kinds import Tell
from yard.datasets.figures.serializers import pending_of
from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.selectors import version_get
from yard.datasets.statistics.collect import Counts
from yard.datasets.statistics.rows import count_rows
from yard.datasets.versions.create import ANNOTATIONS_NAME
from yard.datasets.working_state import ACTIVE_STATES
from yard.storage.filesets import fileset_read
from yard.storage.manifests import ManifestEntry, fileset_entries

KEPT_SECONDS = 24 * 3600
FIGURE = "statistics"
# What is counted within a few hundred milliseconds; of more the worker counts.
IMAGES_AT_ONCE = 10_000
SHAPES_AT_ONCE = 50_000
TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures, and how counting newer ones is going.

    Attributes:
        figures: None: there are none yet.
        pending: State, progress and message; None: there are no newer ones.
    """

    figures: dict[str, Any] | None
    pending: dict[str, Any] | None = None


def dataset_statistics(dataset: Dataset, label: str = "") -> Statistics:
    """Of the working state; of one class's shapes when ``label`` names one. Raises ``NotFound`` for a class unknown.

    Those of a large data set are counted by the worker, and meanwhile those of before are given.
    """
    if label and not dataset.labels.filter(name=label).exists():
        raise NotFound(f"The data set {dataset.name} has no class {label[:100]}.")
    if dataset.image_count > IMAGES_AT_ONCE or dataset.shape_count > SHAPES_AT_ONCE:
        return _figure(dataset, _Question(None, label))
    if dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        return Statistics(count_rows(dataset, label).figures())
    key = f"statistics:{dataset.pk}:{dataset.created_at.timestamp()}:{dataset.revision}:{label.encode().hex()[:160]}"
    return Statistics(_kept(key, lambda: count_rows(dataset, label).figures()))


def version_statistics(version: DatasetVersion, label: str = "") -> Statistics:
    """Of a version, from its own files; counted by the worker where the version is large."""
    if version.image_count > IMAGES_AT_ONCE or version.shape_count > SHAPES_AT_ONCE:
        return _figure(version.dataset, _Question(version.number, label))
    key = f"statistics:{version.fileset.digest}:{label.encode().hex()[:160]}"
    return Statistics(_kept(key, lambda: _of_file(version, label)))


def _kept(key: str, count: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, KEPT_SECONDS)
    return found


# --- counted by the worker --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """Of which version (None: the working state) and which class (empty: all); as a text it names a figure."""

    number: int | None
    label: str

    def __str__(self) -> str:
        return f"{self.number or 'now'}:{self.label}"

    @classmethod
    def of(cls, text: str) -> _Question:
        number, _, label = text.partition(":")
        return cls(None if number == "now" else int(number), label)


def _figure(dataset: Dataset, question: _Question) -> Statistics:
    figure = figure_get(dataset, FIGURE, str(question))
    return Statistics(figure.value if figure.stamp else None, pending_of(figure))


def figure_stamp(dataset: Dataset, question: str) -> str:
    """Versions stay as they are; of the working state the revision tells."""
    return "for ever" if _Question.of(question).number is not None else str(dataset.revision)


def figure_work_out(dataset: Dataset, question: str, tell: Tell) -> dict[str, Any]:
    """Count. Raises ``NotFound`` when the version has gone meanwhile."""
    asked = _Question.of(question)
    if asked.number is None:
        tell(0.1, f"{dataset.shape_count:,} annotations to go through.")
        return count_rows(dataset, asked.label).figures()
    version = version_get(dataset=dataset, number=asked.number)
    return _of_file(version, asked.label, tell)


# --- a version's files ------------------------------------------------------------------------------------------------


def _of_file(version: DatasetVersion, label: str, tell: Tell | None = None) -> dict[str, Any]:
    counts = Counts(label)
    sizes: dict[str, tuple[int, int]] = {}
    annotations = None
    for entry in fileset_entries(version.fileset):
        if entry.name == ANNOTATIONS_NAME:
            annotations = entry
        else:
            sizes[entry.name] = (entry.width or 0, entry.height or 0)
    if annotations is not None:
        for number, image in enumerate(_annotated(version, annotations)):
            if tell is not None and number % TELL_EVERY == 0:
                tell(min(1.0, number / (version.image_count or 1)), f"{number:,} of {version.image_count:,} images")
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
