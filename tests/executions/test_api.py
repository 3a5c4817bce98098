"""Executions over the API: look, stop, read the log, see the hosts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from yard.accounts.models import User
from yard.executions.hosts import host_register
from yard.executions.launchers.base import GpuFacts, HostFacts
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution
from yard.executions.services import Requested, execution_create
from yard.executions.states import State

pytestmark = pytest.mark.django_db

Make = Callable[..., Execution]
As = Callable[[User | None], APIClient]


@pytest.fixture
def call() -> As:
    def signed_in(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def execution(make: Make) -> Execution:
    return make()


@pytest.fixture
def attempt(execution: Execution) -> Attempt:
    return execution.attempts.get()


@pytest.fixture
def build_of_all(db: None) -> Execution:
    """The build of a bundled template belongs to no project."""
    return execution_create(project=None, kind="trial", title="a build", user=None, resources=Requested())


# --- look and stop --------------------------------------------------------------------------------------------


def test_members_see_it_and_only_editors_may_stop_it(call: As, owner: User, viewer: User, execution: Execution) -> None:
    for user in (owner, viewer):
        found = call(user).get(f"/api/v1/executions/{execution.pk}/")
        assert found.status_code == 200
        assert (found.data["id"], found.data["state"], found.data["title"]) == (execution.pk, "queued", "a trial")
    assert call(owner).get(f"/api/v1/executions/{execution.pk}/").data["can"] == ["stop"]
    assert call(viewer).get(f"/api/v1/executions/{execution.pk}/").data["can"] == []
    assert call(viewer).post(f"/api/v1/executions/{execution.pk}/stop/").status_code == 403
    execution.refresh_from_db()
    assert (execution.state, execution.stop_requested_at) == (State.QUEUED, None)


@pytest.mark.parametrize(("method", "end"), [("get", ""), ("post", "stop/"), ("get", "log/"), ("get", "log/stream/")])
def test_an_outsider_finds_nothing(call: As, outsider: User, execution: Execution, method: str, end: str) -> None:
    address = f"/api/v1/executions/{execution.pk}/{end}"
    assert getattr(call(outsider), method)(address).status_code == 404
    assert getattr(call(None), method)(address).status_code in {401, 403}
    assert getattr(call(outsider), method)(f"/api/v1/executions/{2**62}/{end}").status_code == 404


def test_stopping_is_asked_for_once_and_refused_after_the_end(call: As, owner: User, execution: Execution) -> None:
    address = f"/api/v1/executions/{execution.pk}/stop/"
    assert call(owner).post(address).status_code == 202
    execution.refresh_from_db()
    asked = execution.stop_requested_at
    assert asked is not None or execution.state == State.STOPPED
    again = call(owner).post(address)
    assert again.status_code in {202, 409}
    Execution.objects.filter(pk=execution.pk).update(state=State.SUCCEEDED)
    assert call(owner).post(address).status_code == 409
    assert call(owner).get(f"/api/v1/executions/{execution.pk}/").data["can"] == []


def test_everybody_sees_the_build_of_a_bundled_template_and_staff_may_cancel_it(
    call: As, outsider: User, owner: User, build_of_all: Execution
) -> None:
    assert call(outsider).get(f"/api/v1/executions/{build_of_all.pk}/").status_code == 200
    assert call(outsider).post(f"/api/v1/executions/{build_of_all.pk}/stop/").status_code == 403
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    owner.refresh_from_db()
    assert call(owner).post(f"/api/v1/executions/{build_of_all.pk}/stop/").status_code == 202


# --- the log --------------------------------------------------------------------------------------------------


@pytest.fixture
def log(call: As, viewer: User, attempt: Attempt) -> Callable[..., tuple[bytes, int, bool]]:
    """Bytes, the offset behind them, and whether that is all, as a viewer gets them."""

    def log(**query: object) -> tuple[bytes, int, bool]:
        answer = call(viewer).get(f"/api/v1/executions/{attempt.execution_id}/log/", query)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        return answer.content, int(answer["X-Log-Offset"]), answer["X-Log-Complete"] == "true"

    return log


Log = Callable[..., tuple[bytes, int, bool]]


def test_a_log_is_read_from_an_offset_on(log: Log, attempt: Attempt) -> None:
    assert log() == (b"", 0, False)
    store.append(attempt, b"one\ntwo\n")
    assert log() == (b"one\ntwo\n", 8, False)
    assert log(offset=4) == (b"two\n", 8, False)
    assert log(offset=2, limit=3) == (b"e\nt", 5, False)
    store.finish(attempt)
    assert log(offset=4) == (b"two\n", 8, True)
    assert log(offset=0, limit=4) == (b"one\n", 4, False)
    assert log(offset=8) == (b"", 8, True)


def test_it_tells_where_the_last_lines_begin(call: As, viewer: User, attempt: Attempt) -> None:
    store.append(attempt, b"one\ntwo\nthree\n")
    answer = call(viewer).get(f"/api/v1/executions/{attempt.execution_id}/log/", {"offset": -9})
    assert (answer.content, answer["X-Log-Start"]) == (b"three\n", "8")


def test_a_negative_offset_is_the_last_lines(log: Log, attempt: Attempt) -> None:
    store.append(attempt, b"one\ntwo\nthree\n")
    assert log(offset=-8) == (b"three\n", 14, False)
    assert log(offset=-6) == (b"three\n", 14, False)
    assert log(offset=-14)[0] == log(offset=-(10**15))[0] == b"one\ntwo\nthree\n"
    store.append(attempt, b"a line without an end")
    assert log(offset=-4)[0] == b" end"
    store.append(attempt, b"\n")
    assert log(offset=-4)[0] == b"end\n"


@pytest.mark.parametrize("compacted", [False, True])
def test_beyond_the_end_is_nothing(log: Log, attempt: Attempt, owner: User, compacted: bool) -> None:
    store.append(attempt, b"one\n")
    store.finish(attempt)
    if compacted:
        store.compact(attempt, bucket=owner.bucket)
    for offset in (4, 5, 10**15):
        data, behind, _ = log(offset=offset)
        assert (data, behind) == (b"", offset)
    assert log(offset=1, limit=10**15) == (b"ne\n", 4, True)
    assert log(limit=0)[0] == log(limit=-5)[0] == b""


@pytest.mark.parametrize("query", ["offset=x", "limit=1.5", f"offset={10**30}", "offset=-"])
def test_a_number_that_is_none_is_told(call: As, viewer: User, attempt: Attempt, query: str) -> None:
    answer = call(viewer).get(f"/api/v1/executions/{attempt.execution_id}/log/?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["message"]


def test_the_last_lines_of_a_huge_log_are_found_without_reading_it_whole(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(attempt, b"x" * (3 << 20) + b"\nend\n")
    most = 0
    real = store.read

    def read(attempt: Attempt, offset: int, limit: int) -> bytes:
        nonlocal most
        data = real(attempt, offset, limit)
        most = max(most, len(data))
        return data

    monkeypatch.setattr(store, "read", read)
    assert store.lines_start(attempt, (3 << 20) + 4) == (3 << 20) + 1
    assert most <= store.CHUNK_BYTES * 4


# --- hosts ----------------------------------------------------------------------------------------------------


def test_everybody_sees_the_hosts_and_what_is_free(call: As, outsider: User) -> None:
    gpus = [GpuFacts(index=0, uuid="GPU-a", name="A card", memory_bytes=8 << 30)]
    facts = HostFacts(name="node", cpus=8, memory_bytes=32 << 30, gpus=gpus, version="1")
    host_register(facts=facts, launcher="fake", reason="a test")
    (host,) = call(outsider).get("/api/v1/hosts/").data["results"]
    assert (host["name"], host["cpus"], host["queue"]) == ("node", 8, {"waiting": 0, "running": 0})
    assert host["free"] == {"cpus": 8.0, "memory_bytes": 32 << 30, "gpus": 1}
    assert [device["uuid"] for device in host["devices"]] == ["GPU-a"]
    assert call(None).get("/api/v1/hosts/").status_code in {401, 403}
