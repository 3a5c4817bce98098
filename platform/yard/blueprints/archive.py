"""Unpacking an uploaded ZIP without trusting anything it says about itself."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from yard.blueprints.lint.report import Report

_PART_BYTES = 1 << 20
_RATIO_FREE_BYTES = 8 << 20
"""Below this size nobody is hurt by a good compression."""
_MAX_NAME_CHARACTERS = 400
_IGNORED_FOLDERS = {"__MACOSX"}
_IGNORED_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}
_END_RECORD = b"PK\x05\x06"
_END_RECORD_64 = b"PK\x06\x06"
_HIDDEN = {"Cc", "Cs"}
_TURNS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of writing, so that a name can look like another."""
_DIRECTORY_ENTRY_BYTES = 46 + 3 * 1024


class _Stop(Exception):
    """A limit was exceeded; the rest of the archive is not looked at."""


@dataclass(frozen=True, slots=True)
class _Member:
    info: zipfile.ZipInfo
    name: str


def unpack(file: BinaryIO, folder: Path, report: Report) -> bool:
    """Unpack a ZIP into an empty folder; False when it could not be unpacked whole (the report says why).

    Paths, links, sizes and compression ratios are checked on the way, with what really comes out of the archive.
    Ordinary files are readable for all, and executable where the archive says so.
    """
    try:
        if not _directory_is_small(file):
            report.error("too_many_files", f"The ZIP holds more than {settings.TEMPLATE_MAX_FILES} files.")
            return False
        with zipfile.ZipFile(file) as archive:
            return _unpack_members(archive, folder, report)
    except zipfile.BadZipFile as error:
        report.error("not_a_zip", f"This is not a ZIP file that can be read: {error}.", hint="Pack it with package.sh.")
    except (struct.error, ValueError, OverflowError, NotImplementedError, UnicodeError) as error:
        report.error("not_a_zip", f"This is not a ZIP file that can be read: {error}.", hint="Pack it with package.sh.")
    return False


def _directory_is_small(file: BinaryIO) -> bool:
    """Whether the archive's own list of files is of a size that may be read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(_END_RECORD)
    if end < 0 or len(tail) < end + 22:
        return True  # not a ZIP: zipfile says so better
    count, length = struct.unpack_from("<HL", tail, end + 10)
    end_64 = tail.rfind(_END_RECORD_64, 0, end)
    if end_64 >= 0 and len(tail) >= end_64 + 56:
        count, length = struct.unpack_from("<QQ", tail, end_64 + 32)
    limit: int = settings.TEMPLATE_MAX_FILES * 2  # folders have entries of their own
    return bool(count <= limit and length <= limit * _DIRECTORY_ENTRY_BYTES)


def _unpack_members(archive: zipfile.ZipFile, folder: Path, report: Report) -> bool:
    members = list(_good_members(archive, report))
    _check_names(members, report)
    if report.failed:
        return False
    written = _Budget()
    try:
        for member in members:
            _write(archive, member, folder / member.name, written, report)
    except _Stop as stop:
        report.error("too_large", str(stop))
    return not report.failed


def _good_members(archive: zipfile.ZipFile, report: Report) -> Iterator[_Member]:
    ignored = False
    for info in archive.infolist():
        # Some Windows tools write their own separator.
        name = info.filename.replace("\\", "/")
        parts = PurePosixPath(name).parts
        if any(part in _IGNORED_FOLDERS for part in parts) or (parts and parts[-1] in _IGNORED_FILES):
            ignored = True
            continue
        problem = _name_problem(name) or _kind_problem(info)
        if "\0" in info.orig_filename:  # zipfile cuts there
            problem = "has control characters in its name"
        if problem:
            report.error("unsafe_entry", f"The ZIP has an entry {_shown(name)} that {problem}.", file=_shown(name))
            continue
        yield _Member(info, name)
    if ignored:
        report.info("ignored_files", "Files that operating systems add to folders (__MACOSX, .DS_Store) were left out.")


def _name_problem(name: str) -> str:
    path = PurePosixPath(name)
    if not name.strip("/") or len(name) > _MAX_NAME_CHARACTERS or any(len(part) > 200 for part in path.parts):
        return "has no name, or one that is too long"
    if any(unicodedata.category(character) in _HIDDEN or character in _TURNS for character in name):
        return "has control characters in its name"
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        return "leaves the folder it is unpacked into"
    return ""


def _kind_problem(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "is a symbolic link; pack the file itself"
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is neither a file nor a folder"
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}:
        return "is compressed in a way that is not supported; use deflate"
    return ""


def _check_names(members: list[_Member], report: Report) -> None:
    """No name twice, and no file that is also a folder."""
    files: set[str] = set()
    for member in members:
        if member.info.is_dir() or member.name.endswith("/"):
            continue
        name = str(PurePosixPath(member.name))
        if name in files:
            report.error("repeated_entry", f"The ZIP has two entries called {_shown(name)}.", file=_shown(name))
        files.add(name)
    _check_alike(files, report)
    if len(files) > settings.TEMPLATE_MAX_FILES:
        report.error("too_many_files", f"The ZIP holds more than {settings.TEMPLATE_MAX_FILES} files.")
    folders = {str(parent) for member in members for parent in PurePosixPath(member.name).parents}
    folders |= {str(PurePosixPath(member.name)) for member in members if member.name.endswith("/")}
    for name in sorted(files & folders):
        report.error("repeated_entry", f"The ZIP has {_shown(name)} as a file and as a folder.", file=_shown(name))


def _check_alike(files: set[str], report: Report) -> None:
    """Names that other machines take for one: fine in an image, a loss when somebody unpacks the ZIP at home."""
    seen: dict[str, str] = {}
    for name in sorted(files):
        other = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            text = f"{_shown(other)} and {_shown(name)} are one file on Windows and macOS."
            report.warning("alike_names", text, file=_shown(name))


@dataclass(slots=True)
class _Budget:
    written: int = 0

    def take(self, count: int) -> None:
        self.written += count
        limit: int = settings.TEMPLATE_MAX_UNPACKED_BYTES
        if self.written > limit:
            raise _Stop(f"Unpacked, the ZIP is larger than {limit >> 20} MiB. Leave out data and weights.")


def _write(archive: zipfile.ZipFile, member: _Member, target: Path, budget: _Budget, report: Report) -> None:
    if member.info.is_dir() or member.name.endswith("/"):
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with archive.open(member.info) as source, target.open("xb") as copy:
            while part := source.read(_PART_BYTES):
                size += len(part)
                budget.take(len(part))
                if size > _RATIO_FREE_BYTES and size > settings.ARCHIVE_MAX_RATIO * max(1, member.info.compress_size):
                    raise _Stop(f"{_shown(member.name)} is compressed suspiciously well, as in a ZIP bomb.")
                copy.write(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        report.error(
            "damaged_entry",
            f"{_shown(member.name)} cannot be unpacked: {error}.",
            file=_shown(member.name),
            hint="The upload may be damaged; pack and upload it again.",
        )
    target_mode = 0o755 if (member.info.external_attr >> 16) & 0o100 else 0o644
    if target.exists():
        target.chmod(target_mode)


def _shown(name: str) -> str:
    """The name without what a terminal or a database would choke on."""
    text = "".join(character if character.isprintable() else "?" for character in name)
    return text if len(text) <= 120 else text[:117] + "…"
