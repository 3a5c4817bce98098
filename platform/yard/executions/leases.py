"""Leases: which supervisor drives an attempt.

A lease ends by itself, so that a killed supervisor blocks nobody for long. On one host the next supervisor need not
even wait: it sees that the owner's process is gone.
"""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

from django.db.models import Q, QuerySet
from django.utils import timezone

from yard.executions.models import Attempt
from yard.executions.states import ACTIVE

LEASE = timedelta(seconds=20)
CLOCK_TRUST = timedelta(minutes=5)


def owner_id(pid: int | None = None) -> str:
    """A process (this one), so that another on the same host can tell whether it lives: ``host/pid/start``."""
    pid = pid or os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def _started(pid: int) -> str:
    """The kernel's start time of a process (clock ticks since boot), or "" when there is none (any more)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]  # dead, and only waiting for its parent to notice
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
    here = _here(host_id)
    others = here.exclude(lease_owner__in=["", owner]).values_list("lease_owner", flat=True).distinct()
    gone = [other for other in others if is_dead(other)]
    # One that ends far in the future was written before somebody set the clock back.
    over = Q(lease_until__lt=now) | Q(lease_until__gt=now + CLOCK_TRUST)
    free = Q(lease_owner__in=["", owner, *gone]) | over
    Attempt.objects.filter(free, pk__in=here.filter(free).values("pk")).update(
        lease_owner=owner, lease_until=now + LEASE
    )
    return list(here.filter(lease_owner=owner).order_by("pk").values_list("pk", flat=True))


def claim_new(owner: str, *, host_id: int) -> int:
    """Take the lease on attempts that nobody has; how many. Costs next to nothing when there are none."""
    free = _here(host_id).filter(lease_owner="")
    if not free.exists():
        return 0
    values = {"lease_owner": owner, "lease_until": timezone.now() + LEASE}
    return Attempt.objects.filter(lease_owner="", pk__in=free.values("pk")).update(**values)


def _here(host_id: int) -> QuerySet[Attempt]:
    """Active attempts that this host may drive."""
    return Attempt.objects.filter(Q(host=None) | Q(host_id=host_id), execution__state__in=ACTIVE)


def release(owner: str) -> None:
    """Give every lease back, when a supervisor leaves in good order."""
    Attempt.objects.filter(lease_owner=owner).update(lease_owner="", lease_until=None)
