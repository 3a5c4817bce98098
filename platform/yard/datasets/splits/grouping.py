"""What must stay together: images of a folder, of a scene told by their names, of a CVAT job, or that look alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models

from yard.core.errors import InvalidInput
from yard.core.patterns import pattern_parts
from yard.datasets.models import Dataset
from yard.datasets.near import NEAR_BITS, near_groups
from yard.datasets.splits.dealing import Thing

K = TypeVar("K", int, str)

NO_CLASS = "\0none"
"""Stands for the class of images without any; no label is called so, texts with NUL are refused everywhere."""


class GroupSource(models.TextChoices):
    """What a group is."""

    FOLDER = "folder", "Folder"
    PATTERN = "pattern", "Part of the file name"
    CVAT_JOB = "cvat_job", "CVAT job"
    NEAR = "near", "Images that look alike"


# Groups that have names, which an image may be without.
NAMED = (GroupSource.FOLDER, GroupSource.PATTERN, GroupSource.CVAT_JOB)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as splits see it.

    Attributes:
        classes: Names of the classes that it shows.
        hash: Its perceptual hash; None when it has none yet.
    """

    id: int
    name: str
    path: str = ""
    digest: str = ""
    classes: tuple[str, ...] = ()
    hash: int | None = None

    @property
    def folder(self) -> str:
        """The folder it was uploaded in; empty when it was in none."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that go into one part. ``title`` says what they have in common; empty for one that is alone."""

    title: str
    pictures: Sequence[Picture]

    @property
    def thing(self) -> Thing:
        """What is dealt out; its name is that of the picture that comes first, so it is the same everywhere."""
        return Thing(min(picture.name for picture in self.pictures), len(self.pictures), self._classes())

    def plain_thing(self) -> Thing:
        """As ``thing``, but its classes do not count."""
        return Thing(min(picture.name for picture in self.pictures), len(self.pictures))

    def _classes(self) -> Mapping[str, int]:
        return Counter(name for picture in self.pictures for name in picture.classes or (NO_CLASS,))


@dataclass(frozen=True, slots=True)
class Grouping:
    """How images are grouped.

    Attributes:
        source: None: every image on its own.
        pattern: For ``PATTERN``: a regular expression; what its groups hold tells which images belong together.
        near_bits: Images whose perceptual hashes differ in at most so many bits stay together too; None: they need not.
    """

    source: GroupSource | None = None
    pattern: str = ""
    near_bits: int | None = None

    @property
    def bits(self) -> int | None:
        """In how many bits images may differ to stay together; None when that does not matter."""
        return NEAR_BITS if self.near_bits is None and self.source == GroupSource.NEAR else self.near_bits


@dataclass(slots=True)
class Groups:
    """The groups, and what there is to say about them."""

    groups: list[Group]
    unmatched: int = 0
    without_hash: int = 0
    notes: list[str] = field(default_factory=list)


JobsOf = Callable[[Dataset], Mapping[int, str]]
_jobs: list[JobsOf] = []


def register_jobs(jobs_of: JobsOf) -> None:
    """Ask this function for the CVAT job of each image (image id → its title), where it is known."""
    if jobs_of not in _jobs:
        _jobs.append(jobs_of)


def groups_of(dataset: Dataset, pictures: Sequence[Picture], grouping: Grouping) -> Groups:
    """The pictures in groups. Raises ``InvalidInput`` for a pattern that cannot be used, or jobs that nobody knows."""
    keys = _keys(dataset, pictures, grouping)
    unmatched = sum(key is None for key in keys) if grouping.source in NAMED else 0
    sets = _joined(pictures, keys, grouping.bits)
    titles = {picture.id: key for picture, key in zip(pictures, keys, strict=True) if key}
    groups = [Group(_title(found, titles), found) for found in sets]
    without = sum(picture.hash is None for picture in pictures) if grouping.bits is not None else 0
    return Groups(groups, unmatched, without)


def _keys(dataset: Dataset, pictures: Sequence[Picture], grouping: Grouping) -> Sequence[str | None]:
    """What each picture's group is called; None for one on its own."""
    match grouping.source:
        case GroupSource.FOLDER:
            return [picture.folder or None for picture in pictures]
        case GroupSource.PATTERN:
            if not grouping.pattern:
                raise wrong(
                    "pattern", "Give a pattern: a regular expression with round brackets around the part of the name."
                )
            return _matched(grouping.pattern, [picture.path or picture.name for picture in pictures])
        case GroupSource.CVAT_JOB:
            jobs = {pk: title for jobs_of in _jobs for pk, title in jobs_of(dataset).items()}
            if not jobs:
                raise wrong("group_by", "Of no image of this data set it is known which CVAT job it belongs to.")
            return [jobs.get(picture.id) for picture in pictures]
        case _:
            return [None] * len(pictures)


def _matched(pattern: str, texts: Sequence[str]) -> list[str | None]:
    try:
        return pattern_parts(pattern, texts)
    except InvalidInput as error:
        raise wrong("pattern", error.message) from error


def _joined(pictures: Sequence[Picture], keys: Sequence[str | None], bits: int | None) -> list[list[Picture]]:
    """Pictures that share a key or look alike, directly or through others, in one list each."""
    parents: dict[int, int] = {place: place for place in range(len(pictures))}
    for same in _same(keys):
        _join(parents, same)
    if bits is not None:
        hashes = {place: picture.hash for place, picture in enumerate(pictures) if picture.hash is not None}
        for near in near_groups(hashes, bits=bits):
            _join(parents, near)
        for same in _same([picture.digest or None for picture in pictures]):
            _join(parents, same)
    found: dict[int, list[Picture]] = defaultdict(list)
    for place, picture in enumerate(pictures):
        found[_root(parents, place)].append(picture)
    return list(found.values())


def _same(keys: Iterable[str | None]) -> list[list[int]]:
    """The places of equal keys."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key is not None:
            found[key].append(place)
    return [places for places in found.values() if len(places) > 1]


def _join(parents: dict[K, K], members: Sequence[K]) -> None:
    first = _root(parents, members[0])
    for member in members[1:]:
        parents[_root(parents, member)] = first


def _root(parents: dict[K, K], thing: K) -> K:
    while (above := parents[thing]) != thing:
        parents[thing] = thing = parents[above]
    return thing


def _title(pictures: Sequence[Picture], titles: Mapping[int, str]) -> str:
    found = sorted({titles[picture.id] for picture in pictures if picture.id in titles})
    if found:
        return " + ".join(found[:3]) + (" + …" if len(found) > 3 else "")
    return min(picture.name for picture in pictures) if len(pictures) > 1 else ""


def wrong(field: str, message: str) -> InvalidInput:
    """The error for one field of what was asked for."""
    return InvalidInput(message, extra={"errors": [{"path": [field], "message": message}]})
