"""Small helpers around streams of bytes."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable

from yard.storage.base import Parts, Readable


class HashingReader:
    """Passes a source through and knows its SHA-256 and size afterwards."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        part = self._source.read(size)
        self._hash.update(part)
        self.count += len(part)
        return part

    def digest(self) -> str:
        """SHA-256 of what was read so far, hexadecimal."""
        return self._hash.hexdigest()


class ObjectFile(io.RawIOBase):
    """An object as a file: read it in order, or seek (which asks the store again).

    Args:
        read_from: Gives the object's parts from an offset on.
        size: Of the object, in bytes.
    """

    def __init__(self, read_from: Callable[[int], Parts], size: int) -> None:
        self._read_from = read_from
        self._size = size
        self._position = 0
        self._parts: Parts | None = read_from(0)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        target = base + offset
        if target < 0:
            raise ValueError("Cannot seek to before the beginning.")
        if target != self._position:
            self._drop()
            self._position = target
        return target

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            if self._parts is None:
                self._parts = self._read_from(self._position)
            self._rest = memoryview(next(self._parts, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._position += count
        return count

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._parts is not None:
            self._parts.close()
        self._parts = None
        self._rest = memoryview(b"")
