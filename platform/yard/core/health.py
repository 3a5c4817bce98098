"""``/healthz``: the process answers and reaches its database. ``/readyz``: the schema is the code's too."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503 with the reason."""
    return _answer(_database_problem())


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the platform may be given traffic, else 503 with the reason."""
    return _answer(_database_problem() or _schema_problem())


def _answer(problem: str) -> JsonResponse:
    return JsonResponse({"ok": not problem, "problem": problem}, status=503 if problem else 200)


def _database_problem() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def _schema_problem() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "The database schema is older than the code: run manage.py migrate."
    return ""
