from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tests.executions.launchers.benches import BASE, Bench, write_context
from yard.executions.launchers.base import Launcher
from yard.executions.launchers.docker import DockerLauncher
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.fake import FakeLauncher
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings

REAL = ("process", pytest.param("docker", marks=pytest.mark.docker))


@pytest.fixture(scope="session")
def launcher_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("launchers")


@pytest.fixture(scope="session")
def fake_bench(launcher_folder: Path) -> Bench:
    return _bench(FakeLauncher(), launcher_folder / "fake")


@pytest.fixture(scope="session")
def process_bench(launcher_folder: Path) -> Bench:
    folder = launcher_folder / "process"
    folder.mkdir()
    (folder / "base.txt").write_text("# nothing but Python\n")
    return _bench(ProcessLauncher(ProcessSettings(folder / "state", {BASE: folder / "base.txt"})), folder)


@pytest.fixture(scope="session")
def docker_bench(
    launcher_folder: Path, docker_engine: str, trainyard_base_image: Callable[..., str]
) -> Iterator[Bench]:
    folder = launcher_folder / "docker"
    folder.mkdir()
    trainyard_base_image(BASE, requirements=())
    with own_network(docker_engine) as network:
        settings = DockerSettings(
            folder / "state", docker_engine, instance=f"tests-{os.getpid()}", egress_network=network
        )
        launcher = DockerLauncher(settings)
        yield _bench(launcher, folder)
        launcher.close()


@contextlib.contextmanager
def own_network(engine: str) -> Iterator[str]:
    """An engine network for these tests, gone afterwards; the engine that tests start has none."""
    client = docker.DockerClient(base_url=engine)
    network = client.networks.create(f"yard-tests-{secrets.token_hex(6)}", driver="bridge")
    try:
        yield str(network.name)
    finally:
        network.remove()
        client.close()


def _bench(launcher: Launcher, folder: Path) -> Bench:
    folder.mkdir(exist_ok=True)
    return Bench(launcher, write_context(folder / "context"), folder)


@pytest.fixture(params=["fake", *REAL])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Every launcher."""
    yield from _cleaned(request)


@pytest.fixture(params=REAL)
def real_bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Every launcher that runs something for real."""
    yield from _cleaned(request)


def _cleaned(request: pytest.FixtureRequest) -> Iterator[Bench]:
    found: Bench = request.getfixturevalue(f"{request.param}_bench")
    yield found
    found.clean()
