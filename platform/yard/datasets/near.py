"""Images that look alike: groups whose perceptual hashes differ in few bits, and hashes for images that have none."""

from __future__ import annotations

import subprocess
import sys
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from yard.datasets.images import NotAnImage, inspect_image
from yard.datasets.models import Dataset, Image
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.objects import open_object

HASH_BITS = 64
NEAR_BITS = 4
"""Images that differ in at most so many bits count as near-duplicates: re-saved, resized, a frame later."""

_ALL_BITS = (1 << HASH_BITS) - 1
_FEW = 300  # values that are compared all with all in less time than a process takes to start
_CHILD = Path(__file__).with_name("near_child.py")
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
    if not bits:
        return list(range(len(values)))
    return _roots_of_few(values, bits) if len(values) <= _FEW else _roots_of_many(values, bits)


def _roots_of_few(values: list[int], bits: int) -> list[int]:
    """All compared with all."""
    roots = list(range(len(values)))
    for (one, value), (other, another) in combinations(enumerate(values), 2):
        if (value ^ another).bit_count() <= bits and roots[one] != roots[other]:
            old, new = roots[other], roots[one]
            roots = [new if root == old else root for root in roots]
    return roots


def _roots_of_many(values: list[int], bits: int) -> list[int]:
    """By a child process, so that neither the web server nor the worker loads and keeps what counts fast."""
    command = [sys.executable, "-I", str(_CHILD), str(bits)]
    done = subprocess.run(command, input=array("Q", values).tobytes(), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Comparing images failed: {done.stderr.decode(errors='replace')[-2000:]}")
    roots = array("Q")
    roots.frombytes(done.stdout)
    return roots.tolist()


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
