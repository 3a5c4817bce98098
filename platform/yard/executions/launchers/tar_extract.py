"""Unpack a tar stream that hostile code had a hand in: files and folders only, below one folder, links never made."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import IO, cast

from yard.core.errors import InvalidInput, TooLarge

CHUNK = 1024 * 1024
MAX_ENTRIES = 1_000_000
MAX_DEPTH = 200


@dataclass
class Budget:
    """How much may still be written; ``max_files`` counts folders too."""

    max_bytes: int | None
    max_files: int | None = None
    written: int = 0
    entries: int = 0

    def take(self, size: int) -> None:
        """Raises ``TooLarge`` when ``size`` more bytes are too many."""
        self.written += size
        if self.max_bytes is not None and self.written > self.max_bytes:
            raise TooLarge(f"What the training wrote there is larger than the allowed {self.max_bytes:,} bytes.")

    def take_entry(self) -> None:
        """Raises ``TooLarge`` when one more file or folder is too many."""
        self.entries += 1
        most = self.max_files or MAX_ENTRIES
        if self.entries > most:
            raise TooLarge(f"What the training wrote there has more than the allowed {most:,} files.")


@dataclass
class Unpacked:
    """What came out: where it is, and the symbolic links that were left out (path inside → target)."""

    path: Path
    links: dict[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def staged(destination: Path, name: str) -> Iterator[Path]:
    """A path to write a file or folder to; it replaces ``destination / name`` only when all went well."""
    destination.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".copy-", dir=destination))
    try:
        yield work / name
        final = destination / name
        if final.is_dir() and not final.is_symlink():
            shutil.rmtree(final)
        if os.path.lexists(work / name):
            (work / name).replace(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def unpack(stream: Iterable[bytes], target: Path, budget: Budget) -> Unpacked:
    """Unpack a tar whose single top entry becomes ``target``.

    Raises:
        InvalidInput: An entry would land elsewhere, or is a device, a pipe or a damaged archive.
        TooLarge: The budget is used up.
    """
    result = Unpacked(target)
    try:
        # The stub wants a file; ``r|`` reads forward only, so a reader without seek will do.
        with tarfile.open(fileobj=cast("IO[bytes]", _Reader(stream)), mode="r|") as archive:
            for member in archive:
                budget.take_entry()
                _unpack_member(archive, member, result, budget)
    except tarfile.TarError as error:
        raise InvalidInput(f"The engine sent a damaged archive: {error}.") from error
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise InvalidInput("The box's archive holds the same path twice, as a file and as a folder.") from error
    except OSError as error:
        if error.errno not in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
            raise
        raise InvalidInput(f"The box's archive holds a path that cannot be made here: {error.strerror}.") from error
    return result


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, result: Unpacked, budget: Budget) -> None:
    inside = _inside(member.name)
    path = result.path.joinpath(*inside)
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif member.isreg():
        path.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        assert content is not None
        write_file(content, path, budget)
    elif member.issym():
        result.links["/".join(inside)] = member.linkname
    elif member.islnk():
        _copy_hard_link(result.path.joinpath(*_inside(member.linkname)), path)
    else:
        raise InvalidInput(f"{member.name} is a device or a pipe; only files and folders can be copied out of a box.")


def _inside(name: str) -> tuple[str, ...]:
    """Path parts below the archive's single top entry."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or "\0" in name:
        raise InvalidInput(f"The box's archive holds an unsafe path: {name!r}.")
    if len(parts) > MAX_DEPTH:
        raise InvalidInput(f"What the training wrote there has folders nested deeper than {MAX_DEPTH}.")
    return tuple(parts[1:])


def _copy_hard_link(source: Path, path: Path) -> None:
    # Everything below the target was made here, and no link was, so a plain look is safe.
    if not source.is_file():
        raise InvalidInput("The box's archive holds a link to something that is not in it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.link(source, path)


def write_file(content: IO[bytes], path: Path, budget: Budget) -> None:
    """Write a new file piece by piece, counting against the budget. Raises ``InvalidInput`` if it is there already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    except FileExistsError as error:
        raise InvalidInput(f"The box's archive holds {path.name!r} twice.") from error
    with os.fdopen(descriptor, "wb") as file:
        while piece := content.read(CHUNK):
            budget.take(len(piece))
            file.write(piece)


class _Reader(RawIOBase):
    """An iterator of bytes as something with ``read``."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._pieces = iter(stream)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        left = size if size >= 0 else 1 << 62
        while left:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    break
            piece, self._rest = self._rest[:left], self._rest[left:]
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)
