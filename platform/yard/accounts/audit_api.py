"""The part of the audit log that concerns a project, for its admins."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import ListAPIView

from yard.accounts.access import project_get_for
from yard.accounts.models import Role
from yard.accounts.serializers import AuditSerializer
from yard.core.filters import MomentFilter
from yard.core.models import AuditEntry, AuditOutcome


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By what, who, which object, and when."""

    action = django_filters.CharFilter(help_text="As in token.created; model. finds all that begin so", method="begins")
    actor = django_filters.CharFilter(field_name="actor_name", help_text="User name")
    object_type = django_filters.CharFilter()
    object_id = django_filters.CharFilter()
    outcome = django_filters.ChoiceFilter(choices=AuditOutcome.choices)
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lt")

    def begins(self, entries: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        return entries.filter(action__startswith=value) if value.endswith(".") else entries.filter(action=value)


class ProjectAuditApi(ListAPIView[AuditEntry]):
    """Who did what in the project, newest first."""

    serializer_class = AuditSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = AuditFilter
    queryset = AuditEntry.objects.none()

    def get_queryset(self) -> QuerySet[AuditEntry]:
        if getattr(self, "swagger_fake_view", False):
            return AuditEntry.objects.none()
        project = project_get_for(user=self.request.user, project_id=self.kwargs["project_id"], role=Role.ADMIN)
        return AuditEntry.objects.filter(project_id=project.pk).order_by("-pk")
