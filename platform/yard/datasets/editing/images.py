"""Deleting images by hand: a few at once, many by the worker."""

from __future__ import annotations

from collections.abc import Sequence

from yard.accounts.models import User
from yard.core.errors import NotFound
from yard.datasets.editing.steps import images_begin, images_go_on, images_known
from yard.datasets.models import Dataset, Image, Shape
from yard.datasets.working_state import changing, check_changeable
from yard.storage import keys
from yard.storage.objects import object_delete

DELETE_TASK = "yard.datasets.tasks.images_delete_task"


def images_delete(*, dataset: Dataset, image_ids: Sequence[int], user: User) -> tuple[int, int]:
    """Delete these images with their shapes and files; says how many are gone, and how many the worker deletes next.

    What versions need of them stays. Ids of no image of the data set are passed over.

    Raises:
        NotFound: None of them is an image of the data set.
        Conflict: The data set cannot be changed now.
    """
    check_changeable(dataset)
    ids = images_known(dataset, image_ids)
    if not ids:
        raise NotFound("None of these images is in the data set any more.")
    done = images_begin(dataset, ids, user, _delete, DELETE_TASK)
    return done, len(ids) - done


def images_delete_rest(dataset_id: int, image_ids: Sequence[int], user_id: int) -> None:
    """Go on with a deletion of many; does no harm when done twice."""
    images_go_on(dataset_id, image_ids, user_id, _delete, DELETE_TASK)


def _delete(dataset: Dataset, image_ids: Sequence[int], user: User) -> None:
    with changing(dataset, user=user, action="dataset.images_deleted") as locked:
        names = list(locked.images.filter(pk__in=image_ids).values_list("name", flat=True))
        Shape.objects.filter(image__in=locked.images.filter(pk__in=image_ids)).delete()
        Image.objects.filter(dataset=locked, pk__in=image_ids).delete()
        for name in names:
            object_delete(bucket=locked.bucket, key=keys.dataset_file(locked.pk, name))
