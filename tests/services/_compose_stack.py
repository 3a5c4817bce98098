"""The stack of docker-compose.yml, started as an operator starts it: own image, stand-ins for what cannot be pulled."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import yaml

from scripts.frontend import node_environment
from scripts.places import ROOT
from tests.services._base_image import import_base_image
from tests.services._certificate import write_certificate
from tests.services._compose_engine import ComposeEngine
from tests.services._stand_ins import make_stand_ins
from yard.executions.launchers.pip_settings import pip_settings

FILES = ("docker-compose.yml", "docker-compose.tls.yml")
LASTING = ("db", "minio", "web", "worker", "supervisor", "proxy")
IMAGE = "trainyard:local"
# What must never come into an image: planted beside the sources, searched for in every layer.
CANARY = "canary-that-no-layer-may-hold"


@dataclass
class ComposeStack:
    """A checkout with its stack. Its folder is what an operator would have cloned."""

    engine: ComposeEngine
    folder: Path
    data: Path
    https_port: int = 0
    http_port: int = 0
    images: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment of an operator's shell: nothing of the tests' own settings."""
        foreign = re.compile("YARD_|DJANGO_|COMPOSE_|TRAINYARD_")
        inherited = {name: value for name, value in os.environ.items() if not foreign.match(name)}
        return {**inherited, "DOCKER_HOST": self.engine.address, "COMPOSE_HTTP_TIMEOUT": "180"}

    def compose(self, *arguments: str) -> str:
        """What a command of docker-compose prints; raises ``RuntimeError`` with its output when it fails."""
        return self.call("docker-compose", *arguments)

    def call(self, *command: str) -> str:
        """What a command in the checkout prints."""
        done = self.try_call(*command)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout[-6000:]}")
        return done.stdout

    def try_call(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A script of the checkout, as make calls it."""
        return self.try_call("python3", *arguments)

    @contextmanager
    def client(self) -> Iterator[docker.DockerClient]:
        """A client of the engine."""
        client = docker.DockerClient(base_url=self.engine.address, timeout=120)
        try:
            yield client
        finally:
            client.close()

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine says of a service's container."""
        name = f"{self.folder.name}_{service}_1"
        return dict(json.loads(self.call("docker", "inspect", name))[0])

    def health(self, service: str) -> str:
        """healthy, starting, unhealthy, or the state of a container that does not run; absent."""
        done = self.try_call("docker", "inspect", "-f", "{{json .State}}", f"{self.folder.name}_{service}_1")
        if done.returncode:
            return "absent"
        state = json.loads(done.stdout)
        return str(state["Health"]["Status"] if state["Running"] else state["Status"])

    def wait_until_healthy(self, *services: str, within: float = 150) -> None:
        """Return when all services are healthy; raises ``AssertionError`` with the logs of those that are not."""
        wanted = services or LASTING
        until = time.monotonic() + within
        while sick := {name: state for name in wanted if (state := self.health(name)) != "healthy"}:
            assert time.monotonic() < until, f"{sick}\n{self.compose('logs', '--tail', '60', '--no-color', *sick)}"
            time.sleep(0.5)

    def wait(self, holds: Callable[[], Any], within: float, what: str) -> Any:
        """The first true answer of ``holds``."""
        until = time.monotonic() + within
        while not (answer := holds()):
            assert time.monotonic() < until, f"not within {within} s: {what}"
            time.sleep(0.3)
        return answer

    def password(self) -> str:
        """The administrator's first password, from where the documents tell to read it."""
        found = re.search(r"password (\S+) \(shown this once", self.compose("logs", "--no-color", "prepare"))
        assert found, self.compose("logs", "--no-color", "prepare")
        return found.group(1)

    def manage(self, *arguments: str) -> str:
        """A management command, as the documents tell to call it."""
        return self.compose("exec", "-T", "web", "python3", "manage.py", *arguments)


@contextmanager
def built_checkout() -> Iterator[ComposeStack]:
    """A checkout whose image is built from its own Dockerfile, on an engine that now has a network of its own."""
    with ExitStack() as stack:
        engine = ComposeEngine()
        stack.callback(engine.remove)
        engine.start(own_network=False)
        engine.remove_containers()  # of a kept engine whose tests were killed
        folder, data = engine.folder / "yard", engine.folder / "platform-data"
        for old in (folder, data):
            shutil.rmtree(old, ignore_errors=True)
        copy_checkout(folder)
        made = ComposeStack(engine, folder, data)
        made.images = wanted_images(folder)
        make_stand_ins(engine.address, made.images)
        _plant_canaries(folder)
        made.call("docker", "build", "--network=host", *_build_arguments(), "-t", IMAGE, "-f", "docker/Dockerfile", ".")
        engine.stop()
        engine.start(own_network=True)
        yield made


@contextmanager
def running_stack(made: ComposeStack) -> Iterator[None]:
    """Set up and started as docs/operating.md says, with HTTPS."""
    with made.engine.forward(443) as https, made.engine.forward(80) as http:
        made.https_port, made.http_port = https, http
        shutil.rmtree(made.folder / "secrets")  # the canaries' own
        (made.folder / ".env").unlink()
        made.call(sys.executable, "-m", "scripts.compose_setup")
        write_certificate(made.folder / "secrets" / "tls.crt", made.folder / "secrets" / "tls.key")
        with (made.folder / ".env").open("a", encoding="utf-8") as settings:
            settings.write(
                f"DOCKER_GID={made.engine.socket.stat().st_gid}\nDOCKER_SOCKET={made.engine.socket}\n"
                f"YARD_DATA_DIR={made.data}\nYARD_ALLOWED_HOSTS=localhost\nTLS_BIND=127.0.0.1\n"
                f"COMPOSE_FILE={':'.join(FILES)}\n"
            )
        made.compose("up", "-d")
        made.wait_until_healthy()
        yield


def copy_checkout(target: Path) -> None:
    """What git knows, and new files that it would take: a fresh clone's content."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def wanted_images(folder: Path) -> dict[str, str]:
    """The names of foreign images: what the Dockerfile and the compose files take when nothing else is said."""
    steps = (folder / "docker" / "Dockerfile").read_text(encoding="utf-8")
    names = {kind.lower(): name for kind, name in re.findall(r"^ARG (\w+)_IMAGE=(\S+)$", steps, re.MULTILINE)}
    for file in FILES:
        services = yaml.safe_load((folder / file).read_text(encoding="utf-8"))["services"]
        for service, key in (("db", "postgres"), ("minio", "minio"), ("proxy", "nginx")):
            if service in services:
                names[key] = re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", services[service]["image"])
    return names


def import_train_base(stack: ComposeStack, name: str, requirements: list[str]) -> None:
    """The base image of a template, as a site would have it on its engine."""
    import_base_image(stack.engine.address, name, requirements)


def _plant_canaries(folder: Path) -> None:
    for name in (
        *(
            "secrets/secret_key",
            ".env",
            "var/trainyard.sqlite3",
            ".git/config",
            "backups/1.dump",
            "frontend/.env.local",
        ),
        *(
            "frontend/node_modules/left.js",
            "docker/tls.key",
            "platform/.env",
            "platform/db.sqlite3",
            "requirements/pip.conf",
        ),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(CANARY, encoding="utf-8")


def _build_arguments() -> list[str]:
    """The site's package indexes, where this machine's settings name one that a container can reach."""
    pip = pip_settings()
    found = {
        "PIP_INDEX_URL": pip.get("index-url", ""),
        "PIP_EXTRA_INDEX_URL": " ".join(
            url for url in pip.get("extra-index-url", "").split() if not url.startswith("file:")
        ),
        "PIP_TRUSTED_HOST": pip.get("trusted-host", ""),
        "NPM_CONFIG_REGISTRY": _npm_registry(),
    }
    return [word for name, value in found.items() if value for word in ("--build-arg", f"{name}={value}")]


def _npm_registry() -> str:
    env = node_environment()
    npm = shutil.which("npm", path=env["PATH"])
    if npm is None:
        return ""
    done = subprocess.run([npm, "config", "get", "registry"], env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
