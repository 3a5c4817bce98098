"""docker-compose.yml gives each part what it needs and no more."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.compose_setup import set_up
from scripts.places import ROOT
from tests.services._need import missing

FILE = ROOT / "docker-compose.yml"
OURS = {"folders", "prepare", "web", "worker", "supervisor"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"])


def test_the_parts_are_there(services: dict[str, Any]) -> None:
    assert services.keys() == OURS | {"db", "minio"}


def test_only_the_supervisor_reaches_the_engine(services: dict[str, Any]) -> None:
    holders = {name for name, service in services.items() if "docker.sock" in str(service.get("volumes"))}
    assert holders == {"supervisor"}


def test_our_containers_are_unprivileged(services: dict[str, Any]) -> None:
    for name in OURS:
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
    assert [name for name in OURS if "user" in services[name]] == ["folders"]


def test_secrets_are_files(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in (service.get("environment") or {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "DATABASE_URL", "ACCESS_KEY", "ROOT_USER")):
                assert name.endswith("_FILE")
                assert value.startswith("/run/secrets/")


def test_what_serves_has_a_health_check(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" in service} == {"web", "worker", "db", "minio"}


def test_set_up_makes_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("A=1\n")
    set_up(tmp_path)
    first = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    wanted = yaml.safe_load(FILE.read_text(encoding="utf-8"))["secrets"]
    assert first.keys() == {Path(entry["file"]).name for entry in wanted.values()}
    assert first["database_password"] in first["database_url"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    set_up(tmp_path)
    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == first


def test_compose_understands_the_file(tmp_path: Path) -> None:
    if shutil.which("docker-compose") is None:
        missing("docker-compose is not installed (apt-get install docker-compose)")
    shutil.copy(FILE, tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path)
    set_up(tmp_path)
    result = subprocess.run(
        ["docker-compose", "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
