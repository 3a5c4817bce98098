"""What SQLite takes and PostgreSQL refuses (NUL, integers out of range, sums of unlike types), asked of the latter."""

from __future__ import annotations

import os
import subprocess

import psycopg
import pytest

from scripts.places import PYTHON, ROOT
from tests.services.postgres import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]

TELLING = (
    "owner_may or rows_ or id_that or (numbers_out and runs_) or (query_out and (runs_list or gallery)) "
    "or always_kills_its_worker"
)
REACHES_THE_DATABASE = (
    "out_of_range or that_can_be_kept or any_json or fields_of or id_that or owner_may or rows_ or kill"
)
"""What is refused while the request is read never gets to a database."""


@pytest.mark.parametrize(
    "tests", [TELLING, pytest.param(REACHES_THE_DATABASE, marks=pytest.mark.soak)], ids=["some", "all"]
)
def test_the_api_answers_on_postgresql_as_on_sqlite(postgres_server: PostgresServer, tests: str) -> None:
    url = postgres_server.create_database()
    names = ("api/test_hostile_requests", "api/test_every_endpoint", "core/test_bulk", "datasets/test_import_faults")
    files = [f"tests/{name}.py" for name in names]
    options = ["-q", "-p", "no:cacheprovider", "--reuse-db", "-m", "not postgres and not soak"]
    command = [str(PYTHON), "-m", "pytest", *options, "-k", tests, *files]
    env = {**os.environ, "YARD_DATABASE_URL": url}

    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    # Kept by --reuse-db: it shows that the tests were in this server's database.
    used = f"test_{url.rpartition('/')[2]}"
    with psycopg.connect(postgres_server.url(used)) as connection:
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() != (0,)
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{used}"')
