"""Where backups lie: a folder, or a bucket of an S3 server.

data/<ab>/<digest>      content by its SHA-256, shared by all backups of the place
backups/<name>.json     one per backup, put there last: what has none is no backup
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from yard.core.errors import InvalidInput, NotFound
from yard.storage.base import ObjectInfo, ObjectMissing, ObjectStore, Parts, Readable
from yard.storage.local import LocalStore, disk_errors
from yard.storage.streams import HashingReader

S3_SCHEME = "s3://"


class ContentDamaged(Exception):
    """The bytes are not those that their digest stands for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place for backups. Writing a thing is all or nothing, and content that is there is not written again."""

    address: str
    _store: ObjectStore
    _data: tuple[str, str]  # bucket and prefix
    _backups: tuple[str, str]
    _folder: Path | None = None

    def prepare(self) -> None:
        """Make what is missing of the place."""
        for bucket, _ in (self._data, self._backups):
            self._store.make_bucket(bucket)
        if self._folder is not None:
            for area in (self._data[0], self._backups[0]):
                (self._folder / area).chmod(0o700)  # it holds hashes of passwords and everybody's data

    def names(self) -> list[str]:
        """The names of all backups that are whole, oldest first."""
        bucket, prefix = self._backups
        found = (info.key.removeprefix(prefix) for info in self._store.list(bucket, prefix))
        return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))

    def read_manifest(self, name: str) -> dict[str, Any]:
        """What a backup says of itself. Raises ``NotFound``, ``InvalidInput`` when that is damaged."""
        bucket, prefix = self._backups
        try:
            with self._store.read(bucket, f"{prefix}{name}.json") as parts:
                found = json.loads(b"".join(parts))
        except ObjectMissing as error:
            raise NotFound(f"There is no backup {name} in {self.address}. It has {self._listed()}.") from error
        except ValueError as error:
            raise InvalidInput(f"The backup {name} in {self.address} is damaged: its list cannot be read.") from error
        if not isinstance(found, dict):
            raise InvalidInput(f"The backup {name} in {self.address} is damaged: its list is none.")
        return found

    def write_manifest(self, name: str, manifest: dict[str, Any]) -> None:
        """Make the backup one. Raises ``StoreFull``, ``StoreUnavailable``."""
        bucket, prefix = self._backups
        text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        self._store.put(bucket, f"{prefix}{name}.json", io.BytesIO(text), len(text), media_type="application/json")

    def remove_backup(self, name: str) -> None:
        """From now on it is none. Its content stays until ``remove``."""
        bucket, prefix = self._backups
        self._store.delete(bucket, f"{prefix}{name}.json")

    def content(self, start: str = "") -> Iterator[tuple[str, ObjectInfo]]:
        """Digest and facts of all content whose digest begins with ``start`` (two characters, or none)."""
        bucket, prefix = self._data
        for info in self._store.list(bucket, f"{prefix}{start}/" if start else prefix):
            yield info.key.rpartition("/")[2], info

    def put(self, digest: str, source: Readable, size: int) -> None:
        """Keep ``size`` bytes under their digest.

        Raises ``ContentDamaged`` when they have another one, ``ValueError`` when they end early; nothing is kept then.
        """
        bucket, prefix = self._data
        self._store.put(bucket, f"{prefix}{digest[:2]}/{digest}", _Checked(source, digest, size), size)

    def size_of(self, digest: str) -> int | None:
        """Bytes of this content; None when it is not here."""
        bucket, prefix = self._data
        found = self._store.stat(bucket, f"{prefix}{digest[:2]}/{digest}")
        return None if found is None else found.size

    def read(self, digest: str, *, offset: int = 0) -> Parts:
        """The bytes of this content, from the offset on. Raises ``ObjectMissing`` at once."""
        bucket, prefix = self._data
        return self._store.read(bucket, f"{prefix}{digest[:2]}/{digest}", offset=offset)

    def remove(self, digest: str) -> None:
        """Remove content that no backup needs."""
        bucket, prefix = self._data
        self._store.delete(bucket, f"{prefix}{digest[:2]}/{digest}")

    def sweep(self, before: datetime) -> int:
        """Remove what killed writes left behind before this time."""
        return self._store.sweep(before)

    def _listed(self) -> str:
        names = self.names()
        return ", ".join(names[-5:]) if names else "none"


def open_place(address: str) -> Place:
    """The place at ``/folder`` or ``s3://bucket/prefix``. Raises ``InvalidInput`` for an address that is none.

    The S3 server and its keys are the settings ``BACKUP_S3_…``, where empty those of the platform's own objects.
    """
    if address.startswith(S3_SCHEME):
        return _on_s3(address)
    if "://" in address:
        raise InvalidInput(f"{address} is neither a folder nor s3://bucket/prefix.")
    return _in_folder(Path(address).expanduser().absolute())


def _in_folder(folder: Path) -> Place:
    storage = Path(settings.STORAGE_DIR)
    if settings.STORAGE == "local" and (folder == storage or storage in folder.parents):
        raise InvalidInput(f"{folder} lies in the folder of the platform's own objects. Choose one outside of it.")
    return Place(str(folder), LocalStore(folder), ("data", ""), ("backups", ""), folder)


def _on_s3(address: str) -> Place:
    from yard.storage.minio import MinioStore

    bucket, _, prefix = address.removeprefix(S3_SCHEME).partition("/")
    prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    own = bool(settings.BACKUP_S3_ENDPOINT)
    access_key = settings.BACKUP_S3_ACCESS_KEY or settings.S3_ACCESS_KEY
    secret_key = settings.BACKUP_S3_SECRET_KEY or settings.S3_SECRET_KEY
    if not access_key or not secret_key:
        raise InvalidInput("Set YARD_BACKUP_S3_ACCESS_KEY and YARD_BACKUP_S3_SECRET_KEY (or YARD_S3_…) first.")
    store = MinioStore(
        endpoint=settings.BACKUP_S3_ENDPOINT or settings.S3_ENDPOINT,
        access_key=access_key,
        secret_key=secret_key,
        region=settings.BACKUP_S3_REGION or settings.S3_REGION,
        secure=settings.BACKUP_S3_SECURE if own else settings.S3_SECURE,
    )
    return Place(address, store, (bucket, f"{prefix}data/"), (bucket, f"{prefix}backups/"))


class _Checked:
    """Passes a source through and fails instead of giving the last byte of something else than expected."""

    def __init__(self, source: Readable, digest: str, size: int) -> None:
        self._reader = HashingReader(source)
        self._digest = digest
        self._size = size

    def read(self, size: int = -1, /) -> bytes:
        part = self._reader.read(size)
        ended = not part or self._reader.count >= self._size
        if ended and self._reader.count == self._size and self._reader.digest() != self._digest:
            raise ContentDamaged(self._digest)
        return part


class PartReader:
    """Parts as a source that gives as many bytes as are asked for."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        if not self._rest:
            self._rest = next(self._parts, b"")
        wanted = len(self._rest) if size < 0 else size
        part, self._rest = self._rest[:wanted], self._rest[wanted:]
        return part


def hash_content(parts: Parts) -> tuple[str, int]:
    """Digest and size of all that is left of the parts; closes them."""
    with parts:
        reader = HashingReader(PartReader(parts))
        while reader.read():
            pass
    return reader.digest(), reader.count


def make_work_folder(prefix: str) -> Path:
    """A private folder on the data disk for things on their way; raises ``StoreFull`` when there is no room."""
    import tempfile

    data = Path(settings.DATA_DIR)
    with disk_errors("a working folder"):
        data.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=prefix, dir=data))
