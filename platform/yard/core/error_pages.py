"""What is answered when no view could: below ``/api/`` in the API's shape, elsewhere as Django does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be read."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return _answer(400, "invalid_input", "The request cannot be read; check its address, headers and body.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such address."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    return _answer(404, "not_found", "There is no such address; /api/docs/ lists those there are.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours, which is in the log."""
    if not _is_api(request):
        return defaults.server_error(request)
    return _answer(500, "server_error", "The platform made a mistake; tell your administrator, whose log says more.")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message, "extra": {}}, status=status)
