"""``/metrics``: for a Prometheus with our token, or one on this machine where there is none."""

from __future__ import annotations

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from yard.operations.metrics.platform import PlatformCollector
from yard.operations.metrics.requests import REGISTRY

_PLATFORM = CollectorRegistry()
_PLATFORM.register(PlatformCollector())

_BEARER = "Bearer "
_PROXIED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text format; 401 or 403 with a sentence for whoever may not see them."""
    if settings.METRICS_TOKEN:
        if not _has_token(request):
            refused = JsonResponse(
                {"code": "not_authenticated", "message": "Give the token of YARD_METRICS_TOKEN as a bearer token."},
                status=401,
            )
            refused["WWW-Authenticate"] = "Bearer"
            return refused
    elif not _is_local(request):
        return JsonResponse(
            {
                "code": "not_allowed",
                "message": "Without YARD_METRICS_TOKEN only this machine itself may read the metrics.",
            },
            status=403,
        )
    return HttpResponse(generate_latest(_PLATFORM) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    expected = settings.METRICS_TOKEN
    return given.startswith(_BEARER) and secrets.compare_digest(given.removeprefix(_BEARER).encode(), expected.encode())


def _is_local(request: HttpRequest) -> bool:
    """Whether a process of this machine asks, and not a proxy of this machine for somebody else."""
    if any(name in request.META for name in _PROXIED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
