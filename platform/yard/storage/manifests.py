"""Reading file sets: which files, and where their content lies.

A manifest is gzipped JSON lines, one file per line, sorted by the UTF-8 bytes of the name. The set's digest is the
SHA-256 of those lines, so sets with the same content are the same set.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from yard.storage import keys
from yard.storage.base import ObjectMissing, Parts
from yard.storage.models import FileSet, StoredObject
from yard.storage.objects import open_object
from yard.storage.stores import get_store

BATCH = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file of a set.

    Attributes:
        size: Bytes.
        digest: SHA-256 of its content.
        width: Pixels, of an image.
        height: Pixels, of an image.
        split: The part it is in: train, val, test or none.
        labels: class → how many of its shapes are on the image.
        annotations: A digest that two images share when they are annotated alike; empty: not annotated.
        path: As it was uploaded, folders included; empty: as its name.
    """

    name: str
    size: int
    digest: str
    width: int | None = None
    height: int | None = None
    split: str = ""
    labels: Mapping[str, int] = field(default_factory=dict)
    annotations: str = ""
    path: str = ""

    def line(self) -> bytes:
        """The entry as the manifest has it; fields without a value are left out."""
        values: dict[str, Any] = {"digest": self.digest, "name": self.name, "size": self.size}
        if self.width is not None:
            values["width"] = self.width
        if self.height is not None:
            values["height"] = self.height
        for name in ("split", "labels", "annotations", "path"):
            if value := getattr(self, name):
                values[name] = value
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> ManifestEntry:
        """The entry of a manifest's line."""
        return cls(**json.loads(line))


def fileset_entries(fileset: FileSet) -> Iterator[ManifestEntry]:
    """The files of the set, sorted by name, streamed."""
    return map(ManifestEntry.from_line, fileset_lines(fileset))


def fileset_lines(fileset: FileSet) -> Iterator[bytes]:
    """The manifest's lines as they are, streamed; their SHA-256 is the set's digest."""
    with open_object(fileset.bucket, fileset.manifest_key) as packed, gzip.open(packed, "rb") as lines:
        yield from lines


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Entries, or their lines, in lists that a query can ask for at once."""
    source = iter(items)
    while found := list(islice(source, BATCH)):
        yield found


def content_keys(bucket: str, entries: list[ManifestEntry]) -> dict[str, list[str]]:
    """digest → keys that hold this content, the kept one first: nothing ever writes to that again."""
    found: dict[str, list[str]] = {entry.digest: [] for entry in entries}
    rows = StoredObject.objects.filter(bucket=bucket, digest__in=list(found)).order_by("pk")
    for digest, key in rows.values_list("digest", "key"):
        found[digest].append(key)
    for candidates in found.values():
        candidates.sort(key=lambda key: not key.startswith(keys.BLOBS))
    return found


def read_content(
    bucket: str, entry: ManifestEntry, candidates: list[str], *, offset: int = 0, length: int | None = None
) -> Parts:
    """The bytes of one file from the first of the keys that is really there. Raises ``ObjectMissing``."""
    for key in candidates:
        try:
            return get_store().read(bucket, key, offset=offset, length=length)
        except ObjectMissing:
            continue
    raise lost(entry)


def lost(entry: ManifestEntry) -> ObjectMissing:
    """The error for content that should be in the store and is not."""
    return ObjectMissing(f"The content of {entry.name} (SHA-256 {entry.digest}) is not in the store.")
