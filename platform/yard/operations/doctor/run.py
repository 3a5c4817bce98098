"""All checks at once, each with a time limit of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from django.db import DatabaseError, connection

from yard.operations.doctor.findings import Finding, failure

logger = logging.getLogger(__name__)

CHECK_SECONDS = 15.0

Check = Callable[[], Iterable[Finding]]


def all_checks() -> dict[str, Check]:
    """Every check by the name of its part, in the order they are told."""
    from yard.operations.doctor import database, engine, folders, platform_settings, processes, safety, store, versions

    return {
        "database": database.check,
        "worker": processes.check_worker,
        "supervisor": processes.check_supervisor,
        "storage": store.check,
        "engine": engine.check_engine,
        "sandbox": engine.check_sandbox,
        "gpu": engine.check_gpus,
        "disk": folders.check,
        "versions": versions.check,
        "settings": platform_settings.check,
        "clock": safety.check_clock,
        "backup": safety.check_backups,
    }


def run_checks(checks: Mapping[str, Check] | None = None, *, seconds: float = CHECK_SECONDS) -> list[Finding]:
    """What all checks found; one that hangs or breaks is a finding of its own. Never takes much longer than a limit."""
    running = [_Running(name, check) for name, check in (all_checks() if checks is None else checks).items()]
    until = time.monotonic() + seconds
    for each in running:
        each.join(max(0.0, until - time.monotonic()))
    return [finding for each in running for finding in each.findings(seconds)]


class _Running(threading.Thread):
    """A check in a thread that nobody has to wait for."""

    def __init__(self, name: str, check: Check) -> None:
        super().__init__(name=f"doctor-{name}", daemon=True)
        self._part = name
        self._check = check
        self._found: list[Finding] | None = None
        self.start()

    def run(self) -> None:
        try:
            self._found = list(self._check())
        except DatabaseError:
            logger.debug("the check %s needs the database", self._part, exc_info=True)
            self._found = [failure(self._part, "It could not be checked without the database.", "See database.")]
        except Exception as error:
            logger.exception("The check of %s failed.", self._part)
            found = f"It could not be checked ({type(error).__name__}); the log has the details."
            self._found = [failure(self._part, found, "Report this with the log: the check itself is broken.")]
        finally:
            connection.close()

    def findings(self, seconds: float) -> list[Finding]:
        if self._found is not None:
            return self._found
        todo = "Look why it hangs: a network drive, a server behind a silent firewall?"
        return [failure(self._part, f"It did not answer within {seconds:.0f} seconds.", todo)]
