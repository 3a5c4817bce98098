"""Whether the object store can be used."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from yard.core.errors import YardError
from yard.storage import keys
from yard.storage.stores import get_store


def store_problem() -> str:
    """Why objects cannot be read; empty when they can. Writes nothing."""
    if settings.STORAGE == "local":
        folder = Path(settings.STORAGE_DIR)
        if folder.exists() and not folder.is_dir():
            return "The folder of the objects is no folder."
        return ""
    try:
        get_store().stat(settings.PLATFORM_BUCKET, keys.staging())
    except (YardError, ValueError):  # the client refuses addresses and keys that cannot be any
        return "The object store does not answer, or refuses our keys. manage.py doctor tells more."
    return ""
