"""Rows come back out of a backup as they went in."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from yard.core.models import Event
from yard.executions.models import Attempt, Execution, LogChunk
from yard.operations.backups import rows

# PostgreSQL takes no NUL in texts, so no row has one; halves of characters cannot be stored anywhere.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)
)


def there_and_back(model: type[models.Model]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All rows before they are written and removed, and after they are read."""
    before = list(model._base_manager.order_by("pk").values())
    lines = list(rows.lines_of(model, "default"))
    model._base_manager.all().delete()
    count = rows.insert(model, [field.attname for field in model._meta.concrete_fields], lines)
    assert count == len(before)
    return before, list(model._base_manager.order_by("pk").values())


class RoundTrip(TestCase):
    """Each example in a transaction of its own."""

    @given(payload=st.dictionaries(TEXT, JSON), kind=TEXT.filter(lambda text: len(text) <= 60))
    def test_json_and_texts(self, payload: dict[str, Any], kind: str) -> None:
        Event.objects.create(kind=kind, object_type="x", object_id=2**60, payload=payload)
        before, after = there_and_back(Event)
        assert before == after

    @given(data=st.binary())
    def test_bytes_and_moments(self, data: bytes) -> None:
        execution = Execution.objects.create(kind="run", title="x", state_changed_at=timezone.now())
        attempt = Attempt.objects.create(execution=execution, handle={"id": "abc", "ports": [1, 2]})
        LogChunk.objects.create(attempt=attempt, offset=0, line=0, data=data, at=timezone.now())
        before, after = there_and_back(LogChunk)
        assert [{**row, "data": bytes(row["data"])} for row in before] == [
            {**row, "data": bytes(row["data"])} for row in after
        ]


@pytest.mark.django_db
def test_the_order_of_a_forms_fields_stays() -> None:
    from tests.runs.factories import make_project, make_user
    from yard.blueprints.models import BlueprintVersion

    names = [
        field.name for field in BlueprintVersion._meta.concrete_fields if type(field).__name__ == "OrderedJSONField"
    ]
    assert names
    from tests.runs.factories import make_template

    version = make_template(make_project("Beans", make_user("olga")))
    values = {"zebra": 1, "apple": ["text", None], "mango": {"b": 1, "a": 2}}
    BlueprintVersion.objects.filter(pk=version.pk).update(**dict.fromkeys(names, values))
    lines = list(rows.lines_of(BlueprintVersion, "default"))
    BlueprintVersion.objects.filter(pk=version.pk)._raw_delete("default")
    rows.insert(BlueprintVersion, [field.attname for field in BlueprintVersion._meta.concrete_fields], lines)
    found = BlueprintVersion.objects.get(pk=version.pk)
    for name in names:
        assert list(getattr(found, name)) == ["zebra", "apple", "mango"]


def test_every_table_of_ours_is_copied_or_left_out_on_purpose() -> None:
    copied = {model._meta.label_lower for model in rows.tables(apps)}
    all_tables = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    assert all_tables - copied == {
        "django_q.task",
        "storage.contenthold",
        "operations.backuprecord",
        "operations.restoration",
        "operations.heartbeat",
    }


@pytest.mark.parametrize("size", [1, 1000, 40_000])
def test_parts_are_bounded_and_always_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(rows, "PART_BYTES", 10_000)
    lines = [f"{number:07d} some text\n".encode() for number in range(size)]

    def packed() -> Iterator[tuple[int, bytes]]:
        for count in rows.pack(iter(lines), tmp_path / "part.gz"):
            yield count, (tmp_path / "part.gz").read_bytes()

    first, second = list(packed()), list(packed())
    assert first == second
    assert [count for count, _ in first][:-1] == [math.ceil(10_000 / len(lines[0]))] * (len(first) - 1)
    assert b"".join(gzip.decompress(part) for _, part in first) == b"".join(lines)


def test_no_lines_make_no_part(tmp_path: Path) -> None:
    assert list(rows.pack([], tmp_path / "part.gz")) == []
