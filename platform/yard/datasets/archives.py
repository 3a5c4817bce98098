"""Looking into a ZIP that somebody uploaded, without trusting a word of it.

Nothing is ever unpacked to a path of the archive's choosing: a member is only read as a stream, and its name is only a
name. What cannot be taken is left out with a finding and costs only itself; an archive that is built to deceive
(overlapping members, an absurd directory) is refused whole.
"""

from __future__ import annotations

import bz2
import copy
import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

from django.conf import settings

from yard.core.errors import InvalidInput, TooLarge
from yard.datasets.annotations.types import FindingList
from yard.datasets.texts import is_control, shown
from yard.storage.base import Readable

# What object stores and file systems can hold.
MEMBER_NAME_MAX_BYTES = 1024
FILE_NAME_MAX_BYTES = 255
FOLDERS_MAX = 64
# A small file may be packed as tightly as it likes; what matters is what it unpacks to.
RATIO_FLOOR_BYTES = 1 << 20
# The directory of an archive is held in memory, so it is measured before it is read.
DIRECTORY_MAX_BYTES = 256 << 20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
JUNK_FOLDERS = {"__macosx"}
ARCHIVE_SUFFIXES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
READ_BYTES = 1 << 17
_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_LOCAL_HEADER = struct.Struct("<4s26x")
_DIRECTORY_ENTRY = struct.Struct("<4s24x3H12x")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
# What zipfile raises about a file that is damaged or made to do harm.
_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, RuntimeError, struct.error,
)  # fmt: skip
# What people upload under a name that ends in .zip.
_OTHERS = {
    b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive", b"\x1f\x8b": "a gzip archive", b"BZh": "a bzip2 archive",
    b"\xfd7zX": "an xz archive", b"\xff\xd8\xff": "a JPEG image", b"\x89PNG": "a PNG image", b"<": "XML or a web page",
}  # fmt: skip


class NotAnArchive(InvalidInput):
    """The file is no ZIP, is cut off, or is built to deceive."""

    code = "archive_unreadable"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold: bytes unpacked, files, and bytes unpacked per byte packed."""

    total_bytes: int
    files: int
    ratio: int

    @classmethod
    def from_settings(cls) -> Limits:
        """The limits the operator set."""
        return cls(settings.ARCHIVE_MAX_BYTES, settings.ARCHIVE_MAX_FILES, settings.ARCHIVE_MAX_RATIO)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path with forward slashes (NFC), its size unpacked, its place in the directory."""

    path: str
    size: int
    index: int


