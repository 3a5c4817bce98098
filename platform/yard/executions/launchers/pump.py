"""Read a stream in a thread, so that its user can wait with a time-out and stop at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import IO, Self

BUFFER_BYTES = 4 * 1024 * 1024


class Pump:
    """Collects what an iterable of bytes gives. Use as a context manager; leaving it stops the reading.

    Args:
        pieces: What to read; its ``OSError`` and the like count as its end, and stand in ``error`` then.
        stop: Called on leaving, to wake a reader that waits.
        broken: Errors that mean the stream broke off.

    Attributes:
        error: What broke the stream off; None while it goes on and after a proper end.
    """

    error: Exception | None

    def __init__(
        self,
        pieces: Iterable[bytes],
        stop: Callable[[], None],
        broken: tuple[type[Exception], ...] = (OSError, ValueError),
    ) -> None:
        self._pieces = pieces
        self._stop = stop
        self._broken = broken
        self.error = None
        self._buffer = bytearray()
        self._changed = threading.Condition()
        self._ended = False
        self._stopped = False
        self._thread = threading.Thread(target=self._read, name="pump", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._stop()
        self._thread.join(timeout=10)

    def take(self, seconds: float) -> bytes | None:
        """All that came since the last call, waiting for it at most so long; empty after that; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._buffer or self._ended, timeout=seconds)
            if not self._buffer:
                return None if self._ended else b""
            block = bytes(self._buffer)
            self._buffer.clear()
            self._changed.notify_all()
            return block

    def _read(self) -> None:
        try:
            for piece in self._pieces:
                with self._changed:
                    self._changed.wait_for(lambda: self._stopped or len(self._buffer) < BUFFER_BYTES)
                    if self._stopped:
                        return
                    self._buffer += piece
                    self._changed.notify_all()
        except self._broken as error:
            self.error = error  # what came before still counts
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()


class PipePump(Pump):
    """A pump on the output of a child process. Whoever leaves early must end the child, which ends the pipe."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(iter(lambda: pipe.read1(64 * 1024), b""), lambda: None)  # type: ignore[attr-defined]
