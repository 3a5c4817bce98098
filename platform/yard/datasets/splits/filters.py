"""Query parameters that narrow and order lists of splits and of their images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from yard.core.errors import InvalidInput
from yard.datasets.filters import ImageFilter
from yard.datasets.models import Image, Part, Split, SplitMethod
from yard.datasets.splits.selectors import member_list

NO_PART = "none"


class SplitFilter(filters.FilterSet):  # type: ignore[misc]
    """Splits of one data set."""

    method = filters.ChoiceFilter(choices=SplitMethod.choices)
    ordering = filters.OrderingFilter(fields=["id", "name", "created_at", "updated_at"])

    class Meta:
        model = Split
        fields: list[str] = []


class MemberFilter(ImageFilter):
    """Images of one data set with their part of a split; everything that narrows the images narrows these."""

    part = filters.ChoiceFilter(
        choices=[*Part.choices, (NO_PART, "None")], method="filter_part", label="In this part of the split, or in none"
    )

    class Meta(ImageFilter.Meta):
        pass

    def filter_part(self, queryset: QuerySet[Image], _name: str, value: str) -> QuerySet[Image]:
        return queryset.filter(Q(part="" if value == NO_PART else value))


def images_by(split: Split, given: Mapping[str, Any]) -> list[int]:
    """Ids of the images that these query parameters leave. Raises ``InvalidInput`` for one that is unknown or wrong."""
    unknown = sorted(set(given) - set(MemberFilter.base_filters))
    if unknown:
        # Else a typo would put every image into the part.
        raise InvalidInput(f"There is no filter called {unknown[0]}.")
    found = MemberFilter(data=dict(given), queryset=member_list(split))
    if not found.is_valid():
        errors = [{"path": ["filters", name], "message": str(why[0])} for name, why in found.errors.items()]
        raise InvalidInput(
            f"The filter {errors[0]['path'][1]} is wrong: {errors[0]['message']}", extra={"errors": errors}
        )
    return list(found.qs.order_by().values_list("pk", flat=True))
