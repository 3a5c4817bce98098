"""Shapes as rows. Whoever changes the shapes of an image does it here, so that what follows from them stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice

from django.db.models import F

from yard.datasets.annotations.digests import annotations_digest
from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.labels import LabelBook
from yard.datasets.models import Image, Label, Shape

SOURCE_MAX = 30
ROWS_AT_ONCE = 2000  # one image may have hundreds of thousands
IDS_AT_ONCE = 500
# After the label, in the order of ``ShapeAnnotation``.
_SHAPE_FIELDS = ("kind", "geometry", "attributes", "z_order", "occluded", "source", "group")


def shapes_replace(images: Mapping[int, Sequence[ShapeAnnotation]], labels: LabelBook) -> None:
    """Give each of these images (by id) exactly these shapes. Call it in a transaction.

    Moves the images' revisions. The counts of the data set are not touched; see ``counts.dataset_refresh_counts``.
    """
    ids = list(images)
    Shape.objects.filter(image_id__in=ids).delete()
    rows = (
        shape_row(shape, image_id=image_id, label=labels.get(shape.label))
        for image_id, shapes in images.items()
        for shape in shapes
    )
    while some := list(islice(rows, ROWS_AT_ONCE)):
        Shape.objects.bulk_create(some, batch_size=1000)
    _note(images)


def shapes_note(images: Sequence[Image], labels: Mapping[int, str]) -> int:
    """Bring up to date what these images carry of their shapes, after some were added or removed; move their revisions.

    Says how many of the images have shapes. ``labels`` is label id → name. Call it in the transaction of the change.
    """
    found = shapes_of(images, labels)
    _note(found)
    return sum(bool(shapes) for shapes in found.values())


def shapes_of(images: Sequence[Image], labels: Mapping[int, str]) -> dict[int, list[ShapeAnnotation]]:
    """image id → its shapes in the order they were made; ``labels`` is label id → name. One query for all."""
    found: dict[int, list[ShapeAnnotation]] = {image.pk: [] for image in images}
    rows = Shape.objects.filter(image_id__in=found).order_by("image_id", "id")
    # Not as model instances, which take four times as long, and there may be millions.
    for image_id, label_id, *values in rows.values_list("image_id", "label_id", *_SHAPE_FIELDS).iterator(2000):
        kind, *others = values
        found[image_id].append(ShapeAnnotation(kind, labels[label_id], *others))
    return found


def shape_row(shape: ShapeAnnotation, *, image_id: int, label: Label) -> Shape:
    """The shape as an unsaved row."""
    measures = measure(shape.kind, shape.geometry)
    measured = asdict(measures) if measures is not None else {}
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
        **measured,
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


def in_batches(ids: Iterable[int], size: int = IDS_AT_ONCE) -> Iterator[list[int]]:
    """The ids in lists that a query can ask for at once."""
    source = iter(ids)
    while some := list(islice(source, size)):
        yield some


def _note(images: Mapping[int, Sequence[ShapeAnnotation]]) -> None:
    changed = [_with_shapes(image_id, shapes) for image_id, shapes in images.items()]
    Image.objects.bulk_update(changed, ["shape_count", "labels", "annotations_digest"], batch_size=IDS_AT_ONCE)
    Image.objects.filter(pk__in=list(images)).update(revision=F("revision") + 1)


def _with_shapes(image_id: int, shapes: Sequence[ShapeAnnotation]) -> Image:
    return Image(
        pk=image_id,
        shape_count=len(shapes),
        labels=dict(sorted(Counter(shape.label for shape in shapes).items())),
        annotations_digest=annotations_digest(shapes),
    )
