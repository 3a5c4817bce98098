"""Objects with their rows: digest, size, and what file sets need is never lost."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.storage.conftest import BUCKET, Put
from yard.core.errors import InvalidInput
from yard.storage import keys, objects
from yard.storage.base import ObjectMissing, ObjectStore
from yard.storage.filesets import ManifestEntry, fileset_create, fileset_read
from yard.storage.models import StoredObject
from yard.storage.objects import (
    download_to,
    object_copy,
    object_delete,
    object_get,
    object_put,
    object_read,
    objects_delete,
    open_object,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform_store")]

KEY = "datasets/1/a.png"


def content(key: str = KEY) -> bytes:
    return b"".join(object_read(BUCKET, key))


def pinned(*rows: StoredObject) -> Any:
    return fileset_create(bucket=BUCKET, entries=[ManifestEntry(str(row.pk), row.size, row.digest) for row in rows])


def test_it_knows_digest_and_size(put: Put) -> None:
    row = put(KEY, b"content")
    assert (row.digest, row.size) == (hashlib.sha256(b"content").hexdigest(), 7)
    assert object_get(BUCKET, KEY) == row
    assert content() == b"content"
    assert object_get(BUCKET, "datasets/1/absent.png") is None


def test_it_takes_a_stream_of_unknown_size() -> None:
    row = object_put(bucket=BUCKET, key=KEY, source=io.BytesIO(b"x" * 3_000_000), size=None)
    assert row.size == 3_000_000


def test_the_same_content_again_changes_nothing(put: Put) -> None:
    first, second = put(KEY, b"content"), put(KEY, b"content")
    assert first == second
    assert first.updated_at == second.updated_at
    assert StoredObject.objects.count() == 1


def test_the_same_content_again_heals_a_lost_object(put: Put, platform_store: ObjectStore) -> None:
    put(KEY, b"content")
    platform_store.delete(BUCKET, KEY)
    put(KEY, b"content")
    assert content() == b"content"


def test_other_content_replaces_it_and_leaves_nothing_behind(put: Put, platform_store: ObjectStore) -> None:
    put(KEY, b"old")
    row = put(KEY, b"newer")
    assert (content(), row.size, StoredObject.objects.count()) == (b"newer", 5, 1)
    assert [found.key for found in platform_store.list(BUCKET)] == [KEY]


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_source_that_ends_early_changes_nothing(put: Put, platform_store: ObjectStore, before: bytes | None) -> None:
    if before is not None:
        put(KEY, before)
    with pytest.raises(ValueError, match="ended after 3 of 10"):
        object_put(bucket=BUCKET, key=KEY, source=io.BytesIO(b"abc"), size=10)
    assert [found.key for found in platform_store.list(BUCKET)] == ([] if before is None else [KEY])
    assert before is None or content() == before


def test_bad_keys_are_refused_before_anything_is_stored() -> None:
    with pytest.raises(InvalidInput):
        object_put(bucket=BUCKET, key="datasets/../../etc/passwd", source=io.BytesIO(b"x"), size=1)
    assert not StoredObject.objects.exists()


def test_content_of_a_file_set_survives_overwriting_and_deleting(
    put: Put, django_capture_on_commit_callbacks: Any
) -> None:
    row = put(KEY, b"old")
    entry = ManifestEntry("a.png", row.size, row.digest)
    fileset = fileset_create(bucket=BUCKET, entries=[entry])
    put(KEY, b"new")
    assert b"".join(fileset_read(fileset, entry)) == b"old"
    with django_capture_on_commit_callbacks(execute=True):
        object_delete(bucket=BUCKET, key=KEY)
    assert b"".join(fileset_read(fileset, entry)) == b"old"
    assert [found.key for found in StoredObject.objects.all()] == [keys.blob(row.digest)]


def test_content_that_nothing_needs_goes(
    put: Put, platform_store: ObjectStore, django_capture_on_commit_callbacks: Any
) -> None:
    put(KEY, b"old")
    with django_capture_on_commit_callbacks(execute=True):
        object_delete(bucket=BUCKET, key=KEY)
        object_delete(bucket=BUCKET, key=KEY)
    assert list(platform_store.list(BUCKET)) == []
    assert not StoredObject.objects.exists()


def test_a_key_put_anew_in_the_same_transaction_stays(put: Put, django_capture_on_commit_callbacks: Any) -> None:
    put(KEY, b"old")
    with django_capture_on_commit_callbacks(execute=True):
        object_delete(bucket=BUCKET, key=KEY)
        put(KEY, b"new")
    assert content() == b"new"


def test_kept_content_is_kept_once(put: Put) -> None:
    first, second = put("datasets/1/a", b"same"), put("datasets/2/b", b"same")
    pinned(first)
    put(first.key, b"1")
    put(second.key, b"2")
    assert StoredObject.objects.filter(digest=first.digest).count() == 1


def test_a_kill_before_the_row_is_written_loses_no_needed_content(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: the readable key has its new content already, the row still tells of the old one."""
    row = put(KEY, b"old")
    entry = ManifestEntry("a.png", row.size, row.digest)
    fileset = fileset_create(bucket=BUCKET, entries=[entry])

    def killed(*args: Any) -> StoredObject:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(objects, "_saved", killed)
        with pytest.raises(KeyboardInterrupt):
            put(KEY, b"new")
    assert content() == b"new"
    assert StoredObject.objects.get(key=KEY).digest == row.digest
    assert b"".join(fileset_read(fileset, entry)) == b"old"
    put(KEY, b"new")
    assert StoredObject.objects.get(key=KEY).digest == hashlib.sha256(b"new").hexdigest()


