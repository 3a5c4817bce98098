"""Query parameters that narrow and order lists of data sets, versions and imports."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import QueryDict

from yard.datasets.models import Dataset, DatasetVersion, Import, ImportState

ID_MAX = (1 << 63) - 1  # what a database's key holds


ARCHIVED_CHOICES = [("false", "Those in use"), ("true", "Archived ones"), ("any", "All")]


class ArchivableFilter(filters.FilterSet):  # type: ignore[misc]
    """Things with an archive, which is left out unless it is asked for."""

    archived = filters.ChoiceFilter(
        choices=ARCHIVED_CHOICES,
        method="filter_archived",
        label="Those in use (false, the default), archived ones, any",
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = QueryDict(mutable=True) if data is None else data.copy()
        if not given.get("archived"):
            given["archived"] = "false"
        super().__init__(given, *args, **kwargs)

    def filter_archived(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset if value == "any" else queryset.filter(archived_at__isnull=value == "false")


class DatasetFilter(ArchivableFilter):
    """Data sets."""

    project = filters.NumberFilter(
        field_name="project_id", label="Of this project", min_value=1, max_value=ID_MAX, decimal_places=0
    )
    search = filters.CharFilter(method="filter_search", label="In name or description")
    ordering = filters.OrderingFilter(
        fields=["id", "name", "created_at", "updated_at", "image_count", "shape_count", "total_bytes"]
    )

    class Meta:
        model = Dataset
        fields: list[str] = []

    def filter_search(self, queryset: QuerySet[Dataset], _name: str, value: str) -> QuerySet[Dataset]:
        matching_id = Q(pk=int(value)) if value.isascii() and value.isdigit() and len(value) < 19 else Q()
        return queryset.filter(Q(name__icontains=value) | Q(description__icontains=value) | matching_id)


class VersionFilter(ArchivableFilter):
    """Versions of one data set."""

    ordering = filters.OrderingFilter(fields=["number", "created_at"])

    class Meta:
        model = DatasetVersion
        fields: list[str] = []


class ImportFilter(filters.FilterSet):  # type: ignore[misc]
    """Imports of one data set."""

    state = filters.ChoiceFilter(choices=ImportState.choices)
    ordering = filters.OrderingFilter(fields=["id", "created_at", "finished_at"])

    class Meta:
        model = Import
        fields: list[str] = []
