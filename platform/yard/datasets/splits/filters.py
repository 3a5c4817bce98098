"""Query parameters that narrow and order lists of splits and of their images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from yard.core.errors import InvalidInput
from yard.datasets.gallery.filters import ImageFilter
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
        choices=[*Part.choices, (NO_PART, "None")], method="keep", label="In this part of the split, or in none"
    )

    class Meta(ImageFilter.Meta):
        pass

    def filter_queryset(self, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """As for all images, but ``part`` is that of the split at hand (annotated), current or not."""
        found = self.form.cleaned_data
        part, found["part"] = found["part"], []
        images = super().filter_queryset(queryset)
        return images.filter(Q(part="" if part == NO_PART else part)) if part else images


def images_found(split: Split, parameters: Mapping[str, Any]) -> QuerySet[Image]:
    """The images with their parts that these query parameters leave. Raises ``InvalidInput`` for a wrong one."""
    chosen = MemberFilter(data=parameters, queryset=member_list(split), dataset=split.dataset)
    if not chosen.is_valid():
        errors = [{"path": ["filters", name], "message": str(why[0])} for name, why in chosen.errors.items()]
        raise InvalidInput(
            f"The filter {errors[0]['path'][1]} is wrong: {errors[0]['message']}", extra={"errors": errors}
        )
    images: QuerySet[Image] = chosen.qs
    return images


def images_by(split: Split, given: Mapping[str, Any]) -> list[int]:
    """Ids of the images that these query parameters leave. Raises ``InvalidInput`` for one that is unknown or wrong."""
    unknown = sorted(set(given) - set(MemberFilter.base_filters))
    if unknown:
        # Else a typo would put every image into the part.
        raise InvalidInput(f"There is no filter called {unknown[0]}.")
    return list(images_found(split, given).order_by().values_list("pk", flat=True))
