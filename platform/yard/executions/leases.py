"""Leases: which supervisor drives an attempt.

A lease ends by itself, so that a killed supervisor blocks nobody for long. On one host the next supervisor need not
even wait: it sees that the owner's process is gone.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from yard.executions.models import Attempt
from yard.executions.states import ACTIVE

LEASE = timedelta(seconds=20)


def owner_id(pid: int | None = None) -> str:
    """A process (this one), so that another on the same host can tell whether it lives: ``host/pid/start``."""
    pid = pid or os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def _started(pid: int) -> str:
    """The kernel's start time of a process (clock ticks since boot), or "" when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def is_dead(owner: str) -> bool:
    """Whether the owner is surely gone: a process of this host that no longer exists."""
    try:
        host, pid, started = owner.rsplit("/", 2)
        return host == socket.gethostname() and _started(int(pid)) != started
    except ValueError:
        return False


def claim(owner: str, *, host_id: int) -> list[int]:
    """Take or prolong the lease on every attempt this host may drive; the ids of those now held."""
    now = timezone.now()
    here = Q(execution__state__in=ACTIVE) & (Q(host=None) | Q(host_id=host_id))
    others = Attempt.objects.filter(here).exclude(lease_owner__in=["", owner]).values_list("lease_owner", flat=True)
    gone = [other for other in set(others) if is_dead(other)]
    free = Q(lease_owner__in=["", owner, *gone]) | Q(lease_until__lt=now)
    candidates = Attempt.objects.filter(here & free).values("pk")
    Attempt.objects.filter(free, pk__in=candidates).update(lease_owner=owner, lease_until=now + LEASE)
    return list(Attempt.objects.filter(here, lease_owner=owner).order_by("pk").values_list("pk", flat=True))


def release(owner: str) -> None:
    """Give every lease back, when a supervisor leaves in good order."""
    Attempt.objects.filter(lease_owner=owner).update(lease_owner="", lease_until=None)
