"""Platforms to back up, and places to put backups."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from minio import Minio

from tests.operations.site import Site
from tests.services.s3 import S3Server

MakeSite = Callable[..., Site]
_numbers = itertools.count(1)


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """``make_site(YARD_…="…")``: a platform without tables, with a folder of its own."""
    return lambda **more: Site(tmp_path / f"site-{next(_numbers)}", more)


@pytest.fixture(scope="session")
def template_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Made once; tests work on copies."""
    site = Site(tmp_path_factory.mktemp("template") / "site")
    site.inside("prepare_and_seed")
    return site


@pytest.fixture
def small_site(template_site: Site, make_site: MakeSite) -> Site:
    """One of everything, on SQLite and a folder."""
    site = make_site()
    shutil.copytree(template_site.folder, site.folder)
    return site


@pytest.fixture
def s3_env(s3_server: S3Server) -> Iterator[dict[str, str]]:
    """Settings of a platform that keeps its objects in S3; what it put there goes afterwards."""
    own = f"platform-{next(_numbers)}"
    buckets = [own, "bucket-olga", "bucket-otto", "bucket-victor"]
    _empty(s3_server.client(), buckets)  # other tests' users have the same names
    yield {
        "YARD_STORAGE": "minio",
        "YARD_PLATFORM_BUCKET": own,
        "YARD_S3_ENDPOINT": s3_server.endpoint,
        "YARD_S3_ACCESS_KEY": s3_server.access_key,
        "YARD_S3_SECRET_KEY": s3_server.secret_key,
    }
    _empty(s3_server.client(), buckets)


def _empty(client: Minio, buckets: Sequence[str]) -> None:
    for bucket in buckets:
        if client.bucket_exists(bucket_name=bucket):
            for found in list(client.list_objects(bucket_name=bucket, recursive=True)):
                client.remove_object(bucket_name=bucket, object_name=str(found.object_name))
