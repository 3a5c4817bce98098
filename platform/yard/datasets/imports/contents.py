"""Reading the content of an import's files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import IO

from django.conf import settings

from yard.datasets.images import NotAnImage
from yard.datasets.imports.sources import Source

COPY_BYTES = 1 << 20


def copy_hashed(source: Source, target: IO[bytes], beat: Callable[[], None]) -> str:
    """The file's bytes into ``target``; their SHA-256. Raises ``NotAnImage`` for one that is too large."""
    most = settings.IMAGE_MAX_BYTES
    if source.size > most:
        raise NotAnImage(f"it has {source.size} bytes; at most {most} are allowed for one image here")
    digest = hashlib.sha256()
    with source.open() as stream:
        while part := stream.read(COPY_BYTES):
            digest.update(part)
            target.write(part)
            beat()
    target.seek(0)
    return digest.hexdigest()
