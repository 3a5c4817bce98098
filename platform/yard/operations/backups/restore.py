"""Making this platform out of a backup.

Everything is verified before anything is written. Then: the tables go and are made anew, empty, as the backup had
them; the objects come; the rows come in one transaction; the schema is brought to this release; what ran is ended.
A kill before the rows are in leaves an empty platform; the same command again starts over and keeps the objects that
are there. A kill afterwards leaves a ``Restoration`` without its end, and the same command does the rest.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from yard.accounts.models import Project, User
from yard.core.errors import Conflict
from yard.executions.models import Attempt, Execution
from yard.executions.states import ALLOWED, Cause, State
from yard.executions.transitions import transition
from yard.operations.backups import rows, schema
from yard.operations.backups.manifest import Manifest, secret_key_check
from yard.operations.backups.places import PartReader, Place, hash_content, make_work_folder
from yard.operations.backups.progress import Progress, Say
from yard.operations.backups.spool import Spool, Wanted
from yard.operations.backups.verify import part_lines, verify
from yard.operations.models import Restoration
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.models import StoredObject
from yard.storage.stores import get_store

WORK_FOLDER = ".restore-"
ATTEMPTS_SKIPPED = 100_000
"""Attempts after a restore are numbered from so much higher on: boxes and folders are named after attempts, and those
that the platform made after the backup may still be there."""


_QUIET_SECONDS = 5.0


class NotEmpty(Conflict):
    """There is something that would be lost."""

    code = "platform_not_empty"


class StillRunning(Conflict):
    """Web, worker or supervisor work on the database that is to be replaced."""

    code = "platform_running"


def check_backup(place: Place, manifest: Manifest, *, say: Say) -> None:
    """Read the whole backup and compare its digests. Raises ``InvalidInput`` with what is wrong; writes nothing."""
    with _spool() as spool:
        verify(place, manifest, spool, say=say)


def restore_backup(place: Place, manifest: Manifest, *, replace: bool, say: Say) -> None:
    """Make the platform what it was at the backup.

    Args:
        place: Where the backup lies.
        manifest: Which one it is.
        replace: Remove what the platform holds now.
        say: Gets lines for the operator.

    Raises:
        NotEmpty: There is a platform already, or foreign objects in its store, and ``replace`` was not given.
        StillRunning: It is being used.
        InvalidInput: The backup is damaged, or of a release that this one does not know.
    """
    need_quiet()
    if not _goes_on(place, manifest):
        applied = [(app, name) for app, name in manifest.migrations]
        schema.need_known(applied)
        if not replace:
            _need_empty()
        with _spool() as spool:
            verify(place, manifest, spool, say=say)
            if not replace:
                _need_own_objects(spool)
            before = _known_buckets() if replace else []
            models = schema.rebuild(applied)
            _restore_objects(place, spool, say)
            _load(place, manifest, models)
            say(f"Restored {manifest.rows} rows.")
            if replace:
                _remove_foreign(spool, before, say)
    _finish(manifest, say)


def restoration_problem() -> str:
    """What is left to do after a restore that was killed; empty when nothing is."""
    if Restoration.objects.filter(finished_at=None).exists():
        return "A restore was interrupted: run the same manage.py restore again."
    return ""


# --- may it be? -------------------------------------------------------------------------------------------------------


def need_quiet() -> None:
    """Raises ``StillRunning`` when others are at work on the database."""
    if connection.vendor == "postgresql":
        until = time.monotonic() + _QUIET_SECONDS
        while (others := _other_connections()) and time.monotonic() < until:
            time.sleep(0.5)  # one that is just ending
        if others:
            raise StillRunning(
                f"{others} other connections use this database. Stop web, worker and supervisor (and close psql), "
                "then try again."
            )
        return
    if _folder_is_locked():
        raise StillRunning(f"The platform in {settings.DATA_DIR} runs. Stop it, then try again.")


def _other_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _folder_is_locked() -> bool:
    try:
        with (Path(settings.DATA_DIR) / "platform.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _has_table(name: str) -> bool:
    return name in connection.introspection.table_names()


def _need_empty() -> None:
    """Everything that people make belongs to a project, so a platform without one has what its first start made."""
    projects = Project.objects.count() if _has_table(Project._meta.db_table) else 0
    users = User.objects.count() if _has_table(User._meta.db_table) else 0
    if projects or users > 1:
        raise NotEmpty(
            f"This platform is not empty: it has {users} users and {projects} projects. "
            "With --replace all of it is removed first; make a backup of it before you do that."
        )


def _need_own_objects(spool: Spool) -> None:
    """What lies where the backup's objects will must be theirs (from a restore that was killed)."""
    for bucket in spool.buckets():
        if bucket == settings.PLATFORM_BUCKET:
            continue  # a first start puts bundled templates there
        for found in get_store().list(bucket):
            if _is_ours(found.key) and not spool.is_wanted(bucket, found.key):
                raise NotEmpty(
                    f"The object store is not empty: {bucket}/{found.key} is not of this backup. Does another "
                    "platform use this store? With --replace such objects are removed."
                )


