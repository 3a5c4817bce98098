"""``/metrics``: proper text, few queries, nothing of anybody, and not for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import authenticate
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from tests.api.seed import PASSWORD, make_seed
from yard.operations.heartbeats import SupervisorPulse, beat_worker
from yard.operations.metrics import platform
from yard.operations.metrics.requests import REQUESTS
from yard.storage.models import StoredObject

pytestmark = pytest.mark.django_db

Labels = tuple[tuple[str, str], ...]


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(platform, "_slow_at", None)
    yield
    platform._slow_at = None


def figures(client: Client, **headers: Any) -> dict[tuple[str, Labels], float]:
    response = client.get("/metrics", **headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_platform_is_described(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    make_seed(tmp_path)
    beat_worker()
    SupervisorPulse()()
    client.get("/healthz")
    found = figures(client)
    assert found["trainyard_executions", (("kind", "run"), ("state", "running"))] == 1
    assert found["trainyard_executions", (("kind", "run"), ("state", "succeeded"))] == 1
    assert found["trainyard_devices", (("host", "node"), ("state", "free"))] == 1
    assert found["trainyard_events_total", ()] > 5
    assert found["trainyard_queue_oldest_wait_seconds", ()] == 0
    stored = StoredObject.objects.filter(key__startswith="models/")
    assert found["trainyard_stored_bytes", (("kind", "models"),)] == sum(stored.values_list("size", flat=True)) > 0
    assert found["trainyard_disk_free_bytes", (("folder", "data"),)] > 0
    assert found["trainyard_heartbeat_age_seconds", (("part", "worker"),)] < 60
    assert {name for name, _ in found} >= {
        *(
            "trainyard_info",
            "trainyard_tasks",
            "trainyard_tasks_oldest_wait_seconds",
            "trainyard_tasks_failed_last_day",
        ),
        *("trainyard_attempt_duration_seconds_bucket", "trainyard_backup_last_success_timestamp_seconds"),
        *("trainyard_http_requests_total", "trainyard_sign_in_failures_total", "trainyard_web_process_open_fds"),
    }


def test_names_of_people_and_their_things_are_not_in_it(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    seed = make_seed(tmp_path)
    text = client.get("/metrics").content.decode().lower()
    for word in (seed.owner.username, seed.project.name, seed.dataset.name, "going", "bucket-olga", str(tmp_path)):
        assert word.lower() not in text


def test_queries_do_not_grow_with_what_is_there(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/metrics")
    make_seed(tmp_path)
    platform._slow_at = None
    with CaptureQueriesContext(connection) as many:
        client.get("/metrics")
    assert len(many) == len(few) <= 12


def test_requests_are_counted_by_route(client: Client) -> None:
    def count(route: str, status: str) -> float:
        labels = (("method", "GET"), ("route", route), ("status", status))
        return figures(client).get(("trainyard_http_requests_total", labels), 0)

    before, strange = count("healthz", "200"), count("none", "404")
    client.get("/healthz")
    client.get("/static/invented-by-somebody.js")
    assert count("healthz", "200") == before + 1
    assert count("none", "404") == strange + 1
    assert not any("invented" in str(labels) for _, labels in figures(client))


def test_invented_methods_share_one_label(client: Client) -> None:
    client.generic("INVENTED", "/healthz")
    methods = {dict(labels).get("method") for _, labels in figures(client)}
    assert "other" in methods
    assert "INVENTED" not in methods


def test_requests_to_the_asgi_server_are_counted_too() -> None:
    counter = REQUESTS.labels("GET", "healthz", 200)
    before = counter._value.get()
    assert async_to_sync(AsyncClient().get)("/healthz").status_code == 200
    assert counter._value.get() == before + 1


def test_failed_sign_ins_are_counted(client: Client, tmp_path: Any, django_user_model: Any) -> None:
    django_user_model.objects.create_user("olga", password=PASSWORD)
    before = figures(client)["trainyard_sign_in_failures_total", ()]
    authenticate(username="olga", password="wrong")
    authenticate(username="olga", password=PASSWORD)
    assert figures(client)["trainyard_sign_in_failures_total", ()] == before + 1


@pytest.mark.parametrize(
    "asking",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},  # a proxy of this machine
        {"REMOTE_ADDR": "::1", "HTTP_FORWARDED": "for=192.0.2.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_without_a_token_only_this_machine_may_ask(client: Client, asking: dict[str, str]) -> None:
    response = client.get("/metrics", **asking)
    assert response.status_code == 403
    assert "YARD_METRICS_TOKEN" in response.json()["message"]


def test_ipv6_of_this_machine_may_ask(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200


def test_with_a_token_it_is_needed_everywhere(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "tökén of the tests"
    for given in ("", "Bearer ", "Bearer wrong", f"Token {settings.METRICS_TOKEN}"):
        response = client.get("/metrics", HTTP_AUTHORIZATION=given)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
    far = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert figures(client, HTTP_AUTHORIZATION=f"Bearer {settings.METRICS_TOKEN}", **far)


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405
