"""Many files that came as one stream: a tar, read file by file without trusting a word of it.

The pages make it while it is being sent (``frontend/src/features/datasets/uploads/tar-source.ts``), so that tens of
thousands of small files need neither as many requests nor room in memory. The format is the "ustar interchange format"
of POSIX.1-2017 (pax), of which files, folders and the records ``path`` and ``size`` are understood, and GNU's long
names; everything else costs only itself, with a finding.

``tarfile`` decodes the headers but does not walk: it reads extended headers and maps of sparse files of any length
into memory, keeps every member, and follows lengths that lead backwards.
"""

from __future__ import annotations

import io
import tarfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, BinaryIO

from yard.core.errors import TooLarge
from yard.datasets.annotations.types import FindingList
from yard.datasets.archives import Limits, NotAnArchive, refusal_of_name
from yard.datasets.texts import shown

BLOCK = 512
READ_BYTES = 1 << 17
# A header for one name: no path that is taken is longer than a few kB.
EXTENDED_MAX_BYTES = 64 << 10
# Headers that belong to no file, behind one another.
HEADERS_MAX = 8
_LINKS = {tarfile.LNKTYPE, tarfile.SYMTYPE}
_FILES = {tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE}
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Bundled:
    """A file in a bundle: its path (NFC), its bytes and where they begin, and when it was last changed (or None)."""

    path: str
    size: int
    start: int
    modified_at: datetime | None


class Bundle:
    """An opened tar: ``members`` in its order, ``findings`` about what was left out.

    A stream that ends amid a file gives what came before, with a finding.

    Raises:
        NotAnArchive: It is no tar from its first byte on.
        TooLarge: It holds more files than the limits allow.
    """

    def __init__(self, source: BinaryIO, *, name: str, limits: Limits | None = None) -> None:
        self.name = name
        self.findings = FindingList(name)
        self._source = source
        self._size = source.seek(0, 2)
        self._limits = limits or Limits.from_settings()
        self.members = list(self._sift())

    @contextmanager
    def open(self, member: Bundled) -> Iterator[IO[bytes]]:
        """The file's content as a stream of exactly ``member.size`` bytes."""
        yield io.BufferedReader(_Section(self._source, member.start, member.size), READ_BYTES)

    # --- walking ------------------------------------------------------------------------------------------------------

    def _sift(self) -> Iterator[Bundled]:
        seen: set[str] = set()
        for info, start in self._walk():
            why = _refusal_of_kind(info) or refusal_of_name(info.name)
            path = "" if why else unicodedata.normalize("NFC", info.name)
            why = why or refusal_of_name(path)
            if why is None and path in seen:
                why = "another file of the same name came with it"
            if why is not None:
                self.findings.warning("bundle.left_out", f"{shown(info.name)} was left out: {why}.")
                continue
            seen.add(path)
            yield Bundled(path, info.size, start, _moment(info.mtime))

    def _walk(self) -> Iterator[tuple[tarfile.TarInfo, int]]:
        """Every file with where its bytes begin."""
        at = 0
        entries = 0
        while (info := self._next(at)) is not None:
            header, start = info
            end = start + header.size
            if end > self._size:
                self._cut_off(header.name)
                return
            at = start + -(-header.size // BLOCK) * BLOCK
            if header.isdir():
                continue
            entries += 1
            if entries > self._limits.files:
                raise TooLarge(
                    f"{self.name} holds more than {self._limits.files} files, which is the limit here. "
                    "Upload them in several parts."
                )
            yield header, start

    def _next(self, at: int) -> tuple[tarfile.TarInfo, int] | None:
        """The next entry from this place on, and where its bytes begin; None at the end."""
        records: dict[str, str] = {}
        for _ in range(HEADERS_MAX):
            block = self._read(at, BLOCK)
            if len(block) < BLOCK or not block.strip(b"\0"):
                if len(block) < BLOCK and at:
                    self._cut_off("a file")
                return None
            info = self._header(block, at)
            if info is None:
                return None
            start = at + BLOCK
            if info.type not in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
                return self._with_records(info, records), start
            if info.size < 0 or info.size > EXTENDED_MAX_BYTES:
                self._damaged("a header in it is longer than any name can be", at)
                return None
            records |= _records(info.type, self._read(start, info.size))
            at = start + -(-info.size // BLOCK) * BLOCK
        self._damaged("headers follow one another without a file", at)
        return None

    def _header(self, block: bytes, at: int) -> tarfile.TarInfo | None:
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            self._damaged(str(error), at)
            return None
        if info.size < 0:
            self._damaged("a size is negative", at)
            return None
        return info

    def _with_records(self, info: tarfile.TarInfo, records: dict[str, str]) -> tarfile.TarInfo:
        info.name = records.get("path", info.name)
        size = records.get("size", "")
        if size.isascii() and size.isdigit() and len(size) < 19:
            info.size = int(size)
        if any(key.startswith("GNU.sparse.") for key in records):
            info.type = tarfile.GNUTYPE_SPARSE
        if info.type not in _FILES and not info.isdir():
            # What lies behind a special file's header is its own kind's business; only sparse ones have bytes.
            info.size = info.size if info.type == tarfile.GNUTYPE_SPARSE else 0
        return info

    def _read(self, at: int, size: int) -> bytes:
        self._source.seek(at)
        return self._source.read(size)

    def _damaged(self, why: str, at: int) -> None:
        if at == 0:
            raise NotAnArchive(f"{self.name} is no stream of files: {why}. Upload the files again.")
        self.findings.error(
            "bundle.damaged", f"From byte {at} on {self.name} cannot be read ({why}); what came before it was taken."
        )

    def _cut_off(self, name: str) -> None:
        self.findings.error("bundle.cut_off", f"{self.name} ends amid {shown(name)}; what came before it was taken.")


class _Section(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, source: BinaryIO, start: int, size: int) -> None:
        self._source = source
        self._at = start
        self._end = start + size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._source.seek(self._at)
        part = self._source.read(min(len(buffer), self._end - self._at))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def _refusal_of_kind(info: tarfile.TarInfo) -> str | None:
    if info.type in _LINKS:
        return "it is a link"
    if info.type == tarfile.GNUTYPE_SPARSE:
        return "it is a sparse file, of which only a part is there"
    if info.type not in _FILES:
        return "it is a device or another special file"
    return None


def _records(kind: bytes, content: bytes) -> dict[str, str]:
    """What an extended header says about the next entry; records that cannot be read say nothing."""
    if kind == tarfile.GNUTYPE_LONGNAME:
        return {"path": content.rstrip(b"\0").decode("utf-8", "surrogateescape")}
    if kind != tarfile.XHDTYPE:
        return {}  # for all entries, or for links: nothing that matters here
    found: dict[str, str] = {}
    while content:
        length, space, _ = content.partition(b" ")
        if not space or not length.isdigit() or len(length) > 9 or not len(length) + 1 < int(length) <= len(content):
            break
        key, _, value = content[len(length) + 1 : int(length)].removesuffix(b"\n").partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        content = content[int(length) :]
    return found


def _moment(mtime: float) -> datetime | None:
    return datetime.fromtimestamp(mtime, UTC) if 0 < mtime < _LATEST else None
