"""File sets: immutable lists of files over stored content. The functions of this file are all that others need."""

from __future__ import annotations

import gzip
import hashlib
import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import IO

from django.utils import timezone

from yard.core.errors import InvalidInput
from yard.storage import keys
from yard.storage.base import Parts
from yard.storage.manifests import (
    ManifestEntry,
    batches,
    content_keys,
    fileset_entries,
    fileset_lines,
    lost,
    read_content,
)
from yard.storage.materialise import fileset_materialise
from yard.storage.models import FileSet, StoredObject
from yard.storage.stores import get_store

__all__ = [
    "ManifestEntry",
    "fileset_create",
    "fileset_entries",
    "fileset_lines",
    "fileset_materialise",
    "fileset_read",
    "fileset_readers",
]

_PACKED = 6  # the highest takes three times as long for one hundredth less
_RUN = 50_000  # entries sorted in memory at once; more are merged from temporary files

_Line = tuple[bytes, bytes]  # the name, to sort by, and the manifest's line


def fileset_create(*, bucket: str, entries: Iterable[ManifestEntry]) -> FileSet:
    """The set of these files, in any order; the same content gives the same row.

    Call it outside of a transaction. The content of every entry must be in the bucket; from now on it stays there,
    whatever happens to its readable key.

    Raises:
        InvalidInput: For a name that occurs twice or cannot be stored.
        ObjectMissing: When some content is not in the bucket.
    """
    store = get_store()
    store.make_bucket(bucket)
    with tempfile.TemporaryFile() as packed:
        with _sorted(entries) as lines:
            written = _write_manifest(packed, bucket, lines)
        packed.seek(0)
        # The row comes first: from then on the garbage collector leaves the manifest alone.
        fileset = _row(bucket, written)
        store.put(bucket, fileset.manifest_key, packed, None, media_type="application/gzip")
    return fileset


def fileset_read(fileset: FileSet, entry: ManifestEntry, *, offset: int = 0, length: int | None = None) -> Parts:
    """The bytes of one file, by its digest. Raises ``ObjectMissing`` at once when the store has lost it."""
    found = content_keys(fileset.bucket, [entry])
    return read_content(fileset.bucket, entry, found[entry.digest], offset=offset, length=length)


def fileset_readers(fileset: FileSet) -> Iterator[tuple[ManifestEntry, Callable[[], Parts]]]:
    """Every file with a function that opens it; few queries, however many files there are."""
    for entries in batches(fileset_entries(fileset)):
        found = content_keys(fileset.bucket, entries)
        for entry in entries:
            yield entry, partial(read_content, fileset.bucket, entry, found[entry.digest])


@dataclass(frozen=True, slots=True)
class _Written:
    digest: str
    count: int
    total: int


def _row(bucket: str, written: _Written) -> FileSet:
    """The set's row, fresh in the eyes of the garbage collector."""
    while True:
        fileset, created = FileSet.objects.get_or_create(
            bucket=bucket,
            digest=written.digest,
            defaults={
                "manifest_key": keys.manifest(written.digest),
                "file_count": written.count,
                "total_bytes": written.total,
            },
        )
        # Nothing to update: the collector removed the row since we saw it.
        if created or FileSet.objects.filter(pk=fileset.pk).update(updated_at=timezone.now()):
            return fileset


def _write_manifest(target: IO[bytes], bucket: str, lines: Iterator[_Line]) -> _Written:
    """The manifest into the file, every content pinned on the way."""
    hashed = hashlib.sha256()
    count = total = 0
    previous = ""
    # No name and no time in the header, so that the same lines give the same object.
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=_PACKED, mtime=0, filename="") as packed:
        for some in batches(line for _, line in lines):
            entries = [ManifestEntry.from_line(line) for line in some]
            _pin(bucket, entries)
            for entry, line in zip(entries, some, strict=True):
                if entry.name == previous:
                    raise InvalidInput(f"The file {entry.name} occurs twice.")
                previous = entry.name
                hashed.update(line)
                packed.write(line)
                count += 1
                total += entry.size
    return _Written(digest=hashed.hexdigest(), count=count, total=total)


def _pin(bucket: str, entries: list[ManifestEntry]) -> None:
    """Say that these contents are needed, before a set is made of them."""
    rows = StoredObject.objects.filter(bucket=bucket, digest__in={entry.digest for entry in entries})
    rows.update(pinned_at=timezone.now())
    there = set(rows.values_list("digest", "size"))
    for entry in entries:
        if (entry.digest, entry.size) not in there:
            raise lost(entry)


@contextmanager
def _sorted(entries: Iterable[ManifestEntry]) -> Iterator[Iterator[_Line]]:
    """The entries sorted by the name's bytes; a million of them do not fill the memory."""
    source = iter(entries)
    with ExitStack() as files:
        run = _next_run(source)
        if len(run) < _RUN:
            yield iter(run)
            return
        spilled = []
        while run:
            spilled.append(_spill(run, files.enter_context(tempfile.TemporaryFile())))
            run = _next_run(source)
        yield heapq.merge(*spilled)


def _next_run(source: Iterator[ManifestEntry]) -> list[_Line]:
    return sorted((keys.check_name(entry.name).encode(), entry.line()) for entry in islice(source, _RUN))


def _spill(run: list[_Line], file: IO[bytes]) -> Iterator[_Line]:
    file.writelines(line for _, line in run)
    file.seek(0)
    return ((ManifestEntry.from_line(line).name.encode(), line) for line in file)
