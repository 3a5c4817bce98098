"""The rows of a data set as facts, a few hundred images at a time: never a query per image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from yard.datasets.doctor.facts import DatasetFacts, ImageFacts, LabelFacts, ShapeFacts
from yard.datasets.models import Dataset, Shape
from yard.datasets.shapes import in_batches

IMAGES_AT_ONCE = 500
_IMAGE = (
    "pk",
    "name",
    "digest",
    "size",
    "width",
    "height",
    "shape_count",
    "orientation",
    "perceptual_hash",
    "annotations_digest",
)
_SHAPE = ("pk", "kind", "label_id", "geometry", "left", "top", "width", "height", "area")
_REST = ("attributes", "z_order", "occluded", "source", "group")

Seen = tuple[ImageFacts, list[ShapeFacts]]


def dataset_facts(dataset: Dataset) -> DatasetFacts:
    """The data set as its row and its labels tell."""
    labels = dataset.labels.values_list("pk", "name", "shape_count")
    return DatasetFacts(
        image_count=dataset.image_count,
        annotated_count=dataset.annotated_count,
        labels={pk: LabelFacts(pk, name, count) for pk, name, count in labels},
    )


def images_seen(
    dataset: Dataset, *, shapes: bool = True, ids: Collection[int] | None = None, after: int = 0
) -> Iterator[Seen]:
    """Images with their shapes in the order of ids; of ``ids`` only where given, and then with attributes and all.

    Without ``shapes`` the lists are empty.
    """
    fields = _SHAPE if ids is None else (*_SHAPE, *_REST)
    for images in _batches(dataset, ids, after):
        found = _shapes([image.id for image in images if image.shape_count], fields) if shapes else {}
        for image in images:
            yield image, found.get(image.id, [])


def _batches(dataset: Dataset, ids: Collection[int] | None, after: int) -> Iterator[list[ImageFacts]]:
    rows = dataset.images.order_by("pk")
    if ids is not None:
        for some in in_batches(sorted(ids), IMAGES_AT_ONCE):
            yield [ImageFacts(*row) for row in rows.filter(pk__in=some).values_list(*_IMAGE)]
        return
    while batch := [ImageFacts(*row) for row in rows.filter(pk__gt=after).values_list(*_IMAGE)[:IMAGES_AT_ONCE]]:
        yield batch
        after = batch[-1].id


def _shapes(image_ids: list[int], fields: tuple[str, ...]) -> dict[int, list[ShapeFacts]]:
    found: dict[int, list[ShapeFacts]] = defaultdict(list)
    rows = Shape.objects.filter(image_id__in=image_ids).order_by("image_id", "pk").values_list("image_id", *fields)
    for image_id, *values in rows.iterator(chunk_size=2000):
        found[image_id].append(ShapeFacts(*values))
    return found
