"""Manifests and records as streams of JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.request import Request

from yard.datasets.models import DatasetVersion
from yard.datasets.versions.records import records_open
from yard.storage import keys
from yard.storage.base import ObjectMissing, Parts
from yard.storage.filesets import fileset_lines
from yard.storage.http import object_response, sandbox, streaming
from yard.storage.stores import get_store

MEDIA_TYPE = "application/x-ndjson"
LINES_AT_ONCE = 500


def manifest_response(request: Request, version: DatasetVersion) -> HttpResponseBase:
    """The manifest's lines; their SHA-256 is the version's digest."""
    etag = f'"{version.fileset.digest}"'
    response = (
        HttpResponse() if request.method == "HEAD" else streaming(request, _Lines(fileset_lines(version.fileset)))
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return _as_lines(response, version, "manifest")


def records_response(request: Request, version: DatasetVersion) -> HttpResponseBase:
    """The records' lines; ranges are obeyed. They are made first when they are missing."""
    records_open(version)
    bucket, key = version.fileset.bucket, keys.records(version.fileset.digest)
    found = get_store().stat(bucket, key)
    if found is None:
        raise ObjectMissing("The records of this version were removed at this moment. Try again.")
    response = object_response(
        request,
        bucket=bucket,
        key=key,
        size=found.size,
        digest=f"records-{version.fileset.digest}",
        media_type="application/octet-stream",
    )
    return _as_lines(response, version, "records")


def _as_lines(response: HttpResponseBase, version: DatasetVersion, what: str) -> HttpResponseBase:
    filename = f"{version.dataset.name} v{version.number} {what}.jsonl"
    if response.status_code in {200, 206}:
        response["Content-Type"] = MEDIA_TYPE
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    sandbox(response)
    return response


class _Lines(Parts):
    """Lines, some hundred at a time."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def __next__(self) -> bytes:
        if part := b"".join(islice(self._lines, LINES_AT_ONCE)):
            return part
        raise StopIteration

    def close(self) -> None:
        close = getattr(self._lines, "close", None)
        if close is not None:
            close()
