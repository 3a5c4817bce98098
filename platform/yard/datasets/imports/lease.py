"""Who is working on an import, and how far it is."""

from __future__ import annotations

from yard.core.events import emit
from yard.datasets.models import Import
from yard.executions.worker_leases import LeaseLost as LeaseLost  # noqa: PLC0414 - raised by what is below
from yard.executions.worker_leases import WorkerLease


class Cancelled(Exception):
    """Somebody has asked the import to end."""


def emit_import(dataset_import: Import) -> None:
    """Tell whoever watches how the import is doing; call it in the transaction that changes it."""
    emit(
        kind="dataset.import",
        object_type="import",
        object_id=dataset_import.pk,
        project_id=dataset_import.dataset.project_id,
        payload={
            "dataset": dataset_import.dataset_id,
            "state": str(dataset_import.state),
            "progress": round(dataset_import.progress, 4),
            "message": dataset_import.message,
        },
    )


class Lease(WorkerLease[Import]):
    """The right to work on one import; there is one at a time for a data set."""

    related = ("dataset", "created_by")

    @classmethod
    def take(cls, import_id: int) -> Lease | None:
        """The lease; None when there is nothing to do, somebody else does it, or the data set is busy with another."""
        return cls.take_row(Import, import_id)

    @property
    def dataset_import(self) -> Import:
        """What is to be done."""
        return self.row

    def announce(self) -> None:
        """Tell whoever watches how the import is doing."""
        emit_import(self.row)

    def check_wanted(self) -> None:
        """Raises ``Cancelled`` when somebody has asked for it."""
        if Import.objects.filter(pk=self.row.pk).exclude(cancel_requested_at=None).exists():
            raise Cancelled

    def tell(self, progress: float, message: str) -> None:
        """Progress (0 to 1) for people to see, at most twice a second; the place where an import can be ended.

        Never call it between storing a file and writing its row. Raises ``LeaseLost``, ``Cancelled``.
        """
        if self.is_time_to_tell():
            self.check_wanted()
            self.write_and_announce(progress=progress, message=message)
