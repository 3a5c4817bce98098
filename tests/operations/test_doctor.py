"""The doctor: says what is wrong and what to do, hangs on nothing, and tells no secret."""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from tests.operations.site import Site
from yard import __version__
from yard.core.models import Event
from yard.executions.models import Host
from yard.operations.doctor import engine, folders, platform_settings, processes, safety, store
from yard.operations.doctor.findings import Finding, Level, exit_status, failure, ok, warning
from yard.operations.doctor.run import all_checks, run_checks
from yard.operations.heartbeats import SUPERVISOR, beat_worker
from yard.operations.models import BackupRecord, Heartbeat

SECRET = "swordfish-and-more-of-it-so-that-it-is-long"


def said(findings: Iterator[Finding] | list[Finding]) -> dict[str, Finding]:
    """What is not well."""
    return {finding.found: finding for finding in findings if finding.level is not Level.OK}


def only(findings: Iterator[Finding]) -> Finding:
    [found] = said(findings).values()
    assert found.todo, "it does not say what to do"
    return found


# --- as a command -----------------------------------------------------------------------------------------------------


def test_the_command_finds_what_is_wrong_with_a_platform_that_never_ran(small_site: Site) -> None:
    small_site.more |= {"YARD_WORKER": SECRET, "YARD_S3_SECRET_KEY": SECRET}
    output = small_site.manage("doctor", "--json", status=2)
    findings = {(each["part"], each["level"]): each for each in json.loads(output[output.index("[") :])}
    assert {part for part, _ in findings} == set(all_checks())
    assert "never given a sign of life" in findings["worker", "failure"]["found"]
    assert "manage.py supervise" in findings["supervisor", "failure"]["todo"]
    assert "No backup was ever made" in findings["backup", "warning"]["found"]
    assert ("storage", "failure") not in findings
    assert SECRET not in output
    small_site.more = {"YARD_WORKER": "1", "YARD_DATABASE_URL": f"postgresql://yard:{SECRET}@127.0.0.1:1/yard"}
    text = small_site.manage("doctor", status=2)
    assert "FAILURE  database    It does not answer" in text
    assert "YARD_WORKER is set, but nothing reads it." in text
    assert "Did you mean YARD_WORKERS?" in text
    assert text.endswith("Something needs to be repaired.\n")
    assert SECRET not in text


def test_what_hangs_or_breaks_is_a_finding() -> None:
    release = threading.Event()

    def hangs() -> list[Finding]:
        release.wait(60)
        return []

    def breaks() -> list[Finding]:
        raise RuntimeError(SECRET)

    began = time.monotonic()
    found = run_checks({"one": hangs, "two": breaks, "three": lambda: [ok("three", "well")]}, seconds=0.5)
    release.set()
    assert time.monotonic() - began < 30
    assert [(each.part, each.level) for each in found] == [
        ("one", Level.FAILURE),
        ("two", Level.FAILURE),
        ("three", Level.OK),
    ]
    assert SECRET not in str(found)


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_the_worst_decides() -> None:
    assert exit_status([]) == 0
    assert exit_status([ok("a", "b")]) == 0
    assert exit_status([ok("a", "b"), warning("a", "b", "c")]) == 1
    assert exit_status([failure("a", "b", "c"), warning("a", "b", "c")]) == 2


# --- processes --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_worker_that_lives_and_one_that_fell_silent() -> None:
    beat_worker()
    assert said(processes.check_worker()) == {}
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=30))
    assert "silent for 30 minutes" in only(processes.check_worker()).found


@pytest.mark.django_db
def test_tasks_that_wait_for_long() -> None:
    beat_worker()
    OrmQ.objects.create(key="x", payload="x", lock=timezone.now() - timedelta(hours=3))
    assert "1 tasks wait, the oldest for 3 hours." in only(processes.check_worker()).found


@pytest.mark.django_db
def test_supervisors_that_live_and_fell_silent() -> None:
    now = timezone.now()
    Heartbeat.objects.create(part=f"{SUPERVISOR}one", at=now)
    assert said(processes.check_supervisor()) == {}
    Heartbeat.objects.create(part=f"{SUPERVISOR}two", at=now - timedelta(hours=3))
    found = only(processes.check_supervisor())
    assert found.level is Level.WARNING
    assert "On two it has been silent for 3 hours; another lives." in found.found
    Heartbeat.objects.update(at=now - timedelta(hours=3))
    assert {finding.level for finding in said(processes.check_supervisor()).values()} == {Level.FAILURE}


