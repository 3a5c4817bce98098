"""What every object store promises, proved on each of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.storage.base import (
    PART_BYTES,
    BucketMissing,
    KeyConflict,
    ObjectMissing,
    ObjectStore,
    Parts,
    StoreUnavailable,
)
from yard.storage.local import LocalStore
from yard.storage.minio import UPLOAD_PART_BYTES, MinioStore

BUCKET = "anna-example-org"


def _local(request: pytest.FixtureRequest) -> ObjectStore:
    return LocalStore(request.getfixturevalue("tmp_path") / "store")


def _minio(request: pytest.FixtureRequest) -> ObjectStore:
    server = request.getfixturevalue("s3_server")
    return MinioStore(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        region="us-east-1",
        secure=False,
    )


STORES: dict[str, Callable[[pytest.FixtureRequest], ObjectStore]] = {"local": _local, "minio": _minio}


@pytest.fixture(params=["local", pytest.param("minio", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    return STORES[request.param](request)


@pytest.fixture
def bucket(store: ObjectStore) -> Iterator[str]:
    # One for all tests: a small SeaweedFS has room for few.
    store.make_bucket(BUCKET)
    yield BUCKET
    for found in list(store.list(BUCKET)):
        store.delete(BUCKET, found.key)


def put(store: ObjectStore, bucket: str, key: str, content: bytes) -> None:
    store.put(bucket, key, io.BytesIO(content), len(content))


def get(store: ObjectStore, bucket: str, key: str) -> bytes:
    return b"".join(store.read(bucket, key))


def listed(store: ObjectStore, bucket: str, prefix: str = "") -> list[str]:
    return [found.key for found in store.list(bucket, prefix)]


class Endless:
    """Bytes without end and without memory."""

    def read(self, size: int = -1, /) -> bytes:
        return b"x" * size


class Breaking:
    """A source that fails after its first part."""

    def __init__(self) -> None:
        self.calls = 0

    def read(self, size: int = -1, /) -> bytes:
        self.calls += 1
        if self.calls > 1:
            raise ConnectionError("the browser went away")
        return b"x" * min(size, 1000)


def test_it_gives_back_what_was_put(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "datasets/1/a.png", b"content")
    assert get(store, bucket, "datasets/1/a.png") == b"content"
    found = store.stat(bucket, "datasets/1/a.png")
    assert found is not None
    assert (found.key, found.size) == ("datasets/1/a.png", 7)
    assert found.modified_at.tzinfo is not None


def test_it_makes_a_bucket_twice_without_complaint(store: ObjectStore, bucket: str) -> None:
    store.make_bucket(bucket)
    put(store, bucket, "a", b"1")
    store.make_bucket(bucket)
    assert listed(store, bucket) == ["a"]


def test_it_keeps_empty_objects(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "empty", b"")
    assert get(store, bucket, "empty") == b""
    found = store.stat(bucket, "empty")
    assert found is not None
    assert found.size == 0


def test_it_replaces_an_object(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "a", b"old and long")
    put(store, bucket, "a", b"new")
    assert get(store, bucket, "a") == b"new"
    assert listed(store, bucket) == ["a"]


def test_it_takes_only_as_many_bytes_as_announced(store: ObjectStore, bucket: str) -> None:
    store.put(bucket, "a", Endless(), 10)
    assert get(store, bucket, "a") == b"x" * 10


def test_it_takes_a_source_of_unknown_size(store: ObjectStore, bucket: str) -> None:
    content = b"ab" * (UPLOAD_PART_BYTES // 2 + 5)
    store.put(bucket, "a", io.BytesIO(content), None)
    assert get(store, bucket, "a") == content


def test_it_takes_an_object_of_several_parts(store: ObjectStore, bucket: str) -> None:
    size = 2 * UPLOAD_PART_BYTES + 17
    store.put(bucket, "big", Endless(), size)
    found = store.stat(bucket, "big")
    assert found is not None
    assert found.size == size
    parts = [len(part) for part in store.read(bucket, "big")]
    assert sum(parts) == size
    assert max(parts) <= PART_BYTES


@pytest.mark.parametrize("size", [100, UPLOAD_PART_BYTES * 2 + 1])
def test_it_keeps_the_old_object_when_the_source_ends_early(store: ObjectStore, bucket: str, size: int) -> None:
    put(store, bucket, "a", b"old")
    with pytest.raises(ValueError, match="ended after"):
        store.put(bucket, "a", io.BytesIO(b"x" * (size - 1)), size)
    assert get(store, bucket, "a") == b"old"


def test_it_keeps_nothing_when_the_source_fails(store: ObjectStore, bucket: str) -> None:
    with pytest.raises(ConnectionError, match="browser went away"):
        store.put(bucket, "a", Breaking(), UPLOAD_PART_BYTES * 2)
    assert store.stat(bucket, "a") is None
    assert listed(store, bucket) == []


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 3, b"012"), (4, 3, b"456"), (7, None, b"789"), (8, 100, b"89"), (10, None, b""), (99, 5, b""), (3, 0, b"")],
)
def test_it_reads_ranges(store: ObjectStore, bucket: str, offset: int, length: int | None, expected: bytes) -> None:
    put(store, bucket, "a", b"0123456789")
    assert b"".join(store.read(bucket, "a", offset=offset, length=length)) == expected


def test_it_closes_a_reading_half_way(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "a", b"x" * (3 * PART_BYTES))
    parts = store.read(bucket, "a")
    assert len(next(parts)) <= PART_BYTES
    parts.close()
    parts.close()
    assert list(parts) == []


@pytest.mark.parametrize("length", [None, 0, 5])
def test_it_tells_at_once_that_an_object_is_missing(store: ObjectStore, bucket: str, length: int | None) -> None:
    with pytest.raises(ObjectMissing, match=r"no object datasets/7/x\.png"):
        store.read(bucket, "datasets/7/x.png", length=length)
    assert store.stat(bucket, "datasets/7/x.png") is None


def test_it_has_no_object_where_a_folder_is(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "folder/child", b"1")
    assert store.stat(bucket, "folder") is None
    with pytest.raises(ObjectMissing):
        store.read(bucket, "folder")
    store.delete(bucket, "folder")
    assert listed(store, bucket) == ["folder/child"]


def test_it_copies(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "a", b"content")
    put(store, bucket, "deep/b", b"other")
    store.copy(bucket, "a", "deep/b")
    store.copy(bucket, "a", "a")
    put(store, bucket, "a", b"changed")
    assert get(store, bucket, "deep/b") == b"content"
    with pytest.raises(ObjectMissing):
        store.copy(bucket, "absent", "c")
    assert listed(store, bucket) == ["a", "deep/b"]


def test_it_copies_over_a_copy(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "a", b"content")
    store.copy(bucket, "a", "b")
    store.copy(bucket, "a", "b")
    assert get(store, bucket, "b") == b"content"


def test_it_deletes_as_often_as_asked(store: ObjectStore, bucket: str) -> None:
    put(store, bucket, "a/b/c", b"1")
    store.delete(bucket, "a/b/c")
    store.delete(bucket, "a/b/c")
    assert listed(store, bucket) == []
    put(store, bucket, "a", b"now an object where a folder was")
    assert listed(store, bucket) == ["a"]


def test_it_lists_below_a_prefix(store: ObjectStore, bucket: str) -> None:
    keys = ["a-b", "a/1", "a/b/2", "a0", "aa", "b", "ä", "a b/c.txt"]
    for key in keys:
        put(store, bucket, key, key.encode())
    assert sorted(listed(store, bucket)) == sorted(keys)
    assert listed(store, bucket, "a/") == ["a/1", "a/b/2"]
    assert sorted(listed(store, bucket, "a")) == sorted(key for key in keys if key.startswith("a"))
    assert listed(store, bucket, "a/b") == ["a/b/2"]
    assert listed(store, bucket, "none/") == []
    assert [found.size for found in store.list(bucket, "a-")] == [3]


def test_it_lists_more_than_one_page(store: ObjectStore, bucket: str) -> None:
    for number in range(1005):
        put(store, bucket, f"many/{number:05d}", b"")
    assert listed(store, bucket, "many/") == [f"many/{number:05d}" for number in range(1005)]


def test_it_says_that_a_bucket_is_missing(store: ObjectStore) -> None:
    absent = f"absent-{uuid4().hex[:12]}"
    with pytest.raises(ObjectMissing):
        store.read(absent, "a")
    with pytest.raises(ObjectMissing):
        store.copy(absent, "a", "b")
    assert store.stat(absent, "a") is None
    assert listed(store, absent) == []
    store.delete(absent, "a")


def test_it_puts_nothing_into_a_bucket_that_was_never_made(store: ObjectStore) -> None:
    absent = f"absent-{uuid4().hex[:12]}"
    try:
        put(store, absent, "a", b"1")
    except BucketMissing:
        assert store.stat(absent, "a") is None
    else:  # some servers make it for an administrator
        assert get(store, absent, "a") == b"1"
        store.delete(absent, "a")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "a/",
        "./a",
        "a\0b",
        "a\nb",
        "a\\b",
        "x" * 256,
        "a/" * 600 + "a",
        "\ud800",
    ],
)
def test_it_refuses_keys_that_are_none(store: ObjectStore, bucket: str, key: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be an object key"):
        put(store, bucket, key, b"1")
    for call in (store.read, store.stat, store.delete):
        with pytest.raises(InvalidInput):
            call(bucket, key)
    with pytest.raises(InvalidInput):
        store.copy(bucket, "a", key)
    assert listed(store, bucket) == []


@pytest.mark.parametrize("name", ["..", "", "a", "A-B", "a/b", ".tmp", "-ab", "ab-", "a" * 64, "a_b"])
def test_it_refuses_bucket_names_that_are_none(store: ObjectStore, name: str) -> None:
    with pytest.raises(InvalidInput, match="bucket"):
        store.make_bucket(name)
    with pytest.raises(InvalidInput, match="bucket"):
        put(store, name, "a", b"1")


@pytest.mark.parametrize(("first", "second"), [("conf", "conf/child"), ("conf/child", "conf"), ("a", "a/b/c")])
def test_a_key_that_another_runs_through_is_kept_or_refused(
    store: ObjectStore, bucket: str, first: str, second: str
) -> None:
    put(store, bucket, first, b"first")
    try:
        put(store, bucket, second, b"second")
    except KeyConflict:
        assert listed(store, bucket) == [first]
    else:
        assert get(store, bucket, second) == b"second"
    assert get(store, bucket, first) == b"first"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=60
    ).filter(lambda name: name not in {".", ".."})
)
def test_it_keeps_any_proper_name(store: ObjectStore, bucket: str, name: str) -> None:
    key = f"datasets/1/{name}"
    put(store, bucket, key, name.encode())
    assert get(store, bucket, key) == name.encode()
    assert key in listed(store, bucket, "datasets/1/")
    store.delete(bucket, key)
    assert store.stat(bucket, key) is None


def test_parts_close_themselves_when_dropped(store: ObjectStore, bucket: str, recwarn: pytest.WarningsRecorder) -> None:
    put(store, bucket, "a", b"x" * PART_BYTES * 2)
    parts: Parts | None = store.read(bucket, "a")
    assert parts is not None
    next(parts)
    parts = None
    assert len(recwarn) == 0


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    store = MinioStore(endpoint="127.0.0.1:9", access_key="a", secret_key="b", region="us-east-1", secure=False)
    for call in (
        lambda: store.make_bucket("bucket"),
        lambda: put(store, "bucket", "a", b"1"),
        lambda: store.read("bucket", "a"),
        lambda: store.stat("bucket", "a"),
        lambda: list(store.list("bucket")),
    ):
        with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9 does not answer"):
            call()


@pytest.mark.s3
def test_wrong_credentials_are_told_in_a_sentence(request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("s3_server")
    store = MinioStore(
        endpoint=server.endpoint, access_key=server.access_key, secret_key="wrong", region="us-east-1", secure=False
    )
    with pytest.raises(StoreUnavailable, match="refuses our credentials"):
        store.read("bucket", "a")


def test_the_local_store_is_private_and_its_files_are_read_only(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "deep" / "store")
    store.make_bucket(BUCKET)
    put(store, BUCKET, "a/b", b"1")
    assert store.root.stat().st_mode & 0o777 == 0o700
    assert (store.root / BUCKET / "a" / "b").stat().st_mode & 0o777 == 0o444
