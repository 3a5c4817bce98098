"""The administration pages as a whole: one door to sign in, and an entry in the audit log for whatever is done."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yard.core import audit


class Audited(admin.ModelAdmin[Any]):
    """Writes what Django notes of a change into the audit log too."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record("admin.added", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record("admin.changed", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            _record("admin.deleted", request, row, "")
        return super().log_deletions(request, queryset)


class Site(admin.AdminSite):
    """Signs in by the platform's own page, so that there is one place where tries are counted."""

    site_header = "Trainyard"
    site_title = "Trainyard"
    index_title = "Everything the platform keeps"

    def register(
        self, model_or_iterable: Any, admin_class: type[admin.ModelAdmin[Any]] | None = None, **options: Any
    ) -> None:
        """Register with the audit log in between, so that no page of administration can leave it out."""
        given = admin_class or admin.ModelAdmin
        super().register(model_or_iterable, type(given.__name__, (Audited, given), {}), **options)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
            target = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(target)
        if request.user.is_authenticated:
            raise PermissionDenied("The administration pages are for administrators.")
        return redirect_to_login(target, settings.LOGIN_URL)


def _record(action: str, request: HttpRequest, row: Model, message: Any) -> None:
    meta = row._meta
    audit.record(
        action,
        actor=request.user if request.user.is_authenticated else None,
        object_type=f"{meta.app_label}.{meta.model_name}",
        object_id=row.pk,
        object_name=str(row),
        project_id=getattr(row, "project_id", None),
        # Django's own note: the names of the fields that were changed, never their values.
        details={"changed": message} if message else {},
    )
