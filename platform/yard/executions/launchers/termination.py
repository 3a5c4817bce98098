"""Who in a box gets SIGTERM, so that the training code can end in its own way.

Signalling only the first process does not reach training code behind a shell, and signalling every process kills the
shell, whose end takes the box, and the training code with it, before its handler is through. So a process that would
simply die of SIGTERM is spared as long as something below it has a handler; and below a process with a handler nobody
is signalled, since that one passes the wish on as it sees fit (our entrypoint does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SIGTERM_BIT = 1 << 14


@dataclass(frozen=True, slots=True)
class BoxProcess:
    """A process of a box.

    Attributes:
        handles_term: Whether it has a handler for SIGTERM (the ``SigCgt`` mask of ``/proc/<pid>/status``).
    """

    pid: int
    parent: int
    handles_term: bool


def plan_termination(processes: Iterable[BoxProcess], roots: Iterable[int]) -> list[int]:
    """The process ids to send SIGTERM to, parents before children, among ``roots`` and what descends from them."""
    listed = list(processes)
    by_pid = {process.pid: process for process in listed}
    children: dict[int, list[int]] = defaultdict(list)
    for process in listed:
        if process.pid != process.parent:
            children[process.parent].append(process.pid)

    # Children after parents; with no recursion, since a hostile box may nest deeply.
    order: list[int] = []
    seen: set[int] = set()
    waiting = sorted((pid for pid in roots if pid in by_pid), reverse=True)
    while waiting:
        pid = waiting.pop()
        if pid in seen:
            continue
        seen.add(pid)
        order.append(pid)
        if not by_pid[pid].handles_term:
            waiting.extend(sorted(children[pid], reverse=True))

    shelters: set[int] = set()  # processes that have a handler, or somebody below who has
    for pid in reversed(order):
        if by_pid[pid].handles_term or any(child in shelters for child in children[pid]):
            shelters.add(pid)
    return [pid for pid in order if by_pid[pid].handles_term or pid not in shelters]


def handles_term(caught_signals: str) -> bool:
    """Whether SIGTERM is in a ``SigCgt`` mask, as ``/proc/<pid>/status`` prints it (hexadecimal)."""
    try:
        return bool(int(caught_signals, 16) & SIGTERM_BIT)
    except ValueError:
        return False


def host_processes(proc: Path = Path("/proc")) -> list[BoxProcess]:
    """Every process this one can see."""
    found = []
    for entry in proc.iterdir():
        if entry.name.isdigit():
            process = _read_process(entry)
            if process is not None:
                found.append(process)
    return found


def _read_process(entry: Path) -> BoxProcess | None:
    try:
        text = (entry / "status").read_text(errors="replace")
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    parent = fields.get("PPid", "").strip()
    if not parent.isdigit():
        return None
    return BoxProcess(int(entry.name), int(parent), handles_term(fields.get("SigCgt", "").strip()))
