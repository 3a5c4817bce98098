"""Uploads at scale: ten thousand small files and one large one into a platform on S3, beside the bare S3 client.

``UPLOADS_BYTES`` and ``UPLOADS_FILES`` make a shorter trial. The sender does what the pages do: small files as one
stream, a large one in three parts at the same time, each in requests of 16 MiB. Memory is the most that the process had
for itself meanwhile.
"""

from __future__ import annotations

import base64
import http.client
import io
import os
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from PIL import Image

from benchmarks._table import Row, report
from scripts.api_client import Api
from tests.services._platform import RunningPlatform, platform
from tests.services.s3 import OwnS3, S3Server

_CHUNK = 16 << 20
_LARGE = int(os.environ.get("UPLOADS_BYTES", str(4 << 30)))
_FILES = int(os.environ.get("UPLOADS_FILES", "10000"))
_PEER, _GOAL = "bare minio client", "≥ 80 % of the peer"
_PASSWORD = "measure-me-now"
_THREADS = 3  # as many as the client itself uses for the parts of a large object


def main() -> int:
    """Returns the process's exit code."""
    with (
        tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder,
        OwnS3(Path(folder)) as store,
        platform(Path(folder), store.server.environment()) as site,
    ):
        sender = _Sender(site)
        report("uploads", _large(sender, store.server, site) + _small(sender, store.server, site))
    return 0


def _large(sender: _Sender, store: S3Server, site: RunningPlatform) -> list[Row]:
    bare = _mb_per_s(_LARGE, lambda: _put(store, "large", cast(BinaryIO, _Endless(_LARGE)), _LARGE))
    with _watched(site) as most:
        ours = _mb_per_s(_LARGE, lambda: sender.send_in_parts("large.zip", _LARGE))
    sender.cancel()
    return [
        Row(f"one file of {_LARGE / 1e9:.1f} GB", ours, "MB/s", bare, _PEER, _GOAL, _share(ours, bare)),
        Row("  web, most memory of its own", most["web"], "MB"),
    ]  # fmt: skip


def _small(sender: _Sender, store: S3Server, site: RunningPlatform) -> list[Row]:
    files = [_picture(number) for number in range(_FILES)]
    total = sum(len(content) for content in files)
    client = store.client()

    def put(number: int) -> None:
        data = io.BytesIO(files[number])
        client.put_object(bucket_name="probe", object_name=f"{number:05}.png", data=data, length=len(files[number]))

    def put_all() -> None:
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(put, range(_FILES)))

    bare = _FILES / _seconds(put_all)
    with _watched(site) as most:
        began = time.monotonic()
        stream, size = _bundle(files)
        sender.send_bundle("set", stream, size)
        ours = _FILES / (time.monotonic() - began)
        imported = _FILES / _seconds(sender.run_import)
    return [
        Row(f"{_FILES} files, {total / 1e6:.0f} MB", ours, "files/s", bare, _PEER, _GOAL, _share(ours, bare)),
        Row("  then checked, named, stored", imported, "images/s"),
        Row("  web, most memory of its own", most["web"], "MB"),
        Row("  worker, most memory of its own", most["worker"], "MB"),
    ]  # fmt: skip


