"""Garbage goes when it is old and nobody needs it; nothing else ever does."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.storage.conftest import BUCKET, Put
from yard.accounts.models import Project, User
from yard.datasets.models import Dataset, DatasetVersion
from yard.storage import garbage, keys
from yard.storage.base import ObjectStore
from yard.storage.filesets import ManifestEntry, fileset_create, fileset_read
from yard.storage.garbage import collect_garbage
from yard.storage.models import FileSet, StoredObject
from yard.storage.objects import object_put

pytestmark = pytest.mark.django_db

NOW = timedelta(seconds=-5)  # a grace that lets even the newest things be old
KEY = "datasets/1/a.png"


@pytest.fixture(autouse=True)
def no_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files here belong to no data set; tests/datasets/test_version_garbage.py has some that do."""
    monkeypatch.setattr(garbage, "_file_claims", [])


@pytest.fixture
def fileset(platform_store: ObjectStore, put: Put) -> FileSet:
    """A set of one file, whose readable key has other content by now."""
    row = put(KEY, b"old")
    made = fileset_create(bucket=BUCKET, entries=[ManifestEntry("a.png", row.size, row.digest)])
    put(KEY, b"new")
    return made


def collect() -> garbage.Collected:
    return collect_garbage(grace=NOW, upload_grace=NOW)


def stored(store: ObjectStore) -> set[str]:
    return {found.key for found in store.list(BUCKET)}


def refer_to(fileset: FileSet) -> DatasetVersion:
    user = User.objects.create_user("olga")
    project = Project.objects.create(name="p", created_by=user)
    dataset = Dataset.objects.create(project=project, name="d", created_by=user, bucket=BUCKET)
    return DatasetVersion.objects.create(
        dataset=dataset, number=1, fileset=fileset, image_count=1, annotated_count=0, shape_count=0
    )


def test_what_a_version_needs_stays(fileset: FileSet, platform_store: ObjectStore) -> None:
    version = refer_to(fileset)
    before = stored(platform_store)
    assert collect() == garbage.Collected()
    assert stored(platform_store) == before
    assert b"".join(fileset_read(version.fileset, ManifestEntry("a.png", 3, _digest(fileset)))) == b"old"


def _digest(fileset: FileSet) -> str:
    return StoredObject.objects.get(key__startswith=keys.BLOBS).digest


def test_what_nobody_refers_to_goes_with_its_content(fileset: FileSet, platform_store: ObjectStore) -> None:
    done = collect()
    assert (done.filesets, done.blobs) == (1, 1)
    assert stored(platform_store) == {KEY}
    assert not FileSet.objects.exists()
    assert list(StoredObject.objects.values_list("key", flat=True)) == [KEY]


def test_it_goes_after_its_version(fileset: FileSet, platform_store: ObjectStore) -> None:
    version = refer_to(fileset)
    collect()
    version.delete()
    collect()
    assert stored(platform_store) == {KEY}


def test_young_things_stay(fileset: FileSet, platform_store: ObjectStore, put: Put) -> None:
    put(keys.upload_chunk(uuid4(), 0), b"chunk")
    before = stored(platform_store)
    assert collect_garbage() == garbage.Collected()
    assert stored(platform_store) == before


def test_a_set_that_is_wanted_again_stays(fileset: FileSet) -> None:
    FileSet.objects.update(updated_at=timezone.now() - timedelta(days=9))
    row = StoredObject.objects.get(key__startswith=keys.BLOBS)
    again = fileset_create(bucket=BUCKET, entries=[ManifestEntry("a.png", row.size, row.digest)])
    assert again == fileset
    assert collect_garbage(grace=timedelta(hours=1)).filesets == 0


def test_readable_objects_are_let_go_but_stay(platform_store: ObjectStore, put: Put) -> None:
    row = put(KEY, b"content")
    fileset_create(bucket=BUCKET, entries=[ManifestEntry("a", row.size, row.digest)]).delete()
    assert collect().unpinned == 1
    put(KEY, b"other")
    assert stored(platform_store) == {KEY, keys.manifest(_manifest(platform_store))}


def _manifest(store: ObjectStore) -> str:
    return next(key for key in stored(store) if key.startswith("manifests/")).split("/")[-1].removesuffix(".jsonl.gz")


def test_a_lost_manifest_keeps_everything(
    fileset: FileSet, platform_store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    refer_to(fileset)
    platform_store.delete(BUCKET, fileset.manifest_key)
    assert collect().blobs == 0
    assert "is lost" in caplog.text


@pytest.fixture
def claims() -> Iterator[set[str]]:
    """Upload ids that an app claims."""
    claimed: set[str] = set()
    garbage.claim_uploads(lambda ids: ids & claimed)
    yield claimed
    garbage._claims.pop()


def test_chunks_of_given_up_uploads_go(
    platform_store: ObjectStore, put: Put, claims: set[str], django_capture_on_commit_callbacks: object
) -> None:
    wanted, given_up = uuid4(), uuid4()
    for upload in (wanted, given_up):
        for offset in (0, 5):
            put(keys.upload_chunk(upload, offset), b"chunk")
    claims.add(str(wanted))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert collect().chunks == 2
    assert stored(platform_store) == {keys.upload_chunk(wanted, 0), keys.upload_chunk(wanted, 5)}


def test_what_killed_writes_left_goes(platform_store: ObjectStore, put: Put) -> None:
    put(KEY, b"content")
    platform_store.put(BUCKET, keys.staging(), io.BytesIO(b"x"), 1)
    assert collect().leftovers == 1
    assert stored(platform_store) == {KEY}


def test_temporary_files_go_when_they_are_old(local_store: ObjectStore, put: Put, settings: object) -> None:
    put(KEY, b"content")
    left: Path = settings.STORAGE_DIR / ".tmp" / "left"  # type: ignore[attr-defined]
    left.write_bytes(b"half")
    assert collect_garbage().leftovers == 0
    os.utime(left, (1, 1))
    assert collect_garbage().leftovers == 1
    assert not left.exists()


def test_the_command_tells_what_it_did(local_store: ObjectStore, put: Put) -> None:
    row = put(KEY, b"old")
    fileset_create(bucket=BUCKET, entries=[ManifestEntry("a", row.size, row.digest)])
    object_put(bucket=BUCKET, key=KEY, source=io.BytesIO(b"new"), size=3)
    out = io.StringIO()
    call_command("collect_garbage", grace_hours=-1, upload_grace_hours=-1, stdout=out)
    assert "1 file sets, 1 kept contents" in out.getvalue()
