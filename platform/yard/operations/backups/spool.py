"""The objects that a backup needs, on disk: a million of them do not fill the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
CREATE TABLE wanted (bucket TEXT, key TEXT, digest TEXT, size INTEGER, urgent INTEGER, PRIMARY KEY (bucket, key))
    WITHOUT ROWID;
CREATE INDEX by_digest ON wanted (digest, bucket, key);
CREATE TABLE content (digest TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object of the platform's store; the digest is empty while nobody has read it."""

    bucket: str
    key: str
    digest: str
    size: int


class Spool:
    """A list of wanted objects and one of content, each without doubles."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def clear(self) -> None:
        """Forget what is wanted."""
        self._database.execute("DELETE FROM wanted")

    def want(self, objects: Iterable[Wanted], *, urgent: bool = False) -> None:
        """Add objects; ``urgent`` ones, which may go at any time, come first."""
        rows = ((found.bucket, found.key, found.digest, found.size, urgent) for found in objects)
        self._database.executemany("INSERT OR REPLACE INTO wanted VALUES (?, ?, ?, ?, ?)", rows)

    def unread(self) -> list[tuple[str, str]]:
        """Bucket and key of a few objects whose digest is not known yet, urgent ones first."""
        query = "SELECT bucket, key FROM wanted WHERE digest = '' ORDER BY urgent DESC, bucket, key LIMIT 1000"
        return self._database.execute(query).fetchall()

    def learned(self, bucket: str, key: str, digest: str, size: int) -> None:
        """Now it was read."""
        values = (digest, size, bucket, key)
        self._database.execute("UPDATE wanted SET digest = ?, size = ? WHERE bucket = ? AND key = ?", values)

    def gone(self, bucket: str, key: str) -> None:
        """It is no longer wanted."""
        self._database.execute("DELETE FROM wanted WHERE bucket = ? AND key = ?", (bucket, key))

    def digests(self, start: str) -> list[tuple[str, int]]:
        """Digest and size of all wanted content whose digest starts so; each once."""
        query = "SELECT digest, MAX(size) FROM wanted WHERE digest >= ? AND digest < ? GROUP BY digest"
        return self._database.execute(query, (start, f"{start}g")).fetchall()

    def places_of(self, digest: str) -> list[tuple[str, str]]:
        """Bucket and key of every object with this content."""
        return self._database.execute("SELECT bucket, key FROM wanted WHERE digest = ?", (digest,)).fetchall()

    def totals(self) -> tuple[int, int]:
        """How many objects are wanted, and their bytes."""
        count, size = self._database.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM wanted").fetchone()
        return count, size

    def all(self) -> Iterator[Wanted]:
        """Every wanted object, by bucket and key."""
        query = "SELECT bucket, key, digest, size FROM wanted ORDER BY bucket, key"
        return (Wanted(*row) for row in self._database.execute(query))

    def by_content(self) -> Iterator[Wanted]:
        """Every wanted object, those of one bucket with the same content next to each other."""
        query = "SELECT bucket, key, digest, size FROM wanted ORDER BY digest, bucket, key"
        return (Wanted(*row) for row in self._database.execute(query))

    def is_wanted(self, bucket: str, key: str) -> bool:
        """Whether the object is in the list."""
        query = "SELECT 1 FROM wanted WHERE bucket = ? AND key = ?"
        return self._database.execute(query, (bucket, key)).fetchone() is not None

    def buckets(self) -> list[str]:
        """Every bucket that has a wanted object."""
        return [row[0] for row in self._database.execute("SELECT DISTINCT bucket FROM wanted ORDER BY bucket")]

    def add_content(self, digest: str, size: int) -> None:
        """Put content on the second list."""
        self._database.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (digest, size))

    def has_content(self, digest: str) -> bool:
        """Whether the second list has it."""
        return self._database.execute("SELECT 1 FROM content WHERE digest = ?", (digest,)).fetchone() is not None

    def contents(self) -> Iterator[tuple[str, int]]:
        """The second list, by digest."""
        return iter(self._database.execute("SELECT digest, size FROM content ORDER BY digest"))

    def content_totals(self) -> tuple[int, int]:
        """How many are on the second list, and their bytes."""
        count, size = self._database.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM content").fetchone()
        return count, size
