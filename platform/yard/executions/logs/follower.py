"""Following the output of one box into the log store.

One thread reads from the launcher, another stores what came, a few times a second, so that a training that prints
thousands of lines costs a handful of transactions. What is read out of the output (metrics, progress) never delays its
storing: in a flood it falls behind and catches up later.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connection

from yard.executions.launchers.base import Handle, Launcher, LauncherUnavailable, LogPiece
from yard.executions.logs import store
from yard.executions.models import Attempt

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.2
FLOOD_BYTES = 64 * 1024
"""More than this at once, and no pause is made before the next."""
HOLD_SECONDS = 1.0
"""How long output without a line break is held back, so that no secret is stored in two halves."""


class Follower:
    """Copies a box's output into the store until the box ended and everything was read.

    Args:
        attempt: Its row; a copy is kept up to date here.
        mask: Replaces secrets in output.
        on_stored: Called when output was stored, and again and again while it answers that more is left to be read.
    """

    def __init__(
        self,
        attempt: Attempt,
        launcher: Launcher,
        handle: Handle,
        *,
        mask: Callable[[bytes], bytes],
        on_stored: Callable[[Attempt], bool],
    ) -> None:
        self._attempt = attempt
        self._launcher = launcher
        self._handle = handle
        self._mask = mask
        self._on_stored = on_stored
        self._unread = False
        self._read_at = 0.0
        self._pieces: queue.Queue[LogPiece | None] = queue.Queue(maxsize=64)
        self._stop = threading.Event()
        self._drained = threading.Event()
        self._box_ended = threading.Event()
        self._writer = threading.Thread(target=self._write, name=f"log-{attempt.pk}", daemon=True)
        self._reader = threading.Thread(target=self._read, name=f"log-read-{attempt.pk}", daemon=True)

    def start(self) -> None:
        """Begin to follow, from where the store ends."""
        self._reader.start()
        self._writer.start()

    def box_ended(self) -> None:
        """Say that the box ended: what is left is read once more and then following ends."""
        self._box_ended.set()

    def stop(self) -> None:
        """Leave; another follower goes on from the stored cursor."""
        self._stop.set()

    @property
    def drained(self) -> bool:
        """Whether the box ended and all it printed is stored."""
        return self._drained.is_set()

    @property
    def alive(self) -> bool:
        """Whether it still works; a dead one that is not drained must be replaced."""
        return self._writer.is_alive()

    def _read(self) -> None:
        cursor = self._attempt.log_cursor
        while not self._stop.is_set():
            # Asked before reading: output of a box that had ended then is complete in this pass.
            last_pass = self._box_ended.is_set()
            try:
                for piece in self._launcher.read_log(self._handle, cursor, follow_seconds=0.0 if last_pass else 1.0):
                    if not self._put(piece):
                        return
                    cursor = piece.cursor
            except LauncherUnavailable as error:
                logger.warning("log of attempt %s: %s", self._attempt.pk, error)
                self._stop.wait(2)
                continue
            except Exception:
                logger.exception("log of attempt %s could not be read", self._attempt.pk)
                self._stop.wait(2)
                continue
            if last_pass:
                self._put(None)
                return
            self._stop.wait(FLUSH_SECONDS)

    def _put(self, piece: LogPiece | None) -> bool:
        while not self._stop.is_set():
            try:
                self._pieces.put(piece, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False

    def _write(self) -> None:
        held: list[LogPiece] = []
        held_since = 0.0
        try:
            while not self._stop.is_set():
                ended = self._take(held)
                due = ended or time.monotonic() - held_since > HOLD_SECONDS
                ready = held if due else _up_to_line_break(held)
                if ready and not self._store(ready):
                    return
                held = held[len(ready) :]
                if ready or not held:
                    held_since = time.monotonic()
                if ended and not held:
                    self._drained.set()
                    return
                self._read_what_is_stored()
                # After silence the first line is stored as it comes, and in a flood there is no pause.
                if (ready or held) and _size(ready) < FLOOD_BYTES:
                    self._stop.wait(FLUSH_SECONDS)
        finally:
            self._stop.set()
            connection.close()

    def _read_what_is_stored(self) -> None:
        if not self._unread or time.monotonic() - self._read_at < FLUSH_SECONDS:
            return
        try:
            self._unread = self._on_stored(self._attempt)
        except DatabaseError:
            logger.exception("the log of attempt %s could not be interpreted; trying again", self._attempt.pk)
            connection.close()
        self._read_at = time.monotonic()

    def _take(self, held: list[LogPiece]) -> bool:
        """Move what came into ``held``; True when the end was reached."""
        size = _size(held)
        timeout = FLUSH_SECONDS
        while size < store.CHUNK_BYTES * 4:
            try:
                piece = self._pieces.get(timeout=timeout)
            except queue.Empty:
                return False
            if piece is None:
                return True
            held.append(piece)
            size += len(piece.data)
            timeout = 0.001
        return False

    def _store(self, ready: list[LogPiece]) -> bool:
        data = self._mask(b"".join(piece.data for piece in ready))
        uncertain = False
        while not self._stop.is_set():
            try:
                store.append(self._attempt, data, cursor=ready[-1].cursor)
                self._unread = True
            except store.StaleFollower:
                if uncertain and self._is_stored_up_to(ready[-1].cursor):
                    return True
                logger.warning("attempt %s is followed by somebody else", self._attempt.pk)
                return False
            except DatabaseError:
                logger.exception("log of attempt %s could not be stored; trying again", self._attempt.pk)
                connection.close()
                uncertain = True
                self._stop.wait(1)
            else:
                return True
        return False

    def _is_stored_up_to(self, cursor: str) -> bool:
        """Whether the commit succeeded of which the database, cut off in that moment, could not tell."""
        fresh = Attempt.objects.select_related("execution").get(pk=self._attempt.pk)
        if fresh.log_cursor != cursor:
            return False
        self._attempt, self._unread = fresh, True
        return True


def _size(pieces: list[LogPiece]) -> int:
    return sum(len(piece.data) for piece in pieces)


def _up_to_line_break(pieces: list[LogPiece]) -> list[LogPiece]:
    last = max((index for index, piece in enumerate(pieces) if piece.data.endswith((b"\n", b"\r"))), default=-1)
    return pieces[: last + 1]
