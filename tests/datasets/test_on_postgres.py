"""Versions, splits, findings, repairs and CVAT once more, on PostgreSQL: its locks, orders and types are its own."""

from __future__ import annotations

import os
import subprocess

import psycopg
import pytest

from scripts.places import PYTHON, ROOT
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.soak, pytest.mark.timeout(3600)]

TESTS = ["tests/cvat", "tests/datasets/doctor", "tests/datasets/splits", "tests/runs/test_pinned_version.py"]


def test_data_sets_are_trusted_on_postgresql_as_on_sqlite(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    versions = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "datasets").glob("test_version*.py"))
    options = ["-q", "-p", "no:cacheprovider", "-m", "not postgres and not soak and not s3"]

    result = subprocess.run(
        [str(PYTHON), "-m", "pytest", *options, *TESTS, *versions],
        cwd=ROOT,
        env={**os.environ, "YARD_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{url.rpartition("/")[2]}"')
