"""Reading splits. What a user may not see is not found."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.core.errors import NotFound
from yard.datasets.models import Dataset, Image, Part, Split, SplitMember
from yard.datasets.selectors import dataset_get_for

BATCH = 5000


def split_get_for(*, user: AnyUser, dataset_id: int, split_id: int, role: Role = Role.VIEWER) -> Split:
    """The split of a data set, if the user has at least this role. Raises ``NotFound`` or ``NotAllowed``."""
    dataset = dataset_get_for(user=user, dataset_id=dataset_id, role=role)
    found = dataset.splits.select_related("created_by").filter(pk=split_id).first()
    if found is None:
        raise NotFound(f"The data set {dataset.name} has no such split.")
    found.dataset = dataset
    return found


def split_list(dataset: Dataset) -> QuerySet[Split]:
    """The splits of a data set the caller has fetched for a user."""
    return dataset.splits.select_related("created_by", "dataset")


def parts_of(split: Split) -> dict[int, Part]:
    """image id → its part."""
    rows = SplitMember.objects.filter(split=split).values_list("image_id", "part")
    return {image: Part(part) for image, part in rows.iterator(chunk_size=BATCH)}


def member_list(split: Split) -> QuerySet[Image]:
    """The data set's images with their ``part`` of this split; empty for those in none."""
    part = SplitMember.objects.filter(split=split, image=OuterRef("pk")).values("part")[:1]
    return split.dataset.images.annotate(part=Coalesce(Subquery(part), Value("")))
