"""Triggers that keep the audit log append-only in the database itself, past every piece of code.

Used by the migration that installs them and by the one command that may remove old entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "core_auditentry"
SENTENCE = "The audit log is append-only."
_SQLITE = {
    f"{TABLE}_no_{verb.lower()}": (
        f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    )
    for verb in ("UPDATE", "DELETE")
}
_POSTGRES = [
    f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$",
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
]


def install(database: BaseDatabaseWrapper) -> None:
    """From now on the database refuses to change or delete entries."""
    _execute(database, list(_SQLITE.values()) if database.vendor == "sqlite" else _POSTGRES)


def remove(database: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    if database.vendor == "sqlite":
        _execute(database, [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE])
    else:
        trigger = f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}"
        _execute(database, [trigger, f"DROP FUNCTION IF EXISTS {TABLE}_refuse()"])


@contextmanager
def lifted() -> Iterator[None]:
    """Without triggers inside; to be used in a transaction, so that nobody else ever sees the table unguarded."""
    assert connection.in_atomic_block
    remove(connection)
    yield
    install(connection)


def _execute(database: BaseDatabaseWrapper, statements: list[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
