"""Holding content in the store for a while, whoever deletes or overwrites it (a backup copies it meanwhile)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from yard.storage.models import ContentHold

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=5)
"""For how long a hold outlives its holder."""

_RENEW_SECONDS = 30.0


def content_is_held() -> bool:
    """Whether content must stay in the store although its row goes; false again when a killed holder's time is up."""
    now = timezone.now()
    # Not for ever after a jump of the clock: nobody holds for longer than that from now.
    return ContentHold.objects.filter(until__gt=now, until__lte=now + 2 * HOLD).exists()


@contextmanager
def hold_content(owner: str) -> Iterator[None]:
    """While in the block no content leaves the store: what is deleted or overwritten is kept under its digest.

    The garbage collector rests meanwhile and takes the kept copies later, after its grace time.
    """
    row = ContentHold.objects.create(owner=owner, until=timezone.now() + HOLD)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(row.pk, ended), name="content-hold", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()
        ContentHold.objects.filter(pk=row.pk).delete()


def _renew(pk: int, ended: threading.Event) -> None:
    try:
        while not ended.wait(_RENEW_SECONDS):
            try:
                ContentHold.objects.filter(pk=pk).update(until=timezone.now() + HOLD)
            except DatabaseError as error:
                logger.warning("The hold on the store's content could not be renewed: %s", error)
                connection.close()
    finally:
        connection.close()
