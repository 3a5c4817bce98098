"""The states of an execution and the only ways between them.

    queued → building → waiting → starting → running → stopping → collecting → succeeded | failed | stopped | lost

``building`` is skipped when the image is there. Devices are reserved when ``waiting`` ends, so a build holds no GPU.
"""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where an execution is in its life; the last four are final."""

    QUEUED = "queued", "Queued"
    BUILDING = "building", "Building"
    WAITING = "waiting", "Waiting"
    STARTING = "starting", "Starting"
    RUNNING = "running", "Running"
    STOPPING = "stopping", "Stopping"
    COLLECTING = "collecting", "Collecting"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"
    LOST = "lost", "Lost"


class Cause(models.TextChoices):
    """Who a failure is due to: the template, config or data; or this platform."""

    USER = "user", "User"
    PLATFORM = "platform", "Platform"


FINAL = frozenset({State.SUCCEEDED, State.FAILED, State.STOPPED, State.LOST})
ACTIVE = frozenset(State) - FINAL
IN_A_BOX = frozenset({State.STARTING, State.RUNNING, State.STOPPING, State.COLLECTING})
"""States in which an attempt holds its CPUs, memory and devices."""

_EARLY_ENDS = {State.FAILED, State.STOPPED}
ALLOWED: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.BUILDING, State.WAITING, *_EARLY_ENDS}),
    State.BUILDING: frozenset({State.WAITING, *_EARLY_ENDS}),
    State.WAITING: frozenset({State.STARTING, *_EARLY_ENDS}),
    State.STARTING: frozenset({State.RUNNING, State.STOPPING, State.LOST, *_EARLY_ENDS}),
    State.RUNNING: frozenset({State.STOPPING, State.COLLECTING, State.LOST}),
    State.STOPPING: frozenset({State.COLLECTING, State.LOST}),
    State.COLLECTING: frozenset(FINAL),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.STOPPED: frozenset(),
    State.LOST: frozenset(),
}
