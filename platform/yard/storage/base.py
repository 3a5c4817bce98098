"""What every object store can do. One contract test suite holds for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from yard.core.errors import NotFound, TooLarge, Unavailable

PART_BYTES = 1 << 20


class ObjectMissing(NotFound):
    """There is no object under this key."""

    code = "object_missing"


class StoreUnavailable(Unavailable):
    """The store does not answer, or has no room (then the message says so)."""

    code = "store_unavailable"


class StoreFull(TooLarge):
    """There is no room left for this object; nothing of it was kept."""

    code = "store_full"
    status = 507


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object as the store sees it. ``modified_at`` is timezone-aware."""

    key: str
    size: int
    modified_at: datetime


class ObjectStore(ABC):
    """Objects in buckets. A write is all or nothing: a reader never sees half an object."""

    @abstractmethod
    def make_bucket(self, bucket: str) -> None:
        """Make the bucket unless it is there."""

    @abstractmethod
    def put(self, bucket: str, key: str, source: BinaryIO, size: int, *, media_type: str = "") -> None:
        """Store exactly ``size`` bytes of ``source`` (never whole in memory), replacing what was there.

        Raises ``ValueError`` when the source ends early; then the old object is untouched.
        """

    @abstractmethod
    def read(self, bucket: str, key: str, *, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from ``offset`` on, in parts of at most ``PART_BYTES``.

        Raises ``ObjectMissing`` at once, not at the first part.
        """

    @abstractmethod
    def stat(self, bucket: str, key: str) -> ObjectInfo | None:
        """Size and time of the object, or None when there is none."""

    @abstractmethod
    def copy(self, bucket: str, source_key: str, target_key: str) -> None:
        """Copy within the bucket, by the store itself where it can. Raises ``ObjectMissing``."""

    @abstractmethod
    def delete(self, bucket: str, key: str) -> None:
        """Remove the object; nothing happens when there is none."""

    @abstractmethod
    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with ``prefix``, in key order."""
