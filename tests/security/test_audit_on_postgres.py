"""The audit log's guard on a real PostgreSQL server, as another program that may write would meet it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.services.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.postgres
INSERT = (
    "INSERT INTO core_auditentry (at, action, outcome, actor_name, address, request_id, object_type, object_id, "
    "object_name, details) VALUES (now() - interval '100 days', 'old', 'ok', '', '', '', '', '', '', '{}')"
)


def manage(url: str, folder: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("YARD_", "DJANGO_"))}
    env = {**clean, "YARD_DATABASE_URL": url, "YARD_DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_nobody_changes_or_removes_an_entry_but_the_command(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.create_database()
    manage(url, tmp_path, "migrate", "--verbosity", "0")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(INSERT)
        for statement in ("UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(statement)
        assert "Removed 1 entries" in manage(url, tmp_path, "prune_audit", "--days", "90")
        assert connection.execute("SELECT action FROM core_auditentry").fetchall() == [("audit.pruned",)]
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            connection.execute("DELETE FROM core_auditentry")
    # Backwards and forwards again: the trigger goes and comes with its table.
    manage(url, tmp_path, "migrate", "core", "0002", "--verbosity", "0")
    manage(url, tmp_path, "migrate", "--verbosity", "0")


def test_tries_at_once_share_one_count(postgres_server: PostgresServer, tmp_path: Path) -> None:
    """Two processes with eight threads each: five of sixteen tries get through."""
    url = postgres_server.create_database()
    manage(url, tmp_path, "migrate", "--verbosity", "0")
    program = """
import threading
from django.db import connection
from yard.accounts.sign_in_guard import Count, attempt
from yard.core.errors import TooMany
def one():
    try:
        with attempt([Count("a" * 64, 5, 900), Count("b" * 64, 50, 60)]):
            print("through")
    except TooMany:
        pass
    finally:
        connection.close()
threads = [threading.Thread(target=one) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("YARD_", "DJANGO_"))}
    env = {**clean, "YARD_DATABASE_URL": url, "YARD_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", program]
    processes = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    output = "".join(process.communicate()[0] for process in processes)
    assert output.count("through") == 5
