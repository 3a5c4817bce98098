"""A full disk and a kill leave whole objects only."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from yard.core.errors import InvalidInput
from yard.storage.base import ObjectMissing, StoreFull, StoreUnavailable
from yard.storage.local import LocalStore, disk_errors

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "anna-example-org"
LIMIT = 1 << 20


@contextmanager
def _limited_files() -> Iterator[None]:
    """No file of this process may grow beyond the limit: a disk that fills up, without a disk of our own."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={LIMIT}", "tmpfs", folder]
    made = subprocess.run(mount, check=False, capture_output=True)
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(params=["limit", "disk"])
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalStore]:
    """A store with room for less than a mebibyte."""
    root = tmp_path / "store"
    root.mkdir()
    with _limited_files() if request.param == "limit" else _small_disk(root):
        store = LocalStore(root)
        store.make_bucket(BUCKET)
        yield store


def test_a_full_disk_is_told_and_keeps_the_old_object(full: LocalStore) -> None:
    full.put(BUCKET, "a", io.BytesIO(b"old"), 3)
    for _ in range(2):
        with pytest.raises(StoreFull, match="Free some space") as caught:
            full.put(BUCKET, "a", io.BytesIO(b"x" * 2 * LIMIT), 2 * LIMIT)
        assert caught.value.status == 507
    assert b"".join(full.read(BUCKET, "a")) == b"old"
    assert [found.key for found in full.list(BUCKET)] == ["a"]
    assert list((full.root / ".tmp").iterdir()) == []
    full.put(BUCKET, "b", io.BytesIO(b"still works"), 11)


WRITER = """
import sys, time
from pathlib import Path
from yard.storage.local import LocalStore

class Slow:
    def __init__(self):
        self.calls = 0
    def read(self, size=-1):
        self.calls += 1
        if self.calls == 4:
            print("half", flush=True)
            time.sleep(600)
        return b"n" * size

LocalStore(Path(sys.argv[1])).put(sys.argv[2], "a", Slow(), 64 << 20)
"""


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_kill_amid_a_write_leaves_no_half_object(tmp_path: Path, before: bytes | None) -> None:
    store = LocalStore(tmp_path / "store")
    store.make_bucket(BUCKET)
    if before is not None:
        store.put(BUCKET, "a", io.BytesIO(before), len(before))
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    command = [sys.executable, "-c", WRITER, str(store.root), BUCKET]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        writer.send_signal(signal.SIGKILL)
    assert writer.returncode == -signal.SIGKILL
    if before is None:
        assert list(store.list(BUCKET)) == []
        with pytest.raises(ObjectMissing):
            store.read(BUCKET, "a")
    else:
        assert b"".join(store.read(BUCKET, "a")) == before
    assert len(list((store.root / ".tmp").iterdir())) == 1


def test_an_empty_folder_that_a_kill_left_is_no_hindrance(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.make_bucket(BUCKET)
    (tmp_path / BUCKET / "a").mkdir()
    store.put(BUCKET, "a", io.BytesIO(b"1"), 1)
    assert b"".join(store.read(BUCKET, "a")) == b"1"


def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    store.make_bucket(BUCKET)
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "store" / BUCKET / "a").symlink_to(tmp_path / "secret")
    with pytest.raises(StoreUnavailable):
        store.read(BUCKET, "a")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (28, StoreFull),
        (122, StoreFull),
        (27, StoreFull),
        (36, InvalidInput),
        (13, StoreUnavailable),
        (5, StoreUnavailable),
    ],
)
def test_what_the_disk_says_becomes_a_sentence(number: int, expected: type[Exception]) -> None:
    with pytest.raises(expected, match=r"a\.png"), disk_errors("a.png"):
        raise OSError(number, os.strerror(number))
