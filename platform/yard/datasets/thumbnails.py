"""Thumbnails, made while images are imported (or when one is first asked for) and kept by the image's digest."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import IO

from yard.core.errors import NotFound
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE, NotAnImage, make_thumbnail
from yard.datasets.models import Image
from yard.storage import keys
from yard.storage.objects import open_object
from yard.storage.stores import get_store


def thumbnail_keep(bucket: str, digest: str, content: IO[bytes]) -> None:
    """Make the thumbnail of this image, unless there is one. One that cannot be made is not missed until it is seen."""
    if get_store().stat(bucket, keys.thumbnail(digest)) is None:
        with suppress(NotAnImage):
            _put(bucket, keys.thumbnail(digest), make_thumbnail(content))


def thumbnail_key(image: Image, bucket: str) -> tuple[str, int]:
    """Key and size in bytes of the image's thumbnail, which is made if there is none. Raises ``NotFound``."""
    key = keys.thumbnail(image.digest)
    found = get_store().stat(bucket, key)
    if found is not None:
        return key, found.size
    try:
        with open_object(bucket, keys.dataset_file(image.dataset_id, image.name)) as file:
            data = make_thumbnail(file)
    except NotAnImage as error:
        raise NotFound(f"{image.name} has no thumbnail: {error.message}.") from error
    _put(bucket, key, data)
    return key, len(data)


def _put(bucket: str, key: str, data: bytes) -> None:
    # The same image always gives the same bytes, so it does not matter who of two rivals writes last.
    get_store().put(bucket, key, io.BytesIO(data), len(data), media_type=THUMBNAIL_MEDIA_TYPE)
