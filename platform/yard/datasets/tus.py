"""The headers of resumable uploads, as the tus 1.0.0 protocol defines them (creation, creation-with-upload, checksum,
termination)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from yard.core.errors import InvalidInput, YardError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination"
CONTENT_TYPE = "application/offset+octet-stream"


class UnknownVersion(YardError):
    """The client speaks a version of tus that we do not."""

    code = "unknown_tus_version"
    status = 412


class StreamParser(BaseParser):
    """Leaves the body alone: the view reads it as a stream."""

    media_type = CONTENT_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


def check_version(request: Request) -> None:
    """Raises ``UnknownVersion`` for a client of another version; plain HTTP clients need not name one."""
    asked = request.headers.get("Tus-Resumable", VERSION)
    if asked != VERSION:
        raise UnknownVersion(f"Tus-Resumable is {asked[:20]!r}; this server speaks {VERSION}.")


def headers(**more: Any) -> dict[str, str]:
    """The headers of every answer, and those given (``Upload_Offset=3``)."""
    given = {name.replace("_", "-"): str(value) for name, value in more.items()}
    return {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **given}


def capabilities() -> dict[str, str]:
    """What this server can do, for OPTIONS."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }


def whole_number(request: Request, header: str) -> int:
    """The header as a number of bytes. Raises ``InvalidInput``."""
    raw = request.headers.get(header, "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 19):
        raise InvalidInput(f"The header {header} must be a whole number of bytes; it is {raw[:40]!r}.")
    return int(raw)


def file_name(request: Request) -> str:
    """The file's name out of ``Upload-Metadata`` (``relativePath`` or ``filename``). Raises ``InvalidInput``."""
    found = _metadata(request.headers.get("Upload-Metadata", ""))
    name = found.get("relativePath") or found.get("filename") or found.get("name")
    if not name:
        raise InvalidInput('The header Upload-Metadata must hold "filename <name in base64>".')
    return name


def body(request: Request) -> Any:
    """The request's body as a stream, not read by anything yet."""
    return request._request


def body_size(request: Request) -> int:
    """The body's bytes. Raises ``InvalidInput`` when the client does not say."""
    return whole_number(request, "Content-Length")


def _metadata(header: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, encoded = pair.partition(" ")
        try:
            pairs[name] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise InvalidInput(f"In Upload-Metadata, the value of {name[:40]!r} is no UTF-8 text in base64.") from error
    return pairs
