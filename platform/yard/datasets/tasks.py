"""What the worker does for data sets: short, and harmless when done twice."""

from __future__ import annotations

from yard.datasets import services
from yard.datasets.conversions.services import conversion_perform
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Import, ImportState
from yard.datasets.working_state import ACTIVE_STATES


def import_run_task(import_id: int) -> None:
    """Do the import, or a slice of it; then whatever waits behind it."""
    if import_perform(import_id):
        services.import_requeue(import_id)
        return
    found = Import.objects.filter(pk=import_id).first()
    if found is None or found.state in ACTIVE_STATES:
        return
    waiting = Import.objects.filter(dataset_id=found.dataset_id, state=ImportState.QUEUED).order_by("pk").first()
    if waiting is not None:
        services.import_requeue(waiting.pk)


def conversion_run_task(conversion_id: int) -> None:
    """Do the conversion."""
    conversion_perform(conversion_id)


def dataset_files_delete_task(bucket: str, dataset_id: int, upload_ids: list[str]) -> None:
    """Remove the files of a deleted data set."""
    services.dataset_files_delete(bucket=bucket, dataset_id=dataset_id, upload_ids=upload_ids)
