"""Which step an attempt needs next, and what happens when one fails.

Quick steps run in the supervisor's loop; what may take long (building, filling the data cache, collecting) runs in a
thread of its own, at most one per attempt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, connection

from yard.executions import kinds
from yard.executions.driving.box import BoxSteps
from yard.executions.driving.endings import end
from yard.executions.driving.faults import DATABASE_AWAY, blame, passing
from yard.executions.driving.work import perform
from yard.executions.kinds import Blocked, BoxKind, Refused, Verdict, WorkKind
from yard.executions.launchers.base import Launcher
from yard.executions.models import Attempt
from yard.executions.states import State
from yard.executions.transitions import StateIsStale, set_reason, transition

logger = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
RACES_MAX = 3
"""So often in a row an error that is no outage of the database (a race) leads to another try."""


class AttemptDriver:
    """Moves one attempt on. ``step`` is called again and again until the execution has ended.

    Args:
        leaving: Set when the supervisor is to end; long work is then left to the next one.
        on_moved: Called, from any thread, when the next step need not be waited for.
    """

    def __init__(
        self, attempt_id: int, launcher: Launcher, leaving: threading.Event, *, on_moved: Callable[[], None]
    ) -> None:
        self._id = attempt_id
        self._launcher = launcher
        self._leaving = leaving
        self._on_moved = on_moved
        self._box = BoxSteps(launcher)
        self._job: threading.Thread | None = None
        self._races = 0

    def step(self) -> None:
        """Look where the execution is and do the next thing; never blocks for long.

        Raises ``DatabaseError`` or ``InterfaceError`` when the database does not answer.
        """
        job = self._job  # taken once: it is dropped by the thread itself when it is through
        if job is not None and job.is_alive():
            return
        attempt = self._load()
        kind = kinds.find(attempt.execution.kind)
        if kind is None:
            set_reason(attempt.execution, f"No part of this platform knows the kind {attempt.execution.kind!r}.")
            return
        before = attempt.execution.state
        try:
            self._dispatch(attempt, kind)
        except Exception as error:
            self._react(error)
        if attempt.execution.state != before:
            self._on_moved()

    def close(self) -> None:
        """Leave the attempt to another supervisor."""
        self._box.close()

    # --- one step per state -------------------------------------------------------------------------------------------

    def _dispatch(self, attempt: Attempt, kind: kinds.ExecutionKind) -> None:
        match State(attempt.execution.state), kind:
            case ((State.QUEUED | State.BUILDING), _):
                self._prepare(attempt, kind)
            case State.STARTING, BoxKind():
                self._in_background(lambda: self._box.launch(attempt, kind))
            case State.STARTING, WorkKind():
                transition(attempt.execution, State.RUNNING)
            case ((State.RUNNING | State.STOPPING | State.COLLECTING), WorkKind()):
                # Collecting: killed between performing and the end. The work is idempotent: its verdict is found again.
                self._in_background(lambda: perform(attempt, kind, self._launcher, self._leaving))
            case State.RUNNING, BoxKind():
                self._box.watch(attempt, kind)
            case State.STOPPING, BoxKind():
                if self._box.watch_stopping(attempt, kind):
                    self._in_background(lambda: self._box.terminate(attempt))
            case State.COLLECTING, BoxKind():
                if self._box.is_drained(attempt, kind):
                    self._in_background(lambda: self._box.collect(attempt, kind))

    def _prepare(self, attempt: Attempt, kind: kinds.ExecutionKind) -> None:
        execution = attempt.execution
        match kind.prepare(execution, self._launcher):
            case Blocked(reason=reason, builds=True) if execution.state == State.QUEUED:
                transition(execution, State.BUILDING, reason=reason)
            case Blocked(reason=reason):
                set_reason(execution, reason)
            case Refused(reason=reason, cause=cause):
                transition(execution, State.FAILED, reason=reason, cause=cause)
            case _:
                transition(execution, State.WAITING, reason="Waits for its turn.")

    # --- when a step fails --------------------------------------------------------------------------------------------

    def _react(self, error: Exception) -> None:
        """Wait, try again, or end the execution with the true reason.

        Raises ``DatabaseError`` or ``InterfaceError`` when the database does not answer.
        """
        if isinstance(error, StateIsStale):
            return  # somebody asked for a stop in the same moment; the next step sees it
        if isinstance(error, DATABASE_AWAY):
            raise error
        words = passing(error)
        if words is not None:
            logger.warning("attempt %s: %s", self._id, error)
            set_reason(self._load().execution, f"{words} Nothing is lost: trying again.")
            return
        logger.exception("attempt %s: a step failed", self._id, exc_info=error)
        if isinstance(error, DatabaseError) and self._races < RACES_MAX:
            self._races += 1
            return
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        attempt = self._load()
        execution = attempt.execution
        if execution.is_final:
            return
        words, cause = blame(error)
        if execution.state in {State.RUNNING, State.STOPPING, State.COLLECTING}:
            if attempt.handle:
                self._box.kill(attempt)
            end(attempt, Verdict(State.FAILED, words, cause))
        else:
            transition(execution, State.FAILED, reason=words, cause=cause)

    def _load(self) -> Attempt:
        return Attempt.objects.select_related("execution", "execution__created_by").get(pk=self._id)

    # --- what takes long ----------------------------------------------------------------------------------------------

    def _in_background(self, job: Callable[[], None]) -> None:
        self._job = threading.Thread(target=self._guarded, args=(job,), name=f"attempt-{self._id}", daemon=True)
        self._job.start()

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            self._tried(job)
        except Attempt.DoesNotExist:
            logger.info("attempt %s was deleted", self._id)
        except Exception:
            # Reacting failed as well (the database is away): the step is done again.
            logger.exception("attempt %s: the step will be done again", self._id)
            self._leaving.wait(RETRY_SECONDS)
        finally:
            connection.close()
            self._job = None
            self._on_moved()

    def _tried(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            connection.close()  # it may be the broken part
            self._react(error)
            self._leaving.wait(RETRY_SECONDS if passing(error) else 0)
