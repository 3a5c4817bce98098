"""Groups of images that look alike, and perceptual hashes for images of before."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.conftest import Importer, picture
from yard.datasets import near
from yard.datasets.models import Dataset, Image
from yard.datasets.near import bits_between, hashes_fill, hashes_missing, hashes_of, near_groups
from yard.storage import keys
from yard.storage.stores import get_store

HASHES = st.integers(-(1 << 63), (1 << 63) - 1)


def compared_all_with_all(hashes: dict[int, int], bits: int) -> list[list[int]]:
    """The plain way: connected components over all pairs."""
    groups = [{pk} for pk in hashes]
    for one, other in combinations(hashes, 2):
        if bin((hashes[one] ^ hashes[other]) & (1 << 64) - 1).count("1") <= bits:
            touched = [group for group in groups if one in group or other in group]
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return sorted(sorted(group) for group in groups if len(group) > 1)


@given(
    centres=st.lists(HASHES, min_size=1, max_size=6),
    flips=st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 63), max_size=7)), max_size=40),
    bits=st.integers(0, 6),
)
def test_the_groups_are_those_of_comparing_all_with_all(
    centres: list[int], flips: list[tuple[int, set[int]]], bits: int
) -> None:
    values = [centres[which % len(centres)] ^ sum(1 << bit for bit in flipped) for which, flipped in flips]
    hashes = {10 + place: value - (1 << 64) if value >= 1 << 63 else value for place, value in enumerate(values)}
    assert near_groups(hashes, bits=bits) == compared_all_with_all(hashes, bits)


@pytest.mark.parametrize("telling", [5, 12, 64])
def test_long_rows_of_a_band_are_gone_through_too(telling: int) -> None:
    """Hashes of one camera's frames have few bits that differ, so hundreds agree in a band."""
    source = random.Random(telling)
    hashes = {pk: source.getrandbits(telling) << (64 - telling) >> 1 for pk in range(400)}
    assert near_groups(hashes, bits=2) == compared_all_with_all(hashes, 2)


def test_twenty_thousand_images_are_not_compared_all_with_all() -> None:
    source = random.Random(1)
    hashes = {pk: source.getrandbits(64) - (1 << 63) for pk in range(20_000)}
    hashes[20_001] = hashes[5] ^ 0b1011
    hashes[20_002] = hashes[20_001] ^ 1 << 40 ^ 1 << 20 ^ 1 << 8 ^ 1 << 50
    assert near_groups(hashes) == [[5, 20_001, 20_002]]


def test_bits_of_signed_hashes_are_counted() -> None:
    assert bits_between(-1, 0) == 64
    assert bits_between(-1, -2) == 1


def shades(seed: int, format: str = "PNG", size: tuple[int, int] = (288, 256), **options: int) -> bytes:
    """A picture with something on it, the same for the same seed."""
    import io

    from PIL import Image as Pillow

    small = Pillow.frombytes("L", (9, 8), random.Random(seed).randbytes(72))
    target = io.BytesIO()
    small.resize(size, Pillow.Resampling.BOX).convert("RGB").save(target, format, **options)
    return target.getvalue()


@pytest.mark.django_db
def test_a_resaved_and_a_resized_image_are_near(dataset: Dataset, import_files: Importer) -> None:
    import_files(
        {
            "a.png": shades(1),
            "a-saved-again.jpg": shades(1, "JPEG", quality=60),
            "a-small.png": shades(1, size=(144, 128)),
            "b.png": shades(2),
        }
    )
    (group,) = near_groups(hashes_of(dataset))
    names = set(Image.objects.filter(pk__in=group).values_list("name", flat=True))
    assert names == {"a.png", "a-saved-again.jpg", "a-small.png"}


@pytest.mark.django_db
def test_images_of_before_get_their_hashes_slice_by_slice(
    dataset: Dataset, import_files: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_files({f"{seed}.png": shades(seed) for seed in range(5)})
    right = hashes_of(dataset)
    assert (len(right), hashes_missing(dataset)) == (5, 0)
    dataset.images.update(perceptual_hash=None)
    monkeypatch.setattr(near, "_BATCH", 2)

    assert hashes_missing(dataset) == 5
    after = hashes_fill(dataset, seconds=-1)
    assert hashes_missing(dataset) == 4
    assert hashes_fill(dataset, after=after) == 0
    assert hashes_missing(dataset) == 0
    assert hashes_of(dataset) == right


@pytest.mark.django_db
def test_the_orientation_of_images_of_before_is_found_too(
    dataset: Dataset, import_files: Importer, tmp_path: Path
) -> None:
    from PIL import Image as Pillow

    exif = Pillow.Exif()
    exif[0x0112] = 6
    import_files({"turned.jpg": picture(format="JPEG", exif=exif.tobytes())})
    dataset.images.update(perceptual_hash=None, orientation=1)
    hashes_fill(dataset)
    assert dataset.images.get().orientation == 6


@pytest.mark.django_db
def test_an_image_that_is_lost_or_changed_meanwhile_stays_without(dataset: Dataset, import_files: Importer) -> None:
    import_files({"lost.png": shades(1), "there.png": shades(2)})
    dataset.images.update(perceptual_hash=None)
    get_store().delete(dataset.bucket, keys.dataset_file(dataset.pk, "lost.png"))
    beats: list[int] = []
    assert hashes_fill(dataset, beat=lambda: beats.append(1)) == 0
    assert len(beats) == 2
    without = dataset.images.filter(perceptual_hash__isnull=True)
    assert list(without.values_list("name", flat=True)) == ["lost.png"]
