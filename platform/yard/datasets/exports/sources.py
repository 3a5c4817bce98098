"""What an export is made of: the working state of a data set, or one of its versions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from yard.datasets.annotation_rows import annotated_images
from yard.datasets.annotations.cvat_reader import CvatDocument
from yard.datasets.annotations.formats.base import Export
from yard.datasets.annotations.formats.losses import Losses
from yard.datasets.annotations.types import ImageAnnotations, LabelSpec, ShapeAnnotation
from yard.datasets.labels import spec_of
from yard.datasets.models import Dataset, DatasetVersion, SplitMember
from yard.datasets.versions.create import ANNOTATIONS_NAME
from yard.storage import keys
from yard.storage.base import Parts
from yard.storage.filesets import fileset_entries, fileset_read
from yard.storage.manifests import ManifestEntry
from yard.storage.objects import object_read


@dataclass(slots=True)
class Exportable:
    """An export, and how to open the images it names."""

    export: Export
    open_image: Callable[[str], Parts]
    has_parts: bool


def of_dataset(dataset: Dataset) -> Exportable:
    """The working state, dealt out by its current split."""
    losses = Losses()
    parts: dict[str, str] = {}
    if dataset.split_id is not None:
        members = SplitMember.objects.filter(split_id=dataset.split_id).values_list("image__name", "part")
        parts = dict(members.iterator(chunk_size=5000))
    images = (
        replace(image, subset=parts[image.name]) if image.name in parts else image
        for image in annotated_images(dataset)
    )
    labels = [spec_of(label) for label in dataset.labels.order_by("name")]
    return Exportable(
        Export(dataset.name, labels, images, dataset.image_count, losses),
        lambda name: object_read(dataset.bucket, keys.dataset_file(dataset.pk, name)),
        bool(parts),
    )


def of_version(version: DatasetVersion) -> Exportable:
    """A version with the split it carries."""
    dataset = version.dataset
    losses = Losses()
    entries = {entry.name: entry for entry in fileset_entries(version.fileset)}
    annotations = entries.pop(ANNOTATIONS_NAME, None)
    specs = {label.name: spec_of(label) for label in dataset.labels.all()}
    labels = [specs.get(name) or LabelSpec(name) for name in sorted(version.label_counts)]
    read = partial(fileset_read, version.fileset)
    return Exportable(
        Export(
            f"{dataset.name} v{version.number}",
            labels,
            _images(entries, None if annotations is None else partial(read, annotations), labels, losses),
            version.image_count,
            losses,
        ),
        lambda name: read(entries[name]),
        any(entry.split for entry in entries.values()),
    )


def _images(
    entries: dict[str, ManifestEntry],
    annotations: Callable[[], Parts] | None,
    labels: Iterable[LabelSpec],
    losses: Losses,
) -> Iterator[ImageAnnotations]:
    """The images of a manifest with their shapes; those that its annotations do not name come last."""
    known = {label.name for label in labels}
    left = dict(entries)
    if annotations is not None:
        for found in _annotated(annotations):
            # Names in an uploaded file may have folders; it was only kept as it is because base names tell them apart.
            entry = left.pop(found.name, None) or left.pop(found.name.replace("\\", "/").rsplit("/", 1)[-1], None)
            if entry is None:
                continue
            shapes = [shape for shape in found.shapes if shape.label in known]
            for _ in range(len(found.shapes) - len(shapes)):
                losses.add("no_label", image=entry.name)
            yield _image(entry, found.width, found.height, shapes)
    for entry in left.values():
        yield _image(entry, 0, 0, [])


def _image(entry: ManifestEntry, width: int, height: int, shapes: list[ShapeAnnotation]) -> ImageAnnotations:
    return ImageAnnotations(entry.name, entry.width or width, entry.height or height, subset=entry.split, shapes=shapes)


def _annotated(read: Callable[[], Parts]) -> Iterator[ImageAnnotations]:
    with tempfile.TemporaryFile() as file:
        with read() as parts:
            file.writelines(parts)
        file.seek(0)
        yield from CvatDocument(file)
