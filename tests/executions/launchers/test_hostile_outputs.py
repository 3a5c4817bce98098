"""What a training may leave where its model should be, to get at files of the host or to harm whoever collects."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.executions.launchers.benches import MIB, Bench
from tests.executions.launchers.hostile import HELPERS
from yard.core.errors import InvalidInput, TooLarge
from yard.executions.launchers.base import Handle


@pytest.fixture
def secret() -> Iterator[Path]:
    """A file of the host whose content must never come out of a box."""
    path = Path(f"/tmp/yard-secret-{secrets.token_hex(6)}")
    path.write_text("the host's own")
    path.chmod(0o644)
    yield path
    path.unlink()


def left_by(bench: Bench, source: str) -> Handle:
    handle = bench.start(HELPERS + textwrap.dedent(source))
    assert bench.wait_end(handle).exit_code == 0, bench.log(handle)
    return handle


def assert_nothing_of_the_host(bench: Bench, handle: Handle, path: str, folder: Path) -> None:
    """Refused, or absent, or a file of the box: never the host's."""
    with contextlib.suppress(InvalidInput, TooLarge):
        taken = bench.launcher.copy_out(handle, path, folder, max_bytes=64 * MIB)
        if taken is None:
            return
        files = [taken, *taken.rglob("*")]
        assert not any(file.is_symlink() for file in files)
        for file in files:
            if file.is_file():
                assert b"the host's own" not in file.read_bytes()
                assert file.read_bytes() != Path("/etc/shadow").read_bytes()


def test_links_to_files_of_the_host(real_bench: Bench, secret: Path, tmp_path: Path) -> None:
    """Straight, through a parent, relative, by way of /proc, and by chains of them."""
    source = f"""
        os.symlink("/etc/shadow", "/train/model.pt")
        os.symlink("{secret}", "/train/secret")
        os.symlink("../../../../../../../../..{secret}", "/train/up")
        os.symlink("/", "/train/root")
        os.symlink("/proc/1/root", "/train/proc")
        os.symlink("/proc/self/cwd", "/train/cwd")
        os.symlink("/train/chain1", "/train/chain0")
        for number in range(1, 60):
            os.symlink(f"/train/chain{{number + 1}}", f"/train/chain{{number}}")
        os.symlink("{secret}", "/train/chain60")
        os.symlink("{secret.parent}", "/workspace/saved")
    """
    handle = left_by(real_bench, source)
    for path in (
        "/train/model.pt",
        "/train/secret",
        "/train/up",
        f"/train/root{secret}",
        f"/train/proc{secret}",
        f"/train/cwd/../../..{secret}".replace("/..", "/x"),
        "/train/chain0",
        f"/workspace/saved/{secret.name}",
        "/proc/1/root/etc/shadow",
        f"/proc/self/root{secret}",
        "/proc/self/environ",
        "/etc/shadow",
        str(secret),
        "/var/run/docker.sock",
    ):
        assert_nothing_of_the_host(real_bench, handle, path, tmp_path / "taken")
    for path in ("/train/../etc/shadow", "etc/shadow", "/train/\0", "/"):
        with pytest.raises(InvalidInput):
            real_bench.launcher.copy_out(handle, path, tmp_path / "taken")


def test_a_link_swapped_between_check_and_copy(real_bench: Bench, secret: Path, tmp_path: Path) -> None:
    """The path is a file and a link to the host's by turns, while it is being copied."""
    source = f"""
        print("ready", flush=True)
        os.makedirs("/train/real")
        open("/train/real/model.pt", "w").write("the box's own")
        open("/train/file", "w").write("the box's own")
        end = time.monotonic() + 40
        while time.monotonic() < end and not os.path.exists("/train/enough"):
            for target, name in (("{secret}", "model.pt"), ("{secret.parent}", "folder")):
                os.symlink(target, "/train/new")
                os.rename("/train/new", f"/train/{{name}}")
                os.remove(f"/train/{{name}}")
            os.link("/train/file", "/train/model.pt")
            os.mkdir("/train/folder")
            os.remove("/train/model.pt")
            os.rmdir("/train/folder")
    """
    handle = real_bench.start(HELPERS + textwrap.dedent(source))
    real_bench.wait_log(handle, b"ready")
    end = time.monotonic() + 3
    while time.monotonic() < end:
        assert_nothing_of_the_host(real_bench, handle, "/train/model.pt", tmp_path / "taken")
        assert_nothing_of_the_host(real_bench, handle, f"/train/folder/{secret.name}", tmp_path / "taken")
    real_bench.launcher.kill(handle)
    real_bench.wait_end(handle)


