"""The S3 server is slow, answers with errors, cuts connections, or dies and comes back."""

from __future__ import annotations

import hashlib
import http.client
import io
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scripts.ports import HOST
from scripts.problems import Problem
from tests.faults._tus import append, begin_upload, offset_of
from tests.faults.harness import Site, yard
from tests.services._faulty import Faults, FaultyProxy, faulty
from tests.services.s3 import OwnS3, S3Server
from yard.core.errors import YardError
from yard.storage import keys
from yard.storage.base import StoreUnavailable
from yard.storage.minio import UPLOAD_PART_BYTES, MinioStore

pytestmark = [pytest.mark.faults, pytest.mark.s3, pytest.mark.timeout(280)]

CONTENT = bytes(range(256)) * 12_000  # 3 MB: several parts of an answer
SHORT = 2.0


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[FaultyProxy]:
    with faulty(s3_server.endpoint) as made:
        yield made


@pytest.fixture
def store(proxy: FaultyProxy, s3_server: S3Server) -> MinioStore:
    return _store(proxy.address, s3_server)


def _store(endpoint: str, server: S3Server) -> MinioStore:
    return MinioStore(
        endpoint=endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        region=server.region,
        secure=False,
        timeout=SHORT,
    )


def _put(store: MinioStore, bucket: str, key: str, content: bytes) -> None:
    store.put(bucket, key, io.BytesIO(content), len(content))


@pytest.mark.parametrize("status", [503, pytest.param(500, marks=pytest.mark.soak)])
def test_a_server_that_answers_with_errors_is_told_and_a_short_fit_of_them_is_not_noticed(
    store: MinioStore, proxy: FaultyProxy, s3_bucket: str, status: int
) -> None:
    proxy.be(Faults(status=status, times=2))
    _put(store, s3_bucket, "a", b"content")
    proxy.be(Faults(status=status))
    for call in (
        lambda: _put(store, s3_bucket, "a", b"other"),
        lambda: store.read(s3_bucket, "a"),
        lambda: store.stat(s3_bucket, "a"),
        lambda: store.delete(s3_bucket, "a"),
        lambda: list(store.list(s3_bucket)),
    ):
        with pytest.raises(StoreUnavailable, match=r"answers with errors .*Look at its log"):
            call()
    proxy.heal()
    assert b"".join(store.read(s3_bucket, "a")) == b"content"


def test_a_cut_connection_never_passes_for_the_whole_object(
    store: MinioStore, proxy: FaultyProxy, s3_bucket: str
) -> None:
    _put(store, s3_bucket, "a", CONTENT)
    for cut in (500_000, 2_000_000):
        proxy.be(Faults(matching=b"GET", cut_after=cut))
        with pytest.raises(StoreUnavailable, match="broke the connection off"):
            b"".join(store.read(s3_bucket, "a"))
    proxy.heal()
    assert b"".join(store.read(s3_bucket, "a")) == CONTENT


def test_a_write_that_is_cut_leaves_the_old_object(
    store: MinioStore, proxy: FaultyProxy, s3_bucket: str, s3_server: S3Server
) -> None:
    _put(store, s3_bucket, "a", b"old")
    proxy.be(Faults(matching=b"PUT", cut_upload_after=1_000_000))
    with pytest.raises(StoreUnavailable):
        _put(store, s3_bucket, "a", CONTENT)
    assert b"".join(_store(s3_server.endpoint, s3_server).read(s3_bucket, "a")) == b"old"


def test_a_silent_server_keeps_nobody_longer_than_the_setting(
    store: MinioStore, proxy: FaultyProxy, s3_bucket: str
) -> None:
    proxy.be(Faults(mute=True))
    with pytest.raises(StoreUnavailable, match=r"longer than 2 s \(YARD_S3_TIMEOUT_SECONDS\)"):
        store.stat(s3_bucket, "a")
    assert proxy.requests == 2  # the first and one more


def test_uploads_in_parts_that_nobody_completes_are_aborted_after_a_grace_time(
    s3_server: S3Server, s3_bucket: str
) -> None:
    client, store = s3_server.client(), _store(s3_server.endpoint, s3_server)
    for key in (keys.staging(), keys.upload_chunk(uuid4(), 0), "somebody/elses.bin"):
        upload = client._create_multipart_upload(s3_bucket, key, {})
        client._upload_part(s3_bucket, key, b"x" * UPLOAD_PART_BYTES, {}, upload, 1)
    assert store.sweep(datetime.now(UTC) - timedelta(hours=1), [s3_bucket]) == 0
    assert store.sweep(datetime.now(UTC) + timedelta(seconds=5), [s3_bucket]) == 2
    assert [left.object_name for left in store._unfinished(s3_bucket)] == ["somebody/elses.bin"]
    assert store.sweep(datetime.now(UTC) + timedelta(seconds=5), [s3_bucket, "no-such-bucket"]) == 0


# --- the platform -----------------------------------------------------------------------------------------------------


