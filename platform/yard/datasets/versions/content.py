"""The bytes of a version's images, over HTTP. They are found by digest, whatever became of the data set since."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from yard.core.errors import NotFound
from yard.datasets.images import SUFFIXES, THUMBNAIL_MEDIA_TYPE, NotAnImage, make_thumbnail
from yard.datasets.models import DatasetVersion
from yard.datasets.versions.files import content_sources
from yard.datasets.versions.records import Record
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.http import object_response
from yard.storage.manifests import ManifestEntry
from yard.storage.objects import open_object
from yard.storage.stores import get_store


def content_response(
    request: HttpRequest | Request, version: DatasetVersion, entry: ManifestEntry, *, media_type: str, filename: str
) -> HttpResponseBase:
    """A file of the version; ranges and ETag are obeyed. Raises ``ObjectMissing`` when the store has lost it."""
    for key in content_sources(version.fileset.bucket, entry.digest):
        try:
            return object_response(
                request,
                bucket=version.fileset.bucket,
                key=key,
                size=entry.size,
                digest=entry.digest,
                media_type=media_type,
                filename=filename,
                inline=True,
            )
        except ObjectMissing:
            continue
    raise _lost(entry.name, entry.digest)


def media_type_of(name: str) -> str:
    """Of an image; names end as their content asks, but for those that were uploaded under a wrong one."""
    return SUFFIXES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def thumbnail_response(request: HttpRequest | Request, version: DatasetVersion, record: Record) -> HttpResponseBase:
    """The image at most 320 pixels a side, upright. Raises ``NotFound`` for one that cannot be decoded."""
    bucket, key = version.fileset.bucket, keys.thumbnail(record.digest)
    found = get_store().stat(bucket, key)
    return object_response(
        request,
        bucket=bucket,
        key=key,
        size=found.size if found is not None else _make_thumbnail(bucket, record),
        digest=f"thumbnail-{record.digest}",
        media_type=THUMBNAIL_MEDIA_TYPE,
        inline=True,
    )


def _make_thumbnail(bucket: str, record: Record) -> int:
    """Its bytes, now in the store."""
    for source in content_sources(bucket, record.digest):
        try:
            with open_object(bucket, source) as file:
                data = make_thumbnail(file)
        except ObjectMissing:
            continue
        except NotAnImage as error:
            raise NotFound(f"{record.name} has no thumbnail: {error.message}.") from error
        # The same image always gives the same bytes, so it does not matter who of two rivals writes last.
        get_store().put(
            bucket, keys.thumbnail(record.digest), io.BytesIO(data), len(data), media_type=THUMBNAIL_MEDIA_TYPE
        )
        return len(data)
    raise _lost(record.name, record.digest)


def _lost(name: str, digest: str) -> ObjectMissing:
    return ObjectMissing(f"The content of {name} (SHA-256 {digest}) is not in the store.")
