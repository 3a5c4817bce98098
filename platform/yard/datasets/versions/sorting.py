"""Sorting more than fits into memory."""

from __future__ import annotations

import heapq
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import IO

RUN_BYTES = 16 << 20
_HEAD = struct.Struct(">II")

Pair = tuple[bytes, bytes]


@contextmanager
def sorted_pairs(pairs: Iterable[Pair], *, run_bytes: int = RUN_BYTES) -> Iterator[Iterator[Pair]]:
    """The pairs sorted by their first part, then by their second; about ``run_bytes`` of them are in memory at once."""
    source = iter(pairs)
    with ExitStack() as files:
        run, is_last = _next_run(source, run_bytes)
        spilled: list[Iterator[Pair]] = []
        while not is_last:
            spilled.append(_spill(run, files.enter_context(tempfile.TemporaryFile())))
            run, is_last = _next_run(source, run_bytes)
        yield heapq.merge(*spilled, run) if spilled else iter(run)


def _next_run(source: Iterator[Pair], most: int) -> tuple[list[Pair], bool]:
    """Some pairs, sorted, and whether they are the last ones."""
    run: list[Pair] = []
    size = 0
    for pair in source:
        run.append(pair)
        size += len(pair[0]) + len(pair[1]) + 100  # what the objects themselves take
        if size >= most:
            break
    run.sort()
    return run, size < most


def _spill(run: list[Pair], file: IO[bytes]) -> Iterator[Pair]:
    file.writelines(chain.from_iterable((_HEAD.pack(len(key), len(value)), key, value) for key, value in run))
    file.seek(0)
    return _read(file)


def _read(file: IO[bytes]) -> Iterator[Pair]:
    while head := file.read(_HEAD.size):
        key_size, value_size = _HEAD.unpack(head)
        yield file.read(key_size), file.read(value_size)
