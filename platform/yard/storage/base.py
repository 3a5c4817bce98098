"""What every object store can do. One contract test suite holds for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from yard.core.errors import Conflict, NotFound, TooLarge, Unavailable

PART_BYTES = 1 << 20


class ObjectMissing(NotFound):
    """There is no object under this key."""

    code = "object_missing"


class BucketMissing(NotFound):
    """There is no such bucket."""

    code = "bucket_missing"


class KeyConflict(Conflict):
    """A folder of the local store cannot hold both ``conf`` and ``conf/child``; nothing was changed."""

    code = "key_conflict"


class StoreUnavailable(Unavailable):
    """The store does not answer, or has no room (then the message says so)."""

    code = "store_unavailable"


class StoreFull(TooLarge):
    """There is no room left for this object; nothing of it was kept."""

    code = "store_full"
    status = 507


class Readable(Protocol):
    """Anything bytes can be read from, one part after the other."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object as the store sees it. ``modified_at`` is timezone-aware."""

    key: str
    size: int
    modified_at: datetime


class Parts(Iterator[bytes]):
    """The bytes of an object, part by part. Closing twice, or after the end, does nothing."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or connection."""

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class ObjectStore(ABC):
    """Objects in buckets. A write is all or nothing: a reader never sees half an object.

    Every method refuses keys and bucket names that ``keys.check_key`` and ``keys.check_bucket`` refuse, and raises
    ``StoreUnavailable`` when the store does not answer.
    """

    @abstractmethod
    def make_bucket(self, bucket: str) -> None:
        """Make the bucket unless it is there."""

    @abstractmethod
    def put(self, bucket: str, key: str, source: Readable, size: int | None, *, media_type: str = "") -> None:
        """Store exactly ``size`` bytes of ``source`` (None: all there are), replacing what was there.

        Never whole in memory. Whatever is raised, the old object is untouched and nothing of the new one is kept.

        Raises:
            ValueError: When the source ends early.
            BucketMissing: When the bucket was never made.
            StoreFull: When there is no room.
            KeyConflict: When the store cannot hold this key beside one that it is a folder of.
        """

    @abstractmethod
    def read(self, bucket: str, key: str, *, offset: int = 0, length: int | None = None) -> Parts:
        """The bytes from ``offset`` on, in parts of at most ``PART_BYTES``.

        Nothing comes from beyond the end. Close it (``close()``) when it is not read to its end.
        Raises ``ObjectMissing`` at once, not at the first part.
        """

    @abstractmethod
    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """Size and time of the object, or None when there is none."""

    @abstractmethod
    def copy(self, bucket: str, source_key: str, target_key: str) -> None:
        """Copy within the bucket, without the bytes passing through us where the store can.

        Raises ``ObjectMissing``, ``StoreFull``, ``KeyConflict``.
        """

    @abstractmethod
    def delete(self, bucket: str, key: str) -> None:
        """Remove the object; nothing happens when there is none."""

    @abstractmethod
    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with ``prefix``; none when there is no such bucket.

        Objects of one folder come in the order of their names; between folders, servers differ.
        """

    def local_path(self, bucket: str, key: str) -> Path | None:
        """The object as a file of this machine, never to be written to; None where the store has no files."""
        return None

    def sweep(self, before: datetime, buckets: Iterable[str] = ()) -> int:
        """Remove what writes that were killed before this time left behind; says how many things that were.

        Args:
            before: Timezone-aware.
            buckets: Where to look, for stores that keep such things in buckets.
        """
        return 0
