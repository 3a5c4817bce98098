"""Reading the body of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from yard.core.errors import InvalidInput, TooLarge
from yard.core.json_text import is_plain, read_json, unstorable


class StrictJSON(BaseParser):
    """JSON bodies of limited size that every part behind can keep: no NUL, no infinite number, no key twice."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body's value. Raises ``ParseError``, ``InvalidInput`` or ``TooLarge``."""
        try:
            value = read_json(_limited(stream).decode())
        except UnicodeDecodeError as error:
            raise ParseError(f"The request is not UTF-8 text (byte {error.start}).") from error
        except RecursionError as error:
            raise ParseError("The request's JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The request is not valid JSON: {error}.") from error
        problem = unstorable(value)
        if problem:
            message = f"The request's JSON {problem}"
            raise InvalidInput(message, extra={"errors": [{"path": _field_of(value), "message": message}]})
        return value


def _field_of(value: Any) -> list[str]:
    """The field of the body that cannot be kept; empty when it is the body itself, or a field's name."""
    fields = value.items() if isinstance(value, dict) else ()
    return next(([name] for name, part in fields if is_plain(name) and unstorable(part)), [])


def _limited(stream: IO[Any]) -> bytes:
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise TooLarge(f"The request's JSON is larger than {limit:,} bytes.")
    return body
