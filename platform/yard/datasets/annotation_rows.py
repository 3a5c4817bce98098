"""Between rows and annotation files: shapes as rows, and the data set's annotations.xml written from its rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import ImageAnnotations, ShapeAnnotation
from yard.datasets.labels import spec_of
from yard.datasets.models import Dataset, Image, Label, Shape
from yard.storage import keys
from yard.storage.models import StoredObject
from yard.storage.objects import object_get, object_put

MEDIA_TYPE = "application/xml"
BATCH = 500
SOURCE_MAX = 30


def shape_row(shape: ShapeAnnotation, *, image_id: int, label: Label) -> Shape:
    """The shape as an unsaved row."""
    return Shape(
        image_id=image_id,
        label=label,
        kind=shape.kind,
        geometry=shape.geometry,
        attributes=shape.attributes,
        z_order=shape.z_order,
        occluded=shape.occluded,
        source=shape.source[:SOURCE_MAX],
        group=shape.group,
    )


def shape_of(row: Shape, label: str) -> ShapeAnnotation:
    """The row as annotation files have it."""
    return ShapeAnnotation(
        kind=row.kind,
        label=label,
        geometry=row.geometry,
        attributes=row.attributes,
        z_order=row.z_order,
        occluded=row.occluded,
        source=row.source,
        group=row.group,
    )


def annotations_current(dataset: Dataset) -> StoredObject:
    """The data set's annotations.xml in the store; written from the rows first when those have changed since.

    An uploaded file that nothing has changed is never touched. Call it outside of a transaction.
    """
    stored = object_get(dataset.bucket, keys.dataset_annotations(dataset.pk))
    if stored is not None and stored.digest == dataset.annotations_digest:
        return stored
    with tempfile.TemporaryFile() as file:
        write_cvat(
            file,
            name=dataset.name,
            labels=[spec_of(label) for label in dataset.labels.order_by("name")],
            images=_annotated_images(dataset),
            image_count=dataset.image_count,
        )
        size = file.tell()
        file.seek(0)
        stored = object_put(
            bucket=dataset.bucket,
            key=keys.dataset_annotations(dataset.pk),
            source=file,
            size=size,
            media_type=MEDIA_TYPE,
        )
    Dataset.objects.filter(pk=dataset.pk).update(annotations_digest=stored.digest)
    dataset.annotations_digest = stored.digest
    return stored


def _annotated_images(dataset: Dataset) -> Iterator[ImageAnnotations]:
    """Every image by name, with its shapes; a few hundred at a time."""
    names = dict(dataset.labels.values_list("pk", "name"))
    after = ""
    while True:
        images = list(dataset.images.filter(name__gt=after).order_by("name")[:BATCH])
        if not images:
            return
        yield from _with_shapes(images, names)
        after = images[-1].name


def _with_shapes(images: list[Image], names: dict[int, str]) -> Iterator[ImageAnnotations]:
    shapes: dict[int, list[ShapeAnnotation]] = {image.pk: [] for image in images}
    for row in Shape.objects.filter(image_id__in=shapes).order_by("image_id", "id").iterator(chunk_size=2000):
        shapes[row.image_id].append(shape_of(row, names[row.label_id]))
    for image in images:
        yield ImageAnnotations(image.name, image.width, image.height, shapes=shapes[image.pk])
