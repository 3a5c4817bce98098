"""The steps in which sizes and proportions are counted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

# Pixels. Two steps per doubling: what looks alike to an eye falls together, from a few pixels to the largest pictures.
SIDES = (0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192)
# Width divided by height.
ASPECTS = (0, 0.125, 0.25, 0.375, 0.5, 0.75, 1.25, 1.75, 2.5, 4, 8)
OBJECTS = (0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 21, 31, 51, 101, 201, 501, 1001)
CELLS = 24  # a side of the map of positions


def bin_of(edges: Sequence[float], value: float) -> int:
    """Which step the value falls into: the last one that begins at or below it; 0 for anything less."""
    return max(0, bisect_right(edges, value) - 1)


def cell_of(share: float) -> int:
    """Which cell of the map a place falls into, from 0 to 1 of a side; outside counts as the edge."""
    return int(min(CELLS - 1.0, max(0.0, share * CELLS)))
