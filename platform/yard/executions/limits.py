"""The limits of an execution's box: what was asked for, and what every box has at most."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from yard.executions.launchers.base import Resources
from yard.executions.models import Execution


def resources_of(execution: Execution, gpu_ids: Sequence[str] = ()) -> Resources:
    """What the box may use; no disk, file or process limit is ever left open."""
    most: int = settings.BOX_DISK_BYTES
    return Resources(
        cpus=execution.cpus,
        memory_bytes=execution.memory_bytes,
        shared_memory_bytes=execution.shared_memory_bytes,
        pids=settings.BOX_PROCESSES,
        disk_bytes=min(execution.disk_bytes or most, most),
        files=settings.BOX_FILES,
        time_seconds=execution.time_limit_seconds,
        gpu_ids=tuple(gpu_ids),
    )
