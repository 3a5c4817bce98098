"""Making a backup while the platform runs.

First the rows, as they are at one moment. Then the objects that these rows speak of: meanwhile none leaves the store
(``storage.holds``), so what was overwritten or deleted since is found under its digest. Bytes of uploads are not held;
when some went, the rows are read again, which tells that they are no longer needed. The manifest comes last.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone

from yard import __version__
from yard.accounts.models import Secret
from yard.core.errors import Conflict
from yard.core.health import schema_problem
from yard.datasets.models import UploadChunk
from yard.executions import leases
from yard.operations.backups import rows
from yard.operations.backups.manifest import Manifest, Part, Table, secret_key_check
from yard.operations.backups.places import ContentDamaged, PartReader, Place, make_work_folder
from yard.operations.backups.progress import Progress, Say, size_text
from yard.operations.backups.retention import remove_old
from yard.operations.backups.snapshot import snapshot
from yard.operations.backups.spool import Spool, Wanted
from yard.operations.models import BackupRecord
from yard.storage import keys
from yard.storage.base import ObjectMissing, StoreFull
from yard.storage.holds import hold_content
from yard.storage.local import disk_errors
from yard.storage.models import ContentHold, FileSet, StoredObject
from yard.storage.stores import get_store

WORK_FOLDER = ".backup-"
_PASSES = 3
_SHARDS = [f"{number:02x}" for number in range(256)]


class BackupRunning(Conflict):
    """Another backup of this platform is being made."""

    code = "backup_running"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole."""

    manifest: Manifest
    added_bytes: int
    removed: list[str]


def create_backup(place: Place, *, keep: int | None, say: Say) -> Made:
    """A new backup in the place; the oldest ones beyond ``keep`` go afterwards.

    Raises:
        BackupRunning: When another one is being made.
        Conflict: The tables are not those of this release.
        StoreFull, StoreUnavailable: As the place or the platform's store says. What was written is no backup.
    """
    if problem := schema_problem():
        raise Conflict(f"{problem} A backup is made by the release that the platform runs with.")
    started = timezone.now()
    with _only_one(), _work_folder() as folder, _full_disk():
        place.prepare()
        maker = _Maker(place, folder, say)
        try:
            manifest = maker.make(started)
            place.write_manifest(manifest.name, manifest.to_json())
        except StoreFull:
            maker.take_back()
            raise
        finally:
            maker.close()
        _record(place, manifest, started, maker.added_bytes)
        removed = remove_old(place, keep=keep, folder=folder, say=say) if keep else []
    return Made(manifest, maker.added_bytes, removed)


@contextmanager
def _only_one() -> Iterator[None]:
    """Holds the store's content; one backup at a time. One that was killed on this machine blocks nobody."""
    now = timezone.now()
    for hold in ContentHold.objects.all():
        if leases.is_dead(hold.owner) or hold.until < now:
            hold.delete()
        else:
            raise BackupRunning(
                f"Another backup is being made ({hold.owner}). If it was killed on another machine, "
                f"try again after {hold.until:%H:%M:%S} UTC."
            )
    with hold_content(leases.owner_id()):
        yield


