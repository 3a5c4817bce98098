"""Doing a transfer: signing in, its steps, and what follows from each way to fail."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import InterfaceError, InternalError, OperationalError
from django.utils import timezone

from yard.accounts.secrets import secret_get
from yard.core.errors import Unavailable, YardError
from yard.cvat import creating, linking, pulling
from yard.cvat.errors import CvatAway
from yard.cvat.models import CvatServer, CvatTransfer, TransferKind, TransferState
from yard.cvat.queue import Cancelled, LeaseLost, Pause, TransferLease
from yard.cvat.remote import Access, connected
from yard.cvat.waiting import CvatNeverEnds
from yard.storage.base import StoreFull

logger = logging.getLogger(__name__)

TRIES = 3
"""So often in a row a server may not answer, or a worker be killed, before a transfer fails."""
RETRY_AFTER = timedelta(seconds=10)
DATABASE_AWAY = (OperationalError, InterfaceError, InternalError)
STEPS = {
    TransferKind.CREATE: creating.create,
    TransferKind.LINK: linking.look,
    TransferKind.PULL: pulling.pull,
}


def transfer_perform(transfer_id: int) -> bool:
    """Do the transfer, or a slice of it; whether another task shall go on at once. Twice at a time does no harm."""
    lease = TransferLease.take(transfer_id)
    if lease is None:
        return False
    try:
        return _perform(lease)
    except LeaseLost:
        logger.info("Transfer %s was taken over by another process, or deleted.", transfer_id)
    except CvatTransfer.DoesNotExist:
        logger.info("Transfer %s was deleted.", transfer_id)
    return False


def access_to(server: CvatServer) -> Access:
    """How to reach the server, password included. Raises ``Conflict`` when that cannot be read."""
    secret = secret_get(project=server.project, name=server.secret.name)
    return Access(server.address, server.sign_in, server.username, secret, server.organization)


def _perform(lease: TransferLease) -> bool:
    transfer = lease.transfer
    if transfer.link is None:
        lease.end(TransferState.CANCELLED, "The data set is no longer linked to CVAT.")
        return False
    if transfer.failures >= TRIES:
        lease.end(
            TransferState.FAILED, "The worker was ended three times amid this. Look into its log, then try again."
        )
        return False
    try:
        with connected(access_to(transfer.link.server)) as remote:
            STEPS[TransferKind(transfer.kind)](lease, remote)
    except Pause:
        lease.release()
        return True
    except Cancelled:
        lease.end(TransferState.CANCELLED, "It was cancelled.")
    except CvatNeverEnds as error:
        lease.end(TransferState.FAILED, error.message, away=True)
    except CvatAway as error:
        _again(lease, error)
    except (Unavailable, StoreFull, *DATABASE_AWAY) as error:
        # Our own house: it is no use to count. What is left is done when it is back.
        lease.release(due_in=RETRY_AFTER, message=getattr(error, "message", "The database does not answer."))
    except YardError as error:
        lease.end(TransferState.FAILED, error.message)
    except LeaseLost:
        raise
    except Exception as error:
        logger.exception("transfer %s failed", transfer.pk)
        lease.end(TransferState.FAILED, f"The platform failed: {type(error).__name__}. Its log tells more.")
    return False


def _again(lease: TransferLease, error: CvatAway) -> None:
    """Wait a little and try again, three times in all."""
    failures = lease.transfer.failures + 1
    if failures >= TRIES:
        lease.end(TransferState.FAILED, f"{error.message} It was tried {TRIES} times.", away=True)
        return
    lease.release(
        due_in=RETRY_AFTER * failures,
        failures=failures,
        message=f"{error.message} Trying again ({failures + 1} of {TRIES}).",
    )


def server_look(server: CvatServer, access: Access | None = None) -> None:
    """Sign in to the server and note in the row (unsaved) how that went. Raises ``CvatError``."""
    server.checked_at = timezone.now()
    with connected(access or access_to(server)) as remote:
        about = remote.about()
    server.version = about.version
    server.username = server.username or about.username
    server.fault = ""