class _Sender:
    """One user who uploads into one data set."""

    def __init__(self, site: RunningPlatform) -> None:
        site.create_user("bench", _PASSWORD)
        place = urlsplit(site.address)
        self._host, self._port = str(place.hostname), int(place.port or 80)
        self._api = Api(self._host, self._port)
        self._api.sign_in("bench", _PASSWORD)
        self._token = self._api.post("tokens/", {"name": "bench", "scope": "write"})["token"]
        project = self._api.post("projects/", {"name": "bench"})["id"]
        self._dataset = self._api.post("datasets/", {"project": project, "name": "bench"})["id"]
        self._import = 0

    def send_bundle(self, name: str, source: Any, size: int) -> None:
        """A new import with this stream of many files."""
        self._begin()
        self._send(source, size, {"Upload-Metadata": f"{_filename(name)},bundle"})

    def send_in_parts(self, name: str, size: int) -> None:
        """A new import with so many bytes."""
        self._begin()
        borders = [size * number // _THREADS for number in range(_THREADS + 1)]
        sizes = [end - start for start, end in pairwise(borders)]
        with ThreadPoolExecutor(_THREADS) as pool:
            parts = list(pool.map(lambda part: self._send(_Endless(part), part, {"Upload-Concat": "partial"}), sizes))
        together = {"Upload-Concat": f"final;{' '.join(parts)}", "Upload-Metadata": _filename(name)}
        with self._connection() as connection:
            self._ask(connection, "POST", self._uploads, b"", together)

    def _begin(self) -> None:
        self._import = self._api.post(f"datasets/{self._dataset}/imports/")["id"]

    @property
    def _uploads(self) -> str:
        return f"/api/v1/imports/{self._import}/uploads/"

    def _connection(self) -> closing[http.client.HTTPConnection]:
        return closing(http.client.HTTPConnection(self._host, self._port))

    def _send(self, source: Any, size: int, headers: dict[str, str]) -> str:
        """The address of the upload."""
        with self._connection() as connection:
            announced = self._ask(connection, "POST", self._uploads, b"", {"Upload-Length": str(size), **headers})
            address, offset = str(announced["Location"]), 0
            while offset < size:
                part = source.read(min(_CHUNK, size - offset))
                appended = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                offset = int(self._ask(connection, "PATCH", address, part, appended)["Upload-Offset"])
        return address

    def cancel(self) -> None:
        """Throw the import away."""
        self._api.delete(f"imports/{self._import}/")

    def run_import(self) -> None:
        """Start the import and wait for its end. Raises ``SystemExit`` when it fails."""
        self._api.post(f"imports/{self._import}/start/")
        while (found := self._api.get(f"imports/{self._import}/"))["state"] in {"queued", "running"}:
            time.sleep(0.2)
        if found["state"] != "succeeded":
            raise SystemExit(f"✗ The import is {found['state']}: {found['message']}")

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> http.client.HTTPMessage:  # fmt: skip
        given = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self._token}", **headers}
        connection.request(method, path, body, given)
        response = connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise SystemExit(f"✗ {method} {path}: {response.status} {answer.decode()[:500]}")
        return response.headers


def _filename(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()}"


class _Endless:
    """So many bytes that nothing can pack, without a disk."""

    _BLOCK = os.urandom(1 << 20)

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        self._left -= wanted
        return (self._BLOCK * (wanted // len(self._BLOCK) + 1))[:wanted]


def _bundle(files: list[bytes]) -> tuple[BinaryIO, int]:
    """The files as the pages send them."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - read later
    with tarfile.open(fileobj=target, mode="w") as archive:
        for number, content in enumerate(files):
            info = tarfile.TarInfo(f"set/{number:05}.png")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    size = target.tell()
    target.seek(0)
    return cast(BinaryIO, target), size


def _picture(number: int) -> bytes:
    """A PNG of about 20 kB, each another one."""
    target = io.BytesIO()
    side = 81
    noise = os.urandom(side * side * 3 - 4) + number.to_bytes(4, "big")
    Image.frombytes("RGB", (side, side), noise).save(target, "PNG", compress_level=0)
    return target.getvalue()


def _put(store: S3Server, name: str, source: BinaryIO, size: int) -> None:
    client = store.client()
    client.put_object(bucket_name="probe", object_name=name, data=source, length=size)
    client.remove_object(bucket_name="probe", object_name=name)


@contextmanager
def _watched(site: RunningPlatform) -> Iterator[dict[str, float]]:
    """The most memory that web and worker have for themselves, in MB."""
    most = {"web": 0.0, "worker": 0.0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.25):
            for name, sign in (("web", "uvicorn"), ("worker", "qcluster")):
                most[name] = max(most[name], max(_memory_mb(site, sign), default=0.0))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def _memory_mb(site: RunningPlatform, sign: str) -> Iterator[float]:
    """Private memory of each process of this platform whose command holds ``sign``."""
    ours = f"YARD_DATA_DIR={site.data}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if sign.encode() in (process / "cmdline").read_bytes() and ours in (process / "environ").read_bytes():
                lines = (process / "smaps_rollup").read_text().splitlines()
                yield sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _seconds(act: Callable[[], Any]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _mb_per_s(size: int, act: Callable[[], Any]) -> float:
    return size / 1e6 / _seconds(act)


def _share(ours: float, bare: float) -> str:
    return f"{100 * ours / bare:.0f} %"


if __name__ == "__main__":
    sys.exit(main())
