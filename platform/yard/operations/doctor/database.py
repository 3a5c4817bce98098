"""The database: does it answer, is it one we know, are the tables those of this release."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection

from yard.core.health import schema_problem
from yard.operations.backups.restore import restoration_problem
from yard.operations.doctor.findings import Finding, failure, ok, warning

PART = "database"
_OLDEST_POSTGRES = 14
_NEED_CONNECTIONS = 20


def check() -> Iterator[Finding]:
    """Also tells what to do about a restore that was interrupted."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield failure(
            PART,
            f"It does not answer: {_first_line(error)}",
            "Start the database server and see that YARD_DATABASE_URL names it; with SQLite, that its folder exists, "
            "is ours and has room.",
        )
        return
    yield from _postgres() if connection.vendor == "postgresql" else _sqlite()
    problem = schema_problem()
    if problem:
        yield failure(PART, problem, "Do what it says, with the platform stopped.")
        return
    yield ok(PART, "The tables are those of this release.")
    if interrupted := restoration_problem():
        yield failure(PART, interrupted, "Until then web, worker and supervisor must not run.")


def _postgres() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000, "
            "current_setting('max_connections')::int, current_setting('server_encoding'), "
            "current_setting('fsync'), current_setting('synchronous_commit')"
        )
        version, major, connections, encoding, fsync, synchronous = cursor.fetchone()
    yield ok(PART, f"PostgreSQL {version} answers.")
    if major < _OLDEST_POSTGRES:
        yield failure(PART, f"PostgreSQL {major} is too old.", f"Upgrade the server to {_OLDEST_POSTGRES} or newer.")
    if connections < _NEED_CONNECTIONS:
        yield warning(
            PART, f"The server takes {connections} connections.", f"Set max_connections to {_NEED_CONNECTIONS} or more."
        )
    if encoding != "UTF8":
        yield failure(PART, f"The database is encoded in {encoding}.", "Make it anew with the encoding UTF8.")
    if fsync == "off":
        yield failure(
            PART, "fsync is off: a power cut destroys the database.", "Set fsync = on in the server's settings."
        )
    if synchronous == "off":
        yield failure(
            PART,
            "synchronous_commit is off: after a crash of the server, what it called done in the last second is gone.",
            "Set synchronous_commit = on in the server's settings.",
        )


def _sqlite() -> Iterator[Finding]:
    yield ok(PART, f"SQLite {sqlite3.sqlite_version} answers.")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        yield failure(
            PART,
            f"SQLite keeps its journal as {mode!r}, so readers and writers block each other.",
            "Put the database on a local disk: on network drives write-ahead logging does not work.",
        )
    if not settings.DEBUG and settings.STORAGE == "minio":
        yield warning(PART, "SQLite beside an S3 store.", "Take PostgreSQL for more than one machine.")


def _first_line(error: Exception) -> str:
    """Without what a driver may add about how it connected."""
    text = str(error).strip().splitlines()
    return text[0][:200] if text else type(error).__name__
