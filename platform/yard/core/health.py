"""``/healthz``: this process answers. ``/readyz``: the parts it needs do too, so it may be given traffic.

A server that only lost its database must not be started anew, so ``/healthz`` asks nobody. Apps register what
``/readyz`` asks in ``AppConfig.ready``. Answers name parts and reasons, never addresses or secrets.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from yard import __version__

logger = logging.getLogger(__name__)

PROBE_SECONDS = 4.0
"""For how long a part may take to answer; a proxy's own patience is rarely longer."""

Probe = Callable[[], str]
"""Says in a sentence what is wrong with a part; empty when nothing is. Must need no more than seconds."""


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"ok": True, "version": __version__})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the platform may be given traffic, else 503; ``checks`` tells the problem of each part."""
    problems = _ask_all()
    first = next((problem for problem in problems.values() if problem), "")
    checks = {name: {"ok": not problem, "problem": problem} for name, problem in problems.items()}
    body = {"ok": not first, "problem": first, "version": __version__, "checks": checks}
    return JsonResponse(body, status=503 if first else 200)


def register(name: str, probe: Probe) -> None:
    """Have ``/readyz`` ask this too."""
    _PROBES[name] = probe


def database_problem() -> str:
    """Why the database cannot be used; empty when it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def schema_problem() -> str:
    """What is wrong with the tables; empty when they are those of this release."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        return "The database does not answer."
    wanted = _known_migrations()
    if wanted - applied:
        return "The database schema is older than the code: run manage.py prepare."
    ours = {app for app, _ in wanted}
    if any(app in ours for app, _ in applied - wanted - _replaced()):
        return "The database schema is newer than the code: start the newer release, or restore an older backup."
    return ""


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def _known_migrations() -> set[tuple[str, str]]:
    return set(_loader().graph.nodes)


def _replaced() -> set[tuple[str, str]]:
    """Migrations that squashed ones stand for; a database may still name them."""
    return {old for migration in _loader().replacements.values() for old in migration.replaces}


_PROBES: dict[str, Probe] = {"database": database_problem, "schema": schema_problem}
_asking: dict[str, _Asking] = {}
_lock = threading.Lock()


class _Asking(threading.Thread):
    """One question on its way. A part that hangs keeps one thread, however often it is asked."""

    def __init__(self, name: str, probe: Probe) -> None:
        super().__init__(name=f"ready-{name}", daemon=True)
        self._probe = probe
        self.problem = f"The {name} has not answered within {PROBE_SECONDS:.0f} seconds."
        self.start()

    def run(self) -> None:
        try:
            self.problem = self._probe()
        except Exception:
            logger.exception("A check of the platform's parts failed.")
            self.problem = "It could not be checked; the log of the web server says why."
        finally:
            connection.close()


def _ask_all() -> dict[str, str]:
    with _lock:
        asked = {}
        for name, probe in _PROBES.items():
            running = _asking.get(name)
            asked[name] = running if running is not None and running.is_alive() else _Asking(name, probe)
        _asking.update(asked)
    until = time.monotonic() + PROBE_SECONDS
    for asking in asked.values():
        asking.join(max(0.0, until - time.monotonic()))
    return {name: asking.problem for name, asking in asked.items()}
