from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yard.executions.launchers.http_chunks import BrokenChunks, Chunks


def encoded(pieces: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


@given(pieces=st.lists(st.binary(min_size=1, max_size=40) | st.just(b"\r\n")), cuts=st.lists(st.integers(0, 400)))
def test_content_comes_out_whole_however_it_arrives(pieces: list[bytes], cuts: list[int]) -> None:
    wire = encoded(pieces)
    edges = [0, *sorted(min(cut, len(wire)) for cut in cuts), len(wire)]
    chunks = Chunks()
    got = b"".join(chunks.feed(wire[start:end]) for start, end in itertools.pairwise(edges))
    assert got == b"".join(pieces)
    assert chunks.ended


def test_extensions_of_chunks_are_passed_over() -> None:
    assert Chunks().feed(b"3;name=value\r\nabc\r\n0\r\n\r\n") == b"abc"


@given(pieces=st.lists(st.binary(min_size=1, max_size=40)), missing=st.integers(5, 60))
def test_a_response_that_breaks_off_has_not_ended(pieces: list[bytes], missing: int) -> None:
    chunks = Chunks()
    chunks.feed(encoded(pieces)[:-missing])
    assert not chunks.ended


def test_what_is_no_chunk_is_refused() -> None:
    with pytest.raises(BrokenChunks):
        Chunks().feed(b"not a size\r\n")