def test_pipes_and_devices_do_not_hang_the_collector(real_bench: Bench, tmp_path: Path) -> None:
    source = """
        os.mkfifo("/train/model.pt")
        os.makedirs("/train/saved/deep")
        os.mkfifo("/train/saved/deep/pipe")
        os.symlink("/dev/zero", "/train/zero")
        os.symlink("/dev/stdin", "/train/stdin")
        os.symlink("/proc/kmsg", "/train/kmsg")
        socket.socket(socket.AF_UNIX).bind("/train/socket")
    """
    handle = left_by(real_bench, source)
    for path in ("/train/model.pt", "/train/saved", "/train/socket"):
        with pytest.raises(InvalidInput, match="pipe"):
            real_bench.launcher.copy_out(handle, path, tmp_path / "taken")
    for path in ("/train/zero", "/train/stdin", "/train/kmsg"):
        assert_nothing_of_the_host(real_bench, handle, path, tmp_path / "taken")
    assert list((tmp_path / "taken").iterdir()) == []


def test_copies_have_no_power(real_bench: Bench, tmp_path: Path) -> None:
    """Whoever owned it and whatever could run it: the copy is the platform's, readable, with no special bit."""
    source = """
        os.makedirs("/train/saved")
        for name, mode in (("setuid", 0o6777), ("locked", 0o000), ("plain", 0o644)):
            open(f"/train/saved/{name}", "w").write("#!/bin/sh\\nid\\n")
            os.chmod(f"/train/saved/{name}", mode)
        os.chmod("/train/saved", 0o1777)
        with contextlib.suppress(OSError):
            os.setxattr("/train/saved/plain", "user.note", b"x")
    """
    handle = left_by(real_bench, source)
    taken = real_bench.launcher.copy_out(handle, "/train/saved", tmp_path / "taken")
    assert taken is not None
    found = {file.name: file.stat() for file in taken.iterdir()}
    assert set(found) == {"setuid", "locked", "plain"}
    assert {about.st_uid for about in found.values()} == {os.geteuid()}
    assert not any(about.st_mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IXUSR) for about in found.values())
    assert not taken.stat().st_mode & (stat.S_ISVTX | stat.S_ISGID)
    assert all(os.listxattr(file) == [] for file in taken.iterdir())


def test_more_than_may_be_taken(real_bench: Bench, tmp_path: Path) -> None:
    """Many files, a huge file that takes no disk, deep folders: refused soon, and nothing of them stays."""
    source = """
        os.makedirs("/train/many")
        for number in range(3000):
            open(f"/train/many/{number}", "w").close()
        with open("/train/sparse", "wb") as file:
            file.truncate(1 << 40)
        os.makedirs("/train/deep")
        os.chdir("/train/deep")
        for _ in range(400):
            os.mkdir("d")
            os.chdir("d")
        open("x", "w").close()
    """
    handle = left_by(real_bench, source)
    with pytest.raises(TooLarge, match="2,000 files"):
        real_bench.launcher.copy_out(handle, "/train/many", tmp_path / "taken", max_files=2000)
    with pytest.raises(TooLarge, match="larger than the allowed"):
        real_bench.launcher.copy_out(handle, "/train/sparse", tmp_path / "taken", max_bytes=4 * MIB)
    with pytest.raises(InvalidInput, match="deeper"):
        real_bench.launcher.copy_out(handle, "/train/deep", tmp_path / "taken")
    assert list((tmp_path / "taken").iterdir()) == []


def test_strange_names_are_copied_as_they_are_or_refused(real_bench: Bench, tmp_path: Path) -> None:
    source = r"""
        os.makedirs("/train/saved")
        for name in (b"two\nlines", b"\x1b[31mred", b"-rf", b"a b", b"\xff\xfe", b"..pt", b"x" * 255,
                     "\u202egpj.pt".encode(), b"$(id)", b";id", b"\\", b"*"):
            open(b"/train/saved/" + name, "w").write("x")
    """
    handle = left_by(real_bench, source)
    with contextlib.suppress(InvalidInput):
        taken = real_bench.launcher.copy_out(handle, "/train/saved", tmp_path / "taken")
        assert taken is not None
        names = {os.fsencode(file.name) for file in taken.iterdir()}
        assert len(names) == 12
        assert b"two\nlines" in names
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_box_with_all_of_that_is_removed(real_bench: Bench) -> None:
    source = """
        os.makedirs("/train/closed/in")
        open("/train/closed/in/x", "w").close()
        os.chdir("/train")
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
        os.chmod("/train/closed/in", 0)
        os.chmod("/train/closed", 0)
    """
    handle = left_by(real_bench, source)
    real_bench.launcher.remove(handle)
    assert real_bench.launcher.find(handle["name"]) is None
    left = [path for path in real_bench.work.glob("state/boxes/*") if not path.name.startswith("yard-")]
    assert left == []