def test_two_who_put_the_same_new_key_agree_on_what_is_there(
    put: Put, platform_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_put = type(platform_store).put

    def overtaken(self: ObjectStore, bucket: str, key: str, *args: Any, **kwargs: Any) -> None:
        monkeypatch.undo()
        put(KEY, b"the other's")
        store_put(self, bucket, key, *args, **kwargs)

    monkeypatch.setattr(type(platform_store), "put", overtaken)
    row = put(KEY, b"mine")
    assert (content(), row.size) == (b"mine", 4)
    assert StoredObject.objects.get(key=KEY).digest == hashlib.sha256(b"mine").hexdigest()


def test_it_copies(put: Put) -> None:
    row = put(KEY, b"content")
    put("datasets/1/b.png", b"other")
    copied = object_copy(bucket=BUCKET, source_key=KEY, target_key="datasets/1/b.png")
    assert (copied.digest, content("datasets/1/b.png")) == (row.digest, b"content")
    with pytest.raises(ObjectMissing):
        object_copy(bucket=BUCKET, source_key="absent", target_key="b")


def test_everything_below_a_prefix_goes(
    put: Put, platform_store: ObjectStore, django_capture_on_commit_callbacks: Any
) -> None:
    for name in ("1/a", "1/b/c", "10/a"):
        put(f"datasets/{name}", name.encode())
    platform_store.put(BUCKET, "datasets/1/unrecorded", io.BytesIO(b"x"), 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert objects_delete(bucket=BUCKET, prefix="datasets/1/") == 2
    assert [found.key for found in platform_store.list(BUCKET)] == ["datasets/10/a"]
    with pytest.raises(ValueError, match="slash"):
        objects_delete(bucket=BUCKET, prefix="datasets/1")


def test_it_opens_like_a_file(put: Put) -> None:
    put(KEY, bytes(range(256)) * 10_000)
    with open_object(BUCKET, KEY) as file:
        assert file.read(3) == b"\x00\x01\x02"
        file.seek(-1, io.SEEK_END)
        assert file.read() == b"\xff"
        file.seek(256 * 5)
        assert file.read(2) == b"\x00\x01"
    with pytest.raises(ObjectMissing):
        open_object(BUCKET, "absent")


def test_a_zip_is_read_in_place(put: Put) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", b"hello" * 50_000)
        archive.writestr("b.txt", b"world")
    put("uploads.zip", packed.getvalue())
    with open_object(BUCKET, "uploads.zip") as file, zipfile.ZipFile(file) as archive:
        assert archive.read("b.txt") == b"world"
        assert archive.testzip() is None


def test_it_downloads_whole_or_not_at_all(put: Put, tmp_path: Path) -> None:
    put(KEY, b"content")
    target = tmp_path / "out" / "a.png"
    target.parent.mkdir()
    download_to(BUCKET, KEY, target)
    assert target.read_bytes() == b"content"
    with pytest.raises(ObjectMissing):
        download_to(BUCKET, "absent", target.with_name("b"))
    assert [path.name for path in target.parent.iterdir()] == ["a.png"]
