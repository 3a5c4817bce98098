"""How the catalogue of templates is narrowed down."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet

from yard.blueprints.models import Blueprint


class BlueprintFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Names are compared exactly; ``search`` looks inside them."""

    project = django_filters.NumberFilter(
        method="in_project", min_value=1, max_value=2**63 - 1, label="Also lists bundled ones"
    )
    provider = django_filters.CharFilter()
    category = django_filters.CharFilter()
    architecture = django_filters.CharFilter()
    bundled = django_filters.BooleanFilter(field_name="project", lookup_expr="isnull")
    archived = django_filters.BooleanFilter(method="show_archived", label="Also lists deleted ones that have runs")

    class Meta:
        model = Blueprint
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Blueprint]) -> QuerySet[Blueprint]:
        """As asked for; deleted ones only on demand."""
        found: QuerySet[Blueprint] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("archived") else found.filter(archived_at=None)

    def in_project(self, queryset: QuerySet[Blueprint], _: str, value: int) -> QuerySet[Blueprint]:
        """Those that a run of the project can be made with."""
        return queryset.filter(Q(project_id=int(value)) | Q(project__isnull=True))

    def show_archived(self, queryset: QuerySet[Blueprint], _: str, __: bool) -> QuerySet[Blueprint]:
        """Decided in ``filter_queryset``, where it also counts when it is not given."""
        return queryset
