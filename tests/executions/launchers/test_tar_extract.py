from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from yard.core.errors import InvalidInput, TooLarge
from yard.executions.launchers.tar_extract import Budget, staged, unpack
from yard.executions.launchers.tar_stream import pack_files, pack_folder


def _stream(fill: Callable[[tarfile.TarFile], None]) -> Iterator[bytes]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        fill(archive)
    data = buffer.getvalue()
    return iter([data[at : at + 700] for at in range(0, len(data), 700)])


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Callable[[tarfile.TarFile], None]:
    def fill(archive: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        info.size = 4 if kind == tarfile.REGTYPE else 0
        archive.addfile(info, io.BytesIO(b"data"))

    return fill


@pytest.mark.parametrize("name", ["../evil", "out/../../evil", "out/..", ""])
def test_it_refuses_paths_that_lead_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        unpack(_stream(_member(name)), tmp_path / "in" / "out", Budget(None))
    assert not (tmp_path / "evil").exists()


def test_an_absolute_path_stays_below(tmp_path: Path) -> None:
    unpack(_stream(_member("/out/etc/passwd")), tmp_path / "out", Budget(None))
    assert (tmp_path / "out/etc/passwd").read_text() == "data"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_it_refuses_devices_and_pipes(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(InvalidInput, match="device or a pipe"):
        unpack(_stream(_member("out/x", kind)), tmp_path / "out", Budget(None))


def test_it_makes_no_link_and_writes_through_none(tmp_path: Path) -> None:
    def fill(archive: tarfile.TarFile) -> None:
        _member("out/link", tarfile.SYMTYPE, "/etc")(archive)
        _member("out/link/passwd")(archive)

    unpacked = unpack(_stream(fill), tmp_path / "out", Budget(None))
    assert unpacked.links == {"link": "/etc"}
    assert not (tmp_path / "out/link").is_symlink()
    assert (tmp_path / "out/link/passwd").read_text() == "data"


def test_it_refuses_a_hard_link_to_something_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        unpack(_stream(_member("out/x", tarfile.LNKTYPE, "/etc/passwd")), tmp_path / "out", Budget(None))


@pytest.mark.parametrize("second", ["out/x", "out/x/y"])
def test_it_refuses_the_same_path_twice(tmp_path: Path, second: str) -> None:
    def fill(archive: tarfile.TarFile) -> None:
        _member("out/x")(archive)
        _member(second)(archive)

    with pytest.raises(InvalidInput):
        unpack(_stream(fill), tmp_path / "out", Budget(None))


def test_it_stops_at_the_budget_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLarge), staged(tmp_path, "out") as target:
        unpack(_stream(_member("out/x")), target, Budget(3))
    assert list(tmp_path.iterdir()) == []


def test_a_cut_archive_is_bad_input(tmp_path: Path) -> None:
    whole = b"".join(_stream(_member("out/x")))
    with pytest.raises(InvalidInput, match="damaged"):
        unpack(iter([whole[:514]]), tmp_path / "out", Budget(None))


def test_packing_and_unpacking_gives_the_same(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "deep" / "er").mkdir(parents=True)
    (source / "deep" / "er" / "big").write_bytes(os.urandom(3 << 20))
    (source / "run.sh").write_text("#!/bin/sh\n")
    (source / "run.sh").chmod(0o755)
    (source / "left-out.log").write_text("x")
    (source / ".dockerignore").write_text("# logs\n*.log\n")
    (source / "link").symlink_to("run.sh")
    pieces = list(pack_folder(source))
    assert max(map(len, pieces)) <= 1 << 20
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as archive:
        members = {member.name: member for member in archive}
        assert set(members) == {".dockerignore", "deep", "deep/er", "deep/er/big", "run.sh", "link"}
        assert members["run.sh"].mode & 0o111
        assert members["link"].linkname == "run.sh"
        big = archive.extractfile("deep/er/big")
        assert big is not None
        assert big.read() == (source / "deep/er/big").read_bytes()
    (source / "run.sh").touch()
    assert list(pack_folder(source)) == pieces


def test_small_files_are_packed_from_the_root() -> None:
    data = pack_files({"/workspace/a.json": b"{}"}, {"/train": 0o777}, file_mode=0o666)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert [(each.name, each.mode) for each in archive] == [("train", 0o777), ("workspace/a.json", 0o666)]
