"""Writing to and reading from the outbox of events."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models

from yard.core.models import Event

# Any constant will do; it names the one lock that orders the outbox.
_OUTBOX_LOCK = 7_202_611


def emit(
    *,
    kind: str,
    object_type: str,
    object_id: int,
    project_id: int | None,
    actor: AbstractBaseUser | None = None,
    payload: dict[str, Any] | None = None,
) -> Event:
    """Write one event; call it inside the transaction that changes the object.

    On PostgreSQL a transaction-level lock makes ids grow in commit order: without it a reader could see event 8,
    and later 7. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OUTBOX_LOCK])
    return Event.objects.create(
        kind=kind,
        object_type=object_type,
        object_id=object_id,
        project_id=project_id,
        actor_id=actor.pk if actor is not None else None,
        payload=payload or {},
    )


def latest_id() -> int:
    """The id of the newest event; 0 when there is none."""
    return Event.objects.aggregate(newest=models.Max("id"))["newest"] or 0
