"""Who may start now: first come, first served, until CPUs, memory and devices are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from yard.executions.models import Execution

GIB = 1 << 30
EXACT = 3
STEPS = (3, 10, 30, 100)
LOOK_AHEAD = 101


@dataclass(frozen=True, slots=True)
class Room:
    """What a host has and what of it is free."""

    cpus: float
    memory_bytes: int
    gpus: int
    cpus_free: float
    memory_free: int
    gpus_free: int

    def without(self, execution: Execution) -> Room:
        """What is left when this execution has started."""
        return replace(
            self,
            cpus_free=self.cpus_free - execution.cpus,
            memory_free=self.memory_free - execution.memory_bytes,
            gpus_free=self.gpus_free - execution.gpus,
        )


def missing(execution: Execution, room: Room) -> str:
    """What the execution lacks to start, in words; empty when it fits."""
    wants: list[tuple[bool, Callable[[], str]]] = [
        (execution.gpus > room.gpus_free, lambda: f"{execution.gpus} GPUs ({room.gpus_free} of {room.gpus} free)"),
        (
            execution.cpus > room.cpus_free + 1e-6,
            lambda: f"{execution.cpus:g} CPUs ({max(room.cpus_free, 0):g} of {room.cpus:g} free)",
        ),
        (
            execution.memory_bytes > room.memory_free,
            lambda: (
                f"{execution.memory_bytes / GIB:.1f} GiB of memory "
                f"({max(room.memory_free, 0) / GIB:.1f} of {room.memory_bytes / GIB:.1f} free)"
            ),
        ),
    ]
    return " and ".join(words() for lacks, words in wants if lacks)


def never_fits(execution: Execution, room: Room) -> bool:
    """Whether the host would be too small even when empty."""
    whole = replace(room, cpus_free=room.cpus, memory_free=room.memory_bytes, gpus_free=room.gpus)
    return bool(missing(execution, whole))


def admit(waiting: Iterable[Execution], room: Room) -> tuple[list[Execution], list[tuple[Execution, str]]]:
    """Those that may start now, and for others what they wait for.

    Strictly in order: nobody overtakes, so that a large run is not starved by small ones. Therefore nobody far behind
    one that waits is even looked at; those keep the words they have.
    """
    admitted: list[Execution] = []
    reasons: list[tuple[Execution, str]] = []
    ahead = 0
    for execution in waiting:
        lacks = missing(execution, room)
        if lacks and never_fits(execution, room):
            # It blocks nobody: it would block them for ever.
            reasons.append((execution, f"Asks for {lacks}: more than this host has. Stop it and ask for less."))
        elif ahead:
            reasons.append((execution, _behind(ahead)))
            ahead += 1
        elif lacks:
            reasons.append((execution, f"Waits for {lacks}."))
            ahead += 1
        else:
            admitted.append(execution)
            room = room.without(execution)
        if ahead > LOOK_AHEAD:
            break
    return admitted, reasons


def _behind(ahead: int) -> str:
    """Exact for the next few, in steps for the others: a thousand rows must not change whenever one run starts."""
    if ahead <= EXACT:
        return f"Waits for its turn, behind {ahead} other{'s' if ahead > 1 else ''}."
    return f"Waits for its turn, behind more than {max(step for step in STEPS if step < ahead)} others."
