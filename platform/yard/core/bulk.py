"""Many rows at once, without a model instance for each: several times as fast as ``bulk_create`` and ``bulk_update``.

Values are those that the columns hold; of JSON columns, what is to become JSON. Neither signals nor the models' own
``save`` take part. Call both in a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from django.db import connections, models, router

Row = Sequence[Any]
_ROWS_AT_ONCE = 10_000
_as_json = json.JSONEncoder(check_circular=False).encode


def rows_insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Add the rows in their order; ``fields`` are the names (``label_id`` for keys) of all columns but the number."""
    using = connections[router.db_for_write(model)]
    prepared = _prepared(model, fields, rows)
    quote = using.ops.quote_name
    columns = ", ".join(quote(_column(model, name)) for name in fields)
    table = quote(model._meta.db_table)
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            # Rows first: what makes them may ask the database, which waits for ever while a COPY has the connection.
            while some := list(islice(prepared, _ROWS_AT_ONCE)):
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
        cursor.executemany(statement, cast("Any", prepared))  # the driver takes them one by one; the stubs ask for all


def rows_update(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    """Set these fields of rows that are there; behind its values, each row has the number of the one that is meant."""
    using = connections[router.db_for_write(model)]
    quote = using.ops.quote_name
    changes = ", ".join(f"{quote(_column(model, name))} = %s" for name in fields)
    key = quote(_column(model, model._meta.pk.attname))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {key} = %s"  # noqa: S608 - our own names
    with using.cursor() as cursor:
        cursor.executemany(statement, list(_prepared(model, fields, rows)))


def tables_analyze(*tables: type[models.Model]) -> None:
    """Have PostgreSQL look at tables of which much has changed; SQLite needs no such thing. Takes about a second.

    Its own watchman comes only minutes later, and until then it may read whole tables for a hundred rows.
    """
    for table in tables:
        using = connections[router.db_for_write(table)]
        if using.vendor == "postgresql":
            with using.cursor() as cursor:
                cursor.execute(f"ANALYZE {using.ops.quote_name(table._meta.db_table)}")


def _prepared(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> Iterator[list[Any]]:
    """The rows with JSON as text."""
    at = [index for index, name in enumerate(fields) if isinstance(_field(model, name), models.JSONField)]
    encode: Callable[[Any], str] = _as_json
    for row in rows:
        values = list(row)
        for index in at:
            values[index] = "{}" if values[index] == {} else encode(values[index])
        yield values


def _column(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).column)


def _field(model: type[models.Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in (field.attname, field.name))
