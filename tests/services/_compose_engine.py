"""A real Docker Engine for the compose stack: with bridges and firewall rules, in a network of its own.

Built with the machine's network (package indexes), then started again on the same data in an empty network namespace:
there it may set up what networks and published ports need, and nothing of this machine's network changes. Its ports
are reached through ``forward``.

``TRAINYARD_TEST_COMPOSE_ENGINE`` names a folder where its images stay until the next time, for those who change the
stack.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker

from scripts.children import die_with
from tests.services._engine import CGROUP, EngineMissing, _answers, _wait_for_engine, forget_killed, stop_engine

REPOSITORY = Path(__file__).resolve().parents[2]
_NO_BRIDGE = ("--bridge=none", "--iptables=false", "--ip6tables=false")
_OWN_NETWORK = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


class ComposeEngine:
    """One engine's data, on which an engine is started in either network."""

    def __init__(self) -> None:
        _refuse_where_impossible()
        kept = os.environ.get("TRAINYARD_TEST_COMPOSE_ENGINE")
        self._is_kept = bool(kept)
        # A socket path may have 108 characters, so not under pytest's long temporary folders.
        self.folder = Path(kept or tempfile.mkdtemp(prefix="yard-compose-"))
        self.folder.mkdir(exist_ok=True)
        self.socket = self.folder / "engine.sock"
        self.address = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, own_network: bool) -> None:
        """Start it; returns when it answers."""
        arguments = [
            *("dockerd", "--data-root", str(self.folder / "data"), "--exec-root", str(self.folder / "run")),
            *("--pidfile", str(self.folder / "engine.pid"), "-H", self.address),
            *("--cgroup-parent", f"/{CGROUP}-{self.folder.name}"),
        ]
        command = [*_OWN_NETWORK, *arguments] if own_network else [*arguments, *_NO_BRIDGE]
        forget_killed(self.folder)
        log = self.folder / "engine.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        _wait_for_engine(self._process, self.address, log)

    def stop(self) -> None:
        """As the system does when it shuts down: containers are stopped, and come back with the next start."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As when the machine loses its power, but for the containers' processes, which the next start ends."""
        self._end(signal.SIGKILL)

    def remove(self) -> None:
        """End it and leave nothing: no process, mount, cgroup or file."""
        if self._process is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        if self._process.poll() is None:
            self.remove_containers()
        stop_engine(self._process, self.folder, keep_files=self._is_kept)

    def remove_containers(self) -> None:
        """At once: an engine that ends gives each of them its time to stop."""
        with contextlib.closing(docker.DockerClient(base_url=self.address, timeout=120)) as client:
            for container in client.containers.list(all=True):
                container.remove(force=True, v=True)
            client.volumes.prune()
            client.networks.prune()

    @contextlib.contextmanager
    def forward(self, port: int) -> Iterator[int]:
        """A port of this machine's loopback that leads to a port of the engine's network; also after a restart."""
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", 0))
            listener.listen(64)
            command = [sys.executable, "-m", "tests.services._forward", str(listener.fileno()), str(port)]
            forwarder = subprocess.Popen(
                [*command, str(self.folder / "engine.pid")],
                cwd=REPOSITORY,
                pass_fds=[listener.fileno()],
                preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
            )
            try:
                yield int(listener.getsockname()[1])
            finally:
                forwarder.kill()
                forwarder.wait()

    def _end(self, signal_number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(signal_number)
        self._process.wait(timeout=120)
        assert not _answers(self.address)


def _refuse_where_impossible() -> None:
    if os.geteuid() != 0:
        raise EngineMissing("only root can start an engine in a network of its own")
    for program, package in (("dockerd", "docker.io"), ("iptables", "iptables"), ("ip", "iproute2")):
        if shutil.which(program) is None:
            raise EngineMissing(f"{program} is not installed (Debian: apt-get install {package})")
