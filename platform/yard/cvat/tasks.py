"""What the worker does with CVAT: in slices, and harmless when done twice."""

from __future__ import annotations

from django_q.tasks import async_task

from yard.cvat.performing import transfer_perform
from yard.cvat.queue import TRANSFER_TASK


def transfer_run_task(transfer_id: int) -> None:
    """Do the transfer, or a slice of it, after which another task goes on."""
    if transfer_perform(transfer_id):
        async_task(TRANSFER_TASK, transfer_id)
