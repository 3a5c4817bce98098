"""Where the present request comes from: its number, its address, the token it was made with.

The audit log and the list of sessions ask for it. Outside a request (worker, supervisor, commands) all of it is empty.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import BaseThrottle

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_ADDRESS_MAX = 45  # the longest form of an IPv6 address


@dataclass(slots=True)
class Origin:
    """What is known of a request before anything of it is believed.

    Attributes:
        request_id: Also in the answer's ``X-Request-ID``.
        address: The caller's, as far as the proxies in front are believed (``YARD_PROXIES``).
        token_id: Of the API token that was accepted; None for sessions and before.
    """

    request_id: str = ""
    address: str = ""
    token_id: int | None = None


_CURRENT: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin:
    """The present request's; an empty one outside of requests."""
    return _CURRENT.get() or Origin()


def address_of(request: HttpRequest) -> str:
    """The caller's address by the API throttle's rule: proxies are believed only as far as they are ours."""
    # A proxy may have passed on any text as an address.
    return str(BaseThrottle().get_ident(request) or "")[:_ADDRESS_MAX]  # type: ignore[arg-type]


class OriginMiddleware:
    """Notes the origin of each request, and names its number in the answer."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._call_async(request)
        token = _CURRENT.set(origin := _origin_of(request))
        try:
            return _named(self._get_response(request), origin)
        finally:
            _CURRENT.reset(token)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        # Threads that serve this request get a copy of the context, with the same object in it.
        token = _CURRENT.set(origin := _origin_of(request))
        try:
            return _named(await self._get_response(request), origin)
        finally:
            _CURRENT.reset(token)


def _origin_of(request: HttpRequest) -> Origin:
    # Only a proxy of ours may number requests; anybody else could write another one's number into the log.
    given = request.headers.get("X-Request-ID", "") if settings.REST_FRAMEWORK["NUM_PROXIES"] else ""
    request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    return Origin(request_id, address_of(request))


def _named(response: HttpResponseBase, origin: Origin) -> HttpResponseBase:
    response.headers["X-Request-ID"] = origin.request_id
    return response
