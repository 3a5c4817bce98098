"""Query parameters that narrow lists of findings."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q, QuerySet

from yard.datasets.filters import ID_MAX
from yard.datasets.models import Finding, Severity


class FindingFilter(filters.FilterSet):  # type: ignore[misc]
    """Findings of one data set."""

    code = filters.CharFilter(label="Of this kind")
    severity = filters.ChoiceFilter(choices=[(value, value) for value in Severity.values])
    image = filters.NumberFilter(
        method="filter_image", label="About this image", min_value=1, max_value=ID_MAX, decimal_places=0
    )
    intended = filters.BooleanFilter(label="Marked as meant to be so, or not")

    class Meta:
        model = Finding
        fields: list[str] = []

    def filter_image(self, queryset: QuerySet[Finding], _name: str, value: int) -> QuerySet[Finding]:
        return queryset.filter(Q(image_id=value) | Q(other_image_id=value))
