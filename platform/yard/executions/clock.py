"""Durations that hold when somebody sets the clock: they are counted by the kernel, from its last start on."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from django.utils import timezone

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def mark() -> str:
    """This moment, for ``seconds_since`` in this process or in one that comes after it."""
    return f"{_boot_id()}:{time.clock_gettime(time.CLOCK_BOOTTIME):.3f}"


def seconds_since(moment: str, otherwise: datetime | None = None) -> float:
    """Seconds since the mark.

    Args:
        otherwise: The same moment by the wall clock, for a mark that was made before the machine started anew (or
            never); without it that counts as 0.
    """
    boot, _, ticks = moment.rpartition(":")
    if boot and boot == _boot_id():
        return time.clock_gettime(time.CLOCK_BOOTTIME) - float(ticks)
    return max(0.0, (timezone.now() - otherwise).total_seconds()) if otherwise else 0.0


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
