"""What a backup says of itself: one JSON file, from which everything else of it is found by digest."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from yard.core.errors import InvalidInput

FORMAT = 1
_KEY_CHECK = b"trainyard backup: is it the same secret key?"


@dataclass(frozen=True, slots=True)
class Part:
    """A gzipped piece of a list: lines in it, and its own digest and size in bytes."""

    digest: str
    size: int
    lines: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one model."""

    model: str  # "datasets.dataset"
    fields: list[str]
    rows: int
    last_id: int | None
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that restoring needs, and what people want to know."""

    name: str
    made_at: str
    platform_version: str
    database: str
    storage: str
    instance: str
    secret_key_check: str
    stored_secrets: int
    migrations: list[list[str]]
    tables: list[Table]
    objects: list[Part]
    object_count: int
    object_bytes: int
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """For the file, with a digest of itself."""
        values = asdict(self)
        return {**values, "digest": _digest(values)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Manifest:
        """Of the file. Raises ``InvalidInput`` for another format or when a character of it has changed."""
        name = values.get("name", "")
        if values.get("format") != FORMAT:
            raise InvalidInput(
                f"The backup {name} has the format {values.get('format')!r}; this release reads {FORMAT}. "
                "Restore it with the release that made it, then upgrade."
            )
        content = {key: value for key, value in values.items() if key != "digest"}
        if values.get("digest") != _digest(content):
            raise InvalidInput(f"The backup {name} is damaged: its list does not have the digest that it names.")
        tables = [Table(**{**table, "parts": _parts(table["parts"])}) for table in content["tables"]]
        return cls(**{**content, "tables": tables, "objects": _parts(content["objects"])})

    @property
    def made(self) -> datetime:
        """When the rows were read."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)

    def lists(self) -> list[Part]:
        """Every part of every list in it."""
        return [*(part for table in self.tables for part in table.parts), *self.objects]


def secret_key_check() -> str:
    """Tells whether two platforms have the same secret key, and nothing else about it."""
    return hmac.new(settings.SECRET_KEY.encode(), _KEY_CHECK, hashlib.sha256).hexdigest()[:32]


def _parts(values: list[dict[str, Any]]) -> list[Part]:
    return [Part(**value) for value in values]


def _digest(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
