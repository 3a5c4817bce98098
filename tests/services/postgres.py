"""A throw-away PostgreSQL server, from the machine's own programs, as an ordinary user.

``TRAINYARD_TEST_POSTGRES_URL`` (postgresql://user:password@host:port/) names a running server to use instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.services._need import missing
from tests.services._process import free_port, running, wait_until

# A test server may lose its data with the power; it need not wait for the disk.
# What is committed must outlive a kill of the server, as tests of faults look; only a loss of power may cost it.
_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=50")


@dataclass(frozen=True)
class PostgresServer:
    """A server where every test may make databases."""

    base_url: str

    def url(self, database: str) -> str:
        """The address of a database, as ``YARD_DATABASE_URL`` wants it."""
        return f"{self.base_url.rstrip('/')}/{database}"

    def create_database(self) -> str:
        """A new, empty database; returns its address."""
        name = f"yard_{uuid4().hex[:12]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running server; skips with the reason when PostgreSQL is not installed."""
    if given := os.environ.get("TRAINYARD_TEST_POSTGRES_URL"):
        yield PostgresServer(given)
        return
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="trainyard-postgres-"))
    try:
        yield from _serve(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of an empty database of the test's own."""
    return postgres_server.create_database()


def _serve(programs: Path, folder: Path) -> Iterator[PostgresServer]:
    user = _ordinary_user(folder)
    data, log, port = folder / "data", folder / "server.log", free_port()
    init = ["initdb", "-D", str(data), "-U", "yard", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    subprocess.run([programs / init[0], *init[1:]], check=True, capture_output=True, cwd=folder, **user)
    settings = [*_SETTINGS, "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}"]
    command = [str(programs / "postgres"), "-D", str(data), *(f"--{setting}" for setting in settings)]
    server = PostgresServer(f"postgresql://yard@127.0.0.1:{port}")
    with running(command, log, cwd=folder, **user) as process:
        wait_until(lambda: _answers(server), process, log)
        yield server


def _answers(server: PostgresServer) -> bool:
    try:
        psycopg.connect(server.url("postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path:
    """The folder of the newest installed server's programs."""
    found = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: int(path.parent.name),
    )
    if found:
        return found[-1]
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    return missing("PostgreSQL is not installed (apt-get install postgresql)")


def _ordinary_user(folder: Path) -> dict[str, Any]:
    """Options for subprocess: the server refuses to run as root, so root hands over to another user."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
