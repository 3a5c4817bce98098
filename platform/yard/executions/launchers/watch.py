"""Watching the limits of a box that no engine keeps: what it writes to its disk."""

from __future__ import annotations

import logging
import threading
import time

from yard.executions.launchers.base import Handle, Launcher, LauncherUnavailable, Limit, Resources, Usage

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0
SHARE = 4
"""Looking takes at most every so manieth second, or a box with a million files would keep the disk busy by itself."""


def over(usage: Usage, resources: Resources) -> Limit | None:
    """The limit that the box has exceeded, None when there is none."""
    if resources.disk_bytes is not None and (usage.disk_bytes or 0) > resources.disk_bytes:
        return Limit.DISK
    if resources.files is not None and (usage.files or 0) > resources.files:
        return Limit.FILES
    return None


class BoxWatch:
    """Looks at one box again and again, each time in a thread of its own: counting files may take long.

    Attributes:
        processes_refused: Whether the box was ever seen at its limit of processes.
    """

    def __init__(self, launcher: Launcher, handle: Handle, resources: Resources) -> None:
        self._launcher = launcher
        self._handle = handle
        self._resources = resources
        self._looking: threading.Thread | None = None
        self._next = 0.0
        self._exceeded: Limit | None = None
        self.processes_refused = False

    def exceeded(self) -> Limit | None:
        """The limit that was found exceeded; starts the next look when it is time. Never waits."""
        looking = self._looking is not None and self._looking.is_alive()
        if self._exceeded is None and not looking and time.monotonic() >= self._next:
            self._looking = threading.Thread(target=self._look, name="box-watch", daemon=True)
            self._looking.start()
        return self._exceeded

    def _look(self) -> None:
        begun = time.monotonic()
        try:
            usage = self._launcher.usage(self._handle, self._resources)
        except LauncherUnavailable as error:
            logger.info("a box could not be measured: %s", error)
            usage = Usage()
        self.processes_refused |= usage.processes_refused
        self._exceeded = over(usage, self._resources)
        now = time.monotonic()
        self._next = now + max(PAUSE_SECONDS, SHARE * (now - begun))
