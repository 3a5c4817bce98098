"""File sets: the same content is the same set, and a folder of it is whole or not there."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.conftest import BUCKET, Put
from yard.core.errors import InvalidInput
from yard.storage import filesets
from yard.storage.base import ObjectMissing, ObjectStore, StoreUnavailable
from yard.storage.filesets import (
    ManifestEntry,
    fileset_create,
    fileset_entries,
    fileset_materialise,
    fileset_read,
    fileset_readers,
)
from yard.storage.models import FileSet
from yard.storage.objects import object_delete

pytestmark = [pytest.mark.django_db]


def entry(put: Put, name: str, content: bytes) -> ManifestEntry:
    row = put(f"datasets/1/{name}", content)
    return ManifestEntry(name, row.size, row.digest)


@pytest.fixture
def entries(platform_store: ObjectStore, put: Put) -> list[ManifestEntry]:
    return [
        entry(put, "b.png", b"bbb"),
        entry(put, "a.png", b"aa"),
        entry(put, "ä.png", b"aa"),
        entry(put, "annotations/annotations.xml", b"<annotations/>"),
    ]


@given(
    st.builds(
        ManifestEntry,
        name=st.text(min_size=1),
        size=st.integers(min_value=0),
        digest=st.text("0123456789abcdef", min_size=64, max_size=64),
        width=st.none() | st.integers(1, 1 << 20),
        height=st.none() | st.integers(1, 1 << 20),
        split=st.sampled_from(["", "train", "val"]),
    ).filter(lambda e: e.name.isprintable())
)
def test_every_entry_comes_back_from_its_line(given_entry: ManifestEntry) -> None:
    line = given_entry.line()
    assert line.count(b"\n") == 1
    assert ManifestEntry.from_line(line) == given_entry


def test_the_same_content_is_the_same_set(entries: list[ManifestEntry]) -> None:
    first = fileset_create(bucket=BUCKET, entries=entries)
    second = fileset_create(bucket=BUCKET, entries=reversed(entries))
    other = fileset_create(bucket=BUCKET, entries=entries[:2])
    assert first == second
    assert other != first
    assert (first.file_count, first.total_bytes) == (4, 2 + 3 + 2 + 14)


def test_its_files_come_sorted_by_name(entries: list[ManifestEntry]) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    assert [e.name for e in fileset_entries(fileset)] == ["a.png", "annotations/annotations.xml", "b.png", "ä.png"]
    assert {e.name: b"".join(open_()) for e, open_ in fileset_readers(fileset)}["b.png"] == b"bbb"
    assert b"".join(fileset_read(fileset, entries[0], offset=1, length=1)) == b"b"


def test_an_empty_set_is_one(platform_store: ObjectStore) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=[])
    assert list(fileset_entries(fileset)) == []


def test_more_files_than_are_sorted_at_once(
    local_store: ObjectStore, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filesets, "_RUN", 7)
    row = put("datasets/1/x", b"x")
    names = [f"{number:03d}" for number in range(100)]
    shuffled = random.Random(1).sample(names, len(names))
    made = [
        fileset_create(bucket=BUCKET, entries=[ManifestEntry(n, 1, row.digest) for n in order])
        for order in (names, shuffled)
    ]
    assert made[0] == made[1]
    assert [e.name for e in fileset_entries(made[0])] == names


def test_readers_take_few_queries(local_store: ObjectStore, put: Put, django_assert_max_num_queries: Any) -> None:
    row = put("datasets/1/x", b"x")
    fileset = fileset_create(bucket=BUCKET, entries=[ManifestEntry(str(n), 1, row.digest) for n in range(700)])
    with django_assert_max_num_queries(2):
        assert sum(len(b"".join(open_())) for _, open_ in fileset_readers(fileset)) == 700


def test_a_name_may_not_occur_twice(entries: list[ManifestEntry]) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png occurs twice"):
        fileset_create(bucket=BUCKET, entries=[entries[1], entries[1]])
    assert not FileSet.objects.exists()


def test_a_name_must_be_one(entries: list[ManifestEntry]) -> None:
    with pytest.raises(InvalidInput, match="cannot be a file name"):
        fileset_create(bucket=BUCKET, entries=[ManifestEntry("../x", 2, entries[1].digest)])


@pytest.mark.parametrize("change", [{"digest": "0" * 64}, {"size": 99}])
def test_content_must_be_there(entries: list[ManifestEntry], change: dict[str, Any]) -> None:
    values = {"name": "x", "size": entries[0].size, "digest": entries[0].digest, **change}
    with pytest.raises(ObjectMissing, match="content of x"):
        fileset_create(bucket=BUCKET, entries=[ManifestEntry(**values)])
    assert not FileSet.objects.exists()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


EXPECTED = {"a.png": b"aa", "b.png": b"bbb", "ä.png": b"aa", "annotations/annotations.xml": b"<annotations/>"}


def test_a_folder_holds_all_files_readable_by_everybody(entries: list[ManifestEntry], tmp_path: Path) -> None:
    folder = tmp_path / "versions" / "1"
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    progress: list[tuple[int, int]] = []
    fileset_materialise(fileset, folder, on_progress=lambda done, total: progress.append((done, total)))
    assert tree(folder) == EXPECTED
    assert progress[-1] == (21, 21)
    assert len(progress) == 4
    assert (folder / "a.png").stat().st_mode & 0o777 == 0o444
    assert (folder / "annotations").stat().st_mode & 0o777 == 0o755
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "a.png").samefile(folder / "ä.png")
    fileset_materialise(fileset, folder)
    assert [path.name for path in folder.parent.iterdir() if not path.name.endswith(".lock")] == ["1"]


def test_a_second_folder_costs_no_bytes(entries: list[ManifestEntry], tmp_path: Path) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    for number in (1, 2):
        fileset_materialise(fileset, tmp_path / "versions" / str(number))
    assert (tmp_path / "versions" / "1" / "b.png").samefile(tmp_path / "versions" / "2" / "b.png")


def test_a_cancelled_call_leaves_no_folder_and_the_next_goes_on(entries: list[ManifestEntry], tmp_path: Path) -> None:
    folder = tmp_path / "versions" / "1"
    fileset = fileset_create(bucket=BUCKET, entries=entries)

    def cancel(done: int, total: int) -> None:
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fileset_materialise(fileset, folder, on_progress=cancel)
    assert not folder.exists()
    fileset_materialise(fileset, folder)
    assert tree(folder) == EXPECTED


def test_old_versions_come_out_as_they_were(entries: list[ManifestEntry], put: Put, tmp_path: Path) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    put("datasets/1/b.png", b"changed")
    object_delete(bucket=BUCKET, key="datasets/1/annotations/annotations.xml")
    fileset_materialise(fileset, tmp_path / "1")
    assert tree(tmp_path / "1") == EXPECTED


def test_damaged_content_is_told_and_not_given(
    entries: list[ManifestEntry], platform_store: ObjectStore, tmp_path: Path
) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    platform_store.put(BUCKET, "datasets/1/b.png", io.BytesIO(b"bxb"), 3)
    with pytest.raises(StoreUnavailable, match=r"b\.png is damaged"):
        fileset_materialise(fileset, tmp_path / "1")
    assert not (tmp_path / "1").exists()


def test_lost_content_is_told(entries: list[ManifestEntry], platform_store: ObjectStore, tmp_path: Path) -> None:
    fileset = fileset_create(bucket=BUCKET, entries=entries)
    platform_store.delete(BUCKET, "datasets/1/b.png")
    with pytest.raises(ObjectMissing, match=r"content of b\.png"):
        fileset_materialise(fileset, tmp_path / "1")
    with pytest.raises(ObjectMissing):
        fileset_read(fileset, entries[0])


def test_the_cache_is_private(entries: list[ManifestEntry], tmp_path: Path) -> None:
    fileset_materialise(fileset_create(bucket=BUCKET, entries=entries), tmp_path / "1")
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
