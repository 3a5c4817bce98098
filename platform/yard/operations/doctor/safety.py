"""What saves the day: a clock that is right, and a backup that is young."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from yard.core.models import Event
from yard.operations.doctor.findings import Finding, failure, ok, warning
from yard.operations.models import BackupRecord

CLOCK = "clock"
BACKUP = "backup"
_SKEW = timedelta(seconds=10)
_OLD = timedelta(days=8)


def check_clock() -> Iterator[Finding]:
    """Ours against the database server's, and against what we wrote before."""
    found = []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = cursor.fetchone()[0] - timezone.now()
        if abs(skew) > _SKEW:
            found.append(
                failure(
                    CLOCK,
                    f"The database server's clock differs from ours by {abs(skew).total_seconds():.0f} seconds.",
                    "Set both by the same time server (NTP): leases depend on it.",
                )
            )
    newest = Event.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest is not None and newest - timezone.now() > _SKEW:
        found.append(
            failure(
                CLOCK,
                "The newest event lies in the future: the clock was set back.",
                "Check date -u and the time server. Order is kept by ids; durations around the jump are wrong.",
            )
        )
    yield from found or [ok(CLOCK, f"It is {timezone.now():%Y-%m-%d %H:%M:%S} UTC.")]


def check_backups() -> Iterator[Finding]:
    """Only backups that this platform made itself are known here."""
    newest = BackupRecord.objects.order_by("-finished_at").first()
    if newest is None:
        yield warning(BACKUP, "No backup was ever made.", "Run manage.py backup daily; docs/operating.md tells how.")
        return
    age = timezone.now() - newest.finished_at
    text = f"The newest backup is {newest.name} in {newest.place}."
    if age > _OLD:
        yield warning(BACKUP, f"{text} It is {age.days} days old.", "See why the regular backup does not run.")
    else:
        yield ok(BACKUP, text)
    if newest.missing_count:
        yield failure(
            BACKUP,
            f"{newest.missing_count} objects on record were not in the store.",
            "Run manage.py backup again: it names them. Get them from an older backup.",
        )
