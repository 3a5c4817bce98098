"""Removing what nobody needs any more; each thing only after it was proved that nobody does.

* file sets that no row of any app refers to,
* content whose readable key is gone and that no file set lists,
* chunks of uploads that nobody has touched for long and no app claims,
* what killed writes left behind.

Everything younger than a grace time is left alone, so work in progress is safe. May run at any time and twice at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

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

UploadClaim = Callable[[set[str]], set[str]]
_claims: list[UploadClaim] = []


@dataclass(slots=True)
class Collected:
    """How much was removed."""

    filesets: int = 0
    blobs: int = 0
    unpinned: int = 0
    chunks: int = 0
    leftovers: int = 0


def claim_uploads(claim: UploadClaim) -> None:
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
    collected = Collected(filesets=_collect_filesets(now - grace))
    for bucket in _buckets():
        _collect_content(bucket, now - grace, collected)
        collected.chunks += _collect_chunks(bucket, now - upload_grace)
        collected.leftovers += _collect_staging(bucket, now - upload_grace)
    collected.leftovers += get_store().sweep(now - grace)
    return collected


def _buckets() -> list[str]:
    stored = StoredObject.objects.values_list("bucket", flat=True).distinct()
    return sorted(stored.union(FileSet.objects.values_list("bucket", flat=True).distinct()))


def _collect_filesets(before: datetime) -> int:
    """Remove the sets that no row refers to."""
    removed = 0
    unwanted = unreferenced_filesets().filter(updated_at__lt=before)
    for pk in list(unwanted.values_list("pk", flat=True)):
        with transaction.atomic():
            # The conditions again, and locked: somebody may have asked for the same content since.
            fileset = unwanted.filter(pk=pk).select_for_update(of=("self",)).first()
            if fileset is not None and not content_is_held():
                get_store().delete(fileset.bucket, fileset.manifest_key)
                fileset.delete()
                removed += 1
    return removed


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


def _collect_chunks(bucket: str, before: datetime) -> int:
    """Remove the chunks of uploads that rest since then and that no app claims."""
    removed = 0
    for upload, chunks in groupby(get_store().list(bucket, keys.UPLOADS), key=_upload_of):
        found = list(chunks)
        if max(chunk.modified_at for chunk in found) >= before or _claimed(upload):
            continue
        for chunk in found:
            object_delete(bucket=bucket, key=chunk.key)
        removed += len(found)
    return removed


def _upload_of(chunk: ObjectInfo) -> str:
    return chunk.key.removeprefix(keys.UPLOADS).partition("/")[0]


def _claimed(upload: str) -> bool:
    return any(upload in claim({upload}) for claim in _claims)


def _collect_staging(bucket: str, before: datetime) -> int:
    """Remove objects that were on their way when somebody was killed."""
    old: Iterator[ObjectInfo] = (o for o in get_store().list(bucket, keys.STAGING) if o.modified_at < before)
    removed = 0
    for found in list(old):
        get_store().delete(bucket, found.key)
        removed += 1
    return removed
