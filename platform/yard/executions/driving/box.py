"""The steps of an attempt in a box: started, watched, stopped, emptied."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yard.executions import clock
from yard.executions.driving.endings import compact, end, judge, lose, stopped
from yard.executions.kinds import Box, BoxKind
from yard.executions.launchers.base import BoxState, BoxStatus, Launcher, Limit
from yard.executions.launchers.watch import BoxWatch, over
from yard.executions.limits import resources_of
from yard.executions.logs import store
from yard.executions.logs.follower import Follower
from yard.executions.logs.redact import masker
from yard.executions.models import Attempt
from yard.executions.states import State
from yard.executions.transitions import set_reason, transition

LOG_PATIENCE = 10.0
"""How long the end of the log of a box is waited for that is gone, or whose attempt failed."""


class BoxSteps:
    """What is done for one attempt in each state that has a box; every step may be repeated."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._follower: Follower | None = None
        self._box_watch: BoxWatch | None = None
        self._gone_since: float | None = None

    def launch(self, attempt: Attempt, kind: BoxKind) -> None:
        """Start the box, or find the one that a killed supervisor started."""
        execution = attempt.execution
        if execution.stop_requested_at is not None and self._launcher.find(attempt.box_name) is None:
            transition(execution, State.STOPPED, reason=stopped(execution))
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
                started_mark=clock.mark(),
            )
            transition(execution, State.RUNNING)

    def watch(self, attempt: Attempt, kind: BoxKind) -> None:
        """Follow the log of a running box; begin to stop it when somebody asked or a limit is reached."""
        execution = attempt.execution
        status = self._poll(attempt)
        if status.state is not BoxState.RUNNING:
            self._note_end(attempt, kind, status)
            return
        self._follow(attempt, kind)
        if execution.stop_requested_at is not None:
            self._begin_stop(attempt, stopped(execution))
        elif _over_time(attempt):
            reason = f"Reached its time limit of {execution.time_limit_seconds} s."
            self._begin_stop(attempt, reason, timed_out=True)
        elif (exceeded := self._watched(attempt).exceeded()) is not None:
            self._end_over_limit(attempt, exceeded)
        elif execution.reason:
            set_reason(execution, "")

    def watch_stopping(self, attempt: Attempt, kind: BoxKind) -> bool:
        """Wait for the end of a box that was asked to end; after the grace time it is killed.

        Returns:
            Whether it is still to be asked, with ``terminate``.
        """
        status = self._poll(attempt)
        if status.state is not BoxState.RUNNING:
            self._note_end(attempt, kind, status)
            return False
        self._follow(attempt, kind)
        self._watched(attempt).exceeded()
        if attempt.terminate_sent_at is None:
            return True
        if clock.seconds_since(attempt.terminate_mark, attempt.terminate_sent_at) > settings.STOP_GRACE_SECONDS:
            Attempt.objects.filter(pk=attempt.pk, kill_sent_at=None).update(kill_sent_at=timezone.now())
            self._launcher.kill(attempt.handle or {})
        return False

    def terminate(self, attempt: Attempt) -> None:
        """Ask all processes of the box to end. May take a while: what finds them may belong to the image."""
        self._launcher.terminate(attempt.handle or {})
        Attempt.objects.filter(pk=attempt.pk).update(terminate_sent_at=timezone.now(), terminate_mark=clock.mark())

    def is_drained(self, attempt: Attempt, kind: BoxKind) -> bool:
        """Whether all that the ended box printed is stored."""
        follower = self._follow(attempt, kind)
        follower.box_ended()
        return follower.drained

    def collect(self, attempt: Attempt, kind: BoxKind) -> None:
        """Take out what the attempt made, judge it, end it. The log is drained by now."""
        attempt.refresh_from_db()
        store.finish(attempt)
        handle = attempt.handle or {}
        self._note_limits(attempt)
        verdict = kind.collect(attempt, Box(self._launcher, handle))
        compact(attempt)
        end(attempt, judge(attempt, verdict))
        # Last, so that a crash before this line leaves a box that the collector removes.
        self._launcher.remove(handle)

    def kill(self, attempt: Attempt) -> None:
        """End the box of an attempt that failed by our fault; what it printed until now is stored if it can be."""
        self._launcher.kill(attempt.handle or {})
        if self._follower is not None:
            self._follower.box_ended()
            self._leave_log(self._follower)

    def close(self) -> None:
        """Leave the box to another supervisor."""
        if self._follower is not None:
            self._follower.stop()

    # --- inside -------------------------------------------------------------------------------------------------------

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

    def _begin_stop(self, attempt: Attempt, reason: str, **why: bool) -> None:
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(**why)
            transition(attempt.execution, State.STOPPING, reason=reason)

    def _watched(self, attempt: Attempt) -> BoxWatch:
        if self._box_watch is None:
            self._box_watch = BoxWatch(self._launcher, attempt.handle or {}, resources_of(attempt.execution))
        return self._box_watch

    def _end_over_limit(self, attempt: Attempt, limit: Limit) -> None:
        """At once, with no time to end by itself: it is filling a disk that others need."""
        with transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(
                limit_hit=limit, terminate_sent_at=timezone.now(), terminate_mark=clock.mark()
            )
            reason = f"It exceeded its limit ({limit}) and is being ended."
            transition(attempt.execution, State.STOPPING, reason=reason)
        self._launcher.kill(attempt.handle or {})

    def _note_limits(self, attempt: Attempt) -> None:
        """What the ended box ran into, for its verdict."""
        if attempt.limit_hit or attempt.exit_code == 0:
            return
        resources = resources_of(attempt.execution)
        handle = attempt.handle or {}
        usage = self._launcher.usage(handle, resources)
        refused = usage.processes_refused or self._poll(attempt).processes_refused
        refused = refused or (self._box_watch is not None and self._box_watch.processes_refused)
        attempt.limit_hit = over(usage, resources) or (Limit.PIDS if refused else "")
        attempt.save(update_fields=["limit_hit"])

    def _note_end(self, attempt: Attempt, kind: BoxKind, status: BoxStatus) -> None:
        if status.state is BoxState.MISSING:
            self._lose_when_drained(attempt, kind)
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

    def _lose_when_drained(self, attempt: Attempt, kind: BoxKind) -> None:
        """What the follower has read of a box that is gone is stored first."""
        if self._gone_since is None:
            self._gone_since = time.monotonic()
        if not self.is_drained(attempt, kind) and time.monotonic() - self._gone_since < LOG_PATIENCE:
            return
        self.close()
        lose(attempt)

    def _leave_log(self, follower: Follower) -> None:
        until = time.monotonic() + LOG_PATIENCE
        while follower.alive and not follower.drained and time.monotonic() < until:
            time.sleep(0.05)
        follower.stop()
        while follower.alive and time.monotonic() < until + LOG_PATIENCE:
            time.sleep(0.05)


def _over_time(attempt: Attempt) -> bool:
    limit = attempt.execution.time_limit_seconds
    return limit is not None and clock.seconds_since(attempt.started_mark, attempt.started_at) > limit
