"""What a run may ask for: defaults that suit the machine, and whether any host could ever give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from yard.core.errors import InvalidInput
from yard.executions.models import Host
from yard.executions.services import Requested

GIB = 1 << 30
MIB = 1 << 20
SHARED_MEMORY = 8 * GIB
"""As published train containers expect it (contract, decisions)."""
FORGOTTEN_AFTER = timedelta(days=1)
_MEMORY_STEP = 256 * MIB


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one host has at most."""

    name: str
    cpus: float
    memory_bytes: int
    gpus: int


def capacities() -> list[Capacity]:
    """The hosts that were seen of late (all of them when none was), the largest first."""
    hosts = Host.objects.annotate(gpus=Count("devices", filter=Q(devices__present=True)))
    recent = hosts.filter(seen_at__gte=timezone.now() - FORGOTTEN_AFTER)
    known = [Capacity(host.name, host.cpus, host.memory_bytes, host.gpus) for host in (recent or hosts)]
    return sorted(known, key=lambda host: (host.gpus, host.cpus, host.memory_bytes), reverse=True)


def maximum(hosts: Sequence[Capacity]) -> Requested | None:
    """The most of each resource that some host has; None while no host is known."""
    if not hosts:
        return None
    memory = max(host.memory_bytes for host in hosts)
    return Requested(
        cpus=max(host.cpus for host in hosts),
        memory_bytes=memory,
        shared_memory_bytes=memory,
        gpus=max(host.gpus for host in hosts),
    )


def defaults(hosts: Sequence[Capacity]) -> Requested:
    """What a run gets unless it asks for something else: most of the largest host, one GPU where there is one."""
    if not hosts:
        return Requested(cpus=1, memory_bytes=4 * GIB, shared_memory_bytes=2 * GIB)
    host = hosts[0]
    return Requested(
        cpus=host.cpus,
        memory_bytes=_rounded(host.memory_bytes * 3 // 4),
        shared_memory_bytes=min(SHARED_MEMORY, _rounded(host.memory_bytes // 2)),
        gpus=min(1, host.gpus),
    )


def _rounded(size: int) -> int:
    """Down to a figure people can read, but never to nothing."""
    return max(size // _MEMORY_STEP * _MEMORY_STEP, min(size, _MEMORY_STEP))


def check_fits(asked: Requested, hosts: Sequence[Capacity]) -> None:
    """Nothing when some host could run it, or when no host is known yet.

    Raises:
        InvalidInput: No host ever could; says which resource is too much and how much there is.
    """
    if not hosts or any(_fits(asked, host) for host in hosts):
        return
    errors = _too_much(asked, hosts) or [
        {"path": ["resources"], "message": "No single host has that much of everything; ask for less."}
    ]
    raise InvalidInput(errors[0]["message"], extra={"errors": errors}, code="resources_too_large")


def _fits(asked: Requested, host: Capacity) -> bool:
    return (
        asked.cpus <= host.cpus
        and asked.memory_bytes <= host.memory_bytes
        and asked.shared_memory_bytes <= host.memory_bytes
        and asked.gpus <= host.gpus
    )


def _too_much(asked: Requested, hosts: Sequence[Capacity]) -> list[dict[str, Any]]:
    most = maximum(hosts)
    assert most is not None
    found: list[tuple[str, str]] = []
    if asked.gpus > most.gpus:
        found.append(("gpus", f"The run asks for {asked.gpus} GPUs, the largest host has {most.gpus}."))
    if asked.cpus > most.cpus:
        found.append(("cpus", f"The run asks for {asked.cpus:g} CPUs, the largest host has {most.cpus:g}."))
    for name, words in (("memory_bytes", "memory"), ("shared_memory_bytes", "shared memory")):
        wanted = getattr(asked, name)
        if wanted > most.memory_bytes:
            there = size_text(most.memory_bytes)
            text = f"The run asks for {size_text(wanted)} of {words}, the largest host has {there}."
            found.append((name, text))
    return [{"path": ["resources", name], "message": text} for name, text in found]


def size_text(size: int) -> str:
    """Bytes for people: ``7.5 GiB``."""
    return f"{size / GIB:.3g} GiB" if size >= GIB else f"{size / MIB:.3g} MiB"
