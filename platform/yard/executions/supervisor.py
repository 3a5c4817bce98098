"""The supervisor: drives every execution of one host, and may be killed and started again at any moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yard.executions import kinds, leases
from yard.executions.admission import Room, admit
from yard.executions.driver import AttemptDriver
from yard.executions.hosts import host_register, reserve_devices
from yard.executions.kinds import WorkKind
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
MAX_BUILDS = 1
"""Works without a box (image builds) at once: each may use the whole machine."""


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
        self._held: list[int] = []
        self._last: dict[str, object] = {}
        self.host: Host | None = None

    def run(self) -> None:
        """Work until ``leave``. Faults of database or engine are waited out."""
        while not self._leaving.is_set():
            try:
                self.tick()
            except (DatabaseError, LauncherUnavailable) as error:
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

    def tick(self) -> None:
        """One round: who is ours, who may start, and one step for each."""
        if self._due("facts", FACTS_EVERY) or self.host is None:
            self.host = host_register(
                facts=self._launcher.describe(), launcher=self._launcher.name, reason=self._reason
            )
        self._claim(self.host)
        self._admit(self.host)
        self._step()
        if self._due("chores", LEASE_EVERY):
            for chore in self._chores:
                chore()
        if self._due("collect", COLLECT_EVERY):
            self.collect()

    def _due(self, what: str, every: timedelta) -> bool:
        now = timezone.now()
        last = self._last.get(what)
        if last is not None and timedelta(0) <= now - last < every:  # type: ignore[operator]
            return False
        self._last[what] = now
        return True

    def _claim(self, host: Host) -> None:
        known = set(self._held)
        new = Attempt.objects.filter(execution__state__in=ACTIVE, lease_owner="").exists()
        if new or self._due("lease", LEASE_EVERY):
            self._held = leases.claim(self._owner, host_id=host.pk)
        for gone in known - set(self._held):
            self._forget(gone)

    def _step(self) -> None:
        active = Attempt.objects.filter(pk__in=self._held, execution__state__in=ACTIVE)
        states = dict(active.values_list("pk", "execution__state"))
        for attempt_id in self._held:
            if attempt_id not in states:
                self._forget(attempt_id)
            elif states[attempt_id] != State.WAITING:
                self._driver(attempt_id).step()

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
        waiting = list(
            Execution.objects.filter(state=State.WAITING, attempts__in=self._held).order_by("-priority", "pk")
        )
        if not waiting:
            return
        works = [execution for execution in waiting if isinstance(kinds.find(execution.kind), WorkKind)]
        boxes = [execution for execution in waiting if execution not in works]
        self._admit_works(works, host)
        admitted, reasons = admit(boxes, self._room(host))
        for execution in boxes:
            if execution.pk in reasons:
                set_reason(execution, reasons[execution.pk])
        for execution in admitted:
            self._start(execution, host)

    def _admit_works(self, works: list[Execution], host: Host) -> None:
        names = [execution.kind for execution in works]
        busy = Execution.objects.filter(
            kind__in=names, state__in=[State.STARTING, State.RUNNING, State.STOPPING], attempts__host=host
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

    def collect(self) -> None:
        """Remove boxes whose execution has ended, or that no attempt knows."""
        boxes = self._launcher.list_boxes()
        if not boxes:
            return
        active = Attempt.objects.filter(execution__state__in=ACTIVE)
        needed = {attempt.box_name for attempt in active}
        for name, handle in boxes.items():
            if name not in needed:
                logger.info("removing the box %s, which nobody needs", name)
                self._launcher.remove(handle)

    def _close(self) -> None:
        for driver in self._drivers.values():
            driver.close()
        try:
            leases.release(self._owner)
        except DatabaseError as error:
            logger.warning("the leases end by themselves: %s", error)
