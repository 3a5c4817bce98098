"""Ends a build that takes too long or fills the disk, by the way in which builds are cancelled."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from yard.executions.launchers.base import ImageCancelled, ImageFailed, LauncherUnavailable

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0
SHARE = 4
GIB = 1 << 30


class BuildWatch:
    """Give it to the build as its ``cancelled``, within ``failing``.

    Args:
        cancelled: Whether somebody wants the build to end.
        seconds, disk_bytes: The most it may take.
        used: Bytes it has taken so far, None when not known; may take long, so it is called in a thread.
    """

    def __init__(
        self, cancelled: Callable[[], bool], *, seconds: float, disk_bytes: int, used: Callable[[], int | None]
    ) -> None:
        self._cancelled = cancelled
        self._seconds = seconds
        self._disk_bytes = disk_bytes
        self._used = used
        self._begun = time.monotonic()
        self._next = self._begun
        self._looking: threading.Thread | None = None
        self._full = False
        self.reason = ""

    def __call__(self) -> bool:
        if self._cancelled():
            return True
        if time.monotonic() - self._begun > self._seconds:
            self.reason = f"The build took longer than the {self._seconds:.0f} s that a build may take, and was ended."
        self._look_now_and_then()
        if self._full:
            self.reason = too_large(self._disk_bytes)
        return bool(self.reason)

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        """Turn a cancellation that is our own into ``ImageFailed`` with the reason."""
        try:
            yield
        except ImageCancelled as error:
            if self.reason:
                raise ImageFailed(self.reason) from error
            raise

    def _look_now_and_then(self) -> None:
        looking = self._looking is not None and self._looking.is_alive()
        if not looking and not self._full and time.monotonic() >= self._next:
            self._looking = threading.Thread(target=self._look, name="build-watch", daemon=True)
            self._looking.start()

    def _look(self) -> None:
        begun = time.monotonic()
        try:
            self._full = (self._used() or 0) > self._disk_bytes
        except LauncherUnavailable as error:
            logger.info("a build could not be measured: %s", error)
        now = time.monotonic()
        self._next = now + max(PAUSE_SECONDS, SHARE * (now - begun))


def too_large(disk_bytes: int) -> str:
    """The sentence for a build that fills the disk."""
    return f"The build filled the {disk_bytes / GIB:.3g} GiB of disk that a build may take, and was ended."
