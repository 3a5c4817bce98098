"""Objects as files of a folder: ``<root>/<bucket>/<key>``.

A new object is written to ``<root>/.tmp``, brought to the disk, and then renamed to its place, so a reader sees the
old object or the new one, and a kill leaves at most a temporary file. Objects are never written to in place, so one
file may stand under several keys (``copy`` makes a hard link). They are read-only files that everybody may read, below
a folder that only the platform's user may enter.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from yard.core.errors import InvalidInput, YardError
from yard.storage import keys
from yard.storage.base import (
    PART_BYTES,
    BucketMissing,
    KeyConflict,
    ObjectInfo,
    ObjectMissing,
    ObjectStore,
    Parts,
    Readable,
    StoreFull,
    StoreUnavailable,
)

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TRIES = 20  # against others who remove the empty folder that we just made


class FileParts(Parts):
    """The parts of an open file."""

    def __init__(self, file: BinaryIO, length: int | None) -> None:
        self._file = file
        self._left = length

    def __next__(self) -> bytes:
        wanted = PART_BYTES if self._left is None else min(PART_BYTES, self._left)
        part = b"" if self._file.closed else self._file.read(wanted)
        if not part:
            self.close()
            raise StopIteration
        if self._left is not None:
            self._left -= len(part)
        return part

    def close(self) -> None:
        self._file.close()


class LocalStore(ObjectStore):
    """The embedded shape's store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / ".tmp"

    def make_bucket(self, bucket: str) -> None:
        path = self.root / keys.check_bucket(bucket)
        if path.is_dir():
            return
        with disk_errors(f"the bucket {bucket}"):
            if not self.root.is_dir():
                self.root.mkdir(parents=True, exist_ok=True)
                self.root.chmod(0o700)
            path.mkdir(exist_ok=True)

    def put(  # a folder has no place for media types
        self,
        bucket: str,
        key: str,
        source: Readable,
        size: int | None,
        *,
        media_type: str = "",
    ) -> None:
        target = self._path(bucket, key)
        self._require_bucket(bucket)
        with self._scratch() as scratch:
            self._write(scratch, source, size, key)
            self._publish(scratch, target, key)

    def read(self, bucket: str, key: str, *, offset: int = 0, length: int | None = None) -> Parts:
        path = self._path(bucket, key)
        try:
            with disk_errors(key):
                file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0)
                if path.is_dir():
                    file.close()
                    raise _missing(bucket, key)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise _missing(bucket, key) from error
        file.seek(min(offset, os.fstat(file.fileno()).st_size))  # further on some file systems refuse to go
        return FileParts(file, length)

    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        path = self._path(bucket, key)
        try:
            with disk_errors(key):
                found = path.stat(follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return _info(key, found) if path.is_file() else None

    def copy(self, bucket: str, source_key: str, target_key: str) -> None:
        source, target = self._path(bucket, source_key), self._path(bucket, target_key)
        if not source.is_file():
            raise _missing(bucket, source_key)
        with self._scratch() as scratch:
            try:
                with disk_errors(target_key):
                    link_or_copy(source, scratch)
            except FileNotFoundError as error:
                raise _missing(bucket, source_key) from error
            if not (target.is_file() and target.samefile(scratch)):  # renaming onto itself leaves both names
                self._publish(scratch, target, target_key)

    def delete(self, bucket: str, key: str) -> None:
        path = self._path(bucket, key)
        if path.is_dir():
            return
        with disk_errors(key), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        self._prune(path.parent, bucket)

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectInfo]:
        keys.check_prefix(prefix)
        folder = prefix.rpartition("/")[0]
        start = self.root / keys.check_bucket(bucket) / folder
        return self._walk(start, f"{folder}/" if folder else "", prefix)

    def local_path(self, bucket: str, key: str) -> Path | None:
        return self._path(bucket, key)

    def sweep(self, before: datetime, buckets: Iterable[str] = ()) -> int:
        removed = 0
        for path in self._temporary.glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, bucket: str, key: str) -> Path:
        return self.root / keys.check_bucket(bucket) / keys.check_key(key)

    def _require_bucket(self, bucket: str) -> None:
        if not (self.root / bucket).is_dir():
            raise BucketMissing(f"There is no bucket {bucket} in the store.")

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A path for a file on its way; whatever is left there in the end is removed."""
        with disk_errors("the object"):
            self._temporary.mkdir(parents=True, exist_ok=True)
        path = self._temporary / str(uuid.uuid4())
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _write(self, path: Path, source: Readable, size: int | None, key: str) -> None:
        """Exactly ``size`` bytes of the source (None: all) into a new file that is on the disk afterwards."""
        with path.open("xb", buffering=0) as file:
            written = 0
            while size is None or written < size:
                part = source.read(PART_BYTES if size is None else min(PART_BYTES, size - written))
                if not part:
                    break
                with disk_errors(key):
                    _write_all(file, part)
                written += len(part)
            if size is not None and written < size:
                raise ValueError(f"{key} ended after {written} of {size} bytes.")
            with disk_errors(key):
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())

    def _publish(self, scratch: Path, target: Path, key: str) -> None:
        """The scratch file under its name, folders made as needed."""
        for _ in range(_TRIES):
            try:
                with disk_errors(key):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    scratch.replace(target)
                    _sync_folder(target.parent)
                return
            except FileNotFoundError:
                continue  # somebody removed the folder, which was empty until now
            except (FileExistsError, NotADirectoryError) as error:
                raise KeyConflict(
                    f"{key} cannot be stored: a part of its path is an object already. Choose another name."
                ) from error
            except IsADirectoryError as error:
                try:
                    target.rmdir()  # an empty folder that a kill left behind
                except OSError:
                    raise KeyConflict(
                        f"{key} cannot be stored: other objects lie below that name. Choose another name."
                    ) from error
        raise StoreUnavailable(f"{key} could not be stored because its folder keeps disappearing. Try again.")

    def _prune(self, folder: Path, bucket: str) -> None:
        """Remove folders that became empty, up to the bucket."""
        top = self.root / bucket
        while folder != top:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.parent

    def _walk(self, folder: Path, before: str, prefix: str) -> Iterator[ObjectInfo]:
        try:
            with disk_errors(before), os.scandir(folder) as found:
                # A folder sorts by its name with the slash, as its keys do: "a-b" stands before "a/b".
                entries = sorted((f"{e.name}/" if e.is_dir(follow_symlinks=False) else e.name) for e in found)
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in entries:
            key = before + name
            if not (key.startswith(prefix) or (name.endswith("/") and prefix.startswith(key))):
                continue
            if name.endswith("/"):
                yield from self._walk(folder / name, key, prefix)
            else:
                with suppress(FileNotFoundError):
                    yield _info(key, (folder / name).stat(follow_symlinks=False))


@contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turns what the disk says into sentences; absent and wrong kinds of files are left to the caller.

    Raises:
        StoreFull: No room, or over a quota.
        InvalidInput: The file system does not take the name.
        StoreUnavailable: Anything else, such as missing rights.
    """
    try:
        yield
    except (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, YardError):
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull(f"There is no room left on the disk for {what}. Free some space and try again.") from error
        if error.errno in {errno.ENAMETOOLONG, errno.EILSEQ}:
            raise InvalidInput(
                f"The file system does not take the name {what[:80]!r}. Choose a shorter one."
            ) from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise StoreUnavailable(f"The disk did not take or give {what}: {reason}.") from error


@contextmanager
def room_errors(what: str) -> Iterator[None]:
    """Turns a full disk or quota into ``StoreFull``; everything else passes."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        where = f" ({error.filename})" if error.filename else ""
        raise StoreFull(f"There is no room left on the disk for {what}{where}. Free some space.") from error


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second, new name; a copy where the file system cannot link (any more)."""
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP}:
            raise
        with source.open("rb") as old, target.open("xb") as new:
            shutil.copyfileobj(old, new, PART_BYTES)
            os.fchmod(new.fileno(), 0o444)
            new.flush()
            os.fsync(new.fileno())


def _write_all(file: BinaryIO, part: bytes) -> None:
    """Unbuffered writes may take less than they are given."""
    rest = memoryview(part)
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    return ObjectInfo(key=key, size=found.st_size, modified_at=datetime.fromtimestamp(found.st_mtime, UTC))


def _missing(bucket: str, key: str) -> ObjectMissing:
    return ObjectMissing(f"There is no object {key} in the bucket {bucket}.")
