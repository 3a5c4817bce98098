"""How an execution ends: the verdict, the last states, and a log that is complete."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from yard.executions.driving.faults import passing
from yard.executions.kinds import Verdict
from yard.executions.launchers.base import Limit
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State
from yard.executions.transitions import transition
from yard.storage.objects import object_delete

logger = logging.getLogger(__name__)

WATCHED = {Limit.DISK, Limit.FILES}
"""Limits for which a box is ended at once when it is found to exceed them."""


def end(attempt: Attempt, verdict: Verdict) -> None:
    """End its execution through the states that the table asks for, with a complete log; twice changes nothing."""
    execution = attempt.execution
    execution.refresh_from_db()
    if execution.is_final:
        return
    with transaction.atomic():
        attempt.refresh_from_db()
        store.finish(attempt)
        if execution.state == State.RUNNING and verdict.state is State.STOPPED:
            transition(execution, State.STOPPING, reason=verdict.reason)
        if execution.state in {State.RUNNING, State.STOPPING}:
            transition(execution, State.COLLECTING, reason=verdict.reason)
        transition(execution, verdict.state, reason=verdict.reason, cause=verdict.cause)
    compact_later(attempt)


def lose(attempt: Attempt) -> None:
    """End an execution whose box is gone."""
    reason = "Its box is gone from the engine, so how it ended is not known. The log up to then is kept."
    with transaction.atomic():
        attempt.refresh_from_db()
        store.finish(attempt)
        transition(attempt.execution, State.LOST, reason=reason, cause=Cause.PLATFORM)
    compact_later(attempt)


def judge(attempt: Attempt, verdict: Verdict) -> Verdict:
    """The platform's own reasons win over the kind's: a stop that was asked for, and the limits it ended a box for."""
    ended_by_us = attempt.timed_out or attempt.limit_hit in WATCHED
    if ended_by_us and verdict.state is not State.FAILED:
        return Verdict(State.FAILED, _over_limit(attempt), Cause.USER)
    if attempt.terminate_sent_at is not None and not ended_by_us:
        return Verdict(State.STOPPED, stopped(attempt.execution) + _killed(attempt))
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


def stopped(execution: Execution) -> str:
    """Who stopped it."""
    execution.refresh_from_db(fields=["stop_requested_by"])
    by = execution.stop_requested_by
    return f"Stopped by {by}." if by else "Stopped."


def compact(attempt: Attempt) -> None:
    """Move its complete log from rows into one object; may be repeated after a crash at any point.

    Raises ``StoreUnavailable`` or ``StoreFull``.
    """
    owner = attempt.execution.created_by
    store.compact(attempt, bucket=owner.bucket if owner else settings.PLATFORM_BUCKET)
    if attempt.log_key and not Attempt.objects.filter(pk=attempt.pk).exists():
        object_delete(bucket=attempt.log_bucket, key=attempt.log_key)  # deleted in the same moment


def compact_later(attempt: Attempt) -> None:
    """Compact now if that can be done; otherwise the collector will."""
    try:
        compact(attempt)
    except Exception as error:
        if passing(error) is None:
            raise
        logger.warning("the log of attempt %s stays in rows for now: %s", attempt.pk, error)
