"""Work without a box, such as building an image: done in a thread of the supervisor."""

from __future__ import annotations

import threading
import time

from django.utils import timezone

from yard.core.errors import YardError
from yard.executions.driving.endings import end, stopped
from yard.executions.driving.faults import blame, passing
from yard.executions.kinds import Verdict, WorkKind
from yard.executions.launchers.base import ImageCancelled, Launcher
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution
from yard.executions.states import State

STORE_SECONDS = 0.2
ASK_SECONDS = 1.0


def perform(attempt: Attempt, kind: WorkKind, launcher: Launcher, leaving: threading.Event) -> None:
    """Do the work and end its execution; begun anew after a crash, which its log tells."""
    execution = attempt.execution
    if attempt.log_bytes and not attempt.log_complete:
        store.append(attempt, b"\n[It was interrupted and starts again.]\n")
    log = _LogWriter(attempt)
    cancelled = _StopWatch(execution.pk, leaving)
    try:
        verdict = kind.perform(attempt, launcher, log=log.write, cancelled=cancelled)
    except ImageCancelled:
        if leaving.is_set():
            return
        verdict = Verdict(State.STOPPED, stopped(execution))
    except YardError as error:
        if passing(error) is not None:
            raise
        verdict = Verdict(State.FAILED, *blame(error))
    finally:
        log.flush()
    Attempt.objects.filter(pk=attempt.pk).update(finished_at=timezone.now())
    end(attempt, verdict)


class _LogWriter:
    """Collects a work's output and stores it a few times a second."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._buffer = bytearray()
        self._stored_at = time.monotonic()

    def write(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= store.CHUNK_BYTES or time.monotonic() - self._stored_at > STORE_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._buffer:
            store.append(self._attempt, bytes(self._buffer))
            self._buffer.clear()
        self._stored_at = time.monotonic()


class _StopWatch:
    """Says whether an execution shall stop, asking the database at most once a second."""

    def __init__(self, execution_id: int, leaving: threading.Event) -> None:
        self._id = execution_id
        self._leaving = leaving
        self._asked_at = float("-inf")
        self._answer = False

    def __call__(self) -> bool:
        if self._leaving.is_set():
            return True
        now = time.monotonic()
        if not self._answer and now - self._asked_at > ASK_SECONDS:
            self._asked_at = now
            self._answer = Execution.objects.filter(pk=self._id).exclude(stop_requested_at=None).exists()
        return self._answer
