"""Objects as responses: ranges, conditions, safe headers, flat memory, under both kinds of server."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.test import AsyncRequestFactory, RequestFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rest_framework.request import Request

from tests.storage.conftest import BUCKET
from yard.storage.base import ObjectMissing, ObjectStore
from yard.storage.http import object_response, zip_response
from yard.storage.local import LocalStore
from yard.storage.objects import object_read
from yard.storage.zips import ZipEntry

KEY = "datasets/1/a.svg"
CONTENT = b"0123456789"
DIGEST = "d" * 64
BIG = 1 << 30


@pytest.fixture(autouse=True)
def _no_database() -> Iterator[None]:
    """Closing a response tells Django that the request is through; these tests use no database that it could close."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture
def stored(platform_store: ObjectStore) -> ObjectStore:
    platform_store.make_bucket(BUCKET)
    platform_store.put(BUCKET, KEY, io.BytesIO(CONTENT), len(CONTENT))
    return platform_store


def ask(request: HttpRequest | Request | None = None, **headers: str) -> HttpResponseBase:
    request = request or RequestFactory().get("/", headers=headers)
    return object_response(
        request,
        bucket=BUCKET,
        key=KEY,
        size=len(CONTENT),
        digest=DIGEST,
        media_type="image/svg+xml",
        filename="ä b.svg",
    )


def body(response: HttpResponseBase) -> bytes:
    try:
        return b"".join(cast(Iterator[bytes], response))
    finally:
        response.close()


async def async_body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    assert response.is_async
    try:
        return b"".join([part async for part in response])
    finally:
        response.close()


def test_it_gives_the_whole_object_with_safe_headers(stored: ObjectStore) -> None:
    response = ask()
    assert (response.status_code, body(response)) == (200, CONTENT)
    assert response["Content-Length"] == "10"
    assert response["Content-Type"] == "application/octet-stream", "a drawing can hold a script"
    assert response["ETag"] == f'"{DIGEST}"'
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A4%20b.svg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]


def test_it_may_be_shown_in_place(stored: ObjectStore) -> None:
    response = object_response(
        RequestFactory().get("/"),
        bucket=BUCKET,
        key=KEY,
        size=10,
        digest="",
        media_type="image/png",
        filename='a".png',
        inline=True,
    )
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Type"] == "image/png"
    assert "ETag" not in response
    response.close()


@pytest.mark.parametrize(
    ("asked", "status", "expected", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 200, CONTENT, None),
        ("bytes=0-", 200, CONTENT, None),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, CONTENT, None),
        ("bytes=0-1,4-5", 200, CONTENT, None),
        ("bytes=-", 200, CONTENT, None),
        ("items=0-1", 200, CONTENT, None),
        ("bytes=0-" + "9" * 5000, 200, CONTENT, None),
    ],
)
def test_it_gives_ranges(
    stored: ObjectStore, asked: str, status: int, expected: bytes, content_range: str | None
) -> None:
    response = ask(Range=asked)
    assert (response.status_code, body(response)) == (status, expected)
    assert response.get("Content-Range") == content_range  # type: ignore[attr-defined]


@pytest.mark.parametrize(("condition", "status"), [(f'"{DIGEST}"', 206), ('"other"', 200), (f'W/"{DIGEST}"', 200)])
def test_a_range_of_another_content_is_not_given(stored: ObjectStore, condition: str, status: int) -> None:
    response = ask(Range="bytes=0-3", If_Range=condition)
    assert response.status_code == status
    response.close()


@pytest.mark.parametrize(
    ("condition", "status"),
    [(f'"{DIGEST}"', 304), (f'W/"{DIGEST}"', 304), (f'"a", "{DIGEST}"', 304), ("*", 304), ('"other"', 200)],
)
def test_a_copy_that_is_still_good_is_not_sent_again(stored: ObjectStore, condition: str, status: int) -> None:
    response = ask(If_None_Match=condition)
    assert response.status_code == status
    assert response["ETag"] == f'"{DIGEST}"'
    response.close()


def test_a_head_has_no_body(stored: ObjectStore) -> None:
    response = ask(RequestFactory().head("/", headers={"Range": "bytes=0-3"}))
    assert (response.status_code, response["Content-Length"], body(response)) == (200, "10", b"")


def test_a_lost_object_is_told_at_once(stored: ObjectStore) -> None:
    stored.delete(BUCKET, KEY)
    with pytest.raises(ObjectMissing):
        ask()


def test_it_takes_the_request_of_an_api_view(stored: ObjectStore) -> None:
    assert body(ask(Request(RequestFactory().get("/", headers={"Range": "bytes=1-2"})))) == b"12"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(asked="bytes=١-٢")
@given(asked=st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True) | st.text(max_size=20))
def test_no_range_breaks_it(local_store: LocalStore, asked: str) -> None:
    local_store.make_bucket(BUCKET)
    local_store.put(BUCKET, KEY, io.BytesIO(CONTENT), len(CONTENT))
    request = RequestFactory().get("/")
    request.META["HTTP_RANGE"] = asked
    response = ask(request)
    sent = body(response)
    if response.status_code == 206:
        first, last = response["Content-Range"].removeprefix("bytes ").removesuffix("/10").split("-")
        assert sent == CONTENT[int(first) : int(last) + 1]
    else:
        assert (response.status_code, sent) in {(200, CONTENT), (416, b"")}