class Archive:
    """An opened ZIP: ``members`` in the order of its directory, ``findings`` about what was left out.

    Raises:
        NotAnArchive: It is no ZIP or is built to deceive.
        TooLarge: It holds more than the limits allow; the sentence names the limit.
    """

    def __init__(self, source: BinaryIO, *, name: str, limits: Limits | None = None) -> None:
        self.name = name
        self.findings = FindingList(name)
        self._limits = limits or Limits.from_settings()
        try:
            _check_directory(source, name, self._limits)
            self._zip = zipfile.ZipFile(source)
            self._infos = self._zip.infolist()
            self._check_layout()
        except UnicodeDecodeError as error:
            raise NotAnArchive(
                f"{name} is no ZIP file that can be read: a file name in it is no UTF-8, although it says so. "
                "Pack it again."
            ) from error
        except _ERRORS as error:
            raise NotAnArchive(f"{name} is no ZIP file that can be read: {_reason(error)}. Pack it again.") from error
        self.members = list(self._sift())

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """The member's content as a stream that ends after ``member.size`` bytes at the latest.

        Raises ``NotAnArchive`` (while reading, too) when it cannot be unpacked or its checksum is wrong.
        """
        info = self._infos[member.index]
        try:
            stream = self._zip.open(_as_packed(info) if info.compress_type == zipfile.ZIP_BZIP2 else info)
        except _ERRORS as error:
            raise self._damaged(member.path, error) from error
        with stream:
            content = _Bzip2(stream, info) if info.compress_type == zipfile.ZIP_BZIP2 else stream
            yield io.BufferedReader(_MemberStream(self, member.path, content), READ_BYTES)

    def _damaged(self, path: str, error: Exception) -> NotAnArchive:
        return NotAnArchive(f"{path} in {self.name} cannot be unpacked: {_reason(error)}.")

    # --- the whole archive --------------------------------------------------------------------------------------------

    def _check_layout(self) -> None:
        """Every member must have bytes of its own: members that share bytes are how a small file becomes petabytes."""
        end = 0
        for info in sorted(self._infos, key=lambda info: info.header_offset):
            if info.header_offset < 0:
                raise NotAnArchive(f"{self.name} is no ZIP file that can be read: its beginning is missing.")
            if info.header_offset < end:
                raise NotAnArchive(
                    f"{self.name} is refused: {shown(info.filename)!r} overlaps another file in it, "
                    "which only a trap does."
                )
            end = info.header_offset + _LOCAL_HEADER.size + len(info.orig_filename) + info.compress_size

    def _sift(self) -> Iterator[Member]:
        seen: set[str] = set()
        total = 0
        junk = 0
        for index, info in enumerate(self._infos):
            name = _name(info)
            if name.endswith("/"):
                continue
            if _is_junk(name):
                junk += 1
                continue
            why = refusal_of_name(name) or _refusal_of_kind(info, name) or self._refusal_of_size(info)
            # Normalising takes long for long names, and may make them longer.
            path = "" if why else unicodedata.normalize("NFC", name)
            why = why or refusal_of_name(path)
            if why is None and path in seen:
                why = "the archive holds another file of the same name"
            if why is not None:
                self.findings.warning("archive.left_out", f"{shown(name)} was left out: {why}.")
                continue
            seen.add(path)
            total += info.file_size
            if total > self._limits.total_bytes:
                raise TooLarge(
                    f"{self.name} unpacks to more than {self._limits.total_bytes >> 20} MiB, which is the limit here. "
                    "Upload it in several parts."
                )
            yield Member(path, info.file_size, index)
        if junk:
            self.findings.info(
                "archive.junk", f"{junk} files that a system added (.DS_Store and the like) were ignored."
            )

    # --- one member ---------------------------------------------------------------------------------------------------

    def _refusal_of_size(self, info: zipfile.ZipInfo) -> str | None:
        if info.header_offset + info.compress_size > self._zip.start_dir:
            return "it ends behind the end of the archive"
        if info.file_size > RATIO_FLOOR_BYTES and info.file_size > info.compress_size * self._limits.ratio:
            return (
                f"it unpacks to {info.file_size} bytes out of {info.compress_size}, "
                f"more than {self._limits.ratio} times as much (an image of one colour? save it as PNG)"
            )
        return None


def refusal_of_name(name: str) -> str | None:  # noqa: PLR0911 - one line per reason reads best
    """Why a relative path that somebody sent is refused; None when it is fine."""
    if not name:
        return "it has no name"
    if name.startswith("/"):
        return "its path is absolute"
    if "\\" in name:
        return "its path holds a backslash"
    if _DRIVE.match(name):
        return "its path names a drive"
    if len(name) > MEMBER_NAME_MAX_BYTES:
        return "its name is too long"
    if any(is_control(character) for character in name):
        return "its name holds control characters"
    encoded = name.encode()
    parts = name.split("/")
    if len(parts) > FOLDERS_MAX:
        return f"it lies in more than {FOLDERS_MAX} folders"
    if any(part in ("..", ".") for part in parts):
        return 'its path holds ".." or "."'
    if any(not part for part in parts):
        return "its path has an empty part"
    if len(encoded) > MEMBER_NAME_MAX_BYTES or any(len(part.encode()) > FILE_NAME_MAX_BYTES for part in parts):
        return "its name is too long"
    return None


class _MemberStream(io.RawIOBase):
    """A member's content; whatever is wrong with it is told in a sentence.

    Only what happens while unpacking is: an error of whoever writes the content elsewhere is none of the archive's.
    """

    def __init__(self, archive: Archive, path: str, stream: Readable) -> None:
        self._archive = archive
        self._path = path
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            part = self._stream.read(len(buffer))
        except _ERRORS as error:
            raise self._archive._damaged(self._path, error) from error
        buffer[: len(part)] = part
        return len(part)


class _Bzip2:
    """Unpacks a member as far as is asked for.

    ``zipfile`` hands a whole read to the decompressor, which makes 45 MB out of 40 bytes if they are chosen well.
    """

    def __init__(self, packed: IO[bytes], info: zipfile.ZipInfo) -> None:
        self._packed = packed
        self._decompressor = bz2.BZ2Decompressor()
        self._left = info.file_size
        self._expected_crc = info.CRC
        self._crc = 0

    def read(self, size: int = -1, /) -> bytes:
        part = b""
        wanted = self._left if size < 0 else min(size, self._left)
        while self._left and not part:
            more = self._packed.read(4096) if self._decompressor.needs_input else b""
            if self._decompressor.eof or (self._decompressor.needs_input and not more):
                raise EOFError("it ends too early")
            part = self._decompressor.decompress(more, wanted)
        self._left -= len(part)
        self._crc = zlib.crc32(part, self._crc)
        if not self._left and self._crc != self._expected_crc:
            raise zipfile.BadZipFile("its checksum is wrong")
        return part


