"""The platform's store, empty, of either kind."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from yard.storage.base import ObjectStore
from yard.storage.models import StoredObject
from yard.storage.objects import object_put
from yard.storage.stores import get_store, reset_stores

BUCKET = "anna-example-org"

Put = Callable[[str, bytes], StoredObject]


@pytest.fixture
def local_store(settings: Any, tmp_path: Path) -> ObjectStore:
    settings.STORAGE = "local"
    settings.STORAGE_DIR = tmp_path / "store"
    settings.DATA_CACHE_DIR = tmp_path / "cache"
    return get_store()


def _use_minio(request: pytest.FixtureRequest) -> None:
    settings, server = request.getfixturevalue("settings"), request.getfixturevalue("s3_server")
    settings.STORAGE = "minio"
    settings.S3_ENDPOINT = server.endpoint
    settings.S3_ACCESS_KEY = server.access_key
    settings.S3_SECRET_KEY = server.secret_key
    settings.DATA_CACHE_DIR = request.getfixturevalue("tmp_path") / "cache"


@pytest.fixture(params=["local", pytest.param("minio", marks=pytest.mark.s3)])
def platform_store(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """What ``get_store`` gives to the code under test; emptied afterwards."""
    if request.param == "local":
        request.getfixturevalue("local_store")
    else:
        _use_minio(request)
    store = get_store()
    yield store
    for found in list(store.list(BUCKET)):
        store.delete(BUCKET, found.key)
    reset_stores()


@pytest.fixture
def put() -> Put:
    return lambda key, content: object_put(bucket=BUCKET, key=key, source=io.BytesIO(content), size=len(content))