@pytest.mark.asyncio
async def test_an_asynchronous_server_gets_an_asynchronous_body(stored: ObjectStore) -> None:
    request = AsyncRequestFactory().get("/", headers={"Range": "bytes=2-4"})
    assert await async_body(ask(request)) == b"234"
    assert await async_body(ask(Request(AsyncRequestFactory().get("/")))) == CONTENT


@pytest.mark.asyncio
async def test_a_download_that_is_given_up_lets_go_of_the_file(local_store: LocalStore) -> None:
    _make_big(local_store)
    response = _ask_big(AsyncRequestFactory().get("/"))
    assert isinstance(response, StreamingHttpResponse)
    parts = aiter(response)
    assert len(await anext(parts)) == 1 << 20
    response.close()
    assert b"".join([part async for part in parts]) == b""


def _make_big(store: LocalStore) -> None:
    store.make_bucket(BUCKET)
    with (store.root / BUCKET / "big").open("wb") as file:
        file.truncate(BIG)


def _ask_big(request: HttpRequest) -> HttpResponseBase:
    return object_response(request, bucket=BUCKET, key="big", size=BIG, digest=DIGEST, media_type="")


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start(1)
    yield
    tracemalloc.stop()


@pytest.mark.asyncio
async def test_a_gibibyte_does_not_fill_the_memory(local_store: LocalStore, traced: None) -> None:
    _make_big(local_store)
    response = _ask_big(AsyncRequestFactory().get("/", headers={"Range": "bytes=1-"}))
    assert isinstance(response, StreamingHttpResponse)
    sent = 0
    async for part in response:
        sent += len(part)
    response.close()
    assert (response.status_code, sent) == (206, BIG - 1)
    assert tracemalloc.get_traced_memory()[1] < 32 << 20


def _entries(names: list[str]) -> Iterator[ZipEntry]:
    for name in names:
        yield ZipEntry(name, lambda: object_read(BUCKET, KEY))


def _unpacked(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_is_streamed(stored: ObjectStore) -> None:
    response = zip_response(RequestFactory().get("/"), filename="Beans 1.zip", entries=_entries(["a/1.svg", "ä.svg"]))
    assert response["Content-Type"] == "application/zip"
    assert 'filename="Beans 1.zip"' in response["Content-Disposition"]
    assert _unpacked(body(response)) == {"a/1.svg": CONTENT, "ä.svg": CONTENT}


def test_a_zip_holds_what_is_opened_and_what_is_at_hand(stored: ObjectStore) -> None:
    opened, at_hand = {"a": CONTENT, "c/ö": CONTENT}, {"b/ä": b"", "d": b"x" * 200_000}
    entries = [*_entries(["a"]), ZipEntry("b/ä", b""), *_entries(["c/ö"]), ZipEntry("d", at_hand["d"])]
    response = zip_response(RequestFactory().get("/"), filename="x.zip", entries=entries)
    assert _unpacked(body(response)) == opened | at_hand


def test_an_empty_zip_is_one(stored: ObjectStore) -> None:
    assert _unpacked(body(zip_response(RequestFactory().get("/"), filename="x.zip", entries=[]))) == {}


@pytest.mark.asyncio
async def test_a_zip_is_streamed_asynchronously(stored: ObjectStore) -> None:
    response = zip_response(AsyncRequestFactory().get("/"), filename="x.zip", entries=_entries(["a", "b"]))
    assert _unpacked(await async_body(response)) == {"a": CONTENT, "b": CONTENT}


def test_a_zip_of_a_gibibyte_does_not_fill_the_memory(local_store: LocalStore, traced: None) -> None:
    _make_big(local_store)
    entries = [ZipEntry("big", lambda: object_read(BUCKET, "big"))]
    response = zip_response(RequestFactory().get("/"), filename="x.zip", entries=entries)
    sent = sum(len(part) for part in cast(Any, response))
    response.close()
    assert sent > BIG
    assert tracemalloc.get_traced_memory()[1] < 32 << 20


def test_a_lost_file_breaks_the_zip_off(stored: ObjectStore) -> None:
    entries = [*_entries(["a"]), ZipEntry("lost", lambda: object_read(BUCKET, "absent"))]
    response = zip_response(RequestFactory().get("/"), filename="x.zip", entries=entries)
    with pytest.raises(ObjectMissing):
        body(response)


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1.zip", "a\0b.zip", "ä\x85b.zip"])
def test_a_name_cannot_break_out_of_its_header(stored: ObjectStore, name: str) -> None:
    response = zip_response(RequestFactory().get("/"), filename=name, entries=[])
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert not any(ord(character) < 32 for character in response["Content-Disposition"])
    assert "Set-Cookie" not in response
    assert body(response)
