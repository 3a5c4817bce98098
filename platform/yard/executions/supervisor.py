"""The supervisor: drives every execution of one host, and may be killed and started again at any moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from yard.executions import kinds, leases, leftovers
from yard.executions.admission import Room, admit
from yard.executions.driving.attempt import AttemptDriver
from yard.executions.driving.faults import DATABASE_AWAY
from yard.executions.garbage import HostGarbage
from yard.executions.hosts import host_register, reserve_devices
from yard.executions.launchers.base import Launcher, LauncherUnavailable
from yard.executions.models import Attempt, Execution, Host
from yard.executions.selectors import host_load
from yard.executions.states import ACTIVE, State
from yard.executions.transitions import StateIsStale, set_reason, transition

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.3
LEASE_EVERY = timedelta(seconds=5)
FACTS_EVERY = timedelta(seconds=30)
COLLECT_EVERY = timedelta(seconds=60)
LEFTOVERS_GRACE = timedelta(minutes=15)
GARBAGE_EVERY = timedelta(minutes=10)
MAX_BUILDS = 1
"""Works without a box (image builds) at once: each may use the whole machine."""
EARLY = (State.QUEUED, State.BUILDING)
WAITING_AT_ONCE = 100
EARLY_AT_ONCE = 50
"""Of those that are queued or wait for their image, so many are looked at per round."""


class Supervisor:
    """One per host.

    Args:
        launcher: Where attempts run.
        reason: Why this launcher was chosen, for people.
        chores: Called every few seconds; other apps put their watchdogs here.
    """

    def __init__(self, launcher: Launcher, *, reason: str, chores: Sequence[Callable[[], object]] = ()) -> None:
        self._launcher = launcher
        self._reason = reason
        self._chores = chores
        self._owner = leases.owner_id()
        self._leaving = threading.Event()
        self._moved = threading.Event()
        self._drivers: dict[int, AttemptDriver] = {}
        self._prepared_to = 0
        self._last: dict[str, object] = {"garbage": timezone.now()}  # not among the first things to do
        self._garbage = HostGarbage(launcher)
        self.host: Host | None = None

    def run(self) -> None:
        """Work until ``leave``. Faults of database or engine are waited out."""
        while not self._leaving.is_set():
            try:
                self.tick()
            except (*DATABASE_AWAY, LauncherUnavailable) as error:
                logger.warning("waiting two seconds: %s", error)
                connection.close()
                self._leaving.wait(2)
            except Exception:
                logger.exception("the supervisor goes on after a fault")
                self._leaving.wait(2)
            # What moved may go on at once: a run passes its quick states without a pause for each.
            self._moved.wait(TICK_SECONDS)
            self._moved.clear()
        self._close()

    def leave(self) -> None:
        """Ask ``run`` to return; boxes go on, and the next supervisor finds them."""
        self._leaving.set()

    def wait_to_leave(self, seconds: float) -> bool:
        """Wait so long, or until somebody asks to leave; whether somebody has."""
        return self._leaving.wait(seconds)

    def tick(self) -> None:
        """One round: who is ours, who may start, and one step for each."""
        if self._due("facts", FACTS_EVERY) or self.host is None:
            self.host = host_register(
                facts=self._launcher.describe(),
                launcher=self._launcher.name,
                reason=self._reason,
                limits=self._launcher.limits,
            )
        self._claim(self.host)
        self._admit(self.host)
        self._step()
        if self._due("chores", LEASE_EVERY):
            for chore in self._chores:
                chore()
        if self._due("collect", COLLECT_EVERY):
            self.collect()
        if self._due("garbage", GARBAGE_EVERY):
            self._garbage.start()

    def _due(self, what: str, every: timedelta) -> bool:
        now = timezone.now()
        last = self._last.get(what)
        if last is not None and timedelta(0) <= now - last < every:  # type: ignore[operator]
            return False
        self._last[what] = now
        return True

    def _claim(self, host: Host) -> None:
        """Whatever is new is ours at once; leases are prolonged now and then."""
        if self._due("lease", LEASE_EVERY):
            leases.claim(self._owner, host_id=host.pk)
        else:
            leases.claim_new(self._owner, host_id=host.pk)

    def _step(self) -> None:
        mine = Attempt.objects.filter(lease_owner=self._owner, execution__state__in=ACTIVE).order_by("pk")
        states = dict(mine.values_list("pk", "execution__state"))
        for gone in self._drivers.keys() - states.keys():
            self._forget(gone)
        early = [attempt for attempt, state in states.items() if state in EARLY]
        for attempt, state in states.items():
            if state not in EARLY and state != State.WAITING:
                self._step_one(attempt)
        for attempt in self._next_of(early):
            self._step_one(attempt)

    def _next_of(self, early: list[int]) -> list[int]:
        """Some of those that are being prepared, others each time: a thousand new runs must not stop the watch."""
        behind = [attempt for attempt in early if attempt > self._prepared_to] or early
        chosen = behind[:EARLY_AT_ONCE]
        self._prepared_to = chosen[-1] if chosen else 0
        if len(early) > len(chosen):
            self._moved.set()
        return chosen

    def _step_one(self, attempt_id: int) -> None:
        """One bad row must not stop the others."""
        try:
            self._driver(attempt_id).step()
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("attempt %s: its step failed; the others go on", attempt_id)

    def _driver(self, attempt_id: int) -> AttemptDriver:
        if attempt_id not in self._drivers:
            self._drivers[attempt_id] = AttemptDriver(
                attempt_id, self._launcher, self._leaving, on_moved=self._moved.set
            )
        return self._drivers[attempt_id]

    def _forget(self, attempt_id: int) -> None:
        driver = self._drivers.pop(attempt_id, None)
        if driver is not None:
            driver.close()

    # --- admission ----------------------------------------------------------------------------------------------------

    def _admit(self, host: Host) -> None:
        mine = Execution.objects.filter(state=State.WAITING, attempts__lease_owner=self._owner)
        waiting = mine.order_by("-priority", "pk")
        if not waiting.exists():  # as nearly always: what the host has free is not worth asking for
            return
        self._admit_works(waiting.filter(kind__in=kinds.works()), host)
        boxes = waiting.exclude(kind__in=kinds.works())
        admitted, reasons = admit(boxes.iterator(chunk_size=WAITING_AT_ONCE), self._room(host))
        for execution, reason in reasons:
            set_reason(execution, reason)
        for execution in admitted:
            self._start(execution, host)

    def _admit_works(self, works: QuerySet[Execution], host: Host) -> None:
        busy = Execution.objects.filter(
            kind__in=kinds.works(), state__in=[State.STARTING, State.RUNNING, State.STOPPING], attempts__host=host
        ).count()
        for execution in works:
            if busy >= MAX_BUILDS:
                set_reason(execution, "Waits until another build has ended.")
            else:
                self._start(execution, host)
                busy += 1

    def _room(self, host: Host) -> Room:
        load = host_load(host)
        return Room(
            cpus=host.cpus,
            memory_bytes=host.memory_bytes,
            gpus=host.devices.filter(present=True).count(),
            cpus_free=host.cpus - load.cpus,
            memory_free=host.memory_bytes - load.memory_bytes,
            gpus_free=load.gpus_free,
        )

    def _start(self, execution: Execution, host: Host) -> None:
        attempt = execution.attempts.latest("number")
        try:
            with transaction.atomic():
                Attempt.objects.filter(pk=attempt.pk).update(host=host)
                if reserve_devices(host=host, attempt=attempt, count=execution.gpus) is None:
                    transaction.set_rollback(True)
                    return
                transition(execution, State.STARTING)
        except StateIsStale:
            return

    # --- tidying up ---------------------------------------------------------------------------------------------------

    def collect(self, *, grace: timedelta = LEFTOVERS_GRACE) -> None:
        """Remove from this host what killed processes left behind, and compact logs that still lie in rows.

        Args:
            grace: For so long a half-made thing may be untouched and still be in the making.
        """
        self._launcher.sweep(grace)
        leftovers.boxes_remove(self._launcher)
        leftovers.work_folders_remove()
        leftovers.logs_compact()

    def _close(self) -> None:
        for driver in self._drivers.values():
            driver.close()
        try:
            leases.release(self._owner)
        except DatabaseError as error:
            logger.warning("the leases end by themselves: %s", error)
