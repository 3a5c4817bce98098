"""Writing to and reading from the outbox of events."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models

from yard.core import audit
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
    audited_as: str = "",
    name: str = "",
) -> Event:
    """Write one event; call it inside the transaction that changes the object.

    Kinds in ``audit.EVENT_KINDS`` go to the audit log too. ``audited_as`` sends any event there, under that name, for
    kinds that say too little; ``name`` is what people call the object (default: the payload's ``name``).

    On PostgreSQL a transaction-level lock makes ids grow in commit order: without it a reader could see event 8,
    and later 7. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OUTBOX_LOCK])
    payload = payload or {}
    if audited_as or kind in audit.EVENT_KINDS:
        audit.record(
            audited_as or kind,
            actor=actor,
            object_type=object_type,
            object_id=object_id,
            object_name=name or str(payload.get("name", "")),
            project_id=project_id,
            details={key: value for key, value in payload.items() if key not in {"name", "deleted"}},
        )
    return Event.objects.create(
        kind=kind,
        object_type=object_type,
        object_id=object_id,
        project_id=project_id,
        actor_id=actor.pk if actor is not None else None,
        payload=payload,
    )


def latest_id() -> int:
    """The id of the newest event; 0 when there is none."""
    return Event.objects.aggregate(newest=models.Max("id"))["newest"] or 0
