"""Changing many images by hand: the first of them at once, the rest by the worker, so many in a transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from django_q.tasks import async_task

from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.models import Dataset
from yard.datasets.shapes import in_batches

logger = logging.getLogger(__name__)

AT_ONCE = 500
# Well below the time after which the queue ends a task.
SLICE_SECONDS = 480

Step = Callable[[Dataset, list[int], User], None]


def images_begin(dataset: Dataset, ids: Sequence[int], user: User, step: Step, task: str, *given: str | bool) -> int:
    """Do the step with the first images; says with how many. ``task`` gets the rest, and ``given`` after its ids."""
    now, later = list(ids[:AT_ONCE]), list(ids[AT_ONCE:])
    step(dataset, now, user)
    if later:
        async_task(task, dataset.pk, later, user.pk, *given)
    return len(now)


def images_go_on(dataset_id: int, ids: Sequence[int], user_id: int, step: Step, task: str, *given: str | bool) -> None:
    """Do the step with the rest, or with as many as there is time for. Steps do no harm when done twice."""
    dataset, user = Dataset.objects.filter(pk=dataset_id).first(), User.objects.filter(pk=user_id).first()
    if dataset is None or user is None:
        return
    began, left = time.monotonic(), list(ids)
    while left:
        if time.monotonic() - began > SLICE_SECONDS:
            async_task(task, dataset_id, left, user_id, *given)
            return
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        try:
            step(dataset, images_known(dataset, some), user)
        except Conflict as error:  # an import has begun, or it was archived: people see what is left, and choose again
            logger.warning("%d images of %s were left as they are: %s", len(some) + len(left), dataset, error.message)
            return


def images_known(dataset: Dataset, ids: Sequence[int]) -> list[int]:
    """Those that are images of the data set; the others went meanwhile, or never were."""
    found: list[int] = []
    for some in in_batches(dict.fromkeys(ids)):
        found += dataset.images.filter(pk__in=some).order_by("pk").values_list("pk", flat=True)
    return found
