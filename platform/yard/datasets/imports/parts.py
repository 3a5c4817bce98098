"""The split that an import brings along: folders, lists or the files themselves told train, val and test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db import transaction

from yard.datasets.annotations.formats.parts import part_of_path
from yard.datasets.imports.lease import Lease
from yard.datasets.models import Dataset, Split, SplitMember, SplitMethod
from yard.datasets.shapes import in_batches

NAME = "imported"


def parts_keep(lease: Lease, parts: Mapping[int, str]) -> None:
    """Have the data set's split of this name deal these images (by id) out so; others keep the part they have.

    Nothing happens when all would be in one part. The split becomes the current one of a data set that has none.
    """
    dataset = lease.dataset_import.dataset
    known = SplitMember.objects.filter(split__dataset=dataset, split__name=NAME)
    if len({*parts.values(), *known.values_list("part", flat=True).distinct()}) < 2 or not parts:
        return
    with transaction.atomic():
        lease.write()
        split, _ = Split.objects.get_or_create(dataset=dataset, name=NAME, defaults={"method": SplitMethod.LISTS})
        for ids in in_batches(parts):
            split.members.filter(image_id__in=ids).delete()
            SplitMember.objects.bulk_create(SplitMember(split=split, image_id=pk, part=parts[pk]) for pk in ids)
        counts = Counter(split.members.values_list("part", flat=True).iterator(chunk_size=5000))
        split.counts = dict(sorted(counts.items()))
        split.save(update_fields=["counts", "updated_at"])
        if dataset.split_id is None:
            dataset.split = split
            Dataset.objects.filter(pk=dataset.pk).update(split=split)


def parts_of_folders(lease: Lease) -> dict[int, str]:
    """image id → the part that the folders tell which the import's images were uploaded in."""
    rows = lease.dataset_import.images.values_list("pk", "path").iterator(chunk_size=5000)
    return {pk: part for pk, path in rows if (part := part_of_path(path))}
