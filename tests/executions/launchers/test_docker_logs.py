from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from yard.executions.launchers.docker_logs import LAG_SECONDS, Reader, seconds_of


def _stamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"2026-01-31T{12 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}000000Z"


def _engine(entries: list[tuple[int, bytes]], since: int) -> bytes:
    """What an engine answers: every entry not before ``since``, in the order written."""
    frames = b""
    for at, data in entries:
        if seconds_of(_stamp(at)) >= since:
            payload = _stamp(at).encode() + b" " + data
            frames += b"\x01\x00\x00\x00" + len(payload).to_bytes(4, "big") + payload
    return frames


def _read(engine: Callable[[int], bytes], cursor: str, block: int) -> tuple[bytes, str]:
    """One pass to the engine's end: what came, and where it left off."""
    reader, got = Reader(cursor), b""
    stream = engine(reader.since)
    parts = [reader.feed(stream[start : start + block]) for start in range(0, len(stream), block)]
    for piece in itertools.chain(*parts, reader.finish()):
        got, cursor = got + piece.data, piece.cursor
    return got, cursor


history = st.lists(
    # Until the next entry, how late it was stamped, and what it says: many say the same in the same moment.
    st.tuples(
        st.sampled_from([0, 0, 1, 700, 3000]), st.integers(0, (LAG_SECONDS - 1) * 1000) | st.just(0), st.integers(0, 2)
    ),
    min_size=1,
    max_size=60,
)


def _entries(history: list[tuple[int, int, int]]) -> list[tuple[int, bytes]]:
    at, entries = 10_000, []
    for step, late, word in history:
        at += step
        entries.append((at - late, b"%d\n" % word))
    return entries


@given(history=history, cuts=st.lists(st.integers(0, 60), max_size=8), block=st.integers(1, 400))
def test_nothing_is_lost_or_doubled_however_often_it_reconnects(
    history: list[tuple[int, int, int]], cuts: list[int], block: int
) -> None:
    """Entries may be stamped out of order by less than the lag, and share their times and their words."""
    entries = _entries(history)
    got, cursor = b"", ""
    for cut in [*sorted(min(cut, len(entries)) for cut in cuts), len(entries)]:
        came, cursor = _read(partial(_engine, entries[:cut]), cursor, block)
        got += came
    assert got == b"".join(data for _, data in entries)


@given(steps=st.lists(st.integers(1, 3000), min_size=4, max_size=40), data=st.data())
def test_entries_that_the_engine_left_out_double_no_others(steps: list[int], data: st.DataObject) -> None:
    """A rotation under a slow reader: what it never got may come later or never, but nothing comes twice."""
    at = list(itertools.accumulate(steps, initial=10_000))
    entries = [(when, b"%d\n" % number) for number, when in enumerate(at)]
    first, last = sorted(data.draw(st.lists(st.integers(1, len(entries) - 1), min_size=2, max_size=2)))
    followed = partial(_engine, entries[:first] + entries[last:])
    got, cursor = _read(followed, "", 400)
    rotated_away = data.draw(st.integers(0, len(entries)))
    more, _ = _read(partial(_engine, [*entries[rotated_away:], (at[-1] + 60_000, b"end\n")]), cursor, 400)
    assert more == b"end\n"
    assert got == b"".join(text for _, text in entries[:first] + entries[last:])


def test_a_cursor_of_an_earlier_release_goes_on_by_time() -> None:
    entries = [(1000, b"a"), (2000, b"b"), (3000, b"c")]
    old = f"{seconds_of(_stamp(0))}/2/{_stamp(2000)}"
    assert _read(partial(_engine, entries), old, 400)[0] == b"c"


def test_a_foreign_cursor_starts_from_the_beginning() -> None:
    assert _read(partial(_engine, [(0, b"a"), (1, b"b")]), "nonsense", 400)[0] == b"ab"
