"""Signs of life: the worker's and each supervisor's, in the database, for doctor, metrics and health checks.

The worker's is a task like all others, once a minute: it beats only while tasks are taken from the queue and done.
A supervisor's comes with its watchdogs every few seconds, and with what it alone may ask the container engine.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yard.core import schedules
from yard.operations.doctor.machine import machine_facts
from yard.operations.models import Heartbeat

WORKER = "worker"
SUPERVISOR = "supervisor@"
WORKER_SILENT = timedelta(minutes=4)
SUPERVISOR_SILENT = timedelta(minutes=1)
FORGET = timedelta(days=30)
"""A supervisor that is silent for so long was taken away on purpose."""

ALIVE_FILE = "supervisor.alive"
"""In the data folder; touched with every beat, so that a container's health check need not ask the database."""

_FACTS_SECONDS = 300.0
_BEAT_SECONDS = 15.0


def declare_schedules() -> str:
    """Have the worker give a sign of life every minute."""
    schedules.declare("sign of life", "yard.operations.heartbeats.beat_worker", minutes=1, keep_results=False)
    return ""


def beat_worker() -> None:
    """The worker did a task."""
    Heartbeat.objects.update_or_create(part=WORKER, defaults={"at": timezone.now()})


class SupervisorPulse:
    """A watchdog of the supervisor that tells that it goes round, and every few minutes what the engine says."""

    def __init__(self) -> None:
        self._beaten: float | None = None
        self._asked: float | None = None
        self._facts: dict[str, Any] | None = None

    def __call__(self) -> None:
        now = time.monotonic()
        touch_alive()
        if self._beaten is not None and now - self._beaten < _BEAT_SECONDS:
            return
        self._beaten = now
        if self._asked is None or now - self._asked >= _FACTS_SECONDS:
            self._asked = now
            # An engine that hangs must not keep the supervisor from its rounds.
            threading.Thread(target=self._ask, name="machine-facts", daemon=True).start()
        values: dict[str, Any] = {"at": timezone.now()}
        if self._facts is not None:
            values["facts"], self._facts = self._facts, None
        Heartbeat.objects.update_or_create(part=f"{SUPERVISOR}{socket.gethostname()}"[:120], defaults=values)

    def _ask(self) -> None:
        self._facts = machine_facts()


def touch_alive() -> None:
    """Say to health checks of this machine that the supervisor goes round; a full disk must not stop it."""
    with contextlib.suppress(OSError):
        (Path(settings.DATA_DIR) / ALIVE_FILE).touch()


def supervisor_beats() -> list[Heartbeat]:
    """Of every supervisor that was heard in the last weeks."""
    return list(Heartbeat.objects.filter(part__startswith=SUPERVISOR, at__gte=timezone.now() - FORGET).order_by("part"))


def worker_beat() -> Heartbeat | None:
    """The worker's; None when it never gave one."""
    return Heartbeat.objects.filter(part=WORKER).first()
