"""Working out which image goes where, before anything is saved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yard.datasets.models import Dataset, Part, SplitMethod
from yard.datasets.splits.dealing import Thing, deal
from yard.datasets.splits.grouping import Group, Grouping, Groups, GroupSource, Picture, groups_of, wrong
from yard.datasets.splits.shares import PARTS, Shares

BATCH = 5000
DEALT = frozenset({SplitMethod.RANDOM, SplitMethod.STRATIFIED, SplitMethod.GROUP})
CLASSES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """How images are dealt out. The same recipe and the same names, classes and groups always give the same parts."""

    method: SplitMethod
    shares: Shares
    seed: int = 0
    grouping: Grouping = field(default_factory=Grouping)

    def options(self) -> dict[str, Any]:
        """What a split remembers of it."""
        return {
            "shares": {str(part): percent for part, percent in self.shares.percent.items()},
            "group_by": str(self.grouping.source or ""),
            "pattern": self.grouping.pattern,
            "near_bits": self.grouping.near_bits,
        }

    @classmethod
    def remembered(cls, method: str, seed: int | None, options: Mapping[str, Any]) -> Recipe:
        """The recipe that a split was made by."""
        percent = {Part(part): float(value) for part, value in options.get("shares", {}).items()}
        source = GroupSource(options["group_by"]) if options.get("group_by") else None
        grouping = Grouping(source, options.get("pattern", ""), options.get("near_bits"))
        return cls(SplitMethod(method), Shares(percent), seed or 0, grouping)


@dataclass(slots=True)
class Plan:
    """Which image goes where (image id → part), and what there is to say about it."""

    parts: dict[int, Part]
    pictures: Sequence[Picture]
    groups: Groups

    @property
    def counts(self) -> dict[str, int]:
        """part → images."""
        return counts_of(self.parts)

    @property
    def classes(self) -> dict[str, dict[str, int]]:
        """class → part → images that show it; images in no part are under ""."""
        return class_counts(self.pictures, self.parts)


def pictures_of(dataset: Dataset, *, hashes: bool = True) -> list[Picture]:
    """The images in the order of their names' code points, which is the same with every database."""
    rows = dataset.images.order_by().values_list("pk", "name", "path", "digest", "labels", "perceptual_hash")
    pictures = [
        Picture(pk, name, path, digest, tuple(labels), value if hashes else None)
        for pk, name, path, digest, labels, value in rows.iterator(chunk_size=BATCH)
    ]
    return sorted(pictures, key=lambda picture: picture.name)


def plan_make(dataset: Dataset, recipe: Recipe, *, kept: Mapping[int, Part] | None = None) -> Plan:
    """The images dealt out by the recipe; those of ``kept`` stay where they are.

    A new image goes where the rest of its group is; what is in no such group is dealt out so that in the end the
    shares come out as nearly as they can.

    Raises ``InvalidInput`` when the recipe cannot be followed.
    """
    _check(recipe)
    pictures = pictures_of(dataset, hashes=recipe.grouping.bits is not None)
    groups = groups_of(dataset, pictures, recipe.grouping)
    parts = _dealt(groups.groups, recipe, kept or {})
    groups.notes = [*_notes(groups, recipe, pictures), *_notes_on_parts(recipe, pictures, parts)]
    return Plan(parts, pictures, groups)


def counts_of(parts: Mapping[int, Part]) -> dict[str, int]:
    """part → images."""
    found = Counter(str(part) for part in parts.values())
    return {part: found[part] for part in PARTS if found[part]}


def class_counts(pictures: Iterable[Picture], parts: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """class → part → images that show it; images in no part are under ""."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for picture in pictures:
        part = str(parts.get(picture.id, ""))
        for name in picture.classes:
            found[name][part] += 1
    return {name: dict(found[name]) for name in sorted(found)}


def _check(recipe: Recipe) -> None:
    if recipe.method not in DEALT:
        raise wrong("method", "Only random, stratified and grouped splits are dealt out.")
    if recipe.method == SplitMethod.GROUP and recipe.grouping.source is None:
        raise wrong(
            "group_by", "Say what a group is: a folder, a part of the file name, a CVAT job, or images that look alike."
        )


def _dealt(groups: Sequence[Group], recipe: Recipe, kept: Mapping[int, Part]) -> dict[int, Part]:
    balanced = recipe.method != SplitMethod.RANDOM
    parts = dict(kept)
    new: list[tuple[Thing, Group]] = []
    fixed: list[tuple[Thing, Part]] = []
    for group in groups:
        thing = group.thing if balanced else group.plain_thing()
        part = _part_of(group, kept)
        if part is None:
            new.append((thing, group))
            continue
        fixed.append((thing, part))
        parts |= {picture.id: part for picture in group.pictures if picture.id not in kept}
    given = deal((thing for thing, _ in new), recipe.shares, seed=recipe.seed, fixed=fixed)
    for thing, group in new:
        parts |= {picture.id: given[thing.key] for picture in group.pictures}
    return parts


def _part_of(group: Group, kept: Mapping[int, Part]) -> Part | None:
    """Where most of the group is already; None when none of it is anywhere."""
    there = Counter(kept[picture.id] for picture in group.pictures if picture.id in kept)
    return max(PARTS, key=lambda part: (there[part], -PARTS.index(part))) if there else None


# --- what to say ------------------------------------------------------------------------------------------------------


def _notes(groups: Groups, recipe: Recipe, pictures: Sequence[Picture]) -> Iterable[str]:
    if groups.without_hash:
        yield (
            f"{groups.without_hash} of {len(pictures)} images have not been compared yet, so only exact copies of them "
            "are kept together. Have them compared first."
        )
    if groups.unmatched:
        yield f"{groups.unmatched} of {len(pictures)} images belong to no such group; each is dealt out on its own."
    wanted = len(recipe.shares.parts)
    if len(groups.groups) < wanted <= len(pictures):
        what = (
            "All images are in one group" if len(groups.groups) == 1 else f"There are only {len(groups.groups)} groups"
        )
        yield f"{what}, which is too few for {wanted} parts: groups are never torn."


def _notes_on_parts(recipe: Recipe, pictures: Sequence[Picture], parts: Mapping[int, Part]) -> Iterable[str]:
    there = set(parts.values())
    for part in recipe.shares.parts:
        if pictures and part not in there:
            yield f"No image is left for {part}."
    classes = class_counts(pictures, parts)
    for part in recipe.shares.parts:
        lacking = [name for name, counts in classes.items() if part in there and not counts.get(part)]
        if lacking:
            shown = ", ".join(lacking[:CLASSES_NAMED]) + (" and others" if len(lacking) > CLASSES_NAMED else "")
            yield f"{part} has no image of {shown}."
