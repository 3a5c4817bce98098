"""``/healthz`` asks nobody; ``/readyz`` asks every part, for a few seconds at most."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from yard.core import health

transactional = pytest.mark.django_db(transaction=True)


def problems(client: Client) -> tuple[int, dict[str, str]]:
    response = client.get("/readyz")
    body = response.json()
    found = {name: check["problem"] for name, check in body["checks"].items() if not check["ok"]}
    assert body["ok"] == (not found) == (response.status_code == 200)
    return response.status_code, found


def test_the_process_answers_without_a_database(client: Client) -> None:
    """pytest-django refuses every query here."""
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["ok"] is True


@transactional
def test_all_is_ready(client: Client) -> None:
    assert problems(client) == (200, {})
    assert set(client.get("/readyz").json()["checks"]) == {"database", "schema", "store", "restore"}


@transactional
def test_a_database_that_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("connection to server at 10.1.2.3 failed for user secretive")

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problem"] == "The database does not answer."
    assert b"secretive" not in response.content
    assert b"10.1.2.3" not in response.content


@transactional
def test_tables_that_are_too_old_or_too_new(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("core", "9999_of_tomorrow")
    assert "newer than the code" in problems(client)[1]["schema"]
    recorder.record_unapplied("core", "9999_of_tomorrow")
    recorder.record_unapplied("core", "0002_lineage")
    try:
        assert "older than the code" in problems(client)[1]["schema"]
    finally:
        recorder.record_applied("core", "0002_lineage")


@transactional
def test_a_store_that_is_gone(client: Client, settings: Any) -> None:
    settings.STORAGE, settings.S3_ENDPOINT, settings.S3_ACCESS_KEY = "minio", "127.0.0.1:1", "a secret key"
    assert problems(client)[1].keys() == {"store"}
    settings.S3_SECRET_KEY = "another"
    assert problems(client)[1].keys() == {"store"}


@transactional
def test_a_part_that_hangs_keeps_one_thread(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    calls: list[float] = []

    def hang() -> str:
        calls.append(time.monotonic())
        release.wait(60)
        return ""

    monkeypatch.setattr(health, "PROBE_SECONDS", 0.5)
    monkeypatch.setitem(health._PROBES, "slow", hang)
    try:
        for _ in range(3):
            assert problems(client)[1] == {"slow": "The slow has not answered within 0 seconds."}
        assert len(calls) == 1
    finally:
        release.set()
        health._asking["slow"].join(10)
    assert problems(client) == (200, {})


@transactional
def test_a_check_that_breaks_is_a_problem(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("with something secret")

    monkeypatch.setitem(health._PROBES, "broken", broken)
    assert problems(client)[1] == {"broken": "It could not be checked; the log of the web server says why."}
