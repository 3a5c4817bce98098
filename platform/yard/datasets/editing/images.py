"""Deleting images by hand: a few at once, many by the worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict, NotFound
from yard.datasets.models import Dataset, Image, Shape
from yard.datasets.shapes import in_batches
from yard.datasets.working_state import changing, check_changeable
from yard.storage import keys
from yard.storage.objects import object_delete

logger = logging.getLogger(__name__)

AT_ONCE = 500
DELETE_TASK = "yard.datasets.tasks.images_delete_task"
# Well below the time after which the queue ends a task.
SLICE_SECONDS = 480


def images_delete(*, dataset: Dataset, image_ids: Sequence[int], user: User) -> tuple[int, int]:
    """Delete these images with their shapes and files; says how many are gone, and how many the worker deletes next.

    What versions need of them stays. Ids of no image of the data set are passed over.

    Raises:
        NotFound: None of them is an image of the data set.
        Conflict: The data set cannot be changed now.
    """
    check_changeable(dataset)
    ids = _known(dataset, image_ids)
    if not ids:
        raise NotFound("None of these images is in the data set any more.")
    now, later = ids[:AT_ONCE], ids[AT_ONCE:]
    _delete(dataset, now, user)
    if later:
        async_task(DELETE_TASK, dataset.pk, later, user.pk)
    return len(now), len(later)


def images_delete_rest(dataset_id: int, image_ids: Sequence[int], user_id: int) -> None:
    """Go on with a deletion of many; does no harm when done twice."""
    dataset, user = Dataset.objects.filter(pk=dataset_id).first(), User.objects.filter(pk=user_id).first()
    if dataset is None:
        return
    began, left = time.monotonic(), list(image_ids)
    while left:
        if time.monotonic() - began > SLICE_SECONDS:
            async_task(DELETE_TASK, dataset_id, left, user_id)
            return
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        try:
            _delete(dataset, _known(dataset, some), user)
        except Conflict as error:  # an import has begun, or it was archived: people see what is left, and choose again
            logger.warning("%d images of %s were not deleted: %s", len(some) + len(left), dataset, error.message)
            return


def _delete(dataset: Dataset, image_ids: Sequence[int], user: User | None) -> None:
    with changing(dataset, user=user, action="dataset.images_deleted") as locked:
        names = list(locked.images.filter(pk__in=image_ids).values_list("name", flat=True))
        Shape.objects.filter(image__in=locked.images.filter(pk__in=image_ids)).delete()
        Image.objects.filter(dataset=locked, pk__in=image_ids).delete()
        for name in names:
            object_delete(bucket=locked.bucket, key=keys.dataset_file(locked.pk, name))


def _known(dataset: Dataset, image_ids: Sequence[int]) -> list[int]:
    found: list[int] = []
    for some in in_batches(dict.fromkeys(image_ids)):
        found += dataset.images.filter(pk__in=some).order_by("pk").values_list("pk", flat=True)
    return found
