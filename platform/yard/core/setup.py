"""What the platform does once before it serves: each app registers its step in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Step = Callable[[], str]
"""Does its part, however often it is called, and returns a line for the operator (may be empty)."""

_STEPS: dict[str, Step] = {}


def register(name: str, step: Step) -> None:
    """Have ``step`` run at every start, in the order of registration (that of the layers)."""
    _STEPS[name] = step


def run() -> Iterator[tuple[str, str]]:
    """Run every step; yields its name and what it has to say."""
    for name, step in _STEPS.items():
        yield name, step()
