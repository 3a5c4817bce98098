"""How the list of runs can be narrowed and sorted."""

from __future__ import annotations

from collections.abc import Sequence

import django_filters
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now

from yard.core.filters import MomentFilter
from yard.executions.states import ACTIVE, FINAL, State
from yard.registry.filters import id_filter
from yard.runs.models import Run

FIELDS = {
    "name": "name",
    "created_at": "pk",  # in the same order, and there is an index
    "started_at": "execution__started_at",
    "finished_at": "execution__finished_at",
    "score": "score",
    "duration": "duration",
    "state": "execution__state",
    "template": "blueprint_version__blueprint__architecture",
    "dataset": "dataset__name",
}
ORDERS = tuple(order for field in FIELDS for order in (field, f"-{field}"))
GROUPS: dict[str, frozenset[State]] = {"active": ACTIVE, "ended": FINAL}
STATES = [*State.choices, ("active", "Any that has not ended"), ("ended", "Any that has ended")]


class RunFilter(django_filters.FilterSet):  # type: ignore[misc]
    """``?project=&state=&template=&template_version=&dataset=&parent=&search=&created_after=&ordering=``."""

    project = id_filter("project_id")
    state = django_filters.MultipleChoiceFilter(
        method="in_states", choices=STATES, label="May be given several times; also active and ended"
    )
    template = id_filter("blueprint_version__blueprint_id", "Id of a template")
    template_version = id_filter("blueprint_version_id")
    dataset = id_filter("dataset_id", "Id of a data set")
    parent = id_filter("parent_id", "Runs that repeat this one")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")
    search = django_filters.CharFilter(method="by_text", label="Name, data set, template, starter, or id")
    ordering = django_filters.ChoiceFilter(
        method="in_order", choices=[(order, order) for order in ORDERS], label="Sort by", empty_label=None
    )

    class Meta:
        model = Run
        fields: list[str] = []

    def in_states(self, queryset: QuerySet[Run], _name: str, values: Sequence[str]) -> QuerySet[Run]:
        """Runs in any of the states or groups of states."""
        if not values:
            return queryset
        wanted = {state for value in values for state in GROUPS.get(value, [value])}
        return queryset.filter(execution__state__in=wanted)

    def by_text(self, queryset: QuerySet[Run], _name: str, value: str) -> QuerySet[Run]:
        """Runs that speak of the text, or have it as their id."""
        found = (
            Q(name__icontains=value)
            | Q(dataset__name__icontains=value)
            | Q(blueprint_version__blueprint__architecture__icontains=value)
            | Q(blueprint_version__blueprint__provider__icontains=value)
            | Q(execution__created_by__username__icontains=value)
        )
        number = value.removeprefix("#")
        if number.isascii() and number.isdigit() and len(number) < 19:
            found |= Q(pk=int(number))
        return queryset.filter(found)

    def in_order(self, queryset: QuerySet[Run], _name: str, value: str) -> QuerySet[Run]:
        """Sorted; runs without such a value come last either way."""
        field = FIELDS[value.lstrip("-")]
        if field == "duration":
            queryset = queryset.annotate(duration=_duration())
        order = F(field).desc(nulls_last=True) if value.startswith("-") else F(field).asc(nulls_last=True)
        return queryset.order_by(order, "-pk")


def _duration() -> ExpressionWrapper[Combinable]:
    ended = Coalesce("execution__finished_at", Now())
    return ExpressionWrapper(ended - F("execution__started_at"), output_field=DurationField())
