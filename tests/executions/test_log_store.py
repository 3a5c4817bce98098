from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from yard.accounts.models import User
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution, LogChunk
from yard.executions.services import execution_create

Make = Callable[..., Execution]


@pytest.fixture
def attempt(make: Make) -> Attempt:
    return make().attempts.get()


def test_what_was_appended_is_read_by_offset(attempt: Attempt) -> None:
    store.append(attempt, b"one\ntwo\n", cursor="1")
    store.append(attempt, b"three\n", cursor="2")
    assert store.read(attempt, 0, 100) == b"one\ntwo\nthree\n"
    assert store.read(attempt, 5, 4) == b"wo\nt"
    assert store.read(attempt, 14, 10) == b""
    attempt.refresh_from_db()
    assert (attempt.log_bytes, attempt.log_lines, attempt.log_cursor) == (14, 3, "2")


def test_two_followers_cannot_store_the_same_output_twice(attempt: Attempt) -> None:
    late = Attempt.objects.get(pk=attempt.pk)
    store.append(attempt, b"one\n", cursor="1")
    with pytest.raises(store.StaleFollower):
        store.append(late, b"one\n", cursor="1")
    assert store.read(attempt, 0, 100) == b"one\n"


def test_large_output_lies_in_several_chunks(attempt: Attempt) -> None:
    data = bytes(range(256)) * 3000
    store.append(attempt, data, cursor="1")
    assert LogChunk.objects.filter(attempt=attempt).count() == 3
    assert b"".join(store.parts(attempt)) == data
    middle = store.CHUNK_BYTES - 10
    assert store.read(attempt, middle, 20) == data[middle : middle + 20]


NOTE = "\n[The log is full at 10 bytes; of what follows only the end is kept.]\n"


def test_a_full_log_says_so_and_how_much_was_dropped_and_keeps_its_end(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "TAIL_BYTES", 12)
    with override_settings(LOG_CAP_BYTES=10):
        store.append(attempt, b"123456\n", cursor="1")
        store.append(attempt, b"7890abc\n", cursor="2")
        store.append(attempt, b"more\nmuch more\n", cursor="3")
        assert b"".join(store.parts(attempt)).decode() == "123456\n789" + NOTE
        store.append(attempt, b"Score 0.5\n", cursor="4")
        store.finish(attempt)
        store.finish(Attempt.objects.get(pk=attempt.pk))
    assert b"".join(store.parts(attempt)).decode() == (
        "123456\n789" + NOTE + "[At least 20 bytes of output were dropped here.]\nScore 0.5\n"
    )
    attempt.refresh_from_db()
    assert attempt.log_dropped_bytes == 20
    assert attempt.log_lines == 5


def test_a_log_just_over_its_cap_is_kept_whole(attempt: Attempt) -> None:
    with override_settings(LOG_CAP_BYTES=10):
        store.append(attempt, b"1234567890", cursor="1")
        store.append(attempt, b"abc\n", cursor="2")
        store.finish(attempt)
    assert b"".join(store.parts(attempt)).decode() == "1234567890" + NOTE + "abc\n"


def test_compacting_changes_nothing_for_readers_and_may_be_repeated(attempt: Attempt, owner: User) -> None:
    store.append(attempt, b"a\n" * 300_000, cursor="1")
    reader = Attempt.objects.get(pk=attempt.pk)
    store.finish(attempt)
    store.compact(attempt, bucket=owner.bucket)
    store.compact(attempt, bucket=owner.bucket)
    assert not LogChunk.objects.filter(attempt=attempt).exists()
    assert store.read(attempt, 4, 4) == b"a\na\n"
    # This one had fetched its row before.
    assert b"".join(store.parts(reader)) == b"a\n" * 300_000


def test_an_unfinished_log_is_not_compacted(attempt: Attempt, owner: User) -> None:
    store.append(attempt, b"a\n", cursor="1")
    store.compact(attempt, bucket=owner.bucket)
    assert LogChunk.objects.filter(attempt=attempt).exists()


def test_the_tail_starts_at_a_line(attempt: Attempt) -> None:
    store.append(attempt, b"first line\nsecond\nthird\n", cursor="1")
    assert store.read(attempt, store.lines_start(attempt, 9), 100) == b"third\n"
    assert store.lines_start(attempt, 10_000) == 0


class LogProperties(TestCase):
    @given(parts=st.lists(st.binary(max_size=50), max_size=20), cut=st.integers(0, 400), size=st.integers(1, 200))
    def test_any_window_of_any_output_is_exact(self, parts: list[bytes], cut: int, size: int) -> None:
        attempt = execution_create(project=None, kind="trial", title="t", user=None).attempts.get()
        for number, part in enumerate(parts):
            store.append(attempt, part, cursor=str(number))
        whole = b"".join(parts)
        assert store.read(attempt, cut, size) == whole[cut : cut + size]
        assert attempt.log_lines == whole.count(b"\n")
