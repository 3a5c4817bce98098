"""Refusing NUL in addresses and cookies, before any part of the platform asks a database for it.

PostgreSQL refuses such a text with an error that nobody catches, SQLite finds nothing: a caller gets one answer from
both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import unquote_to_bytes

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import sync_and_async_middleware

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


@sync_and_async_middleware
def plain_requests(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Django's middleware: 400 for an address, a query or a cookie that holds a NUL character."""
    if iscoroutinefunction(get_response):

        async def answered_later(request: HttpRequest) -> HttpResponseBase:
            if _holds_nul(request):
                return _refusal()
            answer = get_response(request)
            assert isinstance(answer, Awaitable)
            found: HttpResponseBase = await answer
            return found

        return answered_later

    def answered(request: HttpRequest) -> Answer:
        return _refusal() if _holds_nul(request) else get_response(request)

    return answered


def _holds_nul(request: HttpRequest) -> bool:
    query: str = request.META.get("QUERY_STRING", "")
    return (
        "\0" in request.path_info
        or ("%00" in query and b"\0" in unquote_to_bytes(query))
        or any("\0" in value for value in request.COOKIES.values())
    )


def _refusal() -> JsonResponse:
    message = "The request's address or a cookie holds a NUL character."
    return JsonResponse({"code": "invalid_input", "message": message, "extra": {}}, status=400)
