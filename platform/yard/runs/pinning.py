"""Pinning the data of a run whose annotations come from CVAT: after the pull, before anything starts."""

from __future__ import annotations

from django.db import transaction

from yard.core import lineage
from yard.core.lineage import Thing
from yard.cvat.models import ACTIVE, TransferState
from yard.executions.kinds import Blocked, Ready, Refused
from yard.executions.states import Cause
from yard.runs.models import Run

WAITING = "Waiting for the annotations from CVAT."


def version_pin(run: Run) -> Ready | Blocked | Refused:
    """Ready when the run has its version for ever; blocked while the pull goes on. Twice changes nothing."""
    if run.dataset_version_id is not None:
        return Ready()
    pull = run.pull
    if pull is None:
        return Refused(
            "The data set was unlinked from CVAT before its annotations came. Start the run again.", Cause.USER
        )
    if pull.state in ACTIVE:
        return Blocked(f"{WAITING} {pull.message}".strip(), builds=False)
    if pull.state == TransferState.SUCCEEDED and pull.version is not None:
        with transaction.atomic():
            if Run.objects.filter(pk=run.pk, dataset_version=None).update(dataset_version=pull.version):
                lineage.link(work=Thing("run", run.pk), inputs=(Thing("dataset_version", pull.version.pk),))
        run.dataset_version = pull.version
        return Ready()
    if pull.state == TransferState.SUCCEEDED:
        return Refused("The version with the annotations from CVAT was deleted. Start the run again.", Cause.USER)
    why = pull.message or "It was ended."
    return Refused(
        f"The annotations could not be pulled from CVAT, so nothing was started: {why} Start the run again, or on a "
        "version that is there.",
        Cause.PLATFORM if pull.away else Cause.USER,
    )
