"""Deleting versions gives room back, and takes nothing that anybody needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, cvat, picture
from tests.datasets.test_datasets_api import address
from tests.datasets.test_version_restore import Killed, add, drop, exchange, files
from yard.accounts.models import User
from yard.datasets.cache import version_materialise
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, DatasetVersion, ImportState
from yard.datasets.versions.create import version_create
from yard.datasets.versions.records import records_open
from yard.datasets.versions.restore import version_restore
from yard.storage import garbage, keys
from yard.storage.garbage import Collected, collect_garbage
from yard.storage.models import FileSet, StoredObject
from yard.storage.objects import object_get
from yard.storage.stores import get_store

A, B, C, D = (picture(color=color) for color in ("red", "green", "blue", "white"))
XML = cvat({"a.png": "", "b.png": ""})


@pytest.fixture(params=["local", pytest.param("minio", marks=pytest.mark.s3)])
def on(request: pytest.FixtureRequest, settings: Any) -> None:
    """With the local store, and with a real S3 server."""
    if request.param == "minio":
        server = request.getfixturevalue("s3_server")
        settings.STORAGE = "minio"
        settings.S3_ENDPOINT, settings.S3_SECURE = server.endpoint, False
        settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = server.access_key, server.secret_key


@pytest.fixture
def filled(on: None, import_files: Importer, dataset: Dataset) -> Dataset:
    if get_store().list(dataset.bucket):
        for found in list(get_store().list(dataset.bucket)):  # buckets of a server outlive a test
            get_store().delete(dataset.bucket, found.key)
    import_files({"a.png": A, "b.png": B, "annotations.xml": XML})
    return dataset


def collect() -> Collected:
    """As if the grace time were over for everything there is now."""
    return collect_garbage(grace=timedelta(0), upload_grace=timedelta(0))


def stored(dataset: Dataset, prefix: str = "") -> set[str]:
    return {found.key for found in get_store().list(dataset.bucket, prefix)}


def whole(version: DatasetVersion, settings: Any, folder: Any) -> dict[str, bytes]:
    """The version's images on a machine that has nothing of it yet; digests are verified on the way."""
    settings.DATA_CACHE_DIR = folder
    root = version_materialise(version)
    return {file.name: file.read_bytes() for file in root.glob("*.png")}


@pytest.fixture
def three(filled: Dataset, owner: User) -> list[DatasetVersion]:
    """Versions with (a, b), (a', b), and (a', c), each with its records."""
    made = [version_create(dataset=filled, user=owner)]
    exchange(filled, "a.png", D)
    made.append(version_create(dataset=filled, user=owner))
    drop(filled, "b.png")
    add(filled, "c.png", C)
    made.append(version_create(dataset=filled, user=owner))
    for version in made:
        records_open(version)
    return made


def test_only_what_the_deleted_version_alone_needed_goes(
    three: list[DatasetVersion], filled: Dataset, as_owner: APIClient, settings: Any, tmp_path: Any
) -> None:
    first, second, third = three
    assert collect().blobs == 0
    before = stored(filled)
    sizes = {found.key: found.size for found in get_store().list(filled.bucket)}
    digest = {row.digest for row in StoredObject.objects.filter(key__startswith=keys.BLOBS, size=len(A))}
    assert as_owner.delete(address(filled, "versions/1/")).status_code == 204
    done = collect()
    gone = before - stored(filled)
    # Its manifest, its two objects of records, its image that nobody else has with its thumbnail, its annotations.xml.
    assert (done.filesets, done.blobs, len(gone)) == (1, 2, 6)
    assert {keys.blob(one) for one in digest} & gone
    assert done.bytes == sum(sizes[key] for key in gone)
    assert not stored(filled, keys.manifest(first.fileset.digest))
    assert whole(second, settings, tmp_path / "two") == {"a.png": D, "b.png": B}
    assert whole(third, settings, tmp_path / "three") == {"a.png": D, "c.png": C}
    assert files(filled) == {"a.png": D, "c.png": C}
    assert collect() == Collected()


STEPS = ["_delete", "_let_go", "_collect_files", "_collect_content", "_collect_derived"]


