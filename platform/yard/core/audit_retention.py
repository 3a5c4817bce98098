"""How long the audit log is kept: for ever, or for ``YARD_AUDIT_KEEP_DAYS``."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yard.core import audit, audit_guard

LEAST_DAYS = 30
"""Whoever has done something wrong shall not be able to remove its traces the next day."""


def prune(days: int) -> int:
    """Remove entries older than so many days, and write down that it was done; the number removed."""
    before = timezone.now() - timedelta(days=max(days, LEAST_DAYS))
    with transaction.atomic(), audit_guard.lifted(), connection.cursor() as cursor:
        # By hand: the model refuses to.
        cursor.execute(f"DELETE FROM {audit_guard.TABLE} WHERE at < %s", [before])  # noqa: S608
        removed = cursor.rowcount
        if removed:
            audit.record("audit.pruned", object_type="audit", details={"removed": removed, "days": days})
    return int(removed)


def prune_by_setting() -> int:
    """The worker's daily round; nothing happens while ``YARD_AUDIT_KEEP_DAYS`` is 0."""
    return prune(settings.AUDIT_KEEP_DAYS) if settings.AUDIT_KEEP_DAYS else 0
