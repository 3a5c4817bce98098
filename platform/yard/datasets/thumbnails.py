"""Thumbnails, made when first asked for and kept by the image's digest."""

from __future__ import annotations

import io

from yard.core.errors import NotFound
from yard.datasets.images import THUMBNAIL_MEDIA_TYPE, NotAnImage, make_thumbnail
from yard.datasets.models import Image
from yard.storage import keys
from yard.storage.objects import open_object
from yard.storage.stores import get_store


def thumbnail_key(image: Image, bucket: str) -> tuple[str, int]:
    """Key and size in bytes of the image's thumbnail, which is made if there is none. Raises ``NotFound``."""
    store = get_store()
    key = keys.thumbnail(image.digest)
    found = store.stat(bucket, key)
    if found is not None:
        return key, found.size
    try:
        with open_object(bucket, keys.dataset_file(image.dataset_id, image.name)) as file:
            data = make_thumbnail(file)
    except NotAnImage as error:
        raise NotFound(f"{image.name} has no thumbnail: {error.message}.") from error
    # The same image always gives the same bytes, so it does not matter who of two rivals writes last.
    store.put(bucket, key, io.BytesIO(data), len(data), media_type=THUMBNAIL_MEDIA_TYPE)
    return key, len(data)
