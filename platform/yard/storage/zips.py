"""ZIP archives that are packed while they are sent: nothing is compressed, any size fits (ZIP64)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from yard.storage.base import Parts

# Small files of an archive go together: a part takes a turn of the server's loop and a packet of its own.
SENT_BYTES = 1 << 16
_PLAIN_FILE = 0o644 << 16


class ZipEntry(NamedTuple):
    """One file of an archive: its name with folders, and its content or what opens it."""

    name: str
    source: bytes | Callable[[], Parts]


class ZipParts(Parts):
    """The bytes of a ZIP over entries that are opened one after the other."""

    def __init__(self, entries: Iterable[ZipEntry]) -> None:
        self._packed = self._pack(entries)

    def __next__(self) -> bytes:
        return next(self._packed)

    def close(self) -> None:
        self._packed.close()

    def _pack(self, entries: Iterable[ZipEntry]) -> Generator[bytes]:
        sink = _Sink()
        # Not with the context manager: given up half-way, it would go on to write the directory.
        archive = _Archive(sink)
        now = datetime.now(UTC).timetuple()[:6]
        for name, source in entries:
            info = zipfile.ZipInfo(name, date_time=now)
            info.external_attr = _PLAIN_FILE
            if isinstance(source, bytes):
                archive.write_whole(info, source)
                if sink.is_full():
                    yield sink.taken()
                continue
            with source() as parts, archive.open(info, "w", force_zip64=True) as target:
                for part in parts:
                    target.write(part)
                    if sink.is_full():
                        yield sink.taken()
        archive.close()
        yield sink.taken()


class _Archive(zipfile.ZipFile):
    """A ZIP that is written in one go, and takes a small file in half of the time that ``writestr`` takes."""

    def __init__(self, sink: _Sink) -> None:
        super().__init__(sink, "w", zipfile.ZIP_STORED, allowZip64=True)  # type: ignore[call-overload]
        self._sink = sink

    def write_whole(self, info: zipfile.ZipInfo, content: bytes) -> None:
        """The file with its header, which can tell size and checksum at once as the whole content is there."""
        info.header_offset = self._sink.tell()
        info.file_size = info.compress_size = len(content)
        info.CRC = zlib.crc32(content)
        self._sink.write(info.FileHeader())
        self._sink.write(content)
        # What ``open`` notes when a file is through: the directory is made of the one, and begins at the other.
        self.filelist.append(info)
        self.NameToInfo[info.filename] = info
        self.start_dir = self._sink.tell()


class _Sink:
    """What a ZipFile writes to; it cannot seek, so the ZIP is written in one go."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = self._sent = 0

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        self._position += len(part)
        return len(part)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Nothing is held back."""

    def seekable(self) -> bool:
        return False

    def is_full(self) -> bool:
        """Whether what was written since the last part is worth sending."""
        return self._position - self._sent >= SENT_BYTES

    def taken(self) -> bytes:
        """All that was written since the last part, in one."""
        parts, self._parts, self._sent = self._parts, [], self._position
        return b"".join(parts)