# --- engine and cards -------------------------------------------------------------------------------------------------

GOOD = {
    "answers": True,
    "version": "27.1",
    "cgroup_version": "2",
    "live_restore": True,
    "storage_driver": "overlay2",
    "disk_quota": False,
    "gpu_runtime": True,
    "lacks": [],
}


def supervisor_says(settings: Any, *, gpus: int = 0, driver: bool = False, **facts: Any) -> None:
    settings.LAUNCHER = "docker"
    Host.objects.create(name="one", launcher="docker", cpus=1, memory_bytes=1, seen_at=timezone.now())
    machine = {"engine": {**GOOD, **facts}, "gpus": ["A card"] * gpus, "gpu_driver": driver}
    Heartbeat.objects.create(part=f"{SUPERVISOR}one", at=timezone.now(), facts=machine)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"answers": False, "reason": "Nobody is there."}, "Nobody is there."),
        ({"live_restore": False}, "live-restore is off"),
        ({"version": "19.03"}, "Docker 19.03 is old"),
        ({"lacks": ["MemoryLimit"]}, "cannot limit boxes (MemoryLimit)"),
    ],
)
def test_the_engine_as_the_supervisor_saw_it(settings: Any, facts: dict[str, Any], expected: str | None) -> None:
    supervisor_says(settings, **facts)
    if expected is None:
        assert said(engine.check_engine()) == {}
    else:
        assert expected in only(engine.check_engine()).found


@pytest.mark.django_db
def test_cards_that_runs_cannot_get(settings: Any) -> None:
    supervisor_says(settings, gpus=2, gpu_runtime=False)
    assert "2 GPUs, but its engine cannot give them" in only(engine.check_gpus()).found
    Heartbeat.objects.all().delete()
    Host.objects.all().delete()
    supervisor_says(settings, gpus=0, driver=True)
    assert "nvidia-smi lists no card" in only(engine.check_gpus()).found


