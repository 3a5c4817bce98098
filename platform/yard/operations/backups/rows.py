"""Tables as gzipped JSON lines, the same for every kind of database.

A row is a list of values in the order of the table's ``fields``. Values are written as Django's own serializers write
them: times in ISO 8601, bytes in base64, what JSON has as it is.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

PART_BYTES = 32 << 20  # of lines, before packing
_CHUNK = 2000
_CHUNK_OF_BYTES = 40  # rows of a table with bytes in it may have a quarter of a mebibyte each
_BATCH = 500
_BATCH_BYTES = 4 << 20

# Not copied: results of tasks are pickles of this installation's past; the rest speaks of this installation only.
LEFT_OUT = frozenset({"django_q.task", "storage.contenthold"})
LEFT_OUT_APPS = frozenset({"operations"})

Encode = Callable[[Any], Any]
Field = models.Field[Any, Any]


def tables(apps: Apps) -> list[type[models.Model]]:
    """Every model with a table of its own that belongs into a backup, in a fixed order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in LEFT_OUT
        and model._meta.app_label not in LEFT_OUT_APPS
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def lines_of(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """Every row of the table by its key, as a line."""
    fields = cast("list[Field]", model._meta.concrete_fields)
    encoders = [_encoder(model, field) for field in fields]
    names = [field.attname for field in fields]
    chunk = _CHUNK_OF_BYTES if any(isinstance(field, models.BinaryField) for field in fields) else _CHUNK
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names).iterator(chunk_size=chunk)
    for row in rows:
        values = [encode(value) for encode, value in zip(encoders, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _encoder(model: type[models.Model], field: Field) -> Encode:
    if "value_to_string" in type(field).__dict__ and type(field).__module__.split(".")[0] != "django":
        return lambda value: None if value is None else field.value_to_string(model(**{field.attname: value}))
    return _plain


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value  # json.dumps refuses what it cannot write, so nothing is written wrongly


def pack(lines: Iterable[bytes], path: Path) -> Iterator[int]:
    """Write the lines into the file, one part after the other; yields the lines of each part when it is whole.

    Args:
        lines: Of all parts.
        path: Written anew for every part; use it before asking for the next one.
    """
    source = iter(lines)
    first = next(source, None)
    while first is not None:
        with path.open("wb") as file:
            count = _pack_part(first, source, file)
        yield count
        first = next(source, None)


def _pack_part(first: bytes, source: Iterator[bytes], file: IO[bytes]) -> int:
    # No name and no time in the header, so that the same lines give the same bytes.
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0, filename="") as packed:
        packed.write(first)
        count, size = 1, len(first)
        while size < PART_BYTES and (line := next(source, None)) is not None:
            packed.write(line)
            count += 1
            size += len(line)
    return count


def insert(model: type[models.Model], names: list[str], lines: Iterable[bytes]) -> int:
    """Put the lines into the table as they are; says how many. Call it in a transaction."""
    by_name = {field.attname: field for field in cast("list[Field]", model._meta.concrete_fields)}
    fields = [by_name[name] for name in names]
    columns = ", ".join(connection.ops.quote_name(cast("str", field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 (names of our own models, quoted)
    count = size = 0
    batch: list[list[Any]] = []
    with connection.cursor() as cursor:
        for line in lines:
            values = json.loads(line)
            batch.append([_prepared(field, value) for field, value in zip(fields, values, strict=True)])
            size += len(line)
            if len(batch) == _BATCH or size >= _BATCH_BYTES:
                cursor.executemany(statement, batch)
                count += len(batch)
                size = 0
                batch.clear()
        if batch:
            cursor.executemany(statement, batch)
    return count + len(batch)


def _prepared(field: Field, value: Any) -> Any:
    """The value as the database driver wants it."""
    if value is not None:
        target = field
        while isinstance(target, models.ForeignKey):
            target = target.target_field
        value = target.to_python(value)
        if isinstance(target, models.BinaryField):
            value = bytes(value)
    return field.get_db_prep_save(value, connection)


def last_id(model: type[models.Model], alias: str) -> int | None:
    """The highest number that the table ever gave to a row; None for a table that does not count."""
    key = model._meta.pk
    if not isinstance(key, models.AutoField | models.BigAutoField | models.SmallAutoField):
        return None
    on = connections[alias]
    with on.cursor() as cursor:
        return _last_id_postgres(on, cursor, model) if on.vendor == "postgresql" else _last_id_sqlite(cursor, model)


def _last_id_sqlite(cursor: Any, model: type[models.Model]) -> int:
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
    found = cursor.fetchone()
    return int(found[0]) if found else 0


def _last_id_postgres(on: BaseDatabaseWrapper, cursor: Any, model: type[models.Model]) -> int:
    key = model._meta.pk
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [on.ops.quote_name(model._meta.db_table), key.column])
    sequence = cursor.fetchone()[0]
    if sequence is None:
        return 0
    # Named by the server itself, quoted as needed.
    cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
    return int(cursor.fetchone()[0])


def set_last_id(model: type[models.Model], last: int) -> None:
    """Have the table count on behind ``last`` and behind its highest row."""
    key = model._meta.pk
    highest = model._base_manager.aggregate(highest=models.Max(key.name))["highest"] or 0
    last = max(last, highest)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", [table, key.column, max(last, 1), last > 0]
            )
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last])
