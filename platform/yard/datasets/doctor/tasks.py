"""What the worker does for the doctor: in slices, and harmless when done twice."""

from __future__ import annotations

from yard.datasets.doctor.examine import examination_perform
from yard.datasets.doctor.repairs.run import repair_perform
from yard.datasets.models import Examination
from yard.datasets.work import work_requeue


def examination_task(examination_id: int) -> None:
    """Examine, or a slice of it."""
    if examination_perform(examination_id):
        work_requeue(Examination(pk=examination_id))


def repair_task(repair_id: int) -> None:
    """Repair, or take a repair back."""
    repair_perform(repair_id)
