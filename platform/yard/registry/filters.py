"""How the list of models can be narrowed and sorted."""

from __future__ import annotations

import django_filters
from django.db.models import F, QuerySet

from yard.registry import selectors
from yard.registry.models import Model

ORDERS = ("name", "-name", "created_at", "-created_at", "updated_at", "-updated_at", "score", "-score")


LARGEST_ID = 2**63 - 1


def id_filter(field_name: str, label: str = "") -> django_filters.NumberFilter:
    """Rows whose relation is the one with this id; what no database could hold as one is refused."""
    return django_filters.NumberFilter(
        field_name=field_name, label=label or None, min_value=0, max_value=LARGEST_ID, decimal_places=0
    )


class ModelFilter(django_filters.FilterSet):  # type: ignore[misc]
    """``?project=&search=&file_format=&ordering=``."""

    project = id_filter("project_id")
    search = django_filters.CharFilter(method="by_text", label="In name and description")
    # Not "format": that word chooses the renderer in DRF.
    file_format = django_filters.CharFilter(method="by_format", label="Such as onnx or pytorch")
    ordering = django_filters.ChoiceFilter(
        method="in_order", choices=[(order, order) for order in ORDERS], label="Sort by", empty_label=None
    )

    class Meta:
        model = Model
        fields: list[str] = []

    def by_text(self, queryset: QuerySet[Model], _name: str, value: str) -> QuerySet[Model]:
        """Models whose name or description holds the text."""
        return queryset.filter(selectors.name_matches(value))

    def by_format(self, queryset: QuerySet[Model], _name: str, value: str) -> QuerySet[Model]:
        """Models with a version that has a file of this format."""
        return queryset.filter(pk__in=selectors.models_with_format(value))

    def in_order(self, queryset: QuerySet[Model], _name: str, value: str) -> QuerySet[Model]:
        """Sorted; models without a score come last either way."""
        field = F({"score": "latest_score"}.get(value.lstrip("-"), value.lstrip("-")))
        order = field.desc(nulls_last=True) if value.startswith("-") else field.asc(nulls_last=True)
        return queryset.order_by(order, "-pk")