@pytest.mark.parametrize("on", ["local"], indirect=True)
@pytest.mark.parametrize(("step", "count"), [*((step, 1) for step in STEPS), ("_delete", 2), ("_let_go", 3)])
def test_killed_anywhere_the_rest_goes_next_time(
    three: list[DatasetVersion],
    filled: Dataset,
    owner: User,
    as_owner: APIClient,
    settings: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    count: int,
) -> None:
    assert as_owner.delete(address(filled, "versions/1/")).status_code == 204
    _kill_at(monkeypatch, step, count)
    try:
        collect()
    except Killed:
        assert whole(three[1], settings, tmp_path / "meanwhile") == {"a.png": D, "b.png": B}
    monkeypatch.undo()
    collect()
    assert whole(three[1], settings, tmp_path / "two") == {"a.png": D, "b.png": B}
    assert whole(three[2], settings, tmp_path / "three") == {"a.png": D, "c.png": C}
    wanted = {version.fileset.digest for version in three[1:]}
    assert {key.split("/")[-1].partition(".")[0] for key in stored(filled, keys.RECORDS)} == wanted
    assert len(stored(filled, "manifests/")) == FileSet.objects.count() == 2
    assert not StoredObject.objects.filter(size=len(A), key__startswith=keys.BLOBS, digest=_digest(A)).exists()


def _digest(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _kill_at(monkeypatch: pytest.MonkeyPatch, step: str, count: int) -> None:
    """The process dies when it does this for the so-manieth time."""
    real: Callable[..., Any] = getattr(garbage, step)
    calls: Iterator[int] = iter(range(1, 1000))

    def killed(*given: Any, **named: Any) -> Any:
        if next(calls) == count:
            raise Killed
        return real(*given, **named)

    monkeypatch.setattr(garbage, step, killed)


def test_a_version_that_is_made_meanwhile_is_not_harmed(
    three: list[DatasetVersion],
    filled: Dataset,
    owner: User,
    as_owner: APIClient,
    settings: Any,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The collector has just seen that nobody needs the old image; then somebody pins it anew."""
    first = three[0]
    version_restore(dataset=filled, version=first, user=owner)
    first.fileset.refresh_from_db()
    assert as_owner.delete(address(filled, "versions/1/")).status_code == 204
    real = garbage._unneeded
    made: list[DatasetVersion] = []

    def meanwhile(bucket: str, digests: set[str]) -> set[str]:
        found = real(bucket, digests)
        if not made:
            made.append(version_create(dataset=filled, user=owner))
        return found

    monkeypatch.setattr(garbage, "_unneeded", meanwhile)
    collect()
    collect()
    drop(filled, "a.png")
    drop(filled, "b.png")
    assert whole(made[0], settings, tmp_path / "new") == {"a.png": A, "b.png": B}


def test_content_that_came_back_is_not_kept_twice(
    three: list[DatasetVersion], filled: Dataset, owner: User, settings: Any, tmp_path: Any
) -> None:
    version_restore(dataset=filled, version=three[0], user=owner)
    assert len(_keys_of(A)) == 2
    done = collect()
    assert done.twins > 0
    assert _keys_of(A) == [keys.dataset_file(filled.pk, "a.png")]
    assert whole(three[0], settings, tmp_path / "one") == {"a.png": A, "b.png": B}
    drop(filled, "a.png")  # it is kept anew
    assert whole(three[0], settings, tmp_path / "again") == {"a.png": A, "b.png": B}


def _keys_of(content: bytes) -> list[str]:
    return list(StoredObject.objects.filter(digest=_digest(content)).values_list("key", flat=True))


def test_files_without_an_image_go_but_not_while_an_import_works(
    filled: Dataset, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    key = keys.dataset_file(filled.pk, "a.png")
    filled.images.filter(name="a.png").delete()  # and killed before the file went
    working = import_services.import_create(dataset=filled, user=owner)
    for state, files_gone in ((ImportState.RUNNING, 0), (ImportState.FAILED, 1)):
        working.state = state
        working.save()
        with django_capture_on_commit_callbacks(execute=True):
            assert collect().files == files_gone
    assert object_get(filled.bucket, key) is None
    assert stored(filled, key) == set()
    assert set(files(filled)) == {"b.png"}


def test_young_files_stay(filled: Dataset) -> None:
    filled.images.all().delete()
    assert collect_garbage().files == 0
    StoredObject.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert collect_garbage().files == 2
