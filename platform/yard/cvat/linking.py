"""Looking at a task or project that is there already, before the data set counts as linked to it."""

from __future__ import annotations

from yard.cvat.matching import counted, match_images
from yard.cvat.models import CvatLink, RemoteKind, TransferState
from yard.cvat.queue import TransferLease
from yard.cvat.remote import Remote


def look(lease: TransferLease, remote: Remote) -> None:
    """Name it, compare its images with those here, and call the link ready. At least one image has to match."""
    link = lease.transfer.link
    assert link is not None
    assert link.remote_id is not None
    lease.tell(0.1, "Looking at it in CVAT.", at_once=True)
    is_project = link.kind == RemoteKind.PROJECT
    name = remote.project_name(link.remote_id) if is_project else remote.task(link.remote_id).name
    report = match_images(lease, remote, at_least_one=True)
    lease.write()
    CvatLink.objects.filter(pk=link.pk).update(name=name[:255], ready=True, images=report)
    words = f"Of the data set, {counted(report['matched'])} in CVAT."
    if report["only_here"]:
        words += f" {counted(report['only_here'])} not."
    lease.end(TransferState.SUCCEEDED, words, report=report)
