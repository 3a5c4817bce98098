"""Shapes as rows. Whoever changes the shapes of an image does it here, so that what follows from them stays true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db.models import F

from yard.core.bulk import rows_insert, rows_update
from yard.datasets.annotations.digests import annotations_digest
from yard.datasets.annotations.measures import measure
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.labels import LabelBook
from yard.datasets.models import Image, Label, Shape

SOURCE_MAX = 30
IDS_AT_ONCE = 500
# After the label, in the order of ``ShapeAnnotation``.
_SHAPE_FIELDS = ("kind", "geometry", "attributes", "z_order", "occluded", "source", "group")
_PLACE_FIELDS = ("left", "top", "width", "height", "area")
_ROW_FIELDS = ("image_id", "label_id", *_SHAPE_FIELDS, *_PLACE_FIELDS)
_NOWHERE = (None,) * len(_PLACE_FIELDS)


def shapes_replace(images: Mapping[int, Sequence[ShapeAnnotation]], labels: LabelBook) -> None:
    """Give each of these images (by id) exactly these shapes. Call it in a transaction.

    Moves the images' revisions. The counts of the data set are not touched; see ``counts.dataset_refresh_counts``.
    """
    ids = list(images)
    Shape.objects.filter(image_id__in=ids).delete()
    rows_insert(
        Shape,
        _ROW_FIELDS,
        (
            shape_values(shape, image_id, labels.get(shape.label).pk)
            for image_id, shapes in images.items()
            for shape in shapes
        ),
    )
    _images_write(images)


def shapes_note(images: Sequence[Image], labels: Mapping[int, str]) -> int:
    """Bring up to date what these images tell of their shapes, after some came, went or had their class renamed.

    Says how many of the images have shapes. ``labels`` is label id → name. Call it in the transaction of the change.
    """
    found = shapes_of(images, labels)
    _images_write(found)
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


def shape_row(shape: ShapeAnnotation, *, image_id: int, label: Label) -> Shape:
    """The shape as an unsaved row."""
    return Shape(**dict(zip(_ROW_FIELDS, shape_values(shape, image_id, label.pk), strict=True)))


def shape_values(shape: ShapeAnnotation, image_id: int, label_id: int) -> tuple[Any, ...]:
    """The values of the shape's row."""
    return (
        image_id,
        label_id,
        shape.kind,
        shape.geometry,
        shape.attributes,
        shape.z_order,
        shape.occluded,
        shape.source[:SOURCE_MAX],
        shape.group,
        *(measure(shape.kind, shape.geometry) or _NOWHERE),
    )


def _images_write(images: Mapping[int, Sequence[ShapeAnnotation]]) -> None:
    """What follows from the shapes of images, and that they have changed."""
    rows_update(
        Image,
        ("shape_count", "labels", "annotations_digest"),
        ((*_facts(shapes), image_id) for image_id, shapes in images.items()),
    )
    Image.objects.filter(pk__in=list(images)).update(revision=F("revision") + 1)


def _facts(shapes: Sequence[ShapeAnnotation]) -> tuple[int, dict[str, int], str]:
    """What an image's row tells of its shapes."""
    counts = Counter([shape.label for shape in shapes])
    return len(shapes), dict(sorted(counts.items())), annotations_digest(shapes)


def _with_shapes(image_id: int, shapes: Sequence[ShapeAnnotation]) -> Image:
    """The same as an instance; a migration asks for it."""
    count, labels, digest = _facts(shapes)
    return Image(pk=image_id, shape_count=count, labels=labels, annotations_digest=digest)
