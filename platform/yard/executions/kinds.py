"""What an app that owns executions tells the supervisor about them.

The supervisor lies below the apps and knows none of them: each registers its kind in ``AppConfig.ready``. Every method
may be called again after a crash, with the same arguments; doing it twice must change nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yard.executions.launchers.base import Launcher, LaunchSpec
from yard.executions.models import Attempt, Execution
from yard.executions.states import Cause, State


@dataclass(frozen=True, slots=True)
class Ready:
    """It can be queued for a box now."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """It must wait for something that is under way; ``reason`` says for what.

    ``builds``: it waits for its image. Otherwise it stays queued.
    """

    reason: str
    builds: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """It can never run."""

    reason: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an execution ended, as its kind judges it after collecting."""

    state: State
    reason: str = ""
    cause: Cause | None = None


class Box:
    """The ended box of an attempt, for collecting: files can be copied out, nothing else."""

    def __init__(self, launcher: Launcher, handle: dict[str, str]) -> None:
        self._launcher = launcher
        self._handle = handle

    def copy_out(
        self, path: str, destination: Path, *, max_bytes: int | None = None, max_files: int | None = None
    ) -> Path | None:
        """See ``Launcher.copy_out``."""
        return self._launcher.copy_out(self._handle, path, destination, max_bytes=max_bytes, max_files=max_files)


class ExecutionKind(ABC):
    """One kind of execution. Subclass ``BoxKind`` or ``WorkKind``."""

    name: str

    def prepare(self, execution: Execution, launcher: Launcher) -> Ready | Blocked | Refused:
        """Whether it can wait for a box now; asked again about once a second while ``Blocked``."""
        return Ready()

    def event_payload(self, execution: Execution) -> dict[str, Any]:
        """What every event of this execution carries besides its state, e.g. ``{"run": 7}``."""
        return {}

    def ended(self, execution: Execution) -> None:
        """Called in the transaction that makes the state final."""
        return


class WorkKind(ExecutionKind):
    """Work that a launcher does without a box of its own, such as building an image."""

    @abstractmethod
    def perform(
        self, attempt: Attempt, launcher: Launcher, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Verdict:
        """Do it, in a thread of the supervisor; blocks. Started again from the beginning after a crash."""


class BoxKind(ExecutionKind):
    """An attempt in a box."""

    @abstractmethod
    def launch_spec(self, attempt: Attempt, launcher: Launcher, gpu_ids: Sequence[str]) -> LaunchSpec:
        """What to start, with ``attempt.box_name`` as its name. May take minutes (filling the data cache).

        Raises any ``YardError`` to fail the execution with its message.
        """

    def secrets(self, attempt: Attempt) -> Sequence[str]:
        """Values to be masked in the log."""
        return ()

    def on_log(self, attempt: Attempt) -> bool:
        """New output was stored; read a part of it with ``logs.store``, and answer whether more is left to be read."""
        return False

    @abstractmethod
    def collect(self, attempt: Attempt, box: Box) -> Verdict:
        """Take what the attempt made out of its box, and judge it. The log is complete by now.

        ``attempt`` knows exit code, out-of-memory and time-out; a stop that was asked for is the supervisor's to judge
        and wins over this verdict, but its outputs are collected all the same.
        """


_KINDS: dict[str, ExecutionKind] = {}


def register(kind: ExecutionKind) -> None:
    """Make a kind known; called once per process from ``AppConfig.ready``."""
    _KINDS[kind.name] = kind


def get(name: str) -> ExecutionKind:
    """The kind with this name. Raises ``KeyError`` when no app registered it."""
    return _KINDS[name]


def find(name: str) -> ExecutionKind | None:
    """The kind with this name, or None when no app registered it (rows may outlive the app that made them)."""
    return _KINDS.get(name)


def works() -> list[str]:
    """The names of the kinds that need no box."""
    return [name for name, kind in _KINDS.items() if isinstance(kind, WorkKind)]