_OURS = (
    "datasets/",
    "models/",
    "manifests/",
    "templates/",
    "logs/",
    "thumbnails/",
    keys.BLOBS,
    keys.UPLOADS,
    keys.STAGING,
    keys.RECORDS,
)


def _is_ours(key: str) -> bool:
    return key.startswith(_OURS)


def _known_buckets() -> list[str]:
    if not _has_table(StoredObject._meta.db_table):
        return []
    return list(StoredObject.objects.order_by("bucket").values_list("bucket", flat=True).distinct())


def _goes_on(place: Place, manifest: Manifest) -> bool:
    """Whether this very backup is in the database and only the last steps are missing."""
    if not _has_table(Restoration._meta.db_table):
        return False
    return Restoration.objects.filter(name=manifest.name, made_at=manifest.made, finished_at=None).exists()


# --- objects ----------------------------------------------------------------------------------------------------------


@contextmanager
def _spool() -> Iterator[Spool]:
    folder = make_work_folder(WORK_FOLDER)
    spool = Spool(folder / "wanted.sqlite3")
    try:
        yield spool
    finally:
        spool.close()
        shutil.rmtree(folder, ignore_errors=True)


def _restore_objects(place: Place, spool: Spool, say: Say) -> None:
    store = get_store()
    for bucket in spool.buckets():
        store.make_bucket(bucket)
    progress = Progress(say, "Restored", *spool.totals())
    before: Wanted | None = None
    for wanted in spool.by_content():
        if not _is_there(wanted):
            if before is not None and (before.bucket, before.digest) == (wanted.bucket, wanted.digest):
                store.copy(wanted.bucket, before.key, wanted.key)  # no byte twice where the store can
            else:
                with place.read(wanted.digest) as parts:
                    store.put(wanted.bucket, wanted.key, PartReader(parts), wanted.size)
        before = wanted
        progress.add(wanted.size)
    say(f"Restored {spool.totals()[0]} objects.")


def _is_there(wanted: Wanted) -> bool:
    """Whether exactly this object is in the store already."""
    found = get_store().stat(wanted.bucket, wanted.key)
    if found is None or found.size != wanted.size:
        return False
    try:
        return hash_content(get_store().read(wanted.bucket, wanted.key))[0] == wanted.digest
    except ObjectMissing:
        return False


def _remove_foreign(spool: Spool, before: list[str], say: Say) -> None:
    """Remove the objects of the platform that was here."""
    removed = 0
    for bucket in sorted({*spool.buckets(), *before}):
        for found in list(get_store().list(bucket)):
            if _is_ours(found.key) and not spool.is_wanted(bucket, found.key):
                get_store().delete(bucket, found.key)
                removed += 1
    say(f"Removed {removed} objects of the platform that was here.")


# --- rows -------------------------------------------------------------------------------------------------------------


def _load(place: Place, manifest: Manifest, models: Apps) -> None:
    """All rows, in one transaction."""
    with transaction.atomic():
        for model in rows.tables(models):
            model._base_manager.all()._raw_delete(connection.alias)  # what data migrations put there
        for table in manifest.tables:
            model = models.get_model(table.model)
            for part in table.parts:
                rows.insert(model, table.fields, part_lines(place, part))
            if table.last_id is not None:
                rows.set_last_id(model, table.last_id)
        models.get_model("operations.restoration").objects.create(
            name=manifest.name, place=place.address[:1000], made_at=manifest.made, loaded_at=timezone.now()
        )


def _finish(manifest: Manifest, say: Say) -> None:
    """What comes after the rows; repeatable."""
    schema.upgrade()
    ended = _end_what_ran(manifest.made)
    rows.set_last_id(Attempt, (rows.last_id(Attempt, connection.alias) or 0) + ATTEMPTS_SKIPPED)
    if ended:
        say(f"{ended} runs and builds were in their boxes at that time; they are lost and say so.")
    if manifest.stored_secrets and manifest.secret_key_check != secret_key_check():
        say(
            f"WARNING: this platform has another secret key than the backup's. {manifest.stored_secrets} stored "
            "secrets cannot be read with it. Set YARD_SECRET_KEY (or the file secret_key) to the old key."
        )
    Restoration.objects.filter(finished_at=None).update(finished_at=timezone.now())


def _end_what_ran(made: datetime) -> int:
    """Boxes do not come back with the rows: end whatever was in one, and free its devices."""
    ended = 0
    for execution in Execution.objects.exclude(
        state__in=[state for state in State if State.LOST not in ALLOWED[state]]
    ):
        transition(
            execution,
            State.LOST,
            cause=Cause.PLATFORM,
            reason=f"The platform was restored from its backup of {made:%Y-%m-%d %H:%M} UTC, when this was "
            f"{execution.get_state_display().lower()}. Its box is gone. Start it again.",
        )
        ended += 1
    return ended