def _as_packed(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The same member, to be read as it lies in the archive."""
    packed = copy.copy(info)
    packed.compress_type = zipfile.ZIP_STORED
    packed.file_size = packed.compress_size
    packed.CRC = None  # type: ignore[assignment] # which zipfile takes for "do not check"
    return packed


def _reason(error: Exception) -> str:
    return shown(str(error) or type(error).__name__, 300).rstrip(".")


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name, NUL and all.

    Some systems write UTF-8 without saying so in the flag, which would then be read as the code page of old PCs; others
    put the right name into a field of its own.
    """
    if info.flag_bits & _UTF8_FLAG:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    try:
        return _unicode_path(info.extra, raw) or raw.decode()
    except UnicodeDecodeError:
        return info.orig_filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in Info-ZIP's field for it, if that was made for the name that is there."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5 and extra[4:9] == b"\x01" + struct.pack("<L", zlib.crc32(raw)):
            return extra[9 : 4 + size].decode()
        extra = extra[4 + size :]
    return None


def _refusal_of_kind(info: zipfile.ZipInfo, name: str) -> str | None:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if stat.S_ISLNK(mode):
        return "it is a link"
    if kind not in (0, stat.S_IFREG):
        return "it is a device or another special file"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in METHODS:
        return "it is packed by a method that is not supported (stored, deflate and bzip2 are)"
    if name.lower().endswith(ARCHIVE_SUFFIXES):
        return "archives within archives are not opened"
    return None


def _is_junk(name: str) -> bool:
    *folders, file = name.split("/")
    return (
        file.lower() in JUNK_FILES or file.startswith("._") or any(folder.lower() in JUNK_FOLDERS for folder in folders)
    )


def _check_directory(source: BinaryIO, name: str, limits: Limits) -> None:
    """Measure the directory before ``zipfile`` reads all of it into memory, whatever the archive says about itself."""
    size = source.seek(0, 2)
    start = max(size - (1 << 16) - _END.size, 0)
    source.seek(start)
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise NotAnArchive(_no_zip(source, name))
    _, _, _, _, count, directory, _, _ = _END.unpack_from(tail, at)
    end = start + at
    # Where zipfile looks for the larger record; what the locator says of its place does not count.
    where = end - _END64_LOCATOR.size - _END64.size
    if where >= 0:
        source.seek(where)
        record, locator = source.read(_END64.size), source.read(_END64_LOCATOR.size)
        if locator[:4] == b"PK\x06\x07" and record[:4] == b"PK\x06\x06":
            _, _, _, _, _, _, _, count, directory, _ = _END64.unpack(record)
            end = where
    if count > limits.files:
        raise _too_many(name, count, limits)
    if directory > DIRECTORY_MAX_BYTES or directory > end:
        raise NotAnArchive(f"{name} has a directory of {directory} bytes, which cannot be right. Pack it again.")
    _count_entries(source, name, end - directory, directory, limits)


def _count_entries(source: BinaryIO, name: str, start: int, size: int, limits: Limits) -> None:
    """Walk over the directory: an entry takes far more memory than bytes, and the number the archive tells may lie."""
    source.seek(start)
    reader = io.BytesIO(source.read(size))
    for count in range(1, limits.files + 2):
        head = reader.read(_DIRECTORY_ENTRY.size)
        if len(head) < _DIRECTORY_ENTRY.size:
            return
        signature, *lengths = _DIRECTORY_ENTRY.unpack(head)
        if signature != b"PK\x01\x02":
            return  # zipfile says what is wrong with it
        if count > limits.files:
            raise _too_many(name, count, limits)
        reader.seek(sum(lengths), 1)


def _too_many(name: str, count: int, limits: Limits) -> TooLarge:
    return TooLarge(
        f"{name} holds {count} files or more; at most {limits.files} are allowed. Upload it in several parts."
    )


def _no_zip(source: BinaryIO, name: str) -> str:
    source.seek(0)
    head = source.read(8)
    if not head:
        return f"{name} is no ZIP file: it is empty (0 bytes)."
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            return f"{name} is no ZIP file: it looks like {what}. Pack the files as a ZIP."
    return f"{name} is no ZIP file, or it is cut off. Upload it again."
