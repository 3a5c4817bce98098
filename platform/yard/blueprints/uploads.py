"""Limiting a multipart upload while it comes in."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from yard.core.errors import TooLarge

_FORM_BYTES = 64 << 10
"""Room for the other fields and the boundaries."""


class SizeLimit(FileUploadHandler):
    """Breaks an upload off when it grows over the limit, whatever its headers said."""

    def __init__(self, request: HttpRequest, *, limit: int, message: str) -> None:
        super().__init__(request)
        self._limit = limit
        self._message = message
        self._seen = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        """Refuse at once what is announced as too large."""
        if content_length > self._limit + _FORM_BYTES:
            raise TooLarge(self._message)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count, and hand on."""
        self._seen += len(raw_data)
        if self._seen > self._limit:
            raise TooLarge(self._message)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
        return
