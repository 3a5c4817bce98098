"""The data set's annotations.xml, written from its rows when they have changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator

from yard.datasets.annotations.cvat_writer import write_cvat
from yard.datasets.annotations.types import ImageAnnotations
from yard.datasets.labels import spec_of
from yard.datasets.models import Dataset
from yard.datasets.shapes import shapes_of
from yard.storage import keys
from yard.storage.models import StoredObject
from yard.storage.objects import object_get, object_put

MEDIA_TYPE = "application/xml"
BATCH = 500


def annotations_current(dataset: Dataset, *, each: Callable[[], object] = bool) -> StoredObject:
    """The data set's annotations.xml in the store; written from the rows first when those have changed since.

    An uploaded file that nothing has changed is never touched. ``each`` is called for every image that is written.
    Call it outside of a transaction.
    """
    stored = object_get(dataset.bucket, keys.dataset_annotations(dataset.pk))
    if stored is not None and stored.digest == dataset.annotations_digest:
        return stored
    with tempfile.TemporaryFile() as file:
        write_cvat(
            file,
            name=dataset.name,
            labels=[spec_of(label) for label in dataset.labels.order_by("name")],
            images=_counted(annotated_images(dataset), each),
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
    # Of rows that were changed while they were read the file tells nothing certain: whoever is next writes it anew.
    if Dataset.objects.filter(pk=dataset.pk, revision=dataset.revision).update(annotations_digest=stored.digest):
        dataset.annotations_digest = stored.digest
    return stored


def _counted(images: Iterator[ImageAnnotations], each: Callable[[], object]) -> Iterator[ImageAnnotations]:
    for image in images:
        each()
        yield image


def annotated_images(dataset: Dataset) -> Iterator[ImageAnnotations]:
    """Every image by name, with its shapes; a few hundred at a time."""
    names = dict(dataset.labels.values_list("pk", "name"))
    after = ""
    while True:
        images = list(dataset.images.filter(name__gt=after).order_by("name")[:BATCH])
        if not images:
            return
        shapes = shapes_of(images, names)
        for image in images:
            yield ImageAnnotations(image.name, image.width, image.height, shapes=shapes[image.pk])
        after = images[-1].name
