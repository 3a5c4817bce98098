"""Objects as HTTP responses: streamed, in ranges, safe to open although somebody uploaded them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags
from rest_framework.request import Request

from yard.storage.base import Parts
from yard.storage.objects import object_read
from yard.storage.zips import ZipEntry, ZipParts

# An uploaded page or drawing must neither run scripts nor reach us with the reader's session.
SANDBOX = "default-src 'none'; sandbox"
IMMUTABLE = "private, max-age=31536000, immutable"
# What a browser may show: pictures without script. Everything else is saved, whatever a caller of ours asks for.
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp"})
# What is ever told of somebody's file; another type is one we did not think of, and told as plain bytes.
SERVED_TYPES = INLINE_TYPES | {"application/zip", "application/xml", "text/plain"}
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Part of an object: ``length`` bytes from ``offset`` on."""

    offset: int
    length: int


def object_response(
    request: HttpRequest | Request,
    *,
    bucket: str,
    key: str,
    size: int,
    digest: str,
    media_type: str,
    filename: str | None = None,
    inline: bool = False,
    immutable: bool = False,
) -> HttpResponseBase:
    """The object, the part of it that was asked for (206), or that the caller's copy is still good (304).

    Streamed in parts of at most 1 MiB: asynchronously, reading in a thread, when the server is asynchronous.

    Args:
        request: Its Range, If-Range and If-None-Match are obeyed; several ranges at once get the whole object.
        bucket: Where the object lies.
        key: Where the object lies.
        size: The object's bytes.
        digest: Becomes the ETag; empty for none.
        media_type: For the Content-Type; one that is not in ``SERVED_TYPES`` becomes that of plain bytes.
        filename: The name to save it under.
        inline: Whether a browser may show it instead of saving it; obeyed for pictures only.
        immutable: Whether this address names the content, so that the caller's own copy stays good for ever.

    Raises:
        ObjectMissing: At once, when the store has lost it.
    """
    etag = f'"{digest}"' if digest else ""
    if etag and _matches(request, etag):
        return _dressed(HttpResponseNotModified(), etag, immutable)
    span = _asked(request, size, etag)
    if span is None:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return _dressed(response, etag)
    response = _body(request, bucket, key, span)
    known = media_type.partition(";")[0].strip().lower()
    inline = inline and known in INLINE_TYPES
    response["Content-Type"] = media_type if known in SERVED_TYPES else "application/octet-stream"
    response["Content-Length"] = str(span.length)
    disposition = content_disposition_header(as_attachment=not inline, filename=_plain(filename or ""))
    response["Content-Disposition"] = disposition or "inline"
    response["Accept-Ranges"] = "bytes"
    if span.length != size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.offset}-{span.offset + span.length - 1}/{size}"
    return _dressed(response, etag, immutable)


def zip_response(request: HttpRequest | Request, *, filename: str, entries: Iterable[ZipEntry]) -> HttpResponseBase:
    """A ZIP of these files, packed while it is sent: nothing is compressed, any size fits (ZIP64).

    An error on the way breaks the connection off, so nobody takes half an archive for a whole one.
    """
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        response = streaming(request, ZipParts(entries))
    response["Content-Type"] = "application/zip"
    disposition = content_disposition_header(as_attachment=True, filename=_plain(filename))
    assert disposition is not None
    response["Content-Disposition"] = disposition
    return _dressed(response, "")


def file_response(request: HttpRequest | Request, *, filename: str, parts: Parts) -> HttpResponseBase:
    """One file that is made while it is sent; its size is not known before."""
    response: HttpResponseBase = HttpResponse() if request.method == "HEAD" else streaming(request, parts)
    response["Content-Type"] = "application/octet-stream"
    disposition = content_disposition_header(as_attachment=True, filename=_plain(filename))
    assert disposition is not None
    response["Content-Disposition"] = disposition
    return _dressed(response, "")


def streaming(request: HttpRequest | Request, parts: Parts) -> StreamingHttpResponse:
    """A response of these parts that suits the server, asynchronous or not, and closes them in the end."""
    plain = request._request if isinstance(request, Request) else request
    return StreamingHttpResponse(AsyncParts(parts) if isinstance(plain, ASGIRequest) else parts)


class AsyncParts:
    """Parts for an asynchronous server, each read in the request's thread, so database connections stay in one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._next = sync_to_async(lambda: next(parts, None), thread_sensitive=True)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        part = await self._next()
        if part is None:
            raise StopAsyncIteration
        return part

    def close(self) -> None:
        """Let go of the file or connection; Django calls it when the response is through or given up."""
        self._parts.close()


def _plain(filename: str) -> str:
    """The name without control characters, which no header can hold."""
    return "".join(character if unicodedata.category(character) != "Cc" else "_" for character in filename)


def _body(request: HttpRequest | Request, bucket: str, key: str, span: ByteRange) -> HttpResponseBase:
    if request.method == "HEAD" or span.length == 0:
        return HttpResponse()
    return streaming(request, object_read(bucket, key, span.offset, span.length))


def sandbox(response: HttpResponseBase) -> None:
    """Have browsers take the answer for what its type says, and run nothing in it: it is somebody else's content."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX


def _dressed(response: HttpResponseBase, etag: str, immutable: bool = False) -> HttpResponseBase:
    if etag:
        response["ETag"] = etag
    # Otherwise: keep it, but ask whether it is still good and still allowed.
    response["Cache-Control"] = IMMUTABLE if immutable else "private, no-cache"
    sandbox(response)
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _matches(request: HttpRequest | Request, etag: str) -> bool:
    asked = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return asked == ["*"] or etag in [tag.removeprefix("W/") for tag in asked]


def _asked(request: HttpRequest | Request, size: int, etag: str) -> ByteRange | None:
    """The range that was asked for, the whole when none (or one we do not know) was; None when it cannot be had."""
    whole = ByteRange(0, size)
    found = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").strip())
    condition = request.META.get("HTTP_IF_RANGE", "").strip()
    if found is None or request.method != "GET" or (condition and condition != etag):
        return whole
    first, last = found.groups()
    if not first:
        return _suffix(last, size) if last else whole
    if last and int(last) < int(first):
        return whole
    if int(first) >= size:
        return None
    end = min(int(last), size - 1) if last else size - 1
    return ByteRange(int(first), end - int(first) + 1)


def _suffix(last: str, size: int) -> ByteRange | None:
    """The last so many bytes."""
    length = min(int(last), size)
    return ByteRange(size - length, length) if length else None
