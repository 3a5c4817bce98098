"""Read a container's output exactly once, across reconnects and restarts.

The engine gives log entries with times, and everything since a given time. Times alone cannot say where we are: many
entries may share one, and stdout and stderr are stamped before they are written, so neighbours may be out of order.
A cursor therefore names a starting second, and how many entries from there on were taken; the starting second stays
some seconds behind the newest entry, so a late one is never cut off, and moves on so that little is read again.
"""

from __future__ import annotations

import calendar
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from yard.executions.launchers.base import PIECE_BYTES, LogPiece

LAG_SECONDS = 5
HEADER_BYTES = 8


@dataclass
class Position:
    """Where we are in a container's log.

    Attributes:
        since: Second from which the engine is asked (0: from the start).
        taken: Entries taken since then.
        newest: Latest time seen, as the engine writes it; sorts as text.
    """

    since: int = 0
    taken: int = 0
    newest: str = ""
    _per_second: Counter[int] = field(default_factory=Counter)

    @classmethod
    def parse(cls, cursor: str) -> Position:
        """The position of a cursor; the start for an empty or foreign one."""
        since, _, rest = cursor.partition("/")
        taken, _, newest = rest.partition("/")
        if since.isdigit() and taken.isdigit():
            return cls(int(since), int(taken), newest)
        return cls()

    @property
    def cursor(self) -> str:
        return f"{self.since}/{self.taken}/{self.newest}"

    def count_again(self, stamp: str) -> None:
        """Note an entry that was taken before a reconnect; the starting second stays."""
        self._per_second[seconds_of(stamp)] += 1
        self.taken += 1

    def count(self, stamp: str) -> None:
        """Note an entry that the reader has, and move the starting second on."""
        second = seconds_of(stamp)
        self._per_second[second] += 1
        self.newest = max(self.newest, stamp)
        start = second - LAG_SECONDS
        if start > self.since:
            self._per_second = Counter({at: n for at, n in self._per_second.items() if at >= start})
            self.since, self.taken = start, self._per_second.total()
        elif second >= self.since:  # an earlier one would not come again when asked from ``since``
            self.taken += 1


class Frames:
    """Cuts the engine's multiplexed stream (no terminal, with timestamps) into log entries.

    A frame is one byte for the stream, three of zero, four for the length (big endian), then the payload, which is one
    entry: its time, a space, the raw bytes.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[tuple[str, bytes]]:
        """Time and bytes of each entry completed by ``block``."""
        buffer, start = self._rest + block, 0
        while len(buffer) - start >= HEADER_BYTES:
            end = start + HEADER_BYTES + int.from_bytes(buffer[start + 4 : start + HEADER_BYTES], "big")
            if len(buffer) < end:
                break
            stamp, _, data = buffer[start + HEADER_BYTES : end].partition(b" ")
            yield stamp.decode("ascii", "replace"), data
            start = end
        self._rest = buffer[start:]


class Reader:
    """Turns blocks of the engine's stream, asked for since ``position.since``, into the pieces behind ``cursor``."""

    def __init__(self, cursor: str) -> None:
        self.position = Position.parse(cursor)
        self._frames = Frames()
        self._to_skip, self._known_until = self.position.taken, self.position.newest
        self.position.taken = 0

    def feed(self, block: bytes) -> Iterator[LogPiece]:
        """All that ``block`` completes, in pieces of at most 256 KiB."""
        waiting: list[bytes] = []
        size = 0
        for stamp, data in self._frames.feed(block):
            if self._was_taken(stamp):
                self.position.count_again(stamp)
                continue
            if waiting and size + len(data) > PIECE_BYTES:
                yield LogPiece(b"".join(waiting), self.position.cursor)
                waiting, size = [], 0
            self.position.count(stamp)
            waiting.append(data)
            size += len(data)
        if waiting:
            yield LogPiece(b"".join(waiting), self.position.cursor)

    def _was_taken(self, stamp: str) -> bool:
        # Later than everything seen: cannot have been taken (the engine has rotated earlier entries away).
        if self._to_skip and stamp > self._known_until:
            self._to_skip = 0
        if not self._to_skip:
            return False
        self._to_skip -= 1
        return True


_SECONDS: dict[str, int] = {}


def seconds_of(stamp: str) -> int:
    """Seconds since 1970 of an engine's time such as ``2026-01-31T12:00:00.123456789Z``."""
    whole = stamp[:19]
    known = _SECONDS.get(whole)
    if known is None:
        if len(_SECONDS) > 1000:
            _SECONDS.clear()
        try:
            known = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
        except ValueError:
            known = 0
        _SECONDS[whole] = known
    return known
