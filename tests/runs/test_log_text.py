from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.runs.log_text import LINE_BYTES, Epoch, Phase, epoch_of, phase_of, plain_text, split_lines

LINES = st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=20))
BREAKS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def test_it_keeps_an_unfinished_line_back() -> None:
    assert split_lines(b"one\ntwo\nthr", final=False) == (["one", "two"], 8)


def test_it_takes_an_unfinished_line_at_the_end_of_the_log() -> None:
    assert split_lines(b"one\nthr", final=True) == (["one", "thr"], 7)


def test_it_takes_a_carriage_return_as_a_line_break() -> None:
    assert split_lines(b"10%\r20%\r\n30%\r", final=False)[0] == ["10%", "20%", "30%"]


def test_it_takes_an_endless_line_in_pieces() -> None:
    lines, used = split_lines(b"x" * LINE_BYTES, final=False)
    assert used == LINE_BYTES
    assert len(lines) == 1


@given(lines=LINES, ends=st.lists(BREAKS, min_size=30, max_size=30), cuts=st.lists(st.integers(1, 12), max_size=60))
def test_it_finds_the_same_lines_wherever_the_log_is_cut(lines: list[str], ends: list[bytes], cuts: list[int]) -> None:
    data = b"".join(line.encode() + ends[number % 30] for number, line in enumerate(lines))
    found: list[str] = []
    buffer = b""
    rest = data
    for cut in [*cuts, len(data)]:
        buffer, rest = buffer + rest[:cut], rest[cut:]
        pieces, used = split_lines(buffer, final=False)
        buffer = buffer[used:]
        found += pieces
    found += split_lines(buffer, final=True)[0]
    assert found == [line for line in lines if line]


@given(st.binary(max_size=300), st.booleans())
def test_it_never_takes_more_than_is_there_and_nothing_twice(data: bytes, final: bool) -> None:
    lines, used = split_lines(data, final=final)
    assert 0 <= used <= len(data)
    assert split_lines(data[used:], final=False)[1] in {0, len(data) - used}
    assert all(lines)


@pytest.mark.parametrize(
    ("line", "phase"),
    [
        ("Setup started: 2026-01-02T03:04:05", Phase.SETUP),
        ("Setup ended: 2026-01-02T03:04:05", Phase.SETUP),
        ("Training started: 2026-01-02T03:04:05", Phase.TRAINING),
        ("Training ended: 2026-01-02T03:04:05", Phase.ENDED),
        ("my Training started: now", None),
        ("Training is fun", None),
        ("", None),
    ],
)
def test_it_knows_the_markers_of_the_entrypoint(line: str, phase: Phase | None) -> None:
    assert phase_of(line) == phase


@pytest.mark.parametrize(
    ("line", "epoch"),
    [
        ("epoch 3/10 loss=0.4", Epoch(3, 10)),
        ("Epoch: 3 / 10", Epoch(3, 10)),
        ("Epoch [3/10], step 5", Epoch(3, 10)),
        ("Epoch 7: 100%|####|", Epoch(7, None)),
        ("EPOCH=2", Epoch(2, None)),
        ("epochs 300", None),
        ("no number", None),
    ],
)
def test_it_reads_the_epoch(line: str, epoch: Epoch | None) -> None:
    assert epoch_of(line) == epoch


def test_progress_is_between_nothing_and_all() -> None:
    assert Epoch(3, 10).progress == pytest.approx(0.3)
    assert Epoch(12, 10).progress == 1.0
    assert Epoch(0, 0).progress is None
    assert Epoch(4, None).progress is None


@given(st.text(st.characters(), max_size=50))
def test_plain_text_can_be_stored_anywhere(text: str) -> None:
    plain = plain_text(text)
    assert "\0" not in plain
    assert plain.encode("utf-8").decode("utf-8") == plain


def test_plain_text_loses_nothing_else() -> None:
    assert plain_text("Möhre\0 \ud800 ✓") == "Möhre ? ✓"


@given(st.text(max_size=200))
def test_it_survives_any_line(line: str) -> None:
    epoch = epoch_of(line)
    assert epoch is None or epoch.number >= 0
    assert phase_of(line) in {None, *Phase}
