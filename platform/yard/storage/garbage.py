"""Removing what nobody needs any more; each thing only after it was proved that nobody does.

* file sets that no row of any app refers to, with the records made of them,
* content whose readable key is gone and that no file set lists, and second copies of content,
* readable files of data sets that no app claims: somebody was killed between the store and the database,
* records and thumbnails of what is gone,
* chunks of uploads that nobody has touched for long and no app claims,
* what killed writes left behind.

Everything younger than a grace time is left alone, so work in progress is safe. May run at any time and twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from yard.storage import keys
from yard.storage.base import ObjectInfo, ObjectMissing
from yard.storage.holds import content_is_held
from yard.storage.manifests import fileset_entries
from yard.storage.models import FileSet, StoredObject
from yard.storage.objects import object_delete
from yard.storage.stores import get_store

logger = logging.getLogger(__name__)

GRACE = timedelta(days=1)
UPLOAD_GRACE = timedelta(days=7)  # an upload may be resumed for so long, whatever the apps say
_BATCH = 100_000  # digests in memory at once

Claim = Callable[[set[str]], set[str]]
_claims: list[Claim] = []
_file_claims: list[Claim] = []
_FILES_AT_ONCE = 500


@dataclass(slots=True)
class Collected:
    """How much was removed.

    Attributes:
        filesets: Sets that no row referred to.
        blobs: Kept contents that no file set listed.
        twins: Kept contents that lie under a readable key too.
        unpinned: Readable objects that no file set listed; they stay, but are no longer kept when they are deleted.
        files: Readable files of data sets that no image has.
        derived: Records and thumbnails of what is gone.
        chunks: Parts of uploads.
        leftovers: What killed writes left behind.
        bytes: Of all these objects but the leftovers outside of the store's keys.
    """

    filesets: int = 0
    blobs: int = 0
    twins: int = 0
    unpinned: int = 0
    files: int = 0
    derived: int = 0
    chunks: int = 0
    leftovers: int = 0
    bytes: int = 0


def claim_files(claim: Claim) -> None:
    """Ask this function, before a readable file of a data set is removed, which are still wanted.

    Args:
        claim: Gets keys, returns those of them to keep. Register it in the app's ``ready()``.
    """
    _file_claims.append(claim)


def claim_uploads(claim: Claim) -> None:
    """Ask this function, before chunks are removed, which of these upload ids are still wanted.

    Args:
        claim: Gets ids of uploads in text, returns those of them to keep. Register it in the app's ``ready()``.
    """
    _claims.append(claim)


def collect_garbage(*, grace: timedelta = GRACE, upload_grace: timedelta = UPLOAD_GRACE) -> Collected:
    """Remove everything that is older than its grace time and that nobody needs; says how much that was.

    Nothing while content is held (a backup is being made).
    """
    if content_is_held():
        return Collected()
    now = timezone.now()
    collected = Collected()
    _collect_filesets(now - grace, collected)
    buckets = _buckets()
    for bucket in buckets:
        _collect_files(bucket, now - grace, collected)
        _collect_content(bucket, now - grace, collected)
        _collect_derived(bucket, now - grace, collected)
        _collect_chunks(bucket, now - upload_grace, collected)
        _collect_staging(bucket, now - upload_grace, collected)
    collected.leftovers += get_store().sweep(now - grace, buckets)
    if collected != Collected():
        logger.info("Garbage was collected: %s", collected)
    return collected


def _buckets() -> list[str]:
    stored = StoredObject.objects.values_list("bucket", flat=True).distinct()
    return sorted(stored.union(FileSet.objects.values_list("bucket", flat=True).distinct()))


def _collect_filesets(before: datetime, collected: Collected) -> None:
    """Remove the sets that no row refers to."""
    unwanted = unreferenced_filesets().filter(updated_at__lt=before)
    for pk in list(unwanted.values_list("pk", flat=True)):
        with transaction.atomic():
            # The conditions again, and locked: somebody may have asked for the same content since.
            fileset = unwanted.filter(pk=pk).select_for_update(of=("self",)).first()
            if fileset is not None and not content_is_held():
                for key in (keys.records_index(fileset.digest), keys.records(fileset.digest), fileset.manifest_key):
                    collected.bytes += _delete(fileset.bucket, key)
                fileset.delete()
                collected.filesets += 1


def _delete(bucket: str, key: str) -> int:
    """Its bytes, which are free now."""
    found = get_store().stat(bucket, key)
    get_store().delete(bucket, key)
    return found.size if found is not None else 0


def unreferenced_filesets() -> models.QuerySet[FileSet]:
    """File sets that no foreign key of any app points at."""
    found = FileSet.objects.all()
    for relation in FileSet._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            referring = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            found = found.filter(~Exists(referring))
    return found


def _collect_content(bucket: str, before: datetime, collected: Collected) -> None:
    """Let go of content that was pinned long ago and that no file set lists."""
    last = 0
    pinned = StoredObject.objects.filter(bucket=bucket, pinned_at__lt=before).order_by("pk")
    while rows := list(pinned.filter(pk__gt=last).values_list("pk", "key", "digest")[:_BATCH]):
        last = rows[-1][0]
        unneeded = _unneeded(bucket, {digest for _, _, digest in rows})
        for pk, key, digest in rows:
            if digest in unneeded:
                _let_go(pk, bucket, key, before, collected)
            elif key.startswith(keys.BLOBS):
                _let_twin_go(pk, bucket, digest, before, collected)


def _unneeded(bucket: str, digests: set[str]) -> set[str]:
    """Those of the digests that no manifest of the bucket lists."""
    for fileset in FileSet.objects.filter(bucket=bucket).order_by("pk").iterator():
        if not digests:
            break
        try:
            for entry in fileset_entries(fileset):
                digests.discard(entry.digest)
        except ObjectMissing:
            logger.exception("The manifest of file set %s is lost; all content of its bucket is kept.", fileset.pk)
            return set()
    return digests


def _let_go(pk: int, bucket: str, key: str, before: datetime, collected: Collected) -> None:
    # Conditional: a set that is being made at this moment has pinned its content anew.
    unpinned = StoredObject.objects.filter(pk=pk, pinned_at__lt=before)
    if not key.startswith(keys.BLOBS):
        collected.unpinned += unpinned.update(pinned_at=None)
        return
    with transaction.atomic():
        # The object goes while the row is locked, so nobody can take the content for kept in between.
        row = unpinned.select_for_update().first()
        if row is not None and not content_is_held():
            get_store().delete(bucket, key)
            row.delete()
            collected.blobs += 1
            collected.bytes += row.size


def _let_twin_go(pk: int, bucket: str, digest: str, before: datetime, collected: Collected) -> None:
    """Remove kept content that a readable key holds as well since long: no reader has only the old address any more."""
    with transaction.atomic():
        twins = StoredObject.objects.filter(bucket=bucket, digest=digest, pinned_at__lt=before, updated_at__lt=before)
        twin = twins.exclude(pk=pk).exclude(key__startswith=keys.BLOBS).select_for_update().first()
        row = StoredObject.objects.filter(pk=pk).select_for_update().first()
        if twin is None or row is None or content_is_held():
            return
        there = get_store().stat(bucket, twin.key)
        if there is not None and there.size == row.size == twin.size:
            # Whoever overwrites or deletes the readable one keeps it anew: it is pinned, and locked until we are done.
            get_store().delete(bucket, row.key)
            row.delete()
            collected.twins += 1
            collected.bytes += row.size


def _collect_files(bucket: str, before: datetime, collected: Collected) -> None:
    """Remove readable files of data sets that rest since then and that no app claims; what a set lists is kept."""
    if not _file_claims or content_is_held():
        return
    last = 0
    rows = StoredObject.objects.filter(bucket=bucket, key__startswith=keys.DATASETS, updated_at__lt=before)
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "key", "size")[:_FILES_AT_ONCE]):
        last = found[-1][0]
        asked = {key for _, key, _ in found}
        wanted = set().union(*(claim(asked) for claim in _file_claims))
        for _, key, size in found:
            if key not in wanted and object_delete(bucket=bucket, key=key, untouched_since=before):
                collected.files += 1
                collected.bytes += size


def _collect_derived(bucket: str, before: datetime, collected: Collected) -> None:
    """Remove records of sets, and thumbnails of contents, that are gone. They can be made again from what is there."""
    for prefix, model in ((keys.RECORDS, FileSet), (keys.THUMBNAILS, StoredObject)):
        listed = (found for found in get_store().list(bucket, prefix) if found.modified_at < before)
        for some in _in_batches(listed, _FILES_AT_ONCE):
            digests = {found.key: found.key.rpartition("/")[2].partition(".")[0] for found in some}
            rows = model._default_manager.filter(bucket=bucket, digest__in=set(digests.values()))
            there = set(rows.values_list("digest", flat=True))
            for found in some:
                if digests[found.key] not in there:
                    get_store().delete(bucket, found.key)
                    collected.derived += 1
                    collected.bytes += found.size


def _in_batches(found: Iterator[ObjectInfo], size: int) -> Iterator[list[ObjectInfo]]:
    while some := list(islice(found, size)):
        yield some


def _collect_chunks(bucket: str, before: datetime, collected: Collected) -> None:
    """Remove the chunks of uploads that rest since then and that no app claims."""
    for upload, chunks in groupby(get_store().list(bucket, keys.UPLOADS), key=_upload_of):
        found = list(chunks)
        if max(chunk.modified_at for chunk in found) >= before or _claimed(upload):
            continue
        for chunk in found:
            object_delete(bucket=bucket, key=chunk.key)
            collected.bytes += chunk.size
        collected.chunks += len(found)


def _upload_of(chunk: ObjectInfo) -> str:
    return chunk.key.removeprefix(keys.UPLOADS).partition("/")[0]


def _claimed(upload: str) -> bool:
    return any(upload in claim({upload}) for claim in _claims)


def _collect_staging(bucket: str, before: datetime, collected: Collected) -> None:
    """Remove objects that were on their way when somebody was killed."""
    old: Iterator[ObjectInfo] = (o for o in get_store().list(bucket, keys.STAGING) if o.modified_at < before)
    for found in list(old):
        get_store().delete(bucket, found.key)
        collected.leftovers += 1
        collected.bytes += found.size
