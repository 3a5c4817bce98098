from __future__ import annotations

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


@given(
    steps=st.lists(st.integers(0, 3000), min_size=1, max_size=60),
    jitter=st.lists(st.integers(0, (LAG_SECONDS - 1) * 1000), min_size=60, max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    block=st.integers(1, 400),
)
def test_nothing_is_lost_or_doubled_however_often_it_reconnects(
    steps: list[int], jitter: list[int], cuts: list[int], block: int
) -> None:
    """Entries may be stamped out of order by less than the lag, and share their times."""
    at, entries = 10_000, []
    for number, step in enumerate(steps):
        at += step
        entries.append((at - jitter[number], b"%d\n" % number))
    got, cursor = b"", ""
    for cut in [*sorted(min(cut, len(entries)) for cut in cuts), len(entries)]:
        reader = Reader(cursor)
        stream = _engine(entries[:cut], reader.position.since)
        for start in range(0, len(stream), block):
            for piece in reader.feed(stream[start : start + block]):
                got, cursor = got + piece.data, piece.cursor
    assert got == b"".join(data for _, data in entries)


def test_a_foreign_cursor_starts_from_the_beginning() -> None:
    reader = Reader("nonsense")
    assert b"".join(piece.data for piece in reader.feed(_engine([(0, b"a"), (1, b"b")], 0))) == b"ab"
