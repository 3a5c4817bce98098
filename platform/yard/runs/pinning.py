"""Pinning the data of a run that could not have it at once: a version is being made, or annotations come from CVAT."""

from __future__ import annotations

from django.db import transaction

from yard.core import lineage
from yard.core.lineage import Thing
from yard.cvat.models import ACTIVE, CvatTransfer, TransferState
from yard.datasets.models import DatasetVersion, Pinning, WorkState
from yard.datasets.versions.pinning import OUR_FAULT
from yard.datasets.work import WORKING
from yard.executions.kinds import Blocked, Ready, Refused
from yard.executions.states import Cause
from yard.runs.models import Run

WAITING = "Waiting for the annotations from CVAT."
WAITING_VERSION = "Waiting for the version of the data set."


def version_pin(run: Run) -> Ready | Blocked | Refused:
    """Ready when the run has its version for ever; blocked while that is on its way. Twice changes nothing."""
    if run.dataset_version_id is not None:
        return Ready()
    if run.pinning is not None:
        return _made(run, run.pinning)
    if run.pull is not None:
        return _pulled(run, run.pull)
    return Refused("The data set was unlinked from CVAT before its annotations came. Start the run again.", Cause.USER)


def _made(run: Run, pinning: Pinning) -> Ready | Blocked | Refused:
    if pinning.state in WORKING:
        return Blocked(f"{WAITING_VERSION} {pinning.message}".strip(), builds=False)
    if pinning.state == WorkState.SUCCEEDED and pinning.version is not None:
        return _pin(run, pinning.version)
    why = "the version was deleted at once." if pinning.state == WorkState.SUCCEEDED else pinning.message
    return Refused(
        f"The data set could not be pinned as a version, so nothing was started: {why} Start the run again, or on a "
        "version that is there.",
        Cause.PLATFORM if pinning.message == OUR_FAULT else Cause.USER,
    )


def _pulled(run: Run, pull: CvatTransfer) -> Ready | Blocked | Refused:
    if pull.state in ACTIVE:
        return Blocked(f"{WAITING} {pull.message}".strip(), builds=False)
    if pull.state == TransferState.SUCCEEDED and pull.version is not None:
        return _pin(run, pull.version)
    if pull.state == TransferState.SUCCEEDED:
        return Refused("The version with the annotations from CVAT was deleted. Start the run again.", Cause.USER)
    why = pull.message or "It was ended."
    return Refused(
        f"The annotations could not be pulled from CVAT, so nothing was started: {why} Start the run again, or on a "
        "version that is there.",
        Cause.PLATFORM if pull.away else Cause.USER,
    )


def _pin(run: Run, version: DatasetVersion) -> Ready:
    with transaction.atomic():
        if Run.objects.filter(pk=run.pk, dataset_version=None).update(dataset_version=version):
            lineage.link(work=Thing("run", run.pk), inputs=(Thing("dataset_version", version.pk),))
    run.dataset_version = version
    return Ready()
