"""The leak guard: copies and near-copies of one image in different parts of a split.

A model that has seen a picture in training knows it again in the test, so its score says less than it seems to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from django.core.cache import cache

from yard.accounts.models import User
from yard.core.errors import Conflict, NotFound
from yard.datasets.figures.asking import figure_get
from yard.datasets.figures.kinds import Tell
from yard.datasets.figures.serializers import pending_of
from yard.datasets.models import Dataset, Image, Part, Split
from yard.datasets.near import NEAR_BITS, bits_between, near_groups
from yard.datasets.splits.grouping import Picture
from yard.datasets.splits.plan import pictures_of
from yard.datasets.splits.selectors import parts_of
from yard.datasets.splits.services import split_move
from yard.datasets.splits.shares import PARTS

KEPT_SECONDS = 600
FIGURE = "leaks"
IMAGES_AT_ONCE = 5_000  # are compared in less than a second; of more the worker does it
SHOWN_IN_LEAK = 12
COMPARED_IN_LEAK = 60  # of each part; a film may be one leak of thousands of frames


@dataclass(frozen=True, slots=True)
class Leak:
    """Images that look alike and lie in more than one part.

    Attributes:
        kind: Whether two of different parts are the same file, byte for byte.
        bits: In how many bits of their perceptual hashes the two closest of different parts differ.
        members: image id → part, the two closest first.
    """

    kind: Literal["exact", "near"]
    bits: int
    members: Mapping[int, Part]

    @property
    def home(self) -> Part:
        """Where most of them are; among equals training first."""
        there = Counter(self.members.values())
        return max(PARTS, key=lambda part: (there[part], -PARTS.index(part)))


@dataclass(frozen=True, slots=True)
class Leaks:
    """What crosses the parts of a split, the closest first.

    Attributes:
        without_hash: Images in a part that could not be compared, as they have no perceptual hash yet.
    """

    found: Sequence[Leak]
    images: int
    without_hash: int

    def as_dict(self) -> dict[str, Any]:
        """As figures are kept, JSON-able."""
        found = [[leak.kind, leak.bits, list(leak.members.items())] for leak in self.found]
        return {"found": found, "images": self.images, "without_hash": self.without_hash}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Leaks:
        """What ``as_dict`` gave."""
        found = [
            Leak(kind, bits, {image: Part(part) for image, part in members}) for kind, bits, members in kept["found"]
        ]
        return cls(found, kept["images"], kept["without_hash"])


def leaks_find(split: Split, *, bits: int = NEAR_BITS) -> Leaks:
    """What leaks in this split, compared now. Remembered until split, data set or hashes change."""
    key = f"leaks-{_stamp(split, bits)}"
    found: Leaks | None = cache.get(key)
    if found is None:
        found = leaks_among(pictures_of(split.dataset), parts_of(split), bits=bits)
        cache.set(key, found, KEPT_SECONDS)
    return found


def leaks_known(split: Split) -> tuple[Leaks | None, dict[str, Any] | None]:
    """What leaks in this split as far as that is known, and how finding out is going (None: it is the newest).

    In a large data set the worker compares; what was found before is given meanwhile, None when there is nothing yet.
    """
    if split.dataset.image_count <= IMAGES_AT_ONCE:
        return leaks_find(split), None
    figure = figure_get(split.dataset, FIGURE, str(split.pk))
    return Leaks.of(figure.value) if figure.stamp else None, pending_of(figure)


def figure_stamp(dataset: Dataset, question: str) -> str:
    """What the leaks of a split (by its id) depend on. Raises ``NotFound`` when it has gone."""
    return _stamp(_split(dataset, question), NEAR_BITS)


def figure_work_out(dataset: Dataset, question: str, tell: Tell) -> dict[str, Any]:
    """The leaks of a split, by its id. Raises ``NotFound`` when it has gone."""
    tell(0.1, f"{dataset.image_count:,} images are being compared")
    return leaks_among(pictures_of(dataset), parts_of(_split(dataset, question))).as_dict()


def _split(dataset: Dataset, question: str) -> Split:
    found = dataset.splits.filter(pk=int(question)).first()
    if found is None:
        raise NotFound("This split was deleted.")
    found.dataset = dataset
    return found


def _stamp(split: Split, bits: int) -> str:
    """Another one as soon as the leaks may be others."""
    without = split.dataset.images.filter(perceptual_hash__isnull=True).count()
    # Its birthday tells it from one that had its id in a database of before.
    birthday = split.created_at.timestamp()
    return f"{split.dataset.revision}-{split.pk}-{birthday}-{split.revision}-{bits}-{without}"


def leaks_among(pictures: Sequence[Picture], parts: Mapping[int, Part], *, bits: int = NEAR_BITS) -> Leaks:
    """What leaks among these pictures; those in no part do not count."""
    there = {picture.id: picture for picture in pictures if picture.id in parts}
    hashes = {picture.id: picture.hash for picture in there.values() if picture.hash is not None}
    groups = near_groups(hashes, bits=bits) + _copies([one for one in there.values() if one.hash is None])
    crossing = [group for group in groups if len({parts[image] for image in group}) > 1]
    leaks = [_leak([there[image] for image in group], parts) for group in crossing]
    leaks.sort(key=lambda leak: (leak.kind != "exact", leak.bits, next(iter(leak.members))))
    return Leaks(leaks, sum(len(leak.members) for leak in leaks), len(there) - len(hashes))


def leaks_mend(*, split: Split, user: User, image_id: int | None = None, revision: int | None = None) -> int:
    """Put the images of each leak (or only of the one with this image) into the part where most of them are.

    Says how many were moved. Raises ``Conflict`` when somebody changed the split since ``revision``, and while the
    images of a large data set are being compared.
    """
    known, pending = leaks_known(split)
    if known is None or pending is not None:
        raise Conflict("The images are being compared at this moment. Wait until that has ended, then try again.")
    leaks = known.found
    parts = {
        image: leak.home for leak in leaks if image_id is None or image_id in leak.members for image in leak.members
    }
    return split_move(split=split, user=user, parts=parts, revision=revision) if parts else 0


def shown_images(leaks: Sequence[Leak]) -> dict[int, Image]:
    """The images that lists of these leaks show, by id, in one query."""
    ids = [image for leak in leaks for image in list(leak.members)[:SHOWN_IN_LEAK]]
    return Image.objects.only("pk", "name", "dataset_id").in_bulk(ids)


def _copies(pictures: Sequence[Picture]) -> list[list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for picture in pictures:
        found[picture.digest].append(picture.id)
    return [group for group in found.values() if len(group) > 1]


def _leak(pictures: Sequence[Picture], parts: Mapping[int, Part]) -> Leak:
    by_part: dict[Part, list[Picture]] = defaultdict(list)
    for picture in pictures:
        by_part[parts[picture.id]].append(picture)
    ordered = [by_part[part] for part in PARTS if part in by_part]
    exact = _crossing_copies(ordered)
    one, other = exact or _closest(ordered)
    bits = 0 if exact else _bits(one, other)
    # After the two closest one part and the other in turn, so that the few that are shown are of each.
    rest = [picture for picture in _in_turn(ordered) if picture is not one and picture is not other]
    members = {picture.id: parts[picture.id] for picture in (one, other, *rest)}
    return Leak("exact" if exact else "near", bits, members)


def _crossing_copies(ordered: Sequence[Sequence[Picture]]) -> tuple[Picture, Picture] | None:
    """Two pictures of different parts with the same content."""
    first: dict[str, tuple[int, Picture]] = {}
    for place, pictures in enumerate(ordered):
        for picture in pictures:
            earlier = first.setdefault(picture.digest, (place, picture))
            if earlier[0] != place:
                return earlier[1], picture
    return None


def _closest(ordered: Sequence[Sequence[Picture]]) -> tuple[Picture, Picture]:
    some = [pictures[:COMPARED_IN_LEAK] for pictures in ordered]
    pairs = (pair for place, ones in enumerate(some) for others in some[place + 1 :] for pair in product(ones, others))
    return min(pairs, key=lambda pair: _bits(*pair))


def _bits(one: Picture, other: Picture) -> int:
    return bits_between(one.hash or 0, other.hash or 0)


def _in_turn(ordered: Sequence[Sequence[Picture]]) -> list[Picture]:
    rounds = range(max(len(pictures) for pictures in ordered))
    return [pictures[turn] for turn in rounds for pictures in ordered if turn < len(pictures)]
