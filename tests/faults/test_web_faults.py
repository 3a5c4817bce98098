"""The web server is killed amid uploads, downloads, event streams and log streams; clients go on where they were."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import random
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.ports import HOST
from scripts.problems import Problem
from tests.faults._tus import append, begin_upload, offset_of
from tests.faults.harness import Site, execution_of, yard

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280)]

Json = dict[str, Any]
CHUNK = 300_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with yard(tmp_path_factory.mktemp("web") / "site") as made:
        made.until_ended(made.job().start(epochs=1))
        yield made


def _restart(site: Site) -> None:
    site.kill("web")
    site.start("web")


def _kill_soon(site: Site, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, lambda: site.kill("web"))
    timer.start()
    return timer


def _noise(folder: Path, images: int, side: int) -> Path:
    """A ZIP of pictures that do not compress."""
    from PIL import Image

    target, chance = folder / "noise.zip", random.Random(3)
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(images):
            picture = Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3))
            picture.save(folder / f"{number:03}.png")
            archive.write(folder / f"{number:03}.png", f"{number:03}.png")
    return target


def _upload_through_kills(site: Site, place: str, content: bytes, kills: int) -> None:
    """Send all of it, the server being killed amid chunks; whatever it acknowledged stays acknowledged."""
    chance, acknowledged = random.Random(5), 0
    while acknowledged < len(content):
        timer = _kill_soon(site, chance.uniform(0.0, 0.05)) if kills > 0 else None
        kills -= 1
        with contextlib.suppress(Problem):
            acknowledged = append(site, place, content[acknowledged : acknowledged + CHUNK], acknowledged)
        if timer is not None:
            timer.join()
            site.start("web")
            now = offset_of(site, place)
            assert now >= acknowledged, "an acknowledged byte was lost"
            acknowledged = now


def _upload(site: Site, folder: Path, *, kills: int, images: int = 24, side: int = 200) -> int:
    """The id of a data set that was uploaded while the server was killed so often; it is whole."""
    file = _noise(folder, images, side)
    content = file.read_bytes()
    dataset = site.api.post("datasets/", {"name": f"noise {kills}", "project": site.job().project["id"]})
    found = site.api.post(f"datasets/{dataset['id']}/imports/", {})
    place = begin_upload(site, f"imports/{found['id']}/uploads/", file.name, len(content))
    _upload_through_kills(site, place, content, kills)
    site.api.post(f"imports/{found['id']}/start/", {})
    sql = "SELECT state FROM datasets_import WHERE id = %s"
    site.until(lambda: site.rows(sql, [found["id"]])[0][0] in {"succeeded", "failed"}, "the import ends")
    digests = dict(site.rows(_IMAGES, [dataset["id"]]))
    with zipfile.ZipFile(file) as archive:
        expected = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert digests == expected
    return int(dataset["id"])


_IMAGES = "SELECT name, digest FROM datasets_image WHERE dataset_id = %s"


def test_an_upload_loses_no_acknowledged_byte_and_takes_none_twice(site: Site, tmp_path: Path) -> None:
    _upload(site, tmp_path, kills=4)
    site.check()


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_an_upload_survives_a_hundred_kills(site: Site, tmp_path: Path) -> None:
    global CHUNK  # noqa: PLW0603
    CHUNK = 25_000
    _upload(site, tmp_path, kills=100)
    site.check()


def test_a_download_goes_on_with_the_same_bytes(site: Site, tmp_path: Path) -> None:
    dataset = _upload(site, tmp_path, kills=0, images=1, side=2500)  # more than the buffers of a connection hold
    sql = "SELECT id, size, digest FROM datasets_image WHERE dataset_id = %s"
    image, size, digest = site.rows(sql, [dataset])[0]
    path = f"/api/v1/datasets/{dataset}/images/{image}/content/"
    first = b""
    connection, response = _open(site, path)
    etag = response.headers["ETag"]
    first = response.read(size // 3)
    site.kill("web")
    try:
        while piece := response.read(1 << 16):
            first += piece
    except (http.client.HTTPException, OSError):
        pass
    connection.close()
    assert len(first) < size, "the connection was not broken off amid the download"
    site.start("web")
    connection, response = _open(site, path, **{"Range": f"bytes={len(first)}-", "If-Range": etag})
    assert response.status == 206
    rest = response.read()
    connection.close()
    assert hashlib.sha256(first + rest).hexdigest() == digest


def test_log_and_event_streams_go_on_where_they_were(site: Site) -> None:
    run = site.job().start(epochs=250, pause=0.02)
    site.until_state(run, "running")
    log, states = _Reader(site, f"executions/{execution_of(run)}/log/stream/"), _Reader(site, "events/stream/")
    for _ in range(2):
        log.read_some(25)
        states.read_some(1)
        site.kill("web")
        log.drop()
        states.drop()
        site.start("web")
    log.read_to_end()
    assert site.until_ended(run) == ["succeeded"]
    text = "".join(event["text"] for kind, event in log.events if kind == "log")
    assert text.encode() == site.log_of(run)
    states.read_until(lambda kind, event: event.get("payload", {}).get("state") == "succeeded")
    assert len(set(states.ids)) == len(states.ids)
    own = site.rows(
        "SELECT id FROM core_event WHERE kind = 'execution.state' AND object_id = %s AND id > %s AND id <= %s",
        [execution_of(run), states.ids[0], states.ids[-1]],
    )
    assert own
    assert {row[0] for row in own} <= set(states.ids)
    log.drop()
    states.drop()
    site.check()


class _Reader:
    """A client of an event stream as browsers are: it comes back with the last id it saw."""

    def __init__(self, site: Site, path: str) -> None:
        self._site, self._path = site, path
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._lines: Iterator[bytes] = iter(())
        self.last = ""
        self.ids: list[int] = []
        self.events: list[tuple[str, Json]] = []

    def drop(self) -> None:
        if self._connection is not None and self._response is not None:
            self._response.close()
            self._connection.close()
        self._connection = self._response = None

    def read_some(self, count: int) -> None:
        for _ in range(count):
            if self._next() is None:
                return

    def read_to_end(self) -> None:
        while (found := self._next()) is not None and found[0] != "end":
            pass

    def read_until(self, wanted: Any) -> None:
        while not any(wanted(*event) for event in self.events):
            assert self._next() is not None

    def _next(self) -> tuple[str, Json] | None:
        if self._connection is None:
            self._connect()
        kind, number, data = "message", "", ""
        for raw in self._lines:
            line = raw.decode().rstrip("\n").rstrip("\r")
            if not line and data:
                found = (kind, dict(json.loads(data)))
                self.events.append(found)
                self.last = number or self.last
                if number.isdigit():
                    self.ids.append(int(number))
                return found
            name, _, value = line.partition(": ")
            kind, number, data = (
                value if name == "event" else kind,
                value if name == "id" else number,
                value if name == "data" else data,
            )
        return None

    def _connect(self) -> None:
        headers = {"Last-Event-ID": self.last} if self.last else {}
        self._connection, self._response = _open(self._site, f"/api/v1/{self._path}", **headers)
        assert self._response.status == 200, self._response.read()
        self._lines = iter(self._response.readline, b"")


def _open(site: Site, path: str, **headers: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(HOST, site.port, timeout=60)
    connection.request("GET", path, headers={**headers, **site.api._session_headers()})
    return connection, connection.getresponse()
