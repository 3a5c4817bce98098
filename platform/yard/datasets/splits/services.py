"""Changing splits: make, rename, make current, extend, fill by lists or by hand, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.models import Dataset, Part, Split, SplitMember, SplitMethod
from yard.datasets.shapes import in_batches
from yard.datasets.splits.grouping import Grouping, wrong
from yard.datasets.splits.lists import lists_read
from yard.datasets.splits.plan import DEALT, Plan, Recipe, pictures_of, plan_make
from yard.datasets.splits.selectors import parts_of
from yard.datasets.splits.shares import Shares
from yard.datasets.texts import is_control
from yard.datasets.working_state import changing

ROWS_AT_ONCE = 2000


def split_create(*, dataset: Dataset, user: User, name: str, recipe: Recipe, current: bool | None = None) -> Split:
    """A new split, its images dealt out by the recipe. ``current`` None: only when the data set has no current one.

    Raises:
        InvalidInput: The name is taken, the recipe cannot be followed, or there are no images.
        Conflict: The data set changes at this moment.
    """
    _check_images(dataset)
    before = dataset.revision
    plan = plan_make(dataset, recipe)
    split = Split(
        dataset=dataset, name=name, method=recipe.method, seed=recipe.seed, options=recipe.options(), created_by=user
    )
    return _save(split, plan.parts, user=user, before=before, current=current)


def split_create_from(
    *,
    dataset: Dataset,
    user: User,
    name: str,
    method: SplitMethod,
    lists: Mapping[str, Any] | None = None,
    current: bool | None = None,
) -> Split:
    """A new split of these index lists (see ``lists``), or an empty one to be filled by hand. Raises as above."""
    _check_images(dataset)
    before = dataset.revision
    parts = lists_read(lists, pictures_of(dataset, hashes=False)) if lists is not None else {}
    split = Split(dataset=dataset, name=name, method=method, created_by=user)
    return _save(split, parts, user=user, before=before, current=current)


def split_update(
    *, split: Split, user: User, name: str | None = None, current: bool | None = None, revision: int | None = None
) -> Split:
    """The split with another name, or as the data set's current one (or no longer). New versions carry that.

    Raises ``InvalidInput`` for a name that is taken, ``Conflict`` when it was changed since ``revision``.
    """
    name = split.name if name is None else name
    _check_name(name)
    try:
        with changing(split.dataset, user=user, action="dataset.split_changed", annotations=False) as dataset:
            locked = _locked(split, revision)
            locked.name = name
            locked.save(update_fields=["name", "updated_at"])
            _touch(locked)
            if current is True:
                _make_current(dataset, locked)
            elif current is False and dataset.split_id == locked.pk:
                _make_current(dataset, None)
    except IntegrityError as error:
        raise _name_taken(name) from error
    split.refresh_from_db()
    return split


def split_delete(*, split: Split, user: User) -> None:
    """The split is gone; versions that carry it keep it."""
    with changing(split.dataset, user=user, action="dataset.split_deleted", annotations=False) as dataset:
        locked = _locked(split, None)
        if dataset.split_id == locked.pk:
            _make_current(dataset, None)
        SplitMember.objects.filter(split=locked).delete()
        locked.delete()


def split_extend(*, split: Split, user: User, revision: int | None = None) -> int:
    """Deal out the images that are in no part yet, as the others were, without moving these; says how many.

    Of a split by lists or by hand the parts keep their proportions, with classes balanced.

    Raises ``Conflict`` when the split or the data set changes at this moment, ``InvalidInput`` for an empty split.
    """
    dataset = split.dataset
    before = dataset.revision
    kept = parts_of(split)
    plan = plan_make(dataset, recipe_to_extend(split), kept=kept)
    new = {image: part for image, part in plan.parts.items() if image not in kept}
    if not new:
        return 0
    with changing(dataset, user=user, action="dataset.split_extended", annotations=False) as locked_dataset:
        _check_unchanged(locked_dataset, before)
        locked = _locked(split, revision)
        _add(locked, new)
        _touch(locked)
    split.refresh_from_db()
    return len(new)


def recipe_to_extend(split: Split) -> Recipe:
    """How new images of this split are dealt out. Raises ``InvalidInput`` when nothing is in it yet."""
    if split.method in DEALT:
        return Recipe.remembered(split.method, split.seed, split.options)
    total = sum(split.counts.values())
    if not total:
        raise InvalidInput("No image is in any part of this split yet, so there are no proportions to go by.")
    percent = {Part(part): 100 * count / total for part, count in split.counts.items() if count}
    return Recipe(SplitMethod.STRATIFIED, Shares(percent), 0, Grouping())


def split_assign(
    *, split: Split, user: User, image_ids: Iterable[int], part: Part | None, revision: int | None = None
) -> int:
    """Put images of the data set into a part (None: into none); says how many were somewhere else before.

    Raises ``Conflict`` when somebody changed the split since ``revision``.
    """
    with changing(split.dataset, user=user, action="dataset.split_assigned", annotations=False) as dataset:
        locked = _locked(split, revision)
        wanted = _ids_of(dataset, image_ids)
        moved = _assign(locked, dict.fromkeys(wanted, part))
        if moved:
            _touch(locked)
    split.refresh_from_db()
    return moved


def split_move(*, split: Split, user: User, parts: Mapping[int, Part], revision: int | None = None) -> int:
    """Give each of these images (by id) its part; says how many were somewhere else before. Raises ``Conflict``."""
    with changing(split.dataset, user=user, action="dataset.split_assigned", annotations=False) as dataset:
        locked = _locked(split, revision)
        there = set(_ids_of(dataset, parts))
        moved = _assign(locked, {image: part for image, part in parts.items() if image in there})
        if moved:
            _touch(locked)
    split.refresh_from_db()
    return moved


def split_replace(*, split: Split, user: User, lists: Mapping[str, Any], revision: int | None = None) -> Split:
    """The split as these lists have it; what it was before is forgotten. Raises ``InvalidInput``, ``Conflict``."""
    dataset = split.dataset
    before = dataset.revision
    parts = lists_read(lists, pictures_of(dataset, hashes=False))
    with changing(dataset, user=user, action="dataset.split_replaced", annotations=False) as locked_dataset:
        _check_unchanged(locked_dataset, before)
        locked = _locked(split, revision)
        SplitMember.objects.filter(split=locked).delete()
        _add(locked, parts)
        locked.method, locked.seed, locked.options = SplitMethod.LISTS, None, {}
        locked.save(update_fields=["method", "seed", "options", "updated_at"])
        _touch(locked)
    split.refresh_from_db()
    return split


def split_preview(*, dataset: Dataset, recipe: Recipe) -> Plan:
    """What ``split_create`` would do; nothing is saved. Raises as it does."""
    _check_images(dataset)
    return plan_make(dataset, recipe)


# --- inside -----------------------------------------------------------------------------------------------------------


def _save(split: Split, parts: Mapping[int, Part], *, user: User, before: int, current: bool | None) -> Split:
    _check_name(split.name)
    try:
        with changing(split.dataset, user=user, action="dataset.split_created", annotations=False) as dataset:
            _check_unchanged(dataset, before)
            split.save()
            _add(split, parts)
            if current or (current is None and dataset.split_id is None):
                _make_current(dataset, split)
    except IntegrityError as error:
        raise _name_taken(split.name) from error
    split.refresh_from_db()
    return split


def _add(split: Split, parts: Mapping[int, Part]) -> None:
    rows = (SplitMember(split=split, image_id=image, part=part) for image, part in parts.items())
    while some := list(islice(rows, ROWS_AT_ONCE)):
        SplitMember.objects.bulk_create(some)


def _assign(split: Split, parts: Mapping[int, Part | None]) -> int:
    moved = 0
    for some in in_batches(parts):
        now = dict(SplitMember.objects.filter(split=split, image__in=some).values_list("image_id", "part"))
        changed = [image for image in some if now.get(image) != parts[image]]
        SplitMember.objects.filter(split=split, image__in=changed).delete()
        _add(split, {image: part for image in changed if (part := parts[image]) is not None})
        moved += len(changed)
    return moved


def _ids_of(dataset: Dataset, image_ids: Iterable[int]) -> list[int]:
    """Those that are images of this data set; the others went meanwhile, or never were."""
    found: list[int] = []
    for some in in_batches(image_ids):
        found += dataset.images.filter(pk__in=some).order_by("pk").values_list("pk", flat=True)
    return found


def _locked(split: Split, revision: int | None) -> Split:
    """The split as it is now; the data set's row is locked already."""
    found = Split.objects.filter(pk=split.pk).first()
    if found is None:
        raise Conflict("Somebody has deleted this split meanwhile.")
    if revision is not None and found.revision != revision:
        raise Conflict("Somebody has changed this split meanwhile. Look at it again, then repeat what you wanted.")
    return found


def _touch(split: Split) -> None:
    Split.objects.filter(pk=split.pk).update(revision=F("revision") + 1)


def _make_current(dataset: Dataset, split: Split | None) -> None:
    dataset.split = split
    dataset.save(update_fields=["split"])


def _check_unchanged(dataset: Dataset, before: int) -> None:
    if dataset.revision != before:
        raise Conflict("The data set was changed at this moment. Look at it again, then repeat what you wanted.")


def _check_images(dataset: Dataset) -> None:
    if not dataset.images.exists():
        raise InvalidInput(f"The data set {dataset.name} has no images yet. Upload some first.")


def _check_name(name: str) -> None:
    if any(is_control(character) for character in name):
        raise wrong("name", "The name holds control characters, which cannot be seen. Type it again.")


def _name_taken(name: str) -> InvalidInput:
    return wrong("name", f"This data set has a split called {name} already. Choose another name.")
