"""Read a container's output exactly once, across reconnects and restarts.

The engine gives log entries in the order written, with times, and everything since a given time. Times alone cannot say
where we are: many entries may share one, and stdout and stderr are stamped before they are written, so neighbours may
be out of order. Counting cannot either: an engine that rotates its files under a slow reader leaves entries out. A
cursor therefore describes the last entry taken (its time, a checksum, how many like it there were), and the newest
time seen. After a reconnect the engine is asked from some seconds before on, and what follows that entry is new. Where
it is not there any more, what is newer than everything seen is new.
"""

from __future__ import annotations

import calendar
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from yard.executions.launchers.base import PIECE_BYTES, LogPiece

LAG_SECONDS = 5
HEADER_BYTES = 8
KEPT_TIMES = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """The last entry taken.

    Attributes:
        stamp: Its time, as the engine writes it; sorts as text.
        checksum: Of its bytes; None in cursors of earlier releases.
        number: How many entries with this time and checksum were taken, this one included. The parts of a very long
            line share one time.
        newest: The latest time of all entries taken.
    """

    stamp: bytes
    checksum: int | None
    number: int
    newest: bytes

    @classmethod
    def parse(cls, cursor: str) -> Mark | None:
        """The mark of a cursor; None for an empty or foreign one, which is the start."""
        match cursor.split("/"):
            case [stamp, checksum, number, newest] if checksum.isdigit() and number.isdigit():
                return cls(stamp.encode(), int(checksum), int(number), newest.encode())
            case [since, taken, newest] if since.isdigit() and taken.isdigit() and newest:
                return cls(newest.encode(), None, 0, newest.encode())
        return None

    @property
    def cursor(self) -> str:
        return f"{self.stamp.decode()}/{self.checksum}/{self.number}/{self.newest.decode()}"

    @property
    def since(self) -> int:
        """Second from which the engine is asked, so that no late entry is cut off."""
        return max(0, seconds_of(self.stamp.decode()) - LAG_SECONDS)


class Frames:
    """Cuts the engine's multiplexed stream (no terminal, with timestamps) into log entries.

    A frame is one byte for the stream, three of zero, four for the length (big endian), then the payload, which is one
    entry: its time, a space, the raw bytes.
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Time and bytes of each entry completed by ``block``."""
        buffer, start = self._rest + block, 0
        while len(buffer) - start >= HEADER_BYTES:
            end = start + HEADER_BYTES + int.from_bytes(buffer[start + 4 : start + HEADER_BYTES], "big")
            if len(buffer) < end:
                break
            stamp, _, data = buffer[start + HEADER_BYTES : end].partition(b" ")
            yield stamp, data
            start = end
        self._rest = buffer[start:]


class Reader:
    """Turns blocks of the engine's stream, asked for since ``since``, into the pieces behind ``cursor``."""

    def __init__(self, cursor: str) -> None:
        mark = Mark.parse(cursor)
        self.since = mark.since if mark else 0
        self._frames = Frames()
        self._alike = _Alike()
        self._search = _Search(mark) if mark else None
        self._newest = mark.newest if mark else b""
        self._waiting: list[bytes] = []
        self._size = 0
        self._last = (b"", 0, 0)

    def feed(self, block: bytes) -> Iterator[LogPiece]:
        """All that ``block`` completes, in pieces of at most 256 KiB."""
        for stamp, data in self._frames.feed(block):
            checksum = zlib.crc32(data)
            entry = Entry(stamp, data, checksum, self._alike.count(stamp, checksum))
            if self._search is None:
                yield from self._take(entry)
            elif self._search.is_over(entry):
                yield from self._take_newer()
        yield from self._piece()

    def finish(self) -> Iterator[LogPiece]:
        """The engine has given all it has: what was held back until the last entry taken would appear."""
        yield from self._take_newer()
        yield from self._piece()

    def _take_newer(self) -> Iterator[LogPiece]:
        search, self._search = self._search, None
        for entry in search.newer if search is not None else ():
            yield from self._take(entry)

    def _take(self, entry: Entry) -> Iterator[LogPiece]:
        if self._size + len(entry.data) > PIECE_BYTES:
            yield from self._piece()
        self._newest = max(self._newest, entry.stamp)
        self._last = (entry.stamp, entry.checksum, entry.number)
        self._waiting.append(entry.data)
        self._size += len(entry.data)

    def _piece(self) -> Iterator[LogPiece]:
        if self._waiting:
            yield LogPiece(b"".join(self._waiting), Mark(*self._last, self._newest).cursor)
            self._waiting, self._size = [], 0


class Entry(NamedTuple):
    """One entry of the engine's log; ``number`` counts those with the same time and checksum."""

    stamp: bytes
    data: bytes
    checksum: int
    number: int


class _Alike:
    """Counts entries with the same time and content. Only few times can still come again, so only those are kept."""

    def __init__(self) -> None:
        self._counts: dict[bytes, dict[int, int]] = {}

    def count(self, stamp: bytes, checksum: int) -> int:
        counts = self._counts.get(stamp)
        if counts is None:
            counts = self._counts[stamp] = {}
            if len(self._counts) > KEPT_TIMES:
                del self._counts[next(iter(self._counts))]
        counts[checksum] = number = counts.get(checksum, 0) + 1
        return number


class _Search:
    """Looks for the last entry taken among those that come again."""

    def __init__(self, mark: Mark) -> None:
        self.newer: list[Entry] = []
        self._mark = mark
        self._patience = seconds_of(mark.newest.decode()) + LAG_SECONDS

    def is_over(self, entry: Entry) -> bool:
        """Whether the entry was found with this one, or will not be; then ``newer`` are those to take."""
        mark = self._mark
        if (entry.stamp, entry.checksum, entry.number) == (mark.stamp, mark.checksum, mark.number):
            self.newer.clear()  # they stood before it, so they were taken before it
            return True
        if entry.stamp > mark.newest:
            self.newer.append(entry)
            return mark.checksum is None or seconds_of(entry.stamp.decode()) > self._patience
        return False


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
