"""A real S3 server (SeaweedFS, one binary that comes with a Python package).

An operator may run the same tests against another server, say MinIO: ``TRAINYARD_TEST_S3_ENDPOINT``,
``TRAINYARD_TEST_S3_ACCESS_KEY`` and ``TRAINYARD_TEST_S3_SECRET_KEY`` name it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3
from minio import Minio
from minio.error import MinioException

from tests.services._need import missing
from tests.services._process import free_block, running, wait_until

_GRPC_OFFSET = 10_000  # SeaweedFS's own rule: gRPC listens on the http port + 10000
_ACTIONS = ["Admin", "Read", "List", "Tagging", "Write"]


@dataclass(frozen=True)
class S3Server:
    """Where the server is, and who may do everything there."""

    endpoint: str  # host:port
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    secure: bool = False

    def client(self) -> Minio:
        """A client that does not wait long for a server that is not up yet."""
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=30), retries=False)
        return Minio(
            endpoint=self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            region=self.region,
            secure=self.secure,
            http_client=pool,
        )

    def environment(self) -> dict[str, str]:
        """The variables that make the platform use this server."""
        return {
            "YARD_STORAGE": "minio",
            "YARD_S3_ENDPOINT": self.endpoint,
            "YARD_S3_ACCESS_KEY": self.access_key,
            "YARD_S3_SECRET_KEY": self.secret_key,
            "YARD_S3_REGION": self.region,
            "YARD_S3_SECURE": "1" if self.secure else "0",
        }


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running server; skips with the reason when there is none to start."""
    if endpoint := os.environ.get("TRAINYARD_TEST_S3_ENDPOINT"):
        access, secret = (os.environ[f"TRAINYARD_TEST_S3_{name}"] for name in ("ACCESS_KEY", "SECRET_KEY"))
        yield S3Server(endpoint, access, secret)
        return
    with OwnS3(tmp_path_factory.mktemp("seaweedfs")) as own:
        yield own.server


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> str:
    """The name of a new, empty bucket of the test's own."""
    name = f"test-{uuid4().hex[:16]}"
    s3_server.client().make_bucket(bucket_name=name)
    return name


class OwnS3:
    """A server that may be killed and started again on the same files. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = range(port := free_block(4, _GRPC_OFFSET), port + 4)
        self.server = S3Server(f"127.0.0.1:{self._ports[3]}", "test-access", "test-secret-key")
        self._weed = _weed()
        self._stack = ExitStack()
        identity = {
            "name": "admin",
            "credentials": [{"accessKey": self.server.access_key, "secretKey": self.server.secret_key}],
            "actions": _ACTIONS,
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
        (folder / "data").mkdir()

    def __enter__(self) -> OwnS3:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it (again) and wait until it stores something."""
        master, volume, filer, s3 = self._ports
        command = [self._weed, "server", f"-dir={self._folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        command += ["-filer", "-s3", f"-s3.config={self._folder / 's3.json'}"]
        command += [f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={s3}"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=1000"]
        command += ["-master.volumeSizeLimitMB=512", "-master.electionTimeout=1s", "-master.heartbeatInterval=200ms"]
        command += ["-volume.preStopSeconds=0"]
        log = self._folder / "server.log"
        process = self._stack.enter_context(running(command, log, cwd=self._folder))
        wait_until(lambda: _stores(self.server), process, log)

    def kill(self) -> None:
        """End it by kill -9; asked politely it would take 15 to 25 s."""
        self._stack.close()


def _stores(server: S3Server) -> bool:
    """Whether an object can really be written: the port opens long before that."""
    client = server.client()
    try:
        if not client.bucket_exists(bucket_name="probe"):
            client.make_bucket(bucket_name="probe")
        client.put_object(bucket_name="probe", object_name="probe", data=io.BytesIO(b"1"), length=1)
    except (MinioException, urllib3.exceptions.HTTPError, OSError):
        return False
    return True


def _weed() -> str:
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    return found or missing("SeaweedFS is not installed (make setup-dev brings it)")
