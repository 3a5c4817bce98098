"""Reading the whole database as it was at one moment, while others write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

ALIAS = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a connection on which every query of the block sees the same state. Nobody is held up by it."""
    connections.settings[ALIAS] = _settings()
    try:
        with transaction.atomic(using=ALIAS):
            if connection.vendor == "postgresql":
                with connections[ALIAS].cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def _settings() -> dict[str, Any]:
    found = {**connection.settings_dict}
    options = dict(found.get("OPTIONS") or {})
    if connection.vendor == "postgresql":
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    else:
        # The platform's transactions take the right to write at once; this one must never ask for it.
        options["transaction_mode"] = "DEFERRED"
    return {**found, "OPTIONS": options, "ATOMIC_REQUESTS": False}
