"""Requests and failed sign-ins, as this web process saw them. Labels are routes and methods, never what people type."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began is of no use here

REGISTRY = CollectorRegistry()
"""Of this process alone; the library's global one would also hold what other code puts there."""

ProcessCollector(namespace="trainyard_web", registry=REGISTRY)

REQUESTS = Counter(
    "trainyard_http_requests",
    "Requests answered by this web process.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "trainyard_http_request_duration_seconds",
    "Until the answer began; streams go on after that.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
FAILED_SIGN_INS = Counter("trainyard_sign_in_failures", "Sign-ins that this web process refused.", registry=REGISTRY)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"
"""Static files, and addresses that lead nowhere: one label for whatever somebody may ask for."""

_Answer = HttpResponseBase | Awaitable[HttpResponseBase]


@sync_and_async_middleware
def count_requests(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], _Answer]:
    """Middleware that counts requests; put it before all others."""
    if asyncio.iscoroutinefunction(get_response):

        async def counted_later(request: HttpRequest) -> HttpResponseBase:
            began = time.perf_counter()
            response: HttpResponseBase = await get_response(request)
            _count(request, response, time.perf_counter() - began)
            return response

        return counted_later

    def counted(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response: HttpResponseBase = get_response(request)
        _count(request, response, time.perf_counter() - began)
        return response

    return counted


def count_failed_sign_in(**_: Any) -> None:
    """Receiver of Django's signal."""
    FAILED_SIGN_INS.inc()


def _count(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    method = request.method if request.method in _METHODS else "other"
    match = request.resolver_match
    route = (match.view_name or match.route) if match is not None else NO_ROUTE
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(method, route).observe(seconds)
