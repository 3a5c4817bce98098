"""Having the worker compute perceptual hashes for images of before, slice by slice."""

from __future__ import annotations

from django_q.tasks import async_task

from yard.core.events import emit
from yard.datasets.models import Dataset
from yard.datasets.near import hashes_fill

TASK = "yard.datasets.tasks.hashes_fill_task"


def hashes_request(dataset: Dataset) -> None:
    """Queue it; asked for twice it is done once, as the second finds nothing left to do."""
    async_task(TASK, dataset.pk)


def hashes_slice(dataset_id: int, after: int = 0) -> None:
    """Compute for a while, tell who looks at the data set, and queue the rest. Harmless when done twice."""
    dataset = Dataset.objects.filter(pk=dataset_id).first()
    if dataset is None:
        return
    after = hashes_fill(dataset, after=after)
    emit(
        kind="dataset.changed",
        object_type="dataset",
        object_id=dataset.pk,
        project_id=dataset.project_id,
        payload={"dataset": dataset.pk, "deleted": False},
    )
    if after:
        async_task(TASK, dataset.pk, after)
