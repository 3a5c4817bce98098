"""Reading the text of a training's log: lines, the entrypoint's markers, and how far the epochs are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LINE_BYTES = 64 << 10
"""A line longer than this is taken as far as it is there."""

# Either alone or both together end a line: progress bars use carriage returns only.
_BREAK = re.compile(rb"\r\n|\n|\r")
_MARKER = re.compile(r"^(Setup|Training) (started|ended): ")
_EPOCH = re.compile(r"\bepoch\W{0,3}(\d{1,9})(?:\s?/\s?(\d{1,9}))?", re.IGNORECASE | re.ASCII)
_SHOWN = 4096


class Phase(StrEnum):
    """Where the entrypoint is."""

    SETUP = "setup"
    TRAINING = "training"
    ENDED = "ended"


_PHASES = {
    ("Setup", "started"): Phase.SETUP,
    ("Setup", "ended"): Phase.SETUP,
    ("Training", "started"): Phase.TRAINING,
    ("Training", "ended"): Phase.ENDED,
}


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch a line speaks of; ``total`` is None when it does not say of how many."""

    number: int
    total: int | None

    @property
    def progress(self) -> float | None:
        """0 to 1; None when the line does not tell."""
        if not self.total:
            return None
        return min(1.0, self.number / self.total)


def split_lines(data: bytes, *, final: bool) -> tuple[list[str], int]:
    """The complete lines at the beginning of ``data`` without empty ones, and how many bytes they take.

    Args:
        final: Nothing follows: what stands behind the last line break is a line too.
    """
    if final:
        used = len(data)
    else:
        used = _end_of_last_break(data)
        if not used and len(data) >= LINE_BYTES:
            used = len(data)
    parts = _BREAK.split(data[:used])
    return [part[-LINE_BYTES:].decode("utf-8", "replace") for part in parts if part], used


def _end_of_last_break(data: bytes) -> int:
    return max(data.rfind(b"\n"), data.rfind(b"\r")) + 1


def plain_text(text: str) -> str:
    """The text as every database takes it: without NUL and without halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def phase_of(line: str) -> Phase | None:
    """The phase that begins with this line; None for most lines."""
    if not line.startswith(("Setup ", "Training ")):
        return None
    found = _MARKER.match(line)
    return _PHASES[found.group(1), found.group(2)] if found else None


def epoch_of(line: str) -> Epoch | None:
    """The epoch that a line such as ``epoch 3/10 loss=0.4`` speaks of; None for most lines."""
    found = _EPOCH.search(line[-_SHOWN:])
    if found is None:
        return None
    return Epoch(int(found.group(1)), int(found.group(2)) if found.group(2) else None)