@contextmanager
def _work_folder() -> Iterator[Path]:
    """For lists on their way; what killed backups left there goes too (there is only one at a time)."""
    for old in Path(settings.DATA_DIR).glob(f"{WORK_FOLDER}*"):
        shutil.rmtree(old, ignore_errors=True)
    folder = make_work_folder(WORK_FOLDER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _full_disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        raise StoreFull(f"There is no room left in {settings.DATA_DIR} for the backup's lists.") from error


class _Maker:
    """One backup on its way."""

    def __init__(self, place: Place, folder: Path, say: Say) -> None:
        self._place = place
        self._folder = folder
        self._say = say
        self._spool = Spool(folder / "wanted.sqlite3")
        self.added_bytes = 0

    def close(self) -> None:
        self._spool.close()

    def take_back(self) -> None:
        """Remove what was added: with a full disk, room is worth more than a head start for the next try."""
        for digest, _ in self._spool.contents():
            self._place.remove(digest)

    def make(self, started: datetime) -> Manifest:
        """Everything but writing the manifest."""
        for number in range(1, _PASSES + 1):
            described = self._read_rows()
            missing = self._copy_objects()
            if not missing:
                break
            if number < _PASSES:
                self._say(f"  {len(missing)} objects have changed meanwhile; reading the rows again.")
        for bucket, key in missing:
            self._spool.gone(bucket, key)
        count, size = self._spool.totals()
        return Manifest(
            name=started.strftime("%Y-%m-%dT%H-%M-%SZ"),
            made_at=described.made_at,
            platform_version=__version__,
            database=connection.vendor,
            storage=settings.STORAGE,
            instance=settings.INSTANCE,
            secret_key_check=secret_key_check(),
            stored_secrets=described.stored_secrets,
            migrations=described.migrations,
            tables=described.tables,
            objects=list(self._put_lists(self._object_lines())),
            object_count=count,
            object_bytes=size,
            missing=[f"{bucket}/{key}" for bucket, key in missing],
        )

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _read_rows(self) -> _Described:
        """Every table into the place, and what objects they need into the spool, all as of one moment."""
        self._spool.clear()
        with snapshot() as alias:
            made_at = timezone.now()
            # The first query fixes the moment.
            migrations = [
                [app, name] for app, name in sorted(MigrationRecorder(connections[alias]).applied_migrations())
            ]
            tables = [self._table(model, alias) for model in rows.tables(apps)]
            self._spool.want(_recorded(alias))
            self._spool.want(_manifests(alias))
            self._spool.want(_chunks(alias), urgent=True)
            secrets = Secret.objects.using(alias).count()
        total = sum(table.rows for table in tables)
        self._say(f"Read {total} rows of {len(tables)} tables as of {made_at:%H:%M:%S} UTC.")
        return _Described(made_at.isoformat(), migrations, tables, secrets)

    def _table(self, model: type[Model], alias: str) -> Table:
        parts = list(self._put_lists(rows.lines_of(model, alias)))
        return Table(
            model=model._meta.label_lower,
            fields=[field.attname for field in model._meta.concrete_fields],
            rows=sum(part.lines for part in parts),
            last_id=rows.last_id(model, alias),
            parts=parts,
        )

    def _put_lists(self, lines: Iterable[bytes]) -> Iterator[Part]:
        path = self._folder / "part.gz"
        with disk_errors("the backup's lists"):
            for count in rows.pack(lines, path):
                yield Part(*self._put_file(path), count)

    def _object_lines(self) -> Iterator[bytes]:
        for wanted in self._spool.all():
            values = [wanted.bucket, wanted.key, wanted.digest, wanted.size]
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    # --- objects ------------------------------------------------------------------------------------------------------

    def _copy_objects(self) -> list[tuple[str, str]]:
        """Every wanted object into the place; bucket and key of those that are nowhere to be found."""
        missing = list(self._copy_unread())
        count, size = self._spool.totals()
        progress = Progress(self._say, "Copied", count, size)
        for shard in _SHARDS:
            wanted = self._spool.digests(shard)
            there = {digest: info.size for digest, info in self._place.content(shard)} if wanted else {}
            for digest, length in wanted:
                if there.get(digest) != length and not self._copy(digest, length):
                    missing += self._spool.places_of(digest)
                progress.add(length)
        self._say(f"Have {count} objects, {size_text(size)}; {size_text(self.added_bytes)} were new here.")
        return missing

    def _copy(self, digest: str, size: int) -> bool:
        """The content from whichever key still has it."""
        places = self._spool.places_of(digest)
        kept = [(bucket, keys.blob(digest)) for bucket in {bucket for bucket, _ in places}]
        for bucket, key in [*places, *kept]:
            try:
                with get_store().read(bucket, key) as parts:
                    self._place.put(digest, PartReader(parts), size)
            except (ObjectMissing, ContentDamaged, ValueError):
                continue  # deleted or overwritten since the rows were read
            self._added(digest, size)
            return True
        return False

    def _copy_unread(self) -> Iterator[tuple[str, str]]:
        """Objects whose digest no row tells."""
        while found := self._spool.unread():
            for bucket, key in found:
                try:
                    digest, size = self._copy_small(bucket, key)
                except ObjectMissing:
                    self._spool.gone(bucket, key)
                    yield bucket, key
                else:
                    self._spool.learned(bucket, key, digest, size)

    def _copy_small(self, bucket: str, key: str) -> tuple[str, int]:
        """Lists of file sets and chunks of uploads: bounded in size, never changed once written."""
        path = self._folder / "object"
        with get_store().read(bucket, key) as parts, disk_errors("an object on its way"), path.open("wb") as file:
            for part in parts:
                file.write(part)
        return self._put_file(path)

    def _put_file(self, path: Path) -> tuple[str, int]:
        """The file's content into the place unless it is there; its digest and size."""
        with path.open("rb") as file:
            digest, size = hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
            if not self._spool.has_content(digest) and self._place.size_of(digest) != size:
                file.seek(0)
                self._place.put(digest, file, size)
                self._added(digest, size)
        return digest, size

    def _added(self, digest: str, size: int) -> None:
        self._spool.add_content(digest, size)
        self.added_bytes += size


@dataclass(frozen=True, slots=True)
class _Described:
    """What the rows told."""

    made_at: str
    migrations: list[list[str]]
    tables: list[Table]
    stored_secrets: int


def _recorded(alias: str) -> Iterator[Wanted]:
    found = StoredObject.objects.using(alias).order_by("pk").values_list("bucket", "key", "digest", "size")
    return (Wanted(*row) for row in found.iterator())


def _manifests(alias: str) -> Iterator[Wanted]:
    found = FileSet.objects.using(alias).order_by("pk").values_list("bucket", "manifest_key")
    return (Wanted(bucket, key, "", 0) for bucket, key in found.iterator())


def _chunks(alias: str) -> Iterator[Wanted]:
    found = UploadChunk.objects.using(alias).order_by("pk").values_list("upload__dataset__bucket", "key", "size")
    return (Wanted(bucket, key, "", size) for bucket, key, size in found.iterator())


def _record(place: Place, manifest: Manifest, started: datetime, added_bytes: int) -> None:
    BackupRecord.objects.create(
        name=manifest.name,
        place=place.address[:1000],
        started_at=started,
        finished_at=timezone.now(),
        rows=manifest.rows,
        objects_count=manifest.object_count,
        total_bytes=manifest.object_bytes + sum(part.size for part in manifest.lists()),
        added_bytes=added_bytes,
        missing_count=len(manifest.missing),
    )
