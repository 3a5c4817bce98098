"""The bytes of a version's images, over HTTP. They are found by digest, whatever became of the data set since."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from yard.datasets.images import SUFFIXES, THUMBNAIL_MEDIA_TYPE
from yard.datasets.models import DatasetVersion
from yard.datasets.thumbnails import thumbnail_key
from yard.datasets.versions.files import content_sources
from yard.datasets.versions.records import Record
from yard.storage.base import ObjectMissing
from yard.storage.http import object_response
from yard.storage.manifests import ManifestEntry


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
    raise ObjectMissing(f"The content of {entry.name} (SHA-256 {entry.digest}) is not in the store.")


def media_type_of(name: str) -> str:
    """Of an image; names end as their content asks, but for those that were uploaded under a wrong one."""
    return SUFFIXES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def thumbnail_response(request: HttpRequest | Request, version: DatasetVersion, record: Record) -> HttpResponseBase:
    """The image at most 320 pixels a side, upright. Raises ``NotFound`` for one that cannot be decoded."""
    bucket = version.fileset.bucket
    sources = content_sources(bucket, record.digest)
    key, size = thumbnail_key(bucket, digest=record.digest, name=record.name, sources=sources)
    return object_response(
        request,
        bucket=bucket,
        key=key,
        size=size,
        digest=f"thumbnail-{record.digest}",
        media_type=THUMBNAIL_MEDIA_TYPE,
        inline=True,
    )
