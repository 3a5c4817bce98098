"""One shape for every error of the API: ``{"code", "message", "extra"}``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.deletion import ProtectedError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from yard.core import errors

_IDS = 1 << 63
"""One more than the largest id there can be."""


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: the response for an error, or None for a fault of ours (which becomes a logged 500)."""
    if isinstance(error, errors.YardError):
        return _response(error.status, error.code, error.message, error.extra)
    if isinstance(error, Http404) or _names_an_impossible_id(context):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, ProtectedError):
        return _response(409, "conflict", "It is still in use, so it cannot be deleted.", {})
    elif isinstance(error, RecursionError):
        # Python's JSON reader gives up on thousands of brackets; nothing of ours recurses with the caller's data.
        return _response(400, "invalid_input", "The request's JSON is nested too deeply.", {})
    if isinstance(error, exceptions.ValidationError):
        found = list(_flatten(error.detail, ()))
        return _response(400, "invalid_input", _summary(found), {"errors": found})
    if isinstance(error, exceptions.APIException):
        response = drf_handler(error, context)
        assert response is not None
        response.data = {"code": error.get_codes(), "message": str(error.detail), "extra": {}}
        return response
    return None


def _names_an_impossible_id(context: dict[str, Any]) -> bool:
    """Whether the address has a number that is no id; databases refuse it in ways of their own, some as a fault."""
    given = (context.get("kwargs") or {}).values()
    return any(isinstance(value, int) and value >= _IDS for value in given)


def _response(status: int, code: str, message: str, extra: dict[str, Any]) -> Response:
    headers = {"Retry-After": str(extra["retry_after_seconds"])} if "retry_after_seconds" in extra else None
    return Response({"code": code, "message": message, "extra": extra}, status=status, headers=headers)


def _flatten(detail: Any, path: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    """DRF's nested error details as a flat list of ``{"path", "message"}``."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _flatten(value, path if key == "non_field_errors" else (*path, key))
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        for index, item in enumerate(detail):
            yield from _flatten(item, (*path, index))
    elif isinstance(detail, list):
        yield from ({"path": list(path), "message": str(item)} for item in detail)
    else:
        yield {"path": list(path), "message": str(detail)}


def _summary(found: list[dict[str, Any]]) -> str:
    if not found:
        return "The request is not valid."
    first = found[0]
    where = ".".join(str(part) for part in first["path"])
    text = f"{where}: {first['message']}" if where else first["message"]
    return text if len(found) == 1 else f"{text} (and {len(found) - 1} more)"
