"""Thumbnails, made while images are imported (or when one is first asked for) and kept by the image's digest."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import suppress
from typing import IO

from yard.core.errors import NotFound
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE, NotAnImage, make_thumbnail
from yard.storage import keys
from yard.storage.base import ObjectMissing
from yard.storage.objects import open_object
from yard.storage.stores import get_store


def thumbnail_keep(bucket: str, digest: str, content: IO[bytes]) -> None:
    """Make the thumbnail of this image, unless there is one. One that cannot be made is not missed until it is seen."""
    if get_store().stat(bucket, keys.thumbnail(digest)) is None:
        with suppress(NotAnImage):
            _put(bucket, keys.thumbnail(digest), make_thumbnail(content))


def thumbnail_key(bucket: str, *, digest: str, name: str, sources: Iterable[str]) -> tuple[str, int]:
    """Key and size in bytes of an image's thumbnail, which is made if there is none.

    Args:
        digest: Of the image's content.
        name: Of the image, for people.
        sources: Keys that may hold the content; the first that is there is read.

    Raises ``NotFound`` for an image that cannot be decoded, ``ObjectMissing`` when the store has lost it.
    """
    key = keys.thumbnail(digest)
    found = get_store().stat(bucket, key)
    if found is not None:
        return key, found.size
    for source in sources:
        with suppress(ObjectMissing), open_object(bucket, source) as file:
            data = _made(name, file)
            _put(bucket, key, data)
            return key, len(data)
    raise ObjectMissing(f"The content of {name} (SHA-256 {digest}) is not in the store.")


def _made(name: str, content: IO[bytes]) -> bytes:
    try:
        return make_thumbnail(content)
    except NotAnImage as error:
        raise NotFound(f"{name} has no thumbnail: {error.message}.") from error


def _put(bucket: str, key: str, data: bytes) -> None:
    # The same image always gives the same bytes, so it does not matter who of two rivals writes last.
    get_store().put(bucket, key, io.BytesIO(data), len(data), media_type=THUMBNAIL_MEDIA_TYPE)
