"""Driving one attempt from state to state, one small repeatable step at a time.

Quick steps run in the supervisor's loop; what may take long (building, filling the data cache, collecting) runs in a
thread of its own, at most one per attempt. Each step starts from the database and the engine's truth, so a supervisor
that was killed anywhere is simply followed by another.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yard.core.errors import Unavailable, YardError
from yard.executions import kinds
from yard.executions.kinds import Blocked, Box, BoxKind, Refused, Verdict, WorkKind
from yard.executions.launchers.base import (
    BoxState,
    BoxStatus,
    ImageCancelled,
    Launcher,
    Limit,
)
from yard.executions.launchers.watch import BoxWatch, over
from yard.executions.limits import resources_of
from yard.executions.logs import store
from yard.executions.logs.follower import Follower
from yard.executions.logs.redact import masker
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State
from yard.executions.transitions import StateIsStale, set_reason, transition
from yard.storage.base import StoreFull

logger = logging.getLogger(__name__)

WATCHED = {Limit.DISK, Limit.FILES}
"""Limits for which a box is ended at once when it is found to exceed them."""

WAIT_AND_RETRY = (Unavailable, StoreFull)
"""Faults of the surroundings (engine or store away, disk full): a step is done again until they are over."""


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
        self._job: threading.Thread | None = None
        self._follower: Follower | None = None
        self._box_watch: BoxWatch | None = None

    def step(self) -> None:
        """Look where the execution is and do the next thing; never blocks for long, never raises for one bad row."""
        job = self._job  # taken once: it is dropped by the thread itself when it is through
        if job is not None and job.is_alive():
            return
        attempt = Attempt.objects.select_related("execution", "execution__created_by").get(pk=self._id)
        kind = kinds.find(attempt.execution.kind)
        if kind is None:
            set_reason(attempt.execution, f"No part of this platform knows the kind {attempt.execution.kind!r}.")
            return
        before = attempt.execution.state
        try:
            self._dispatch(attempt, kind)
            if attempt.execution.state != before:
                self._on_moved()
        except StateIsStale:
            return  # somebody asked for a stop in the same moment; the next step sees it
        except WAIT_AND_RETRY as error:
            set_reason(attempt.execution, f"{error.message} Nothing is lost: trying again.")
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("attempt %s: %s", self._id, attempt.execution.state)
            self._fail(attempt, error)

    def close(self) -> None:
        """Leave the attempt to another supervisor."""
        if self._follower is not None:
            self._follower.stop()

    # --- one step per state -------------------------------------------------------------------------------------------

    def _dispatch(self, attempt: Attempt, kind: kinds.ExecutionKind) -> None:
        match State(attempt.execution.state), kind:
            case ((State.QUEUED | State.BUILDING), _):
                self._prepare(attempt, kind)
            case State.STARTING, BoxKind():
                self._in_background(lambda: self._launch(attempt, kind))
            case State.STARTING, WorkKind():
                transition(attempt.execution, State.RUNNING)
            case ((State.RUNNING | State.STOPPING), WorkKind()):
                self._in_background(lambda: self._perform(attempt, kind))
            case State.RUNNING, BoxKind():
                self._watch(attempt, kind)
            case State.STOPPING, BoxKind():
                self._watch_stopping(attempt, kind)
            case State.COLLECTING, BoxKind():
                self._collect_when_drained(attempt, kind)
            case State.COLLECTING, WorkKind():
                # Killed between performing and the end: the work is idempotent, so its verdict is found again.
                self._in_background(lambda: self._perform(attempt, kind))

    def _prepare(self, attempt: Attempt, kind: kinds.ExecutionKind) -> None:
        execution = attempt.execution
        match kind.prepare(execution, self._launcher):
            case Blocked(reason=reason) if execution.state == State.QUEUED:
                transition(execution, State.BUILDING, reason=reason)
            case Blocked(reason=reason):
                set_reason(execution, reason)
            case Refused(reason=reason, cause=cause):
                transition(execution, State.FAILED, reason=reason, cause=cause)
            case _:
                transition(execution, State.WAITING)

    def _launch(self, attempt: Attempt, kind: BoxKind) -> None:
        execution = attempt.execution
        if execution.stop_requested_at is not None and self._launcher.find(attempt.box_name) is None:
            transition(execution, State.STOPPED, reason=_stopped(execution))
            return
        gpu_ids = list(attempt.devices.order_by("index").values_list("uuid", flat=True))
        spec = kind.launch_spec(attempt, self._launcher, gpu_ids)
        handle = self._launcher.launch(spec)
        image = self._launcher.find_image(spec.image)
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(
                handle=dict(handle),
                image_reference=spec.image[:300],
                image_digest="" if image is None else image.digest[:100],
                started_at=timezone.now(),
            )
            transition(execution, State.RUNNING)

    def _perform(self, attempt: Attempt, kind: WorkKind) -> None:
        execution = attempt.execution
        if attempt.log_bytes and execution.state == State.RUNNING:
            store.append(attempt, b"\n[The supervisor was restarted; starting again.]\n")
        log = _LogWriter(attempt)
        cancelled = _StopWatch(execution.pk, self._leaving)
        try:
            verdict = kind.perform(attempt, self._launcher, log=log.write, cancelled=cancelled)
        except ImageCancelled:
            if self._leaving.is_set():
                return
            verdict = Verdict(State.STOPPED, _stopped(execution))
        except YardError as error:
            if isinstance(error, WAIT_AND_RETRY):
                raise
            verdict = Verdict(State.FAILED, error.message, Cause.USER if error.status < 500 else Cause.PLATFORM)
        finally:
            log.flush()
        Attempt.objects.filter(pk=attempt.pk).update(finished_at=timezone.now())
        self._end(attempt, verdict)

    def _watch(self, attempt: Attempt, kind: BoxKind) -> None:
        execution = attempt.execution
        status = self._poll(attempt)
        if status.state is BoxState.RUNNING:
            self._follow(attempt, kind)
            if execution.stop_requested_at is not None:
                self._begin_stop(attempt, _stopped(execution))
            elif _over_time(attempt):
                Attempt.objects.filter(pk=attempt.pk).update(timed_out=True)
                self._begin_stop(attempt, f"Reached its time limit of {execution.time_limit_seconds} s.")
            elif (exceeded := self._watched(attempt).exceeded()) is not None:
                self._end_over_limit(attempt, exceeded)
            elif execution.reason:
                set_reason(execution, "")
        else:
            self._note_end(attempt, kind, status)

    def _watch_stopping(self, attempt: Attempt, kind: BoxKind) -> None:
        status = self._poll(attempt)
        if status.state is not BoxState.RUNNING:
            self._note_end(attempt, kind, status)
            return
        self._follow(attempt, kind)
        self._watched(attempt).exceeded()
        if attempt.terminate_sent_at is None:
            # Not in the supervisor's own thread: what finds the training's processes may belong to the image.
            self._in_background(lambda: self._terminate(attempt))
        elif timezone.now() - attempt.terminate_sent_at > timedelta(seconds=settings.STOP_GRACE_SECONDS):
            Attempt.objects.filter(pk=attempt.pk, kill_sent_at=None).update(kill_sent_at=timezone.now())
            self._launcher.kill(attempt.handle or {})

    def _collect_when_drained(self, attempt: Attempt, kind: BoxKind) -> None:
        follower = self._follow(attempt, kind)
        follower.box_ended()
        if follower.drained:
            self._in_background(lambda: self._collect(attempt, kind))

    def _collect(self, attempt: Attempt, kind: BoxKind) -> None:
        attempt.refresh_from_db()
        store.finish(attempt)
        handle = attempt.handle or {}
        self._note_limits(attempt)
        verdict = kind.collect(attempt, Box(self._launcher, handle))
        store.compact(attempt, bucket=_bucket(attempt.execution))
        self._end(attempt, _judge(attempt, verdict))
        # Last, so that a crash before this line leaves a box that the collector removes.
        self._launcher.remove(handle)

    def _watched(self, attempt: Attempt) -> BoxWatch:
        if self._box_watch is None:
            self._box_watch = BoxWatch(self._launcher, attempt.handle or {}, resources_of(attempt.execution))
        return self._box_watch

    def _end_over_limit(self, attempt: Attempt, limit: Limit) -> None:
        """At once, with no time to end by itself: it is filling a disk that others need."""
        Attempt.objects.filter(pk=attempt.pk).update(limit_hit=limit, terminate_sent_at=timezone.now())
        transition(attempt.execution, State.STOPPING, reason=f"It exceeded its limit ({limit}) and is being ended.")
        self._launcher.kill(attempt.handle or {})

    def _note_limits(self, attempt: Attempt) -> None:
        """What the ended box ran into, for its verdict."""
        if attempt.limit_hit or attempt.exit_code == 0:
            return
        resources = resources_of(attempt.execution)
        handle = attempt.handle or {}
        usage = self._launcher.usage(handle, resources)
        refused = usage.processes_refused or self._launcher.poll(handle).processes_refused
        refused = refused or (self._box_watch is not None and self._box_watch.processes_refused)
        attempt.limit_hit = over(usage, resources) or (Limit.PIDS if refused else "")
        attempt.save(update_fields=["limit_hit"])

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _poll(self, attempt: Attempt) -> BoxStatus:
        return self._launcher.poll(attempt.handle or {})

    def _follow(self, attempt: Attempt, kind: BoxKind) -> Follower:
        if self._follower is None or not (self._follower.alive or self._follower.drained):
            fresh = Attempt.objects.select_related("execution").get(pk=attempt.pk)
            self._follower = Follower(
                fresh,
                self._launcher,
                attempt.handle or {},
                mask=masker(kind.secrets(attempt)),
                on_stored=kind.on_log,
            )
            self._follower.start()
        return self._follower

    def _begin_stop(self, attempt: Attempt, reason: str) -> None:
        transition(attempt.execution, State.STOPPING, reason=reason)

    def _terminate(self, attempt: Attempt) -> None:
        self._launcher.terminate(attempt.handle or {})
        Attempt.objects.filter(pk=attempt.pk).update(terminate_sent_at=timezone.now())

    def _note_end(self, attempt: Attempt, kind: BoxKind, status: BoxStatus) -> None:
        if status.state is BoxState.MISSING:
            self._lose(attempt)
            return
        if status.state is BoxState.CREATED:
            return  # the engine is about to start it
        self._follow(attempt, kind).box_ended()
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(
                exit_code=status.exit_code,
                out_of_memory=status.out_of_memory,
                started_at=status.started_at or attempt.started_at,
                finished_at=status.finished_at or timezone.now(),
                message=status.message,
            )
            transition(attempt.execution, State.COLLECTING, reason=attempt.execution.reason)

    def _lose(self, attempt: Attempt) -> None:
        store.finish(attempt)
        store.compact(attempt, bucket=_bucket(attempt.execution))
        reason = "Its box is gone from the engine, so how it ended is not known. The log up to then is kept."
        transition(attempt.execution, State.LOST, reason=reason, cause=Cause.PLATFORM)

    def _end(self, attempt: Attempt, verdict: Verdict) -> None:
        """The end, through the states that the table asks for."""
        execution = attempt.execution
        execution.refresh_from_db()
        if execution.is_final:
            return
        with transaction.atomic():
            if execution.state == State.RUNNING and verdict.state is State.STOPPED:
                transition(execution, State.STOPPING, reason=verdict.reason)
            if execution.state != State.COLLECTING:
                transition(execution, State.COLLECTING, reason=verdict.reason)
            transition(execution, verdict.state, reason=verdict.reason, cause=verdict.cause)
        attempt.refresh_from_db()
        store.finish(attempt)
        store.compact(attempt, bucket=_bucket(execution))

    def _fail(self, attempt: Attempt, error: Exception) -> None:
        """End an execution whose step raised, with the true reason; its box is removed by the collector."""
        execution = attempt.execution
        execution.refresh_from_db()
        if execution.is_final:
            return
        ours = not isinstance(error, YardError) or error.status >= 500
        message = error.message if isinstance(error, YardError) else f"The platform failed: {error!r}"
        cause = Cause.PLATFORM if ours else Cause.USER
        if execution.state in {State.RUNNING, State.STOPPING, State.COLLECTING}:
            if attempt.handle:
                self._launcher.kill(attempt.handle)
            self._end(attempt, Verdict(State.FAILED, message, cause))
        else:
            transition(execution, State.FAILED, reason=message, cause=cause)

    def _in_background(self, job: Callable[[], None]) -> None:
        self._job = threading.Thread(target=self._guarded, args=(job,), name=f"attempt-{self._id}", daemon=True)
        self._job.start()

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except (StateIsStale, DatabaseError):
            logger.exception("attempt %s: the step will be done again", self._id)
            self._leaving.wait(1)
        except WAIT_AND_RETRY as error:
            logger.warning("attempt %s: %s", self._id, error)
            set_reason(Execution.objects.get(attempts=self._id), f"{error.message} Nothing is lost: trying again.")
            self._leaving.wait(2)
        except Exception as error:
            logger.exception("attempt %s failed", self._id)
            attempt = Attempt.objects.select_related("execution", "execution__created_by").get(pk=self._id)
            self._fail(attempt, error)
        finally:
            connection.close()
            self._job = None
            self._on_moved()


def _judge(attempt: Attempt, verdict: Verdict) -> Verdict:
    """The platform's own reasons win over the kind's: a stop that was asked for, and the limits it ended a box for."""
    ended_by_us = attempt.timed_out or attempt.limit_hit in WATCHED
    if ended_by_us and verdict.state is not State.FAILED:
        return Verdict(State.FAILED, _over_limit(attempt), Cause.USER)
    if attempt.terminate_sent_at is not None and not ended_by_us:
        return Verdict(State.STOPPED, _stopped(attempt.execution) + _killed(attempt))
    return verdict


def _over_limit(attempt: Attempt) -> str:
    if attempt.timed_out:
        limit = attempt.execution.time_limit_seconds
        return f"Stopped at its time limit of {limit} s. Raise the limit or train less."
    return f"It exceeded its limit ({attempt.limit_hit}) and was ended."


def _killed(attempt: Attempt) -> str:
    if attempt.kill_sent_at is None:
        return ""
    return f" It did not end when it was asked to, and was killed after {settings.STOP_GRACE_SECONDS} s."


def _stopped(execution: Execution) -> str:
    execution.refresh_from_db(fields=["stop_requested_by"])
    by = execution.stop_requested_by
    return f"Stopped by {by}." if by else "Stopped."


def _over_time(attempt: Attempt) -> bool:
    limit = attempt.execution.time_limit_seconds
    if limit is None or attempt.started_at is None:
        return False
    return timezone.now() - attempt.started_at > timedelta(seconds=limit)


def _bucket(execution: Execution) -> str:
    return execution.created_by.bucket if execution.created_by else settings.PLATFORM_BUCKET


class _LogWriter:
    """Collects a build's output and stores it a few times a second."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._buffer = bytearray()
        self._stored_at = timezone.now()

    def write(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= store.CHUNK_BYTES or timezone.now() - self._stored_at > timedelta(seconds=0.2):
            self.flush()

    def flush(self) -> None:
        if self._buffer:
            store.append(self._attempt, bytes(self._buffer))
            self._buffer.clear()
        self._stored_at = timezone.now()


class _StopWatch:
    """Says whether an execution shall stop, asking the database at most once a second."""

    def __init__(self, execution_id: int, leaving: threading.Event) -> None:
        self._id = execution_id
        self._leaving = leaving
        self._asked_at = timezone.now() - timedelta(seconds=2)
        self._answer = False

    def __call__(self) -> bool:
        if self._leaving.is_set():
            return True
        now = timezone.now()
        if not self._answer and now - self._asked_at > timedelta(seconds=1):
            self._asked_at = now
            self._answer = Execution.objects.filter(pk=self._id).exclude(stop_requested_at=None).exists()
        return self._answer
