"""What the worker does for data sets: short, and harmless when done twice."""

from __future__ import annotations

from yard.datasets import services
from yard.datasets.conversions.services import conversion_perform
from yard.datasets.editing.images import images_delete_rest
from yard.datasets.editing.tags import images_tag_rest
from yard.datasets.figures.perform import figure_perform
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import DatasetVersion, Import, ImportState
from yard.datasets.splits.hashing import hashes_slice
from yard.datasets.versions.files import files_settle
from yard.datasets.versions.pinning import pinning_perform
from yard.datasets.versions.records import records_open
from yard.datasets.versions.restores import restore_perform
from yard.datasets.working_state import ACTIVE_STATES


def import_run_task(import_id: int) -> None:
    """Do the import, or a slice of it; then whatever waits behind it."""
    if import_perform(import_id):
        import_services.import_requeue(import_id)
        return
    found = Import.objects.filter(pk=import_id).first()
    if found is None or found.state in ACTIVE_STATES:
        return
    waiting = Import.objects.filter(dataset_id=found.dataset_id, state=ImportState.QUEUED).order_by("pk").first()
    if waiting is not None:
        import_services.import_requeue(waiting.pk)


def conversion_run_task(conversion_id: int) -> None:
    """Do the conversion."""
    conversion_perform(conversion_id)


def dataset_files_delete_task(bucket: str, dataset_id: int, upload_ids: list[str]) -> None:
    """Remove the files of a deleted data set."""
    services.dataset_files_delete(bucket=bucket, dataset_id=dataset_id, upload_ids=upload_ids)


def hashes_fill_task(dataset_id: int, after: int = 0) -> None:
    """Compute perceptual hashes that images of before lack, or a slice of them."""
    hashes_slice(dataset_id, after)


def version_records_task(version_id: int) -> None:
    """Write what training code reads of a version; whoever wants it earlier writes it himself."""
    version = DatasetVersion.objects.select_related("fileset").filter(pk=version_id).first()
    if version is not None:
        records_open(version)


def pinning_task(pinning_id: int) -> None:
    """Make a version."""
    pinning_perform(pinning_id)


def figure_task(figure_id: int) -> None:
    """Work out something about a data set."""
    figure_perform(figure_id)


def restore_run_task(restore_id: int) -> None:
    """Bring the working state back to a version."""
    restore_perform(restore_id)


def files_settle_task(dataset_id: int, names: list[str]) -> None:
    """Bring readable files in step with the rows of their images, should a restore have been killed before it did."""
    files_settle(dataset_id, names)


def images_delete_task(dataset_id: int, image_ids: list[int], user_id: int) -> None:
    """Go on with deleting many images."""
    images_delete_rest(dataset_id, image_ids, user_id)


def images_tag_task(dataset_id: int, image_ids: list[int], user_id: int, label: str, present: bool) -> None:
    """Go on with giving many images a tag, or taking it off."""
    images_tag_rest(dataset_id, image_ids, user_id, label, present)
