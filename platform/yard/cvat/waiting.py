"""Waiting for what CVAT does in the background, without waiting for ever."""

from __future__ import annotations

import time

from django.conf import settings
from django.utils import timezone

from yard.cvat.errors import CvatAway, CvatRefused
from yard.cvat.queue import TransferLease
from yard.cvat.remote import Background, Remote

POLL_SECONDS = 1.0


def wait_for(
    lease: TransferLease, remote: Remote, request_id: str, *, what: str, span: tuple[float, float]
) -> Background:
    """The finished background request.

    Args:
        what: What CVAT is doing, as in "makes frames of the images".
        span: The transfer's progress when it begins and when it is done.

    Raises:
        CvatRefused: It failed there.
        CvatAway: It takes longer than ``YARD_CVAT_WAIT_SECONDS``.
    """
    asked_at = _asked_at(lease, request_id)
    while True:
        found = remote.background(request_id)
        if found.state == "finished":
            return found
        if found.state == "failed":
            raise CvatRefused(f"CVAT could not do it ({what}): {found.message or 'it does not say why'}.")
        if timezone.now().timestamp() - asked_at > settings.CVAT_WAIT_SECONDS:
            raise CvatNeverEnds(
                f"CVAT has not ended within {settings.CVAT_WAIT_SECONDS:g} s ({what}). Is its worker running?"
            )
        begin, end = span
        lease.tell(begin + (end - begin) * min(found.progress, 1.0), f"CVAT {what}.", may_pause=True)
        time.sleep(POLL_SECONDS)


class CvatNeverEnds(CvatAway):
    """Waiting longer is no use."""

    code = "cvat_never_ends"


def _asked_at(lease: TransferLease, request_id: str) -> float:
    """When the request was first waited for, whichever worker did so."""
    link = lease.transfer.link
    assert link is not None
    waited = link.memo.get("waits_for") or {}
    if waited.get("id") != request_id:
        waited = {"id": request_id, "since": timezone.now().timestamp()}
        lease.got_on(waits_for=waited)
    return float(waited["since"])
