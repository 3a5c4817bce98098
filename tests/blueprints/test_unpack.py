from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from yard.blueprints.context import pack, unpack


def test_what_was_packed_comes_out_again(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "train.py").write_text("print('hello')\n")
    (source / "run.sh").write_text("#!/bin/sh\n")
    (source / "run.sh").chmod(0o755)
    with (tmp_path / "tar").open("w+b") as archive:
        pack(source, archive)
        unpack(archive, target)
    assert (target / "sub" / "train.py").read_text() == "print('hello')\n"
    assert (target / "run.sh").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "sub/../../outside"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no place in a build context"):
        unpack(tar_with(tarfile.TarInfo(name)), tmp_path / "context")
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(ValueError, match="no place in a build context"):
        unpack(tar_with(link), tmp_path)


def tar_with(member: tarfile.TarInfo) -> io.BytesIO:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(member)
    content.seek(0)
    return content
