"""The streams of logs and events, through the ASGI handler: resumed without a gap, seen by members only."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from yard.accounts.models import Membership, Project, Role, User
from yard.core import events
from yard.executions import log_streams
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

Make = Callable[..., Execution]


@dataclass
class Message:
    event: str
    id: int
    data: Any


class Stream:
    """The messages of a response, one after the other; comments and retry hints are passed over."""

    def __init__(self, response: Any) -> None:
        assert response.status_code == 200
        assert response["Content-Type"] == "text/event-stream"
        self._response = response
        self._parts: AsyncIterator[bytes] = aiter(response.streaming_content)
        self._rest = b""

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._parts.aclose()  # type: ignore[attr-defined]
        await sync_to_async(self._response.close)()

    async def next(self) -> Message:
        while True:
            while b"\n\n" not in self._rest:
                self._rest += await anext(self._parts)
            block, _, self._rest = self._rest.partition(b"\n\n")
            fields = dict(line.split(": ", 1) for line in block.decode().splitlines() if not line.startswith(":"))
            if "event" in fields:
                return Message(fields["event"], int(fields["id"]), json.loads(fields["data"]))

    async def is_over(self) -> bool:
        return await anext(self._parts, None) is None


async def stream_of(user: User, address: str, **headers: str) -> Stream:
    client = AsyncClient()
    await client.aforce_login(user)
    return Stream(await client.get(f"/api/v1/{address}", headers=headers))


@sync_to_async
def append(attempt: Attempt, data: bytes) -> None:
    attempt.refresh_from_db()
    store.append(attempt, data)


@pytest.fixture
def attempt(make: Make) -> Attempt:
    return make().attempts.get()


def log_of(attempt: Attempt) -> str:
    return f"executions/{attempt.execution_id}/log/stream/"


async def test_a_log_comes_as_it_grows_and_says_when_it_ends(owner: User, attempt: Attempt) -> None:
    await append(attempt, b"one\n")
    async with await stream_of(owner, log_of(attempt)) as stream:
        assert await stream.next() == Message("log", 4, {"offset": 0, "text": "one\n"})
        await append(attempt, b"two\n")
        assert await stream.next() == Message("log", 8, {"offset": 4, "text": "two\n"})
        await sync_to_async(store.finish)(attempt)
        assert await stream.next() == Message("end", 8, {"offset": 8})
        assert await stream.is_over()


async def test_a_character_is_never_cut(owner: User, attempt: Attempt) -> None:
    euro = "€".encode()
    await append(attempt, b"a" + euro[:2])
    async with await stream_of(owner, log_of(attempt)) as stream:
        assert await stream.next() == Message("log", 1, {"offset": 0, "text": "a"})
        await append(attempt, euro[2:] + b"b")
        assert await stream.next() == Message("log", 5, {"offset": 1, "text": "€b"})


async def test_a_character_cut_for_ever_ends_the_log_too(owner: User, attempt: Attempt) -> None:
    await append(attempt, "ä".encode()[:1])
    await sync_to_async(store.finish)(attempt)
    async with await stream_of(owner, log_of(attempt)) as stream:
        assert await stream.next() == Message("log", 1, {"offset": 0, "text": "�"})
        assert (await stream.next()).event == "end"


async def test_a_browser_that_comes_back_misses_nothing(owner: User, attempt: Attempt) -> None:
    await append(attempt, "äöü\nnext\n".encode())
    async with await stream_of(owner, log_of(attempt), **{"Last-Event-ID": "7"}) as stream:
        assert (await stream.next()).data == {"offset": 7, "text": "next\n"}
    async with await stream_of(owner, f"{log_of(attempt)}?offset=2") as stream:
        assert (await stream.next()).data["text"] == "öü\nnext\n"


@pytest.mark.parametrize("said", ["-1", "x", "1e3", "9" * 40, "¹"])
async def test_a_strange_place_to_resume_from_is_the_start(owner: User, attempt: Attempt, said: str) -> None:
    await append(attempt, b"one\n")
    await sync_to_async(store.finish)(attempt)
    client = AsyncClient()
    await client.aforce_login(owner)
    response = await client.get(f"/api/v1/{log_of(attempt)}", {"offset": said})
    async with Stream(response) as stream:
        assert (await stream.next()).data["text"] == "one\n"


async def test_a_place_beyond_the_end_of_a_finished_log_is_its_end(owner: User, attempt: Attempt) -> None:
    await append(attempt, b"one\n")
    await sync_to_async(store.finish)(attempt)
    async with await stream_of(owner, f"{log_of(attempt)}?offset=99") as stream:
        assert (await stream.next()).event == "end"
        assert await stream.is_over()


async def test_a_long_log_comes_whole_and_in_parts(owner: User, attempt: Attempt) -> None:
    text = "".join(f"zeile {number} äöü\n" for number in range(40_000))
    await append(attempt, text.encode())
    await sync_to_async(store.finish)(attempt)
    found = []
    async with await stream_of(owner, log_of(attempt)) as stream:
        while (message := await stream.next()).event == "log":
            found.append(message.data["text"])
    assert "".join(found) == text
    assert len(found) > 3


async def test_watchers_of_one_log_share_its_reader_wherever_they_began(
    owner: User, viewer: User, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = store.read
    monkeypatch.setattr(
        store, "read", lambda attempt, offset, limit: reads.append(offset) or read(attempt, offset, limit)
    )
    await append(attempt, b"one\n")
    first = await stream_of(owner, log_of(attempt))
    second = await stream_of(viewer, log_of(attempt), **{"Last-Event-ID": "4"})
    async with first, second:
        assert (await first.next()).data["text"] == "one\n"
        for number in range(5):
            text = f"line {number}\n"
            await append(attempt, text.encode())
            messages = [await first.next(), await second.next()]
            assert [message.data["text"] for message in messages] == [text, text]
    assert len([offset for offset in reads if offset >= 4]) == 5


async def test_the_log_of_a_deleted_run_ends(owner: User, attempt: Attempt) -> None:
    await append(attempt, b"one\n")
    async with await stream_of(owner, log_of(attempt)) as stream:
        await stream.next()
        await sync_to_async(attempt.delete)()
        assert (await stream.next()).event == "end"


async def test_the_stream_breaks_off_for_whoever_is_no_member_any_more(
    viewer: User, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_streams, "ASK_SECONDS", 0)
    await append(attempt, b"one\n")
    async with await stream_of(viewer, log_of(attempt)) as stream:
        await stream.next()
        await Membership.objects.filter(user=viewer).adelete()
        await append(attempt, b"secret\n")
        assert await stream.is_over()


async def test_a_member_may_follow_and_an_outsider_finds_nothing(
    viewer: User, outsider: User, attempt: Attempt
) -> None:
    await append(attempt, b"one\n")
    async with await stream_of(viewer, log_of(attempt)) as stream:
        assert (await stream.next()).event == "log"
    client = AsyncClient()
    assert (await client.get(f"/api/v1/{log_of(attempt)}")).status_code in {401, 403}
    await client.aforce_login(outsider)
    assert (await client.get(f"/api/v1/{log_of(attempt)}")).status_code == 404


# --- events ---------------------------------------------------------------------------------------------------


@sync_to_async
def emit(project: Project | None, kind: str = "trial") -> int:
    event = events.emit(
        kind=kind,
        object_type="trial",
        object_id=1,
        project_id=None if project is None else project.pk,
        payload={"n": 1},
    )
    return event.pk


@pytest.fixture
def elsewhere(outsider: User) -> Project:
    project = Project.objects.create(name="Elsewhere", created_by=outsider)
    Membership.objects.create(project=project, user=outsider, role=Role.ADMIN)
    return project


async def opened(user: User, address: str = "events/stream/", **headers: str) -> Stream:
    """A stream that listens already: its first bytes were read."""
    stream = await stream_of(user, address, **headers)
    stream._rest += await anext(stream._parts)
    return stream


async def test_events_of_own_projects_come_and_no_others(viewer: User, project: Project, elsewhere: Project) -> None:
    async with await opened(viewer) as stream:
        await emit(elsewhere, "secret")
        mine = await emit(project, "mine")
        await emit(elsewhere, "secret")
        everybodys = await emit(None, "all")
        message = await stream.next()
        assert (message.event, message.id, message.data["project"]) == ("mine", mine, project.pk)
        assert message.data["payload"] == {"n": 1}
        assert (await stream.next()).id == everybodys


async def test_an_outsider_is_told_nothing_of_a_project(outsider: User, project: Project, elsewhere: Project) -> None:
    async with await opened(outsider) as stream:
        await emit(project, "secret")
        last = await emit(elsewhere)
        assert (await stream.next()).id == last


async def test_missed_events_come_first_and_once(owner: User, project: Project, elsewhere: Project) -> None:
    seen = await emit(project)
    missed = [await emit(project), await emit(project)]
    await emit(elsewhere)
    async with await opened(owner, **{"Last-Event-ID": str(seen)}) as stream:
        assert [(await stream.next()).id for _ in missed] == missed
        new = await emit(project)
        assert (await stream.next()).id == new


async def test_a_stream_of_one_project_has_only_its_events(owner: User, project: Project) -> None:
    other = await Project.objects.acreate(name="Other", created_by=owner)
    await Membership.objects.acreate(project=other, user=owner, role=Role.ADMIN)
    async with await opened(owner, f"events/stream/?project={project.pk}") as stream:
        await emit(other)
        mine = await emit(project)
        assert (await stream.next()).id == mine


async def test_a_stream_of_a_foreign_project_is_not_found(outsider: User, project: Project) -> None:
    client = AsyncClient()
    assert (await client.get("/api/v1/events/stream/")).status_code in {401, 403}
    await client.aforce_login(outsider)
    assert (await client.get(f"/api/v1/events/stream/?project={project.pk}")).status_code == 404


async def test_past_events_are_a_list(viewer: User, outsider: User, project: Project, elsewhere: Project) -> None:
    first, second = await emit(project), await emit(project)
    foreign = await emit(elsewhere)
    client = AsyncClient()
    await client.aforce_login(viewer)
    found = (await client.get("/api/v1/events/", {"after": first})).json()["results"]
    assert [event["id"] for event in found] == [second]
    await client.aforce_login(outsider)
    found = (await client.get("/api/v1/events/", {"after": first})).json()["results"]
    assert [event["id"] for event in found] == [foreign]
