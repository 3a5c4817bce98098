"""The object store that the settings name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from yard.storage.base import ObjectStore


def get_store() -> ObjectStore:
    """The one store of this process; another one as soon as the settings name another.

    Raises ``ImproperlyConfigured`` for a kind that does not exist.
    """
    if settings.STORAGE == "local":
        return _local(Path(settings.STORAGE_DIR))
    if settings.STORAGE == "minio":
        return _minio(
            settings.S3_ENDPOINT,
            settings.S3_ACCESS_KEY,
            settings.S3_SECRET_KEY,
            settings.S3_REGION,
            settings.S3_SECURE,
            settings.S3_TIMEOUT_SECONDS,
        )
    raise ImproperlyConfigured(f"YARD_STORAGE is {settings.STORAGE!r}; write local or minio.")


def reset_stores() -> None:
    """Forget every store and its connections."""
    _local.cache_clear()
    _minio.cache_clear()


@lru_cache(maxsize=4)
def _local(root: Path) -> ObjectStore:
    from yard.storage.local import LocalStore

    return LocalStore(root)


@lru_cache(maxsize=4)
def _minio(  # noqa: PLR0917 - cached by its arguments
    endpoint: str, access_key: str, secret_key: str, region: str, secure: bool, timeout: float
) -> ObjectStore:
    from yard.storage.minio import MinioStore

    return MinioStore(
        endpoint=endpoint,
        access_key=access_key,
        secret_key=secret_key,
        region=region,
        secure=secure,
        timeout=timeout,
    )
