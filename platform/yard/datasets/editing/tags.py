"""Giving a tag to many images, or taking it off them: a few at once, the others by the worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from yard.accounts.models import User
from yard.core.errors import InvalidInput, NotFound
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.counts import ImageFigures, dataset_shift_counts
from yard.datasets.editing.shapes import BadShape, shape_read
from yard.datasets.editing.steps import images_begin, images_go_on, images_known
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Image, Shape, ShapeKind
from yard.datasets.shapes import in_batches, shape_row, shapes_note
from yard.datasets.working_state import changing, check_changeable

TAG_TASK = "yard.datasets.tasks.images_tag_task"


def images_tag(*, dataset: Dataset, image_ids: Sequence[int], label: str, present: bool, user: User) -> tuple[int, int]:
    """Have these images carry the tag (a class of the image as a whole), or not; nothing else of them is touched.

    Says how many were changed, and how many the worker changes next; those that are as wanted count to neither.

    Raises:
        NotFound: None of the images is in the data set.
        InvalidInput: This cannot be the name of a class, or there would be too many classes.
        Conflict: The data set cannot be changed now.
    """
    check_changeable(dataset)
    tag = _tag_called(label)
    known = images_known(dataset, image_ids)
    if not known:
        raise NotFound("None of these images is in the data set any more.")
    if present:
        _check_room(dataset, tag.label)
    ids = _unlike(dataset, known, tag.label, present)
    if not ids:
        return 0, 0
    done = images_begin(dataset, ids, user, partial(_tag, tag=tag, present=present), TAG_TASK, tag.label, present)
    return done, len(ids) - done


def images_tag_rest(dataset_id: int, image_ids: Sequence[int], user_id: int, label: str, present: bool) -> None:
    """Go on with the tags of many; does no harm when done twice."""
    step = partial(_tag, tag=_tag_called(label), present=present)
    images_go_on(dataset_id, image_ids, user_id, step, TAG_TASK, label, present)


def _tag_called(label: str) -> ShapeAnnotation:
    try:
        return shape_read({"kind": ShapeKind.TAG, "label": label, "geometry": {}})
    except BadShape as error:
        message = f"The tag {error}."
        raise InvalidInput(message, extra={"errors": [{"path": ["label"], "message": message}]}) from error


def _check_room(dataset: Dataset, label: str) -> None:
    most = settings.ANNOTATIONS_MAX_LABELS
    if dataset.labels.count() >= most and not dataset.labels.filter(name=label).exists():
        raise InvalidInput(f"The data set has {most} classes, which is the limit here. Choose one of them.")


def _tags(dataset: Dataset, image_ids: Sequence[int], label: str) -> QuerySet[Shape]:
    return Shape.objects.filter(
        image__in=dataset.images.filter(pk__in=image_ids), kind=ShapeKind.TAG, label__name=label
    ).order_by()


def _unlike(dataset: Dataset, image_ids: Sequence[int], label: str, present: bool) -> list[int]:
    """Those of the images that are not as wanted yet."""
    tagged: set[int] = set()
    for some in in_batches(image_ids):
        tagged.update(_tags(dataset, some, label).values_list("image_id", flat=True))
    return [pk for pk in image_ids if (pk in tagged) is not present]


def _tag(dataset: Dataset, image_ids: list[int], user: User, *, tag: ShapeAnnotation, present: bool) -> None:
    ids = _unlike(dataset, image_ids, tag.label, present)
    if not ids:
        return
    with changing(dataset, user=user, action="dataset.images_tagged", recount=False) as locked:
        images = list(locked.images.filter(pk__in=ids))
        annotated = sum(image.shape_count > 0 for image in images)
        added, removed = _set(locked, images, tag) if present else (0, _unset(locked, ids, tag.label))
        now = shapes_note(images, dict(locked.labels.values_list("pk", "name")))
        before = ImageFigures(Counter({tag.kind: removed}), Counter({tag.label: removed}), annotated)
        after = ImageFigures(Counter({tag.kind: added}), Counter({tag.label: added}), now)
        dataset_shift_counts(locked, before, after)
        changed = Image.objects.filter(pk__in=ids)
        changed.update(edited_by=user, edited_at=timezone.now(), edited_revision=F("revision"))


def _set(dataset: Dataset, images: Sequence[Image], tag: ShapeAnnotation) -> tuple[int, int]:
    label = LabelBook(dataset).get(tag.label)
    there = set(_tags(dataset, [image.pk for image in images], tag.label).values_list("image_id", flat=True))
    rows = [shape_row(tag, image_id=image.pk, label=label) for image in images if image.pk not in there]
    Shape.objects.bulk_create(rows)
    return len(rows), 0


def _unset(dataset: Dataset, ids: Sequence[int], label: str) -> int:
    tags = list(_tags(dataset, ids, label).values_list("pk", flat=True))
    Shape.objects.filter(pk__in=tags).delete()
    return len(tags)