@pytest.mark.django_db
def test_runs_without_protection_are_a_failure(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_sandbox", lambda: (None, "No sandbox is possible."))
    settings.LAUNCHER, settings.ALLOW_UNSANDBOXED = "process", True
    assert "WITHOUT protection" in only(engine.check_sandbox()).todo
    settings.ALLOW_UNSANDBOXED = False
    assert only(engine.check_sandbox()).level is Level.FAILURE


# --- storage and disk -------------------------------------------------------------------------------------------------


def test_a_store_that_works_is_left_as_it_was(settings: Any, tmp_path: Path) -> None:
    settings.STORAGE, settings.STORAGE_DIR = "local", tmp_path
    assert said(store.check()) == {}
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.s3
def test_a_real_s3_server(s3_env: dict[str, str], settings: Any) -> None:
    for name, value in s3_env.items():
        setattr(settings, name.removeprefix("YARD_"), value)
    assert said(store.check()) == {}
    settings.S3_SECRET_KEY = SECRET
    found = only(store.check())
    assert "refuses our credentials" in found.found
    assert SECRET not in found.found


def test_a_store_that_is_a_file(settings: Any, tmp_path: Path) -> None:
    settings.STORAGE, settings.STORAGE_DIR = "local", tmp_path / "file"
    (tmp_path / "file").touch()
    assert only(store.check()).level is Level.FAILURE


def test_keys_that_are_missing(settings: Any) -> None:
    settings.STORAGE, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "minio", "", ""
    assert "YARD_S3_SECRET_KEY" in only(store.check()).todo


@pytest.mark.parametrize(("seconds", "well"), [(0, True), (-29, True), (120, False), (-1000, False)])
def test_clocks_that_differ(seconds: float, well: bool) -> None:
    assert (store._skew(seconds).level is Level.OK) == well


@pytest.mark.parametrize(
    ("free", "level"), [(100 << 30, Level.OK), (5 << 30, Level.WARNING), (100 << 20, Level.FAILURE)]
)
def test_room_on_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, level: Level) -> None:
    import shutil
    from types import SimpleNamespace

    usage = SimpleNamespace(free=free, total=200 << 30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert next(folders._room("data", tmp_path)).level is level


def test_the_file_system_of_a_folder(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\nother {tmp_path}x btrfs rw 0 0\n")
    assert folders.file_system(tmp_path / "deeper", mounts) == "nfs4"
    assert folders.file_system(Path("/"), mounts) == "ext4"


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def good_settings(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    import os

    for name in list(os.environ):
        if name.startswith("YARD_"):
            monkeypatch.delenv(name)
    settings.SECRET_KEY, settings.DEBUG, settings.ALLOWED_HOSTS = SECRET, False, ["localhost"]
    settings.DATA_DIR, settings.ROOT, settings.SECURE_COOKIES = tmp_path, tmp_path, False
    settings.CSRF_TRUSTED_ORIGINS, settings.SECURE_PROXY_SSL_HEADER = [], None
    return settings


def test_good_settings(good_settings: Any) -> None:
    assert said(platform_settings.check()) == {}


@pytest.mark.parametrize(
    ("values", "level", "expected"),
    [
        ({"DEBUG": True}, Level.WARNING, "YARD_DEBUG is on"),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["yard"], "SECURE_COOKIES": True}, Level.FAILURE, "YARD_DEBUG is on"),
        ({"SECRET_KEY": "short"}, Level.FAILURE, "is short or simple"),
        ({"SECRET_KEY": "a" * 60}, Level.FAILURE, "is short or simple"),
        ({"ALLOWED_HOSTS": ["yard.example.org"]}, Level.WARNING, "without HTTPS"),
        ({"CSRF_TRUSTED_ORIGINS": ["https://yard.example.org"]}, Level.FAILURE, "cookies are also sent without"),
        ({"ALLOWED_HOSTS": ["*"], "SECURE_COOKIES": True}, Level.WARNING, "takes every name"),
    ],
)
def test_dangerous_settings(good_settings: Any, values: dict[str, Any], level: Level, expected: str) -> None:
    for name, value in values.items():
        setattr(good_settings, name, value)
    found = only(platform_settings.check())
    assert (found.level, expected in found.found) == (level, True)


@pytest.mark.parametrize(("mode", "level"), [(0o600, None), (0o640, Level.WARNING), (0o644, Level.FAILURE)])
def test_who_may_read_secrets(
    good_settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, level: Level | None
) -> None:
    for file in (tmp_path / "secret_key", tmp_path / "token"):
        file.write_text(SECRET)
        file.chmod(mode)
    monkeypatch.setenv("YARD_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    found = list(said(platform_settings.check()).values())
    assert [each.level for each in found] == ([] if level is None else [level, level])
    assert SECRET not in str(found)


# --- clock and backups ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_clock_that_was_set_back() -> None:
    assert said(safety.check_clock()) == {}
    event = Event.objects.create(kind="x", object_type="x", object_id=1)
    Event.objects.filter(pk=event.pk).update(at=timezone.now() + timedelta(hours=1))
    assert "lies in the future" in only(safety.check_clock()).found


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "missing", "expected"), [(1, 0, None), (9, 0, "9 days old"), (1, 3, "3 objects")])
def test_backups_that_are_old_or_lack_something(days: int, missing: int, expected: str | None) -> None:
    moment = timezone.now() - timedelta(days=days)
    BackupRecord.objects.create(
        name="one",
        place="/x",
        started_at=moment,
        finished_at=moment,
        rows=1,
        objects_count=1,
        total_bytes=1,
        added_bytes=1,
        missing_count=missing,
    )
    if expected is None:
        assert said(safety.check_backups()) == {}
    else:
        assert expected in only(safety.check_backups()).found


# --- over the API -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_only_administrators_ask_over_the_api(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path
    users = get_user_model().objects
    client.force_login(users.create_user("olga"))
    assert client.get("/api/v1/platform/doctor/").status_code == 403
    client.force_login(users.create_user("root", is_staff=True))
    response = client.get("/api/v1/platform/doctor/")
    assert response.status_code == 200
    assert {finding["part"] for finding in response.json()} == set(all_checks())
