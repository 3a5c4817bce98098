"""The child process that compares perceptual hashes; started by ``datasets.near``, never imported by it.

numpy and the standard library only. On stdin are different hashes of 64 bits each (native), the argument is in how many
bits two may differ; on stdout is for each the position of one that stands for all that it is connected with.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

HASH_BITS = 64
_SMALL = 64  # rows of values that agree in a band: up to here they are gone through together
_PAIRS_AT_ONCE = 100_000


def main() -> None:
    """Read, compare, write."""
    values = np.frombuffer(sys.stdin.buffer.read(), dtype=np.uint64)
    sys.stdout.buffer.write(roots_of(values, int(sys.argv[1])).astype(np.uint64).tobytes())


def roots_of(values: NDArray[Any], bits: int) -> NDArray[Any]:
    """Of each value the position of one that stands for all that it is connected with."""
    sets = _Sets(len(values))
    for band in _bands(values, bits + 1):
        _join_band(values, band, bits, sets)
    return sets.roots


class _Sets:
    """Which positions belong together (union-find over arrays)."""

    def __init__(self, count: int) -> None:
        self.roots: NDArray[Any] = np.arange(count)

    def join(self, ones: NDArray[Any], others: NDArray[Any]) -> None:
        """Say of each pair that it belongs together."""
        roots = self.roots
        for one, other in np.unique(np.stack((roots[ones], roots[others]), axis=1), axis=0).tolist():
            low, high = sorted((_root(roots, one), _root(roots, other)))
            roots[high] = low
        while (nearer := roots[roots]).tobytes() != roots.tobytes():
            roots = nearer
        self.roots = roots


def _root(roots: NDArray[Any], position: int) -> int:
    while (above := int(roots[position])) != position:
        position = above
    return position


def _bands(values: NDArray[Any], count: int) -> list[int]:
    """So many masks that share the bits out. Bits that are nearly always the same tell little apart, as in frames of
    one camera, so each band gets some of the others."""
    half = len(values) / 2
    off = {bit: abs(int((values >> np.uint64(bit) & np.uint64(1)).sum()) - half) for bit in range(HASH_BITS)}
    telling = sorted(off, key=lambda bit: (off[bit], bit))
    return [sum(1 << bit for bit in telling[start::count]) for start in range(count)]


def _join_band(values: NDArray[Any], band: int, bits: int, sets: _Sets) -> None:
    """Compare with each other those that agree in the band: after sorting by it, they lie in a row."""
    inside = values & np.uint64(band)
    order = np.argsort(inside, kind="stable")
    inside, values = inside[order], values[order]
    starts = np.flatnonzero(np.append(True, inside[1:] != inside[:-1]))
    sizes = np.diff(np.append(starts, len(values)))
    # Where its row ends, and for those of long rows 0, as if there were nothing behind them.
    ends = np.repeat(np.where(sizes <= _SMALL, starts + sizes, 0), sizes)
    _join_small(values, order, ends, bits, sets)
    for start, size in zip(starts[sizes > _SMALL].tolist(), sizes[sizes > _SMALL].tolist(), strict=True):
        _join_large(values[start : start + size], order[start : start + size], bits, sets)


def _join_small(values: NDArray[Any], order: NDArray[Any], ends: NDArray[Any], bits: int, sets: _Sets) -> None:
    """Many short rows at once: each value with the one behind it, with the second behind it, …"""
    left, step = np.arange(len(values)), 1
    while (left := left[ends[left] > left + step]).size:
        near = left[np.bitwise_count(values[left] ^ values[left + step]) <= bits]
        if near.size:
            sets.join(order[near], order[near + step])
        step += 1


def _join_large(values: NDArray[Any], order: NDArray[Any], bits: int, sets: _Sets) -> None:
    """A long row: each value with all behind it."""
    ones: list[NDArray[Any]] = []
    others: list[NDArray[Any]] = []
    waiting = 0
    roots = sets.roots[order]
    for at in range(len(values) - 1):
        near = np.flatnonzero(np.bitwise_count(values[at + 1 :] ^ values[at]) <= bits) + at + 1
        near = near[roots[near] != roots[at]]
        if not near.size:
            continue
        ones.append(np.full(near.size, order[at]))
        others.append(order[near])
        waiting += near.size
        if waiting > _PAIRS_AT_ONCE:
            sets.join(np.concatenate(ones), np.concatenate(others))
            ones, others, waiting, roots = [], [], 0, sets.roots[order]
    if ones:
        sets.join(np.concatenate(ones), np.concatenate(others))


if __name__ == "__main__":
    main()
