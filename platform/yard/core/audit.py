"""The audit log: who did what to which object, from where, and how it ended.

Written in the transaction of the change, so there is no change without its entry and no entry without its change.
A table of its own beside the outbox of events: events serve browsers and may be thrown away, entries stay, carry the
caller's address and token, and concern things that are no event (signing in, a refused password).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from rest_framework.request import Request

from yard.core import origin
from yard.core.models import AuditEntry, AuditOutcome

_NAME_MAX = 200

EVENT_KINDS = frozenset(
    {
        "template.version",
        "template.changed",
        "template.deleted",
        "template.granted",
        "template.revoked",
        "model.version",
        "model.changed",
        "model.deleted",
        "model.version_deleted",
        "run.changed",
        "run.deleted",
    }
)
"""Events that are entries too, under the same name; others are progress, or get an entry with a better name."""


def record(
    action: str,
    *,
    actor: AbstractBaseUser | None = None,
    object_type: str = "",
    object_id: int | str | None = None,
    object_name: str = "",
    project_id: int | None = None,
    outcome: AuditOutcome = AuditOutcome.OK,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry; call it inside the transaction that changes the object.

    Args:
        action: What was done, as in ``token.created``.
        actor: Who did it; None for the platform itself, or for somebody who is not known.
        object_type: What it was done to; ids of one type are unique.
        object_id: Which one.
        object_name: What people call it; kept because the object may be gone tomorrow.
        project_id: Whose admins may read the entry; None for administrators only.
        outcome: Done, refused by us, or failed.
        details: JSON-able, for people. Never a secret: no passwords, token texts, or values of settings.
    """
    here = origin.current()
    return AuditEntry.objects.create(
        action=action,
        outcome=outcome,
        actor_id=actor.pk if actor is not None else None,
        actor_name=(actor.get_username() if actor is not None else "")[:_NAME_MAX],
        token_id=here.token_id,
        address=here.address,
        request_id=here.request_id,
        object_type=object_type,
        object_id="" if object_id is None else str(object_id),
        object_name=object_name[:_NAME_MAX],
        project_id=project_id,
        details=details or {},
    )


def record_download(
    request: Request,
    action: str,
    *,
    object_type: str,
    object_id: int,
    object_name: str,
    project_id: int | None,
    **details: Any,
) -> None:
    """An entry for a download, once: not for a HEAD, nor for its later pieces or the resumption of a broken one."""
    span = request.headers.get("Range", "")
    if request.method != "GET" or (span and not span.startswith("bytes=0-")):
        return
    record(
        action,
        actor=request.user if request.user.is_authenticated else None,
        object_type=object_type,
        object_id=object_id,
        object_name=object_name,
        project_id=project_id,
        details=details,
    )
