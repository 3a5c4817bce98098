"""Backup and restore that are killed, or find the disk full."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.operations.conftest import MakeSite
from tests.operations.site import Site
from tests.operations.test_backup import backups_in, objects_of

pytestmark = pytest.mark.faults

OBJECTS = 400


@pytest.fixture(scope="module")
def full_template(template_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A platform with so many objects that copying them takes a moment."""
    site = Site(tmp_path_factory.mktemp("full") / "site")
    shutil.copytree(template_site.folder, site.folder)
    site.inside(f"fill={OBJECTS}")
    return site


@pytest.fixture
def full_site(full_template: Site, make_site: MakeSite) -> Site:
    """A copy for one test."""
    site = make_site()
    shutil.copytree(full_template.folder, site.folder)
    return site


def files_in(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def kill_when(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    """Kill -9 in the middle; it must not have ended before."""
    until = time.monotonic() + 120
    while not ready():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert process.returncode == -9


def test_what_is_killed_does_no_harm_and_goes_on_when_it_is_called_again(
    full_site: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    place, target = tmp_path / "backups", make_site()
    kill_when(full_site.start("backup", str(place)), lambda: files_in(place / "data") > 150)
    assert backups_in(place) == []
    assert "There is no backup in" in target.manage("restore", str(place), status=1)
    assert files_in(place / "data") < OBJECTS

    full_site.manage("backup", str(place))  # at once: the killed one blocks nobody
    assert list(full_site.folder.glob(".backup-*")) == []

    storage = target.folder / "storage" / "bucket-olga"
    kill_when(target.start("restore", str(place)), lambda: files_in(storage) > 50)
    assert target.inside("counts") == {"users": 0, "projects": 0, "objects": 0}
    target.manage("restore", str(place))
    assert target.inside("check", "counts") == [[], full_site.inside("counts")]


@pytest.mark.soak
def test_a_killed_replacement_starts_over(full_site: Site, tmp_path: Path) -> None:
    place = str(tmp_path / "backups")
    full_site.manage("backup", place)
    before, _ = full_site.inside("counts", "spare=models/5/newer.bin")
    storage = full_site.folder / "storage" / "bucket-olga" / "models" / "77"
    for file in storage.iterdir():
        file.unlink()
    kill_when(full_site.start("restore", place, "--replace"), lambda: storage.is_dir() and files_in(storage) > 50)
    full_site.manage("restore", place, "--replace")
    assert full_site.inside("counts", "check") == [before, []]
    assert not any(key.endswith("newer.bin") for key in objects_of(full_site))


def test_a_restore_that_was_killed_behind_the_rows_is_finished(
    small_site: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    place, target = str(tmp_path / "backups"), make_site()
    small_site.manage("backup", place)
    target.manage("restore", place)
    _, ready = target.inside("unfinish", "ready")
    assert ready == [503, "A restore was interrupted: run the same manage.py restore again."]
    target.manage("restore", place)
    assert target.inside("ready", "counts") == [[200, ""], small_site.inside("counts")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    made = subprocess.run(mount, check=False, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no small disk can be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_given_back(full_site: Site, small_disk: Path) -> None:
    said = full_site.manage("backup", str(small_disk), status=1)
    assert "No backup was made. There is no room left" in said
    assert backups_in(small_disk) == []
    assert files_in(small_disk) == 0


def test_one_backup_at_a_time(full_site: Site, tmp_path: Path) -> None:
    first = full_site.start("backup", str(tmp_path / "one"))
    until = time.monotonic() + 60
    while not files_in(tmp_path / "one" / "data"):
        assert first.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    os.kill(first.pid, signal.SIGSTOP)  # it lives and does nothing
    try:
        assert "Another backup is being made" in full_site.manage("backup", str(tmp_path / "two"), status=1)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    output, _ = first.communicate(timeout=120)
    assert first.returncode == 0, output


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_killed_at_any_moment(full_site: Site, make_site: MakeSite, tmp_path: Path) -> None:
    """Thirty kills of each; in the end both are whole."""
    place, target, dice = str(tmp_path / "backups"), make_site(), random.Random(20)
    for arguments, site in ((("backup", place), full_site), (("restore", place), target)):
        for _ in range(30):
            process = site.start(*arguments)
            time.sleep(dice.uniform(0.5, 4))
            process.kill()
            process.communicate()
        last = arguments if site is full_site else (*arguments, "--replace")
        site.manage(*last)
    assert target.inside("check", "counts") == [[], full_site.inside("counts")]
