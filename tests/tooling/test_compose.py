"""docker-compose.yml gives each part what it needs and no more; make compose-setup makes what it reads."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.compose_setup import set_up
from scripts.places import ROOT
from scripts.problems import Problem
from tests.services._need import missing

FILE, TLS_FILE = ROOT / "docker-compose.yml", ROOT / "docker-compose.tls.yml"
OURS = {"folders", "prepare", "web", "worker", "supervisor"}
LASTING = {"web", "worker", "supervisor", "db", "minio", "proxy"}


def load(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Of the stack with HTTPS, which is the larger one."""
    return {**load(FILE)["services"], "proxy": load(TLS_FILE)["services"]["proxy"]}


def test_the_parts_are_there(services: dict[str, Any]) -> None:
    assert services.keys() == OURS | LASTING


def test_only_the_supervisor_reaches_the_engine(services: dict[str, Any]) -> None:
    holders = {name for name, service in services.items() if "docker.sock" in str(service.get("volumes"))}
    assert holders == {"supervisor"}


def test_every_container_is_contained(services: dict[str, Any]) -> None:
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
        assert "mem_limit" in service
        assert "pids_limit" in service
        assert "privileged" not in service
    assert {name for name, service in services.items() if "cap_add" in service} == {"folders"}
    assert services["folders"]["network_mode"] == "none"
    assert {name for name, service in services.items() if str(service.get("user", "")).startswith("0")} == {"folders"}


def test_what_serves_comes_back_has_a_health_check_and_time_to_end(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" in service} == LASTING
    assert {name for name, service in services.items() if service["restart"] == "always"} == LASTING
    assert {name for name, service in services.items() if "stop_grace_period" in service} == LASTING


def test_secrets_are_files(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in (service.get("environment") or {}).items():
            if any(word in name for word in ("PASSWORD", "SECRET", "DATABASE_URL", "ACCESS_KEY", "ROOT_USER")):
                assert name.endswith("_FILE")
                assert value.startswith("/run/secrets/")


def test_the_inner_networks_lead_nowhere(services: dict[str, Any]) -> None:
    networks = load(FILE)["networks"]
    assert {name for name, network in networks.items() if network.get("internal")} == {"tables", "objects"}
    assert {name for name, service in services.items() if "outside" in service.get("networks", [])} == {"web", "proxy"}
    assert {name for name, service in services.items() if "ports" in service} == {"web", "proxy"}


def test_images_are_pinned(services: dict[str, Any]) -> None:
    steps = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    defaults = [service["image"].partition(":-")[2].rstrip("}") for service in services.values()]
    foreign = {name for name in defaults if name != "trainyard:local"} | set(re.findall(r"_IMAGE=(\S+)", steps))
    assert len(foreign) == 5
    for name in foreign:
        assert re.search(r":(RELEASE\.\d{4}-|\d+\.\d+)", name), f"{name} would change under us"
    assert set(re.findall(r"^FROM (\S+)", steps, re.MULTILINE)) == {"${NODE_IMAGE}", "${PYTHON_IMAGE}"}


def test_set_up_makes_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("A=1\n")
    set_up(tmp_path)
    first = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    wanted = load(FILE)["secrets"]
    assert first.keys() == {Path(entry["file"]).name for entry in wanted.values()}
    assert first["database_password"] in first["database_url"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "secrets").iterdir()} == {0o600}
    set_up(tmp_path)
    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == first


def test_set_up_needs_no_right_to_read_what_belongs_to_the_containers(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("A=1\n")
    set_up(tmp_path)
    for file in (tmp_path / "secrets").iterdir():
        file.write_bytes(b"\xff not text")  # as good as unreadable, also for root
    set_up(tmp_path)


def test_half_of_a_password_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("A=1\n")
    set_up(tmp_path)
    (tmp_path / "secrets" / "database_url").unlink()
    with pytest.raises(Problem, match="belong together"):
        set_up(tmp_path)
    assert not (tmp_path / "secrets" / "database_url").exists()


@pytest.mark.parametrize("files", [["docker-compose.yml"], ["docker-compose.yml", "docker-compose.tls.yml"]])
def test_compose_understands_the_file(tmp_path: Path, files: list[str]) -> None:
    if shutil.which("docker-compose") is None:
        missing("docker-compose is not installed (apt-get install docker-compose)")
    for name in (*files, ".env.example"):
        shutil.copy(ROOT / name, tmp_path)
    set_up(tmp_path)
    options = [word for name in files for word in ("-f", name)]
    result = subprocess.run(
        ["docker-compose", *options, "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
