"""The split that a version carries, made the data set's current one again."""

from __future__ import annotations

from collections.abc import Mapping, Set
from itertools import count

from django.db.models import Count

from yard.accounts.models import User
from yard.datasets.models import Dataset, DatasetVersion, Split, SplitMember, SplitMethod

NAME_MAX = 100
ROWS_AT_ONCE = 2000


def split_restore(
    dataset: Dataset, version: DatasetVersion, *, parts: Mapping[str, str], added: Set[int], user: User | None
) -> None:
    """Have the data set's images dealt out as in the version, whose ``parts`` (image name → part) were read before.
    Call it in the transaction that restores the images.

    A split of the same name is taken when it deals the images out alike; images that have only now come back, or have
    their old content again (``added``, by id), are put into it where it says nothing of them. One that differs stays as
    it is, and a new one is made beside it.
    """
    dataset.split = _split(dataset, version, parts, added, user) if version.split_name else None
    dataset.save(update_fields=["split"])
    _refresh_counts(dataset)


def _split(
    dataset: Dataset, version: DatasetVersion, parts: Mapping[str, str], added: Set[int], user: User | None
) -> Split:
    wanted = _wanted(dataset, parts)
    split = dataset.splits.filter(name=version.split_name).first()
    if split is None or not _agrees(split, wanted, added):
        split = Split.objects.create(
            dataset=dataset,
            name=_free_name(dataset, version),
            method=SplitMethod.LISTS,
            options={"restored_from": version.number},
            created_by=user,
        )
    there = set(split.members.values_list("image_id", flat=True))
    missing = [SplitMember(split=split, image_id=pk, part=part) for pk, part in wanted.items() if pk not in there]
    SplitMember.objects.bulk_create(missing, batch_size=ROWS_AT_ONCE)
    return split


def _wanted(dataset: Dataset, parts: Mapping[str, str]) -> dict[int, str]:
    """image id → part."""
    ids = dict(dataset.images.values_list("name", "pk").iterator(chunk_size=ROWS_AT_ONCE))
    return {ids[name]: part for name, part in parts.items()}


def _agrees(split: Split, wanted: dict[int, str], added: Set[int]) -> bool:
    """Whether the split says the same of every image; of those that come back it may say nothing yet."""
    members = dict(split.members.values_list("image_id", "part").iterator(chunk_size=ROWS_AT_ONCE))
    silent = added - members.keys()
    return all(members.get(pk) == wanted.get(pk) for pk in {*members, *wanted} if pk not in silent)


def _free_name(dataset: Dataset, version: DatasetVersion) -> str:
    taken = set(dataset.splits.values_list("name", flat=True))
    if version.split_name not in taken:
        return version.split_name
    for number in count(1):
        again = f" ({number})" if number > 1 else ""
        tail = f" of version {version.number}{again}"
        name = version.split_name[: NAME_MAX - len(tail)] + tail
        if name not in taken:
            return name
    raise AssertionError("numbers do not end")


def _refresh_counts(dataset: Dataset) -> None:
    """Images came and went, so every split has other counts now."""
    rows = SplitMember.objects.filter(split__dataset=dataset).order_by()
    counts: dict[int, dict[str, int]] = {}
    for split_id, part, number in rows.values_list("split_id", "part").annotate(number=Count("pk")):
        counts.setdefault(split_id, {})[part] = number
    for split in dataset.splits.all():
        if split.counts != counts.get(split.pk, {}):
            Split.objects.filter(pk=split.pk).update(counts=counts.get(split.pk, {}))
