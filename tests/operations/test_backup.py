"""A platform that was restored from a backup gives the same answers to the same people."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.operations.conftest import MakeSite
from tests.operations.site import Site
from tests.services.postgres import PostgresServer
from yard.core.errors import InvalidInput, NotFound
from yard.operations.backups.places import open_place
from yard.operations.backups.verify import find


def differences(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return {name: [first.get(name), second.get(name)] for name in first | second if first.get(name) != second.get(name)}


def backups_in(place: Path) -> list[str]:
    return sorted(file.stem for file in (place / "backups").glob("*.json")) if place.is_dir() else []


def objects_of(site: Site, folder: str = "") -> set[str]:
    root = site.folder / "storage"
    return {file.relative_to(root).as_posix() for file in (root / folder).rglob("*") if file.is_file()}


Answers = dict[str, Any]


def restored(source: Site, target: Site, place: str, expected: Answers) -> None:
    """Back up, restore into the target, and ask it everything that the source was asked."""
    assert "were new" in source.manage("backup", place)
    assert "This platform is what it was" in target.manage("restore", place)
    found, faults, secret = target.inside("answers", "check", "secret")
    assert sorted(differences(expected, found)) == [], differences(expected, found)
    assert faults == []
    assert secret == "sesame"


def test_sqlite_and_a_folder(small_site: Site, make_site: MakeSite, shared_data: Path, tmp_path: Path) -> None:
    images, _, answers = small_site.inside(f"real={shared_data / 'gpr_rebar_cvat'}", "settle", "answers")
    target = make_site()
    assert images == 15
    assert sum(status == 200 for status, *_ in answers.values()) > 150  # else nothing would be compared
    restored(small_site, target, str(tmp_path / "backups"), answers)
    assert small_site.inside("last_ids") == target.inside("last_ids")


def test_tables_of_a_release_before_steps_were_joined(make_site: MakeSite) -> None:
    """Its backups name only some of the migrations that one now stands for."""
    before, tables, found = make_site().inside("tables_of_an_older_release")
    assert "datasets.Upload" in before
    assert {"datasets.Examination", "cvat.CvatServer"}.isdisjoint(before)
    assert "datasets_examination" not in tables
    assert {"datasets.Dataset", "datasets.Examination", "cvat.CvatServer", "runs.Run"} <= set(found)


@pytest.mark.postgres
@pytest.mark.s3
def test_through_every_kind_of_database_store_and_place(
    small_site: Site, make_site: MakeSite, postgres_server: PostgresServer, s3_env: dict[str, str], tmp_path: Path
) -> None:
    """SQLite and a folder → (a folder) → PostgreSQL and S3 → (S3) → SQLite and a folder; the same answers."""
    _, answers = small_site.inside("settle", "answers")
    assert sum(status == 200 for status, *_ in answers.values()) > 100
    on_s3 = {name.replace("YARD_S3", "YARD_BACKUP_S3"): value for name, value in s3_env.items() if "_S3_" in name}
    between = make_site(YARD_DATABASE_URL=postgres_server.create_database(), **s3_env)
    last = make_site(**on_s3, YARD_BACKUP_S3_SECURE="0")
    restored(small_site, between, str(tmp_path / "backups"), answers)
    restored(between, last, f"s3://{s3_env['YARD_PLATFORM_BUCKET']}/nightly/one", answers)
    assert small_site.inside("last_ids") == between.inside("last_ids") == last.inside("last_ids")


def test_while_others_write(small_site: Site, make_site: MakeSite, tmp_path: Path) -> None:
    """A backup amid imports, deletions, overwrites and a growing log hangs together."""
    stop, place = tmp_path / "stop", tmp_path / "backups"
    writer = small_site.start_inside(f"write={stop}")
    try:
        wait_for(tmp_path / "stop.going")
        small_site.manage("backup", str(place), "--verify")
    finally:
        stop.touch()
        output, _ = writer.communicate(timeout=200)
    assert writer.returncode == 0, output
    assert json.loads(output.splitlines()[-1])[0] >= 2
    target = make_site()
    target.manage("restore", str(place))
    assert target.inside("check") == []


def wait_for(file: Path) -> None:
    until = time.monotonic() + 120
    while not file.exists():
        assert time.monotonic() < until, f"{file} never came"
        time.sleep(0.02)


def test_what_ran_is_lost_and_another_key_is_told(small_site: Site, make_site: MakeSite, tmp_path: Path) -> None:
    place, target = str(tmp_path / "backups"), make_site(YARD_SECRET_KEY="another one")
    small_site.manage("backup", place)
    said = target.manage("restore", place)
    assert "1 runs and builds were in their boxes" in said
    assert "WARNING: this platform has another secret key" in said
    assert "3 stored secrets cannot be read" in said
    (ended, _), (state, reason) = target.inside("states")["executions"]
    assert (ended, state) == ("succeeded", "lost")
    assert "restored from its backup" in reason


def test_only_what_is_new_is_copied_and_old_backups_go(small_site: Site, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    small_site.manage("backup", str(place))
    before = times_in(place / "data")
    small_site.inside("spare=models/5/new.bin")
    time.sleep(1.1)  # backups are named by the second
    small_site.manage("backup", str(place))
    after = times_in(place / "data")
    assert before.items() <= after.items()
    assert 0 < len(after) - len(before) <= 3  # the object, the rows of objects, the list of objects

    unneeded = place / "data" / "00" / ("0" * 64)
    unneeded.parent.mkdir(exist_ok=True)
    unneeded.write_bytes(b"of a backup that is no longer there")
    os.utime(unneeded, (1_000_000_000, 1_000_000_000))
    names = backups_in(place)
    time.sleep(1.1)
    small_site.manage("backup", str(place), "--keep", "2")
    assert len(backups_in(place)) == 2
    assert backups_in(place)[0] == names[1]
    assert not unneeded.exists()
    assert "is whole" in small_site.manage("restore", str(place), "--check", "--name", names[1])
    assert names[1] in small_site.manage("restore", str(place), "--list")


def times_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_the_manifest_holds_no_secret(small_site: Site, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    small_site.manage("backup", str(place))
    text = (place / "backups" / f"{backups_in(place)[0]}.json").read_text()
    assert "for tests only" not in text
    assert json.loads(text)["object_count"] > 0
    assert (place / "data").stat().st_mode & 0o077 == 0, "others may read the backup"


def test_a_platform_that_is_not_empty_is_not_touched(small_site: Site, tmp_path: Path) -> None:
    place = str(tmp_path / "backups")
    small_site.manage("backup", place)
    _, before = small_site.inside("spare=models/5/made-after-the-backup.bin", "counts")
    said = small_site.manage("restore", place, status=1)
    assert "This platform is not empty: it has 5 users and 2 projects" in said
    assert "--replace" in said
    assert small_site.inside("counts") == before

    # That one, and what follows from others and is no part of a backup.
    assert re.search(r"Removed [1-9]\d* objects", small_site.manage("restore", place, "--replace"))
    assert small_site.inside("check") == []
    assert not any("made-after" in key for key in objects_of(small_site))


def test_objects_of_another_platform_are_not_touched(small_site: Site, make_site: MakeSite, tmp_path: Path) -> None:
    """An empty database beside a store that is in use is a mistake in the settings."""
    place, target = str(tmp_path / "backups"), make_site()
    small_site.manage("backup", place)
    foreign = target.folder / "storage" / "bucket-olga" / "models" / "3" / "other.bin"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"theirs")
    said = target.manage("restore", place, status=1)
    assert "bucket-olga/models/3/other.bin is not of this backup" in said
    assert foreign.read_bytes() == b"theirs"


def test_a_damaged_backup_is_noticed_before_anything_is_written(
    small_site: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    place, target = tmp_path / "backups", make_site()
    small_site.manage("backup", str(place))
    with damaged(max((place / "data").rglob("*"), key=lambda file: file.stat().st_size)):
        assert "is damaged" in target.manage("restore", str(place), status=1)
        assert not (target.folder / "storage").exists()
    with damaged(place / "backups" / f"{backups_in(place)[0]}.json"):
        assert "is damaged" in target.manage("restore", str(place), "--check", status=1)
    target.manage("restore", str(place), "--check")


@contextmanager
def damaged(file: Path) -> Iterator[None]:
    """One bit of it is another."""
    whole = file.read_bytes()
    file.chmod(0o600)
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    yield
    file.write_bytes(whole)


def test_places_that_are_none(settings: Any, tmp_path: Path) -> None:
    settings.STORAGE, settings.STORAGE_DIR = "local", tmp_path / "storage"
    with pytest.raises(InvalidInput, match="neither a folder nor s3"):
        open_place("ftp://server/x")
    with pytest.raises(InvalidInput, match="Choose one outside of it"):
        open_place(str(tmp_path / "storage" / "backups"))
    with pytest.raises(NotFound, match="There is no backup in"):
        find(open_place(str(tmp_path / "nothing")), None)


def test_an_object_that_is_lost_is_named_and_the_rest_is_backed_up(small_site: Site, tmp_path: Path) -> None:
    place = str(tmp_path / "backups")
    small_site.inside("spare=models/5/lost.bin")
    (small_site.folder / "storage" / "bucket-olga" / "models" / "5" / "lost.bin").unlink()
    said = small_site.manage("backup", place, status=3)
    assert "1 objects are on record but not in the store" in said
    assert "bucket-olga/models/5/lost.bin" in said
    assert "is whole" in small_site.manage("restore", place, "--check")
