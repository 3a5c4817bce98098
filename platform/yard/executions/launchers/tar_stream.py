"""Folders and small files as tar streams, made piece by piece."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docker.utils.build import exclude_paths

from yard.core.errors import InvalidInput

CHUNK = 1024 * 1024


def pack_folder(folder: Path, replaced: Mapping[str, bytes] | None = None) -> Iterator[bytes]:
    """A folder as a tar stream, in pieces of at most 1 MiB; what ``.dockerignore`` names is left out.

    Times and owners are left out too, so that equal folders give equal streams (the engine's build cache likes that).

    Args:
        folder: What to pack.
        replaced: Other content for some of its files, by name.

    Raises:
        InvalidInput: The folder holds something that is neither file, folder nor link.
    """
    ignore = folder / ".dockerignore"
    patterns = ignore.read_text(errors="replace").splitlines() if ignore.is_file() else []
    patterns = [line.strip() for line in patterns if line.strip() and not line.strip().startswith("#")]
    for name in sorted(exclude_paths(str(folder), patterns, dockerfile="Dockerfile")):
        if replaced and name in replaced and (folder / name).is_file():
            yield _info(name, 0o644, tarfile.REGTYPE, len(replaced[name])).tobuf(tarfile.PAX_FORMAT)
            yield replaced[name] + _padding(len(replaced[name]))
        elif name:
            yield from _pack_path(folder / name, name)
    yield bytes(2 * tarfile.BLOCKSIZE)


def pack_files(files: Mapping[str, bytes], folders: Mapping[str, int], *, file_mode: int) -> bytes:
    """Small files and folders (path → mode) as one tar, named relative to ``/``."""
    parts: list[bytes] = []
    for path, mode in sorted(folders.items()):
        info = _info(path.lstrip("/"), mode, tarfile.DIRTYPE)
        parts.append(info.tobuf(tarfile.PAX_FORMAT))
    for path, content in sorted(files.items()):
        info = _info(path.lstrip("/"), file_mode, tarfile.REGTYPE)
        info.size = len(content)
        parts += [info.tobuf(tarfile.PAX_FORMAT), content, _padding(len(content))]
    return b"".join([*parts, bytes(2 * tarfile.BLOCKSIZE)])


def _pack_path(path: Path, name: str) -> Iterator[bytes]:
    mode = path.lstat().st_mode
    if path.is_symlink():
        info = _info(name, 0o777, tarfile.SYMTYPE)
        info.linkname = str(path.readlink())
        yield info.tobuf(tarfile.PAX_FORMAT)
    elif path.is_dir():
        yield _info(name, mode & 0o7777, tarfile.DIRTYPE).tobuf(tarfile.PAX_FORMAT)
    elif path.is_file():
        yield from _pack_file(path, name, mode & 0o7777)
    else:
        raise InvalidInput(f"The build context holds {name}, which is neither a file nor a folder nor a link.")


def _pack_file(path: Path, name: str, mode: int) -> Iterator[bytes]:
    info = _info(name, mode, tarfile.REGTYPE)
    with path.open("rb") as file:
        left = info.size = path.stat().st_size
        yield info.tobuf(tarfile.PAX_FORMAT)
        while left:
            piece = file.read(min(CHUNK, left))
            if not piece:
                raise InvalidInput(f"The build context's {name} became shorter while it was read.")
            left -= len(piece)
            yield piece
    yield _padding(info.size)


def _info(name: str, mode: int, kind: bytes, size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mode = mode
    info.type = kind
    info.size = size
    return info


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def stop_when(pieces: Iterator[bytes], stop: Callable[[], bool], error: Exception) -> Iterator[bytes]:
    """The same pieces, until ``stop`` says yes: then ``error`` is raised."""
    for piece in pieces:
        if stop():
            raise error
        yield piece
