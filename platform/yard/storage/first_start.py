"""What the storage does before the platform serves."""

from __future__ import annotations

from yard.core import schedules

GARBAGE_MINUTES = 6 * 60


def declare_schedules() -> str:
    """Have the worker collect garbage a few times a day."""
    schedules.declare("collect garbage", "yard.storage.garbage.collect_garbage", minutes=GARBAGE_MINUTES)
    return ""