class OnS3:
    """A platform whose objects lie on a server of its own behind a faulty proxy."""

    def __init__(self, site: Site, own: OwnS3, proxy: FaultyProxy) -> None:
        self.site, self.own, self.proxy = site, own, proxy

    def new_import(self) -> dict[str, Any]:
        dataset = self.site.api.post("datasets/", {"name": uuid4().hex, "project": self.site.job().project["id"]})
        return dict(self.site.api.post(f"datasets/{dataset['id']}/imports/", {}))

    def until_import(self, number: int, state: str, words: str = "") -> None:
        def there() -> bool:
            (found,) = self.site.rows("SELECT state, message FROM datasets_import WHERE id = %s", [number])
            assert found[0] not in {"failed", "succeeded"} or found[0] == state, found
            return found[0] == state and words in found[1]

        self.site.until(there, f"import {number} is {state} {words!r}")


@pytest.fixture(scope="module")
def on_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnS3]:
    with (
        OwnS3(tmp_path_factory.mktemp("s3")) as own,
        faulty(own.server.endpoint) as proxy,
        yard(
            tmp_path_factory.mktemp("on-s3") / "site",
            **{**own.server.environment(), "YARD_S3_ENDPOINT": proxy.address, "YARD_S3_TIMEOUT_SECONDS": "3"},
        ) as site,
    ):
        site.job()
        yield OnS3(site, own, proxy)


def test_an_upload_resumes_and_its_import_waits_for_a_server_that_was_killed(on_s3: OnS3, tmp_path: Path) -> None:
    from tests.faults.job import archive

    site = on_s3.site
    content = archive(site, images=40).read_bytes()
    found = on_s3.new_import()
    place = begin_upload(site, f"imports/{found['id']}/uploads/", "set.zip", len(content))
    half = len(content) // 2
    assert append(site, place, content[:half], 0) == half
    on_s3.own.kill()
    with pytest.raises(Problem, match="503"):
        append(site, place, content[half:], half)
    on_s3.own.start()
    assert offset_of(site, place) == half
    assert append(site, place, content[half:], half) == len(content)

    on_s3.proxy.be(Faults(status=503))
    site.api.post(f"imports/{found['id']}/start/", {})
    on_s3.until_import(found["id"], "queued", "Nothing is lost: trying again.")
    on_s3.proxy.heal()
    on_s3.until_import(found["id"], "succeeded")
    assert site.api.get(f"datasets/{found['dataset']}/")["image_count"] == 40


def test_a_run_waits_for_the_store_while_it_is_collected(on_s3: OnS3) -> None:
    site = on_s3.site
    run = site.job().start(epochs=40, pause=0.05)
    site.until_state(run, "running")
    on_s3.own.kill()
    sql = "SELECT reason FROM executions_execution WHERE state = 'collecting'"
    site.until(lambda: any("trying again" in row[0] for row in site.rows(sql)), "the user is told why")
    on_s3.own.start()
    assert site.until_ended(run) == ["succeeded"]
    site.check()


def test_a_download_that_breaks_ends_with_an_error_and_its_rest_can_be_had(on_s3: OnS3) -> None:
    site = on_s3.site
    dataset = site.job().dataset["id"]
    image = site.api.get(f"datasets/{dataset}/images/")["results"][0]["id"]
    path = f"/api/v1/datasets/{dataset}/images/{image}/content/"
    whole = _get(site, path)[1]
    on_s3.proxy.be(Faults(matching=b"GET", cut_after=len(whole) + 100))  # the headers, and some of the content
    with pytest.raises((http.client.HTTPException, OSError)):
        _get(site, path)
    on_s3.proxy.be(Faults(matching=b"GET", status=500))
    status, body = _get(site, path)
    assert (status, b"answers with errors" in body) == (503, True)
    on_s3.proxy.heal()
    status, rest = _get(site, path, Range="bytes=20-")
    assert (status, rest) == (206, whole[20:])
    assert hashlib.sha256(whole[:20] + rest).digest() == hashlib.sha256(whole).digest()


def test_other_pages_answer_while_the_store_is_silent(on_s3: OnS3) -> None:
    site = on_s3.site
    dataset = site.job().dataset["id"]
    image = site.api.get(f"datasets/{dataset}/images/")["results"][0]["id"]
    path = f"/api/v1/datasets/{dataset}/images/{image}/content/"
    on_s3.proxy.be(Faults(mute=True))
    answers: list[int] = []
    waiting = [threading.Thread(target=lambda: answers.append(_get(site, path)[0])) for _ in range(20)]
    for thread in waiting:
        thread.start()
    began = time.monotonic()
    for _ in range(5):
        site.api.get("projects/")
        site.api.get("runs/")
    took = time.monotonic() - began
    silent = not answers
    for thread in waiting:
        thread.join(60)
    on_s3.proxy.heal()
    assert silent, f"the pages came after the store was given up: {took:.1f} s"
    assert answers == [503] * 20


def _get(site: Site, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, site.port, timeout=60)
    try:
        connection.request("GET", path, headers={**headers, **site.api._session_headers()})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_what_breaks_is_an_error_of_ours_with_a_sentence(store: MinioStore, proxy: FaultyProxy, s3_bucket: str) -> None:
    proxy.be(Faults(refused=True))
    with pytest.raises(YardError, match=r"Check that it runs"):
        _put(store, s3_bucket, "a", b"1")
