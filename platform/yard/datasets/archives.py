"""Looking into a ZIP that somebody uploaded, without trusting a word of it.

Nothing is ever unpacked to a path of the archive's choosing: a member is only read as a stream, and its name is only a
name. What cannot be taken is left out with a finding and costs only itself; an archive that is built to deceive
(overlapping members, an absurd directory) is refused whole.
"""

from __future__ import annotations

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

MEMBER_NAME_MAX_BYTES = 1024
FILE_NAME_MAX_BYTES = 255
# A small file may be packed as tightly as it likes; what matters is what it unpacks to.
RATIO_FLOOR_BYTES = 1 << 20
# The directory of an archive is held in memory, so it is measured before it is read.
DIRECTORY_MAX_BYTES = 256 << 20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
JUNK_FOLDERS = {"__macosx"}
ARCHIVE_SUFFIXES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_DRIVE = re.compile(r"^[A-Za-z]:")
_LOCAL_HEADER = struct.Struct("<4s26x")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")


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
            _check_directory_size(source, name, self._limits)
            self._zip = zipfile.ZipFile(source)
            self._infos = self._zip.infolist()
            self._check_layout()
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, struct.error) as error:
            why = str(error).rstrip(".")
            raise NotAnArchive(f"{name} is no ZIP file that can be read: {why}. Pack it again.") from error
        self.members = list(self._sift())

    @contextmanager
    def open(self, member: Member) -> Iterator[IO[bytes]]:
        """The member's content as a stream that ends after ``member.size`` bytes at the latest.

        Raises ``NotAnArchive`` (while reading, too) when it cannot be unpacked or its checksum is wrong.
        """
        info = self._infos[member.index]
        try:
            with self._zip.open(info) as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise NotAnArchive(f"{member.path} in {self.name} cannot be unpacked: {error}.") from error

    # --- the whole archive --------------------------------------------------------------------------------------------

    def _check_layout(self) -> None:
        """Every member must have bytes of its own: members that share bytes are how a small file becomes petabytes."""
        end = 0
        for info in sorted(self._infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise NotAnArchive(
                    f"{self.name} is refused: {info.filename!r} overlaps another file in it, which only a trap does."
                )
            end = info.header_offset + _LOCAL_HEADER.size + len(info.orig_filename) + info.compress_size

    def _sift(self) -> Iterator[Member]:
        seen: set[str] = set()
        total = 0
        junk = 0
        for index, info in enumerate(self._infos):
            if info.is_dir():
                continue
            if _is_junk(info.filename):
                junk += 1
                continue
            why = self._refusal(info)
            path = unicodedata.normalize("NFC", info.filename)
            if why is None and path in seen:
                why = "the archive holds another file of the same name"
            if why is not None:
                self.findings.warning("archive.left_out", f"{_shown(info.orig_filename)} was left out: {why}.")
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

    def _refusal(self, info: zipfile.ZipInfo) -> str | None:
        return refusal_of_name(info.orig_filename) or _refusal_of_kind(info) or self._refusal_of_size(info)

    def _refusal_of_size(self, info: zipfile.ZipInfo) -> str | None:
        if info.file_size > RATIO_FLOOR_BYTES and info.file_size > info.compress_size * self._limits.ratio:
            return (
                f"it unpacks to {info.file_size} bytes out of {info.compress_size}, "
                f"more than {self._limits.ratio} times as much"
            )
        return None


def refusal_of_name(name: str) -> str | None:  # noqa: PLR0911 - one line per reason reads best
    """Why a relative path that somebody sent is refused; None when it is fine."""
    if not name or name.startswith("/"):
        return "its path is absolute"
    if "\\" in name:
        return "its path holds a backslash"
    if _DRIVE.match(name):
        return "its path names a drive"
    if any(_is_control(character) for character in name):
        return "its name holds control characters"
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "its name is no valid text"
    parts = name.split("/")
    if any(part in ("..", ".") for part in parts):
        return 'its path holds ".." or "."'
    if any(not part for part in parts):
        return "its path has an empty part"
    if len(encoded) > MEMBER_NAME_MAX_BYTES or any(len(part.encode()) > FILE_NAME_MAX_BYTES for part in parts):
        return "its name is too long"
    return None


def _is_control(character: str) -> bool:
    # Bidirectional overrides make a name look like another one; they are format, not control, characters.
    return (
        unicodedata.category(character) in ("Cc", "Zl", "Zp")
        or "\u202a" <= character <= "\u202e"
        or ("\u2066" <= character <= "\u2069")
    )


def _refusal_of_kind(info: zipfile.ZipInfo) -> str | None:
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
    if info.filename.lower().endswith(ARCHIVE_SUFFIXES):
        return "archives within archives are not opened"
    return None


def _is_junk(name: str) -> bool:
    *folders, file = name.split("/")
    return (
        file.lower() in JUNK_FILES or file.startswith("._") or any(folder.lower() in JUNK_FOLDERS for folder in folders)
    )


def _shown(name: str) -> str:
    """A name that is safe to put into a sentence."""
    safe = "".join("\ufffd" if _is_control(c) or "\ud800" <= c <= "\udfff" else c for c in name)
    return safe if len(safe) <= 120 else f"{safe[:100]}…{safe[-19:]}"


def _check_directory_size(source: BinaryIO, name: str, limits: Limits) -> None:
    """Measure the directory before ``zipfile`` reads all of it into memory."""
    size = source.seek(0, 2)
    start = max(size - (1 << 16) - _END.size, 0)
    source.seek(start)
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise NotAnArchive(f"{name} is no ZIP file, or it is cut off. Upload it again.")
    _, _, _, _, count, directory, _, _ = _END.unpack_from(tail, at)
    locator = start + at - _END64_LOCATOR.size
    if locator >= 0:
        source.seek(locator)
        signature, _, where, _ = _END64_LOCATOR.unpack(source.read(_END64_LOCATOR.size))
        if signature == b"PK\x06\x07" and where + _END64.size <= size:
            source.seek(where)
            _, _, _, _, _, _, _, count, directory, _ = _END64.unpack(source.read(_END64.size))
    if count > limits.files:
        raise TooLarge(f"{name} holds {count} files; at most {limits.files} are allowed. Upload it in several parts.")
    if directory > DIRECTORY_MAX_BYTES or directory > size:
        raise NotAnArchive(f"{name} has a directory of {directory} bytes, which cannot be right. Pack it again.")
