"""``make demo``'s script trains a model from nothing, through the REST API, and leaves nothing running."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from scripts.places import PYTHON, ROOT
from scripts.processes import is_healthy
from tests.services._process import free_port
from tests.services.postgres import PostgresServer
from tests.services.s3 import S3Server

pytestmark = [pytest.mark.train, pytest.mark.timeout(1800)]


def demo(data: Path, **settings: str) -> str:
    """What the demo prints on a new data folder; fails with it when the demo does."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("YARD_", "DJANGO_"))}
    env = {**inherited, "EXIT": "1", "YARD_DATA_DIR": str(data), "YARD_PORT": str(port), **settings}
    result = subprocess.run(
        [str(PYTHON), "-m", "scripts.demo"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log = data / "logs" / "platform.log"
    lines = log.read_text(encoding="utf-8")[-8000:] if log.exists() else "no log of the processes"
    assert result.returncode == 0, f"{result.stdout}\n--- the processes' lines ---\n{lines}"
    assert not is_healthy(port)
    return result.stdout


def assert_tells_all(said: str) -> None:
    """Login, score, model and address are printed, and the score is that of a model that learned something."""
    assert re.search(r"user\s+demo\n\s+password\s+\S{12,}", said)
    score = re.search(r"score\s+.* = (\d\.\d{3})", said)
    assert score is not None, said
    assert float(score.group(1)) > 0.5
    assert re.search(r"model\s+http://127\.0\.0\.1:\d+/models/\d+", said)
    assert ".onnx" in said
    assert re.search(r"run\s+http://127\.0\.0\.1:\d+/runs/\d+", said)


def test_on_the_embedded_shape(tmp_path: Path) -> None:
    assert_tells_all(demo(tmp_path / "var", YARD_LAUNCHER="process"))


@pytest.mark.soak
def test_a_second_demo_needs_no_data_of_its_own(tmp_path: Path) -> None:
    demo(tmp_path / "var", YARD_LAUNCHER="process")
    again = demo(tmp_path / "var", YARD_LAUNCHER="process")
    assert_tells_all(again)
    assert "Sample data" not in again, "the data set of the first demo is used again"


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.s3
def test_on_a_database_server_and_an_object_server(
    tmp_path: Path, postgres_server: PostgresServer, s3_server: S3Server
) -> None:
    servers = {"YARD_DATABASE_URL": postgres_server.create_database(), **s3_server.environment()}
    assert_tells_all(demo(tmp_path / "var", YARD_LAUNCHER="process", **servers))
