"""Images that look alike: groups whose perceptual hashes differ in few bits, and hashes for images that have none."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yard.datasets.images import NotAnImage, inspect_image
from yard.datasets.models import Dataset, Image
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.objects import open_object

if TYPE_CHECKING:
    from numpy.typing import NDArray

HASH_BITS = 64
NEAR_BITS = 4
"""Images that differ in at most so many bits count as near-duplicates: re-saved, resized, a frame later."""

_ALL_BITS = (1 << HASH_BITS) - 1
_SMALL = 64  # rows of values that agree in a band: up to here they are gone through together
_PAIRS_AT_ONCE = 100_000
_BATCH = 100


# --- comparing --------------------------------------------------------------------------------------------------------


def bits_between(one: int, other: int) -> int:
    """In how many of their 64 bits two hashes (signed or not) differ."""
    return ((one ^ other) & _ALL_BITS).bit_count()


def near_groups(hashes: Mapping[int, int], *, bits: int = NEAR_BITS) -> list[list[int]]:
    """Groups of at least two ids, sorted, each id in at most one: everything that is connected through pairs whose
    hashes differ in at most ``bits`` bits.

    Exact, and without comparing all with all: of ``bits + 1`` bands of the hash such a pair has one in common (the
    pigeonhole principle, as in M. Norouzi and others, "Fast Search in Hamming Space with Multi-Index Hashing", 2012).
    100,000 hashes take a second or a few, by how much they are alike.

    Args:
        hashes: id → 64 bits, signed or not.
        bits: From 0 to 16.
    """
    ids_of: dict[int, list[int]] = defaultdict(list)
    for pk, value in hashes.items():
        ids_of[value & _ALL_BITS].append(pk)
    values = sorted(ids_of)
    groups: dict[int, list[int]] = defaultdict(list)
    for value, root in zip(values, _roots(values, bits), strict=True):
        groups[root] += ids_of[value]
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


def _roots(values: list[int], bits: int) -> list[int]:
    """Of each value the position of one that stands for all that it is connected with."""
    import numpy

    array = numpy.array(values, dtype=numpy.uint64)
    sets = _Sets(len(values))
    if bits and len(values) > 1:
        for band in _bands(array, bits + 1):
            _join_band(array, band, bits, sets)
    found: list[int] = sets.roots.tolist()
    return found


class _Sets:
    """Which positions belong together (union-find over arrays)."""

    def __init__(self, count: int) -> None:
        import numpy

        self.roots: NDArray[Any] = numpy.arange(count)

    def join(self, ones: NDArray[Any], others: NDArray[Any]) -> None:
        """Say of each pair that it belongs together."""
        import numpy

        roots = self.roots
        for one, other in numpy.unique(numpy.stack((roots[ones], roots[others]), axis=1), axis=0).tolist():
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
    import numpy

    half = len(values) / 2
    off = {bit: abs(int((values >> numpy.uint64(bit) & numpy.uint64(1)).sum()) - half) for bit in range(HASH_BITS)}
    telling = sorted(off, key=lambda bit: (off[bit], bit))
    return [sum(1 << bit for bit in telling[start::count]) for start in range(count)]


def _join_band(values: NDArray[Any], band: int, bits: int, sets: _Sets) -> None:
    """Compare with each other those that agree in the band: after sorting by it, they lie in a row."""
    import numpy

    inside = values & numpy.uint64(band)
    order = numpy.argsort(inside, kind="stable")
    inside, values = inside[order], values[order]
    starts = numpy.flatnonzero(numpy.append(True, inside[1:] != inside[:-1]))
    sizes = numpy.diff(numpy.append(starts, len(values)))
    # Where its row ends, and for those of long rows 0, as if there were nothing behind them.
    ends = numpy.repeat(numpy.where(sizes <= _SMALL, starts + sizes, 0), sizes)
    _join_small(values, order, ends, bits, sets)
    for start, size in zip(starts[sizes > _SMALL].tolist(), sizes[sizes > _SMALL].tolist(), strict=True):
        _join_large(values[start : start + size], order[start : start + size], bits, sets)


def _join_small(values: NDArray[Any], order: NDArray[Any], ends: NDArray[Any], bits: int, sets: _Sets) -> None:
    """Many short rows at once: each value with the one behind it, with the second behind it, …"""
    import numpy

    left, step = numpy.arange(len(values)), 1
    while (left := left[ends[left] > left + step]).size:
        near = left[numpy.bitwise_count(values[left] ^ values[left + step]) <= bits]
        if near.size:
            sets.join(order[near], order[near + step])
        step += 1


def _join_large(values: NDArray[Any], order: NDArray[Any], bits: int, sets: _Sets) -> None:
    """A long row: each value with all behind it."""
    import numpy

    ones: list[NDArray[Any]] = []
    others: list[NDArray[Any]] = []
    waiting = 0
    roots = sets.roots[order]
    for at in range(len(values) - 1):
        near = numpy.flatnonzero(numpy.bitwise_count(values[at + 1 :] ^ values[at]) <= bits) + at + 1
        near = near[roots[near] != roots[at]]
        if not near.size:
            continue
        ones.append(numpy.full(near.size, order[at]))
        others.append(order[near])
        waiting += near.size
        if waiting > _PAIRS_AT_ONCE:
            sets.join(numpy.concatenate(ones), numpy.concatenate(others))
            ones, others, waiting, roots = [], [], 0, sets.roots[order]
    if ones:
        sets.join(numpy.concatenate(ones), numpy.concatenate(others))


# --- hashes of a data set ---------------------------------------------------------------------------------------------


def hashes_of(dataset: Dataset, image_ids: Iterable[int] | None = None) -> dict[int, int]:
    """image id → perceptual hash, of the images that have one."""
    rows = dataset.images.filter(perceptual_hash__isnull=False).order_by().values_list("pk", "perceptual_hash")
    found = {pk: value for pk, value in rows.iterator(chunk_size=5000) if value is not None}
    if image_ids is None:
        return found
    return {pk: found[pk] for pk in image_ids if pk in found}


def hashes_missing(dataset: Dataset) -> int:
    """How many images have no perceptual hash yet: they came before there were any, or cannot be made grey."""
    return dataset.images.filter(perceptual_hash__isnull=True).count()


def hashes_fill(dataset: Dataset, *, after: int = 0, seconds: float = 60.0, beat: Callable[[], object] = bool) -> int:
    """Compute missing perceptual hashes, and EXIF orientations with them, for so long; for the worker, it opens images.

    Returns the id to give as ``after`` to go on, 0 when all images were looked at; each call looks at one at least.
    Twice, or killed in between, changes nothing: a hash is written only where the image is still the same. An image
    that cannot be read stays without.
    """
    end = time.monotonic() + seconds
    while batch := _without_hash(dataset, after):
        for image in batch:
            beat()
            _fill_one(dataset, image)
            after = image.pk
            if time.monotonic() > end:
                return after
    return 0


def _without_hash(dataset: Dataset, after: int) -> Sequence[Image]:
    images = dataset.images.filter(perceptual_hash__isnull=True, pk__gt=after).order_by("pk")
    return list(images.only("pk", "name", "digest", "dataset_id")[:_BATCH])


def _fill_one(dataset: Dataset, image: Image) -> None:
    try:
        with open_object(dataset.bucket, keys.dataset_file(dataset.pk, image.name)) as file:
            facts = inspect_image(file)
    except (NotAnImage, ObjectMissing):
        return
    same = dataset.images.filter(digest=image.digest, perceptual_hash__isnull=True)
    same.update(perceptual_hash=facts.perceptual_hash, orientation=facts.orientation)
