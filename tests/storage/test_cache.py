"""The cache of data sets stays within its limit; what is used stays, and what nobody knows goes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.conftest import BUCKET, Put
from yard.storage.base import ObjectStore
from yard.storage.cache import cache_trim
from yard.storage.filesets import ManifestEntry, fileset_create, fileset_materialise
from yard.storage.materialise import locked, partial_of
from yard.storage.models import FileSet

pytestmark = pytest.mark.django_db

SIZE = 64 << 10


@pytest.fixture
def cache(local_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # As with objects on S3: files of the cache are its own.
    monkeypatch.setattr(type(local_store), "local_path", lambda *_: None)
    return tmp_path / "cache"


@pytest.fixture
def make(cache: Path, put: Put) -> Callable[..., Path]:
    def make(*names: str, used: float) -> Path:
        rows = [put(f"datasets/1/{name}", name.encode() * (SIZE // len(name))) for name in names]
        entries = [ManifestEntry(name, row.size, row.digest) for name, row in zip(names, rows, strict=True)]
        fileset = fileset_create(bucket=BUCKET, entries=entries)
        folder = cache / "datasets" / fileset.digest
        fileset_materialise(fileset, folder)
        os.utime(folder.with_name(f".{folder.name}.lock"), (used, used))
        return folder

    return make


def trim(cache: Path, limit: int | None, in_use: set[str] | None = None, before: float = 0.0) -> int:
    return cache_trim(cache, cache / "datasets", limit=limit, in_use=lambda: in_use or set(), before=before)


def contents(cache: Path) -> int:
    return sum(1 for _ in cache.glob("files/*/*"))


def test_what_was_used_longest_ago_goes_first(cache: Path, make: Callable[..., Path]) -> None:
    old, older, new = make("a", used=200), make("b", used=100), make("c", used=300)
    assert trim(cache, 3 * SIZE) == 0
    trim(cache, 2 * SIZE)
    assert (old.is_dir(), older.is_dir(), new.is_dir()) == (True, False, True)
    assert contents(cache) == 2
    trim(cache, SIZE)
    assert (old.is_dir(), new.is_dir()) == (False, True)
    assert (new / "c").read_bytes() == b"c" * SIZE


def test_content_of_two_stays_with_the_one_that_stays(cache: Path, make: Callable[..., Path]) -> None:
    first, second = make("a", "b", used=100), make("b", "c", used=200)
    trim(cache, 2 * SIZE)
    assert not first.exists()
    assert {file.name for file in second.iterdir()} == {"b", "c"}
    assert contents(cache) == 2


def test_what_is_used_stays_whatever_the_limit(cache: Path, make: Callable[..., Path]) -> None:
    used, filled = make("a", used=100), make("b", used=200)
    with locked(filled):
        assert trim(cache, 0, {used.name}) == 0
    assert used.is_dir()
    assert filled.is_dir()
    trim(cache, 0, {used.name})
    assert used.is_dir()
    assert not filled.exists()


def test_asking_for_it_counts_as_use(cache: Path, make: Callable[..., Path]) -> None:
    old = make("a", used=100)
    make("b", used=200)
    fileset_materialise(FileSet.objects.get(digest=old.name), old)
    trim(cache, SIZE)
    assert old.is_dir()


def test_what_went_comes_back_when_it_is_asked_for(cache: Path, make: Callable[..., Path]) -> None:
    folder = make("a", used=100)
    trim(cache, 0)
    assert contents(cache) == 0
    fileset_materialise(FileSet.objects.get(digest=folder.name), folder)
    assert (folder / "a").read_bytes() == b"a" * SIZE


def test_forgotten_sets_and_leftovers_go_without_a_limit_too(cache: Path, make: Callable[..., Path]) -> None:
    known, forgotten = make("a", used=100), make("b", used=200)
    FileSet.objects.filter(digest=forgotten.name).delete()
    partial = partial_of(cache / "datasets" / ("0" * 64))
    partial.mkdir()
    (cache / "files" / "00").mkdir()
    scratch = cache / "files" / "00" / ".half"
    scratch.write_bytes(b"x")
    assert trim(cache, None) == 2  # the forgotten folder and its content
    assert known.is_dir()
    assert not forgotten.exists()
    assert trim(cache, None, before=time.time() + 5) == 2
    assert not partial.exists()
    assert not scratch.exists()
    assert trim(cache, None, before=time.time() + 5) == 0
