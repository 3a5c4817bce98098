from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from yard.datasets.counts import dataset_refresh_counts
from yard.datasets.models import Dataset, Image, Split, SplitMember, SplitMethod
from yard.datasets.splits.grouping import Grouping
from yard.datasets.splits.plan import Recipe
from yard.datasets.splits.shares import shares_of

Filled = Callable[..., Dataset]


@pytest.fixture
def filled(dataset: Dataset) -> Filled:
    """Gives the data set rows of images without files: name → their fields (labels, path, digest, perceptual_hash)."""

    def fill(images: Mapping[str, Mapping[str, Any]] | int) -> Dataset:
        given = {f"{n:03}.png": {} for n in range(images)} if isinstance(images, int) else images
        defaults = {"size": 1, "width": 8, "height": 8, "media_type": "image/png"}
        there = dataset.image_count
        Image.objects.bulk_create(
            Image(
                dataset=dataset,
                name=name,
                **{
                    "digest": f"{there + place:064x}",
                    "perceptual_hash": random.Random(name).getrandbits(64) - (1 << 63),
                    **defaults,
                    **fields,
                },
            )
            for place, (name, fields) in enumerate(given.items())
        )
        dataset_refresh_counts(dataset)
        return dataset

    return fill


def recipe(method: str = "random", seed: int = 42, grouping: Grouping | None = None, **percent: float) -> Recipe:
    return Recipe(
        SplitMethod(method), shares_of(percent or {"train": 60, "val": 20, "test": 20}), seed, grouping or Grouping()
    )


def names_in(split: Split, part: str) -> list[str]:
    rows = SplitMember.objects.filter(split=split, part=part).values_list("image__name", flat=True)
    return sorted(rows)


def members(split: Split) -> dict[str, str]:
    return dict(SplitMember.objects.filter(split=split).values_list("image__name", "part"))
