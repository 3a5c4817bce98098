"""The headers of resumable uploads, as the tus 1.0.0 protocol (tus.io) defines them, with the extensions creation,
creation-with-upload, creation-defer-length, expiration, checksum, termination and concatenation.

One thing is narrower than the protocol allows: a request carries at most ``UPLOAD_CHUNK_MAX_BYTES``, so that a broken
line loses little; clients are told so with 413. One is wider: a client that names no version is taken to speak ours.
"""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.http import http_date
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from yard.core.errors import InvalidInput, TooLarge, YardError
from yard.datasets.models import UploadKind
from yard.datasets.texts import shown

VERSION = "1.0.0"
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation"
)  # fmt: skip
CONTENT_TYPE = "application/offset+octet-stream"
OVERRIDE = "X-HTTP-Method-Override"
OVERRIDABLE = ("HEAD", "PATCH", "DELETE")
METADATA_MAX_CHARACTERS = 8192
PARTS_MAX = 100
DIGITS_MAX = 19  # numbers of fewer digits fit into the database
_READ_BYTES = 1 << 20
_UPLOAD_ADDRESS = re.compile(r"/uploads/([0-9a-f-]{36})/?$")


class UnknownVersion(YardError):
    """The client speaks a version of tus that we do not."""

    code = "unknown_tus_version"
    status = 412


class StreamParser(BaseParser):
    """Leaves the body alone: the view reads it as a stream."""

    media_type = CONTENT_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Concat:
    """What ``Upload-Concat`` asks for: a part of a file, or the file that these parts make."""

    parts: tuple[UUID, ...] = ()
    is_final: bool = False


def check_version(request: Request) -> None:
    """Raises ``UnknownVersion`` for a client of another version; plain HTTP clients need not name one."""
    asked = request.headers.get("Tus-Resumable", VERSION)
    if asked != VERSION:
        raise UnknownVersion(f"Tus-Resumable is {asked[:20]!r}; this server speaks {VERSION}.")


def headers(**more: Any) -> dict[str, str]:
    """The headers of every answer, and those given (``Upload_Offset=3``); None leaves one out."""
    given = {name.replace("_", "-"): str(value) for name, value in more.items() if value is not None}
    return {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **given}


def length_headers(size: int | None) -> dict[str, str]:
    """How long the file is, or that this is not known yet."""
    return {"Upload-Defer-Length": "1"} if size is None else {"Upload-Length": str(size)}


def expires(at: datetime) -> dict[str, str]:
    """Until when the unfinished upload is kept at least."""
    return {"Upload-Expires": http_date(at.timestamp())}


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
    if not (raw.isascii() and raw.isdigit() and len(raw) < DIGITS_MAX):
        raise InvalidInput(
            f"The header {header} must be a whole number of bytes, of fewer than {DIGITS_MAX} digits; "
            f"it is {raw[:40]!r}."
        )
    return int(raw)


def _file_length(request: Request) -> int:
    """``Upload-Length``. Raises ``InvalidInput``, and ``TooLarge`` for a number of more digits than are looked at."""
    raw = request.headers.get("Upload-Length", "")
    if raw.isascii() and raw.isdigit() and len(raw.lstrip("0")) >= DIGITS_MAX:
        raise TooLarge(
            f"The file has {shown(raw, 40)} bytes; at most {settings.UPLOAD_MAX_BYTES} are allowed. "
            "Upload it in several parts."
        )
    return whole_number(request, "Upload-Length")


def length(request: Request) -> int | None:
    """The file's bytes; None when the client says that it will tell later. Raises ``InvalidInput``, ``TooLarge``."""
    later = request.headers.get("Upload-Defer-Length")
    if later is None:
        return _file_length(request)
    if later != "1" or "Upload-Length" in request.headers:
        raise InvalidInput("Send either Upload-Length, or Upload-Defer-Length with the value 1.")
    return None


def later_length(request: Request) -> int | None:
    """The file's bytes when a PATCH tells them at last, else None. Raises ``InvalidInput``, ``TooLarge``."""
    return _file_length(request) if "Upload-Length" in request.headers else None


def concat(request: Request) -> Concat | None:
    """What ``Upload-Concat`` asks for; None without it. Raises ``InvalidInput``."""
    raw = request.headers.get("Upload-Concat")
    if raw is None:
        return None
    if raw == "partial":
        return Concat()
    kind, _, addresses = raw.partition(";")
    found = [_UPLOAD_ADDRESS.search(address) for address in addresses.split()]
    if kind != "final" or not found or len(found) > PARTS_MAX or None in found:
        raise InvalidInput(
            f'Upload-Concat must be "partial", or "final;" with the addresses of 1 to {PARTS_MAX} uploads.'
        )
    return Concat(tuple(UUID(match[1]) for match in found if match), is_final=True)


def metadata(request: Request) -> str:
    """``Upload-Metadata`` as it was sent. Raises ``InvalidInput`` for one that nobody needs so long."""
    raw = request.headers.get("Upload-Metadata", "")
    if len(raw) > METADATA_MAX_CHARACTERS:
        raise InvalidInput(f"The header Upload-Metadata has more than {METADATA_MAX_CHARACTERS} characters.")
    return raw


def file_name(request: Request) -> str:
    """The file's name out of ``Upload-Metadata`` (``relativePath`` or ``filename``). Raises ``InvalidInput``."""
    found = parse_metadata(metadata(request))
    name = found.get("relativePath") or found.get("filename") or found.get("name")
    if not name:
        raise InvalidInput('The header Upload-Metadata must hold "filename <name in base64>".')
    return name


def kind(request: Request) -> UploadKind:
    """What the bytes are: a tar of many files where ``Upload-Metadata`` holds ``bundle``. Raises ``InvalidInput``."""
    return UploadKind.BUNDLE if "bundle" in parse_metadata(metadata(request)) else UploadKind.FILE


def fingerprint(request: Request) -> str:
    """By which the client knows its files again; empty without. Raises ``InvalidInput``."""
    found = parse_metadata(metadata(request)).get("fingerprint", "")
    if len(found) > 100 or not found.isprintable():
        raise InvalidInput("In Upload-Metadata, the fingerprint must be at most 100 characters that can be seen.")
    return found


@dataclass(frozen=True, slots=True)
class Body:
    """The request's body as a stream that nothing has read yet, and its bytes."""

    source: Any
    size: int


@contextmanager
def body(request: Request) -> Iterator[Body]:
    """The request's body.

    A client that does not say how long it is (``Transfer-Encoding: chunked``) has it measured first, on disk.
    Raises ``InvalidInput`` or ``TooLarge``.
    """
    source = request._request
    if request.headers.get("Content-Length"):
        yield Body(source, whole_number(request, "Content-Length"))
        return
    with tempfile.TemporaryFile() as spool:
        most = settings.UPLOAD_CHUNK_MAX_BYTES
        while part := source.read(_READ_BYTES):
            spool.write(part)
            if spool.tell() > most:
                raise TooLarge(f"A request may carry at most {most} bytes. Send the file in chunks.")
        size = spool.tell()
        spool.seek(0)
        yield Body(spool, size)


def parse_metadata(header: str) -> dict[str, str]:
    """key → value of an ``Upload-Metadata``; a key may come without a value. Raises ``InvalidInput``."""
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, encoded = pair.partition(" ")
        try:
            pairs[name] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise InvalidInput(f"In Upload-Metadata, the value of {name[:40]!r} is no UTF-8 text in base64.") from error
    return pairs
