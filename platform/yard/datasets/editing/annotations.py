"""Saving the shapes of one image as somebody has drawn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.counts import ImageFigures, dataset_shift_counts
from yard.datasets.editing.shapes import BadShape, shape_read
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Image
from yard.datasets.selectors import image_get
from yard.datasets.shapes import shape_of, shapes_replace
from yard.datasets.working_state import changing

SHAPES_MAX = 10_000
CHANGED = "changed_meanwhile"


def image_annotate(
    *, dataset: Dataset, image_id: int, revision: int, shapes: Sequence[dict[str, Any]], user: User
) -> None:
    """Give the image exactly these shapes; ``revision`` is that of the image they were drawn on.

    A shape with the ``id`` of one that is there keeps what it has of it and does not say; one that says nothing new
    is taken as it is, though an import may have let more pass than is taken from a hand.

    Raises:
        Conflict: ``changed_meanwhile``, the image has another revision by now; or the data set cannot be changed.
        InvalidInput: A shape is not well formed; ``errors`` tells which, and why.
        NotFound: The data set has no such image.
    """
    with changing(dataset, user=user, action="dataset.annotations_edited", recount=False) as locked:
        image = image_get(dataset=locked, image_id=image_id)
        if image.revision != revision:
            raise Conflict(_told(image), code=CHANGED, extra=_who(image))
        there = {shape.pk: shape_of(shape, shape.label.name) for shape in image.shapes.select_related("label")}
        wanted = _read(shapes, there)
        labels = LabelBook(locked)
        _check_labels(locked, wanted)
        before = ImageFigures.of(there.values())
        shapes_replace({image.pk: wanted}, labels)
        dataset_shift_counts(locked, before, ImageFigures.of(wanted))
        Image.objects.filter(pk=image.pk).update(
            edited_by=user, edited_at=timezone.now(), edited_revision=image.revision + 1
        )


def _read(given: Sequence[dict[str, Any]], there: dict[int, ShapeAnnotation]) -> list[ShapeAnnotation]:
    if len(given) > max(SHAPES_MAX, len(there)):
        raise InvalidInput(f"These are {len(given):,} shapes; at most {SHAPES_MAX:,} can be saved for one image.")
    shapes, errors = [], []
    for index, one in enumerate(given):
        try:
            shapes.append(_shape(one, there))
        except BadShape as error:
            errors.append({"path": ["shapes", index], "message": f"Shape {index + 1} {error}."})
    if errors:
        more = f" ({len(errors) - 1} more are wrong, too)" if len(errors) > 1 else ""
        raise InvalidInput(f"{errors[0]['message']}{more} Nothing was saved.", extra={"errors": errors[:100]})
    return shapes


def _shape(given: dict[str, Any], there: dict[int, ShapeAnnotation]) -> ShapeAnnotation:
    pk = given.get("id")
    old = there.get(pk) if isinstance(pk, int) else None
    if old is None:
        return shape_read(given)
    kept = {
        "kind": old.kind,
        "label": old.label,
        "geometry": old.geometry,
        "attributes": old.attributes,
        "z_order": old.z_order,
        "occluded": old.occluded,
        "group": old.group,
    }
    wanted = {**kept, **{name: given[name] for name in kept if name in given}}
    return old if wanted == kept else shape_read(wanted)


def _check_labels(dataset: Dataset, shapes: Sequence[ShapeAnnotation]) -> None:
    """New classes are made on the way, but no more than an import may make."""
    known = set(dataset.labels.values_list("name", flat=True))
    new = {shape.label for shape in shapes} - known
    if new and len(known) + len(new) > settings.ANNOTATIONS_MAX_LABELS:
        raise InvalidInput(f"The data set would have more than {settings.ANNOTATIONS_MAX_LABELS} classes.")


def _told(image: Image) -> str:
    who = "an import, a repair or another program"
    if image.edited_revision == image.revision:
        who = image.edited_by.get_username() if image.edited_by else "somebody who is gone"
    return (
        f"{image.name} was changed by {who} after you opened it, so your changes were not saved. "
        "Look at both, and choose which to keep."
    )


def _who(image: Image) -> dict[str, Any]:
    by_hand = image.edited_revision == image.revision
    return {
        "revision": image.revision,
        "edited_by": image.edited_by.get_username() if by_hand and image.edited_by else None,
        "edited_at": image.edited_at.isoformat() if by_hand and image.edited_at else None,
    }
