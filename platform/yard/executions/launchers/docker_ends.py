"""Tell boxes that ended by themselves from boxes that the engine ended or lost.

An engine that is stopped, or comes back after it was killed, ends the boxes that run (unless it has live-restore), and
one whose machine lost power finds them gone. Neither is a result of the training: exit code 0 of a handler for SIGTERM
would look like success. So boxes are made with a stop signal that nobody else sends, and the codes that remain
ambiguous are believed only if the engine saw the box die.
"""

from __future__ import annotations

import dataclasses
import signal
import time
from typing import Any

from yard.executions.launchers.base import BoxState, BoxStatus

STOP_SIGNAL = "SIGPWR"
"""What the engine sends to end a box of its own accord. Our entrypoint hands it on as SIGTERM, then ends with
``STOPPED_CODE``; any other program dies of it, with the same code."""

STOPPED_CODE = 128 + signal.SIGPWR
KILLED_CODE = 128 + signal.SIGKILL
LOST_CODE = 255
"""The engine's code for boxes that were gone when it came back; also that of ``sys.exit(-1)``."""

LACKS_LINES = "the log may lack lines"
"""Engines lose what is printed while they are away, and what they had read but not written down when killed."""

STOPPED = (
    "The container engine ended it, because the engine was stopped or restarted (or somebody stopped the container by "
    f"hand). The training itself had not ended, and {LACKS_LINES}. Run it again; the operator can switch on the "
    "engine's live-restore."
)
LOST = (
    "The container engine or its machine broke down while it ran, so how the training would have ended is not known, "
    f"and {LACKS_LINES}. Run it again."
)
UNSEEN = (
    "The container engine was away for a moment before it ended, and engines lose what is printed in such a moment: "
    f"{LACKS_LINES}."
)
_EVENT_TRIES, _EVENT_PAUSE = 5, 0.2
_EVENTS_KEPT = 256
"""So many events an engine remembers, and none from before its own start."""


def without_false_ends(api: Any, box_id: str, status: BoxStatus) -> BoxStatus:
    """The status of a box, corrected where it has ended and the engine has not simply seen it do so.

    Where the training did not end by itself the exit code is taken away (None) and the reason told; where the
    engine was away meanwhile, the message tells that its log may not be whole.
    """
    if status.state is not BoxState.EXITED:
        return status
    if status.exit_code == STOPPED_CODE:
        return dataclasses.replace(status, exit_code=None, message=STOPPED)
    events, is_whole = _events_with_death(api, box_id)
    if status.exit_code in (KILLED_CODE, LOST_CODE) and not status.out_of_memory:
        return _ambiguous(status, events, is_whole=is_whole)
    if is_whole and not any(event.get("Action") == "start" for event in events):
        # The engine that tells of its death has not seen its start: it came back meanwhile, or afterwards.
        return dataclasses.replace(status, message=UNSEEN)
    return status


def _ambiguous(status: BoxStatus, events: list[Any], *, is_whole: bool) -> BoxStatus:
    """One that was killed, by itself or by an engine."""
    if any(_is_stop(event) for event in events):
        return dataclasses.replace(status, exit_code=None, message=STOPPED)
    if not events and is_whole:
        return dataclasses.replace(status, exit_code=None, message=LOST)
    return status


def _events_with_death(api: Any, box_id: str) -> tuple[list[Any], bool]:
    """The box's events with its death, which may come a moment after the state; none when the engine did not see it.

    And whether these are all since the engine began, which it forgets when there are many.
    """
    everything: list[Any] = []
    for _ in range(_EVENT_TRIES):
        everything = list(api.events(since="0", until=f"{time.time():.6f}", decode=True))
        events = [event for event in everything if (event.get("Actor") or {}).get("ID") == box_id]
        if any(event.get("Action") == "die" for event in events):
            return events, len(everything) < _EVENTS_KEPT
        time.sleep(_EVENT_PAUSE)
    return [], len(everything) < _EVENTS_KEPT


def _is_stop(event: Any) -> bool:
    attributes = (event.get("Actor") or {}).get("Attributes") or {}
    return event.get("Action") == "kill" and str(attributes.get("signal")) == str(int(signal.SIGPWR))
