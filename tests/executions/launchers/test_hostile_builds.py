"""Templates whose build is the attack: Dockerfiles, and source packages that a requirements file names."""

from __future__ import annotations

import functools
import http.server
import io
import os
import secrets
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tests.executions.launchers.benches import BASE, MIB, Bench, write_context
from tests.executions.launchers.conftest import own_network
from yard.core.errors import InvalidInput
from yard.executions.launchers.base import ImageFailed
from yard.executions.launchers.cgroups import CgroupLimits
from yard.executions.launchers.docker import DockerLauncher
from yard.executions.launchers.docker_build import BuildLimits
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.index_proxy import Policy, Refused
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings

Build = Callable[..., bytes]

# --- Dockerfiles --------------------------------------------------------------------------------------------------


@pytest.fixture
def build(docker_engine: str, docker_bench: Bench, tmp_path: Path) -> Iterator[Build]:
    """Build a Dockerfile's steps with limits of one's own; the log."""
    docker_bench.image()
    launchers = []

    def build(
        steps: str, *, args: dict[str, str] | None = None, keep: str = "", probe: str = "", **limits: object
    ) -> bytes:
        small = BuildLimits(**{"cpus": 1.0, "memory_bytes": 256 * MIB, "pids": 64, **limits})  # type: ignore[arg-type]
        settings = DockerSettings(tmp_path / "state", docker_engine, instance=f"tests-{os.getpid()}", build=small)
        launcher = DockerLauncher(settings)
        launchers.append(launcher)
        log: list[bytes] = []
        dockerfile = f"FROM {BASE}\nCOPY helper.py /probe.py\n{steps}\n"
        context = write_context(tmp_path / f"context-{len(launchers)}", dockerfile, {"helper.py": probe})
        request = docker_bench.request(keep or "hostile:build", context=context, network=True, build_args=args or {})
        try:
            launcher.prepare_image(request, log=log.append, cancelled=lambda: False)
        finally:
            if not keep:
                launcher.remove_image("hostile:build")
        return b"".join(log)

    yield build
    for launcher in launchers:
        launcher.close()


PROBE = """
import socket
for address in {addresses!r}:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as wire:
        wire.settimeout(2)
        try:
            wire.connect(address)
            print("REACHED", address)
        except OSError as error:
            print("KEPT OUT", address, error)
"""


@pytest.mark.docker
def test_a_build_reaches_nothing_that_listens_on_the_hosts_loopback(
    build: Build, docker_engine: str, tmp_path: Path
) -> None:
    """Neither with the engine's default network nor with one that was set; abstract sockets neither."""
    name = f"yard-{secrets.token_hex(6)}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{name}")
        abstract.listen()
        places = [("127.0.0.1", server.getsockname()[1]), ("169.254.169.254", 80), f"\0{name}"]
        with own_network(docker_engine) as network:
            for chosen in (None, network, "none"):
                log = build(
                    "RUN python3 /probe.py", probe=f"# {chosen}{PROBE.format(addresses=places)}", network=chosen
                )
                assert log.count(b"KEPT OUT") == 3, log
                assert b"REACHED" not in log, log


@pytest.mark.docker
def test_a_build_cannot_be_given_the_hosts_network(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="network of its own"):
        DockerLauncher(DockerSettings(tmp_path, build=BuildLimits(network="host")))


@pytest.mark.docker
def test_a_build_that_takes_too_long_is_ended(build: Build, docker_engine: str) -> None:
    with pytest.raises(ImageFailed, match="took longer than the 2 s"):
        build("RUN sleep 60", seconds=2)


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can tell the containers of a build")
def test_a_build_that_fills_the_disk_is_ended(build: Build) -> None:
    one = "for i in $(seq 40); do head -c 1M /dev/zero > /f$i; done; echo full; sleep 60"
    with pytest.raises(ImageFailed, match=r"filled the 0\.0195 GiB"):
        build(f"RUN {one}", disk_bytes=20 * MIB)
    with pytest.raises(ImageFailed):
        build("RUN head -c 40M /dev/zero > /big", disk_bytes=20 * MIB)
    several = "\n".join(f"RUN head -c 12M /dev/urandom > /f{number}" for number in range(3))
    with pytest.raises(ImageFailed, match="filled the"):
        build(several, disk_bytes=20 * MIB)


KERNEL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (("mount", (b"none", b"/mnt", b"tmpfs", 0, None)), ("unshare", (0x10000000,))):
    getattr(libc, name)(*arguments)
    print(name, os.strerror(ctypes.get_errno()))
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/trainyard", "/minio", "/dev/fuse", "/dev/kmsg"):
    print("there" if os.path.exists(path) else "absent", path)
print(open("/proc/self/status").read())
"""


@pytest.mark.docker
def test_a_build_has_no_host_files_and_no_engine(build: Build) -> None:
    log = build("RUN python3 /probe.py", probe=KERNEL)
    assert b"mount Operation not permitted" in log
    assert b"unshare Operation not permitted" in log
    assert log.count(b"absent") == 6, log
    assert b"Seccomp:\t2" in log


@pytest.mark.docker
def test_no_secret_of_the_platform_is_in_the_image(
    build: Build, docker_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in its history, its configuration, nor any file of its layers."""
    canary = f"canary{secrets.token_hex(8)}"
    monkeypatch.setenv("PIP_INDEX_URL", f"https://olga:{canary}@index.example/simple")
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"https://olga:{canary}@index.example/simple")
    monkeypatch.setenv("YARD_SECRET_KEY", canary)
    monkeypatch.setenv("HTTPS_PROXY", f"http://olga:{canary}@proxy.example:3128")
    steps = "ARG PIP_INDEX_URL\nARG UV_DEFAULT_INDEX\nARG HTTPS_PROXY\nARG PUBLIC\nRUN env > /environment; echo $PUBLIC"
    client = docker.DockerClient(base_url=docker_engine)
    try:
        log = build(steps, keep="hostile:kept", args={"PUBLIC": "https://index.example/simple"})
        image = client.images.get("hostile:kept")
        saved = b"".join(image.save())
        assert canary.encode() not in log
        assert canary not in str(image.history()) + str(image.attrs)
        with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
            layers = [name for name in archive.getnames() if name.endswith((".tar", "json"))]
        assert len(layers) >= 3
        assert b"https://index.example/simple" in saved, "what may be seen is found, so the search works"
        assert canary.encode() not in saved
    finally:
        client.api.remove_image("hostile:kept", force=True)
        client.close()


@pytest.mark.docker
def test_a_password_in_a_build_argument_is_refused(build: Build) -> None:
    with pytest.raises(ImageFailed, match="TORCH_CUDA_INDEX holds a password"):
        build("ARG TORCH_CUDA_INDEX", args={"TORCH_CUDA_INDEX": "https://olga:secret@index.example/whl"})


# --- source packages ----------------------------------------------------------------------------------------------

HOSTILE = """
import glob, os, socket, urllib.request
def reached(what, action):
    try:
        print("ATTACK", what, "SUCCEEDED", action(), flush=True)
    except Exception as error:
        print("ATTACK", what, "failed", type(error).__name__, flush=True)
def attack():
    for address in {addresses!r}:
        reached(address, lambda: socket.create_connection(address, 2))
        reached(("by the proxy", address), lambda: urllib.request.urlopen("http://%s:%d/" % address, timeout=5).read())
    reached("metadata", lambda: urllib.request.urlopen("http://169.254.169.254/latest/", timeout=5).read())
    reached("a name for loopback", lambda: urllib.request.urlopen("http://localhost:%d/" % {port}, timeout=5).read())
    reached("docker", lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"))
    reached("secret", lambda: open({secret!r}).read())
    reached("other environments", lambda: os.listdir("/opt/trainyard/python/environments"))
    reached("the shared cache", lambda: open("/opt/trainyard/python/../cache/x", "w"))
    reached("users", lambda: open("/etc/shadow").read())
    for path in glob.glob("/proc/[0-9]*/environ"):
        reached(path, lambda: [1 for _ in [0] if b"canary" in open(path, "rb").read()][0])
attack()
from setuptools import setup
setup(name="yardhostile", version="1.0", py_modules=[])
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A package index on this machine's loopback, as a site may have one; its address and folder."""
    folder = tmp_path / "index"
    (folder / "simple" / "yardhostile").mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/simple", folder
    server.shutdown()
    server.server_close()


def put_source(folder: Path, setup: str) -> None:
    """A source package whose backend is its own, so that nothing else is needed to build it."""
    backend = setup.partition("from setuptools")[0] + (
        "def build_wheel(*_, **__):\n    raise SystemExit('the attack is over')\n"
        "def prepare_metadata_for_build_wheel(*_, **__):\n    raise SystemExit('the attack is over')\n"
    )
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    name = "yardhostile-1.0"
    with tarfile.open(folder / "simple" / "yardhostile" / f"{name}.tar.gz", "w:gz") as archive:
        for path, text in {"pyproject.toml": project, "backend.py": backend, "setup.py": setup}.items():
            member = tarfile.TarInfo(f"{name}/{path}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    page = f'<a href="{name}.tar.gz">{name}.tar.gz</a>'
    (folder / "simple" / "yardhostile" / "index.html").write_text(page)


def process_build(tmp_path: Path, requirements: str, **settings: object) -> bytes:
    (tmp_path / "base.txt").write_text("# nothing\n")
    launcher = ProcessLauncher(ProcessSettings(tmp_path / "state", {BASE: tmp_path / "base.txt"}, **settings))  # type: ignore[arg-type]
    bench = Bench(launcher, write_context(tmp_path / "context", files={"requirements.txt": requirements}), tmp_path)
    log: list[bytes] = []
    try:
        launcher.prepare_image(bench.request("hostile:env"), log=log.append, cancelled=lambda: False)
    except ImageFailed as error:
        log.append(f"\nIMAGE FAILED {error.message}".encode())
    return b"".join(log)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(index: str) -> None:
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", index)

    return use


def test_a_hostile_source_package_gets_nowhere(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is fetched from the index on loopback, its code runs, and reaches neither loopback nor files nor secrets."""
    address, folder = index
    pip(address)
    monkeypatch.setenv("YARD_SECRET_KEY", "canary")
    secret = tmp_path / "var" / "secret_key"
    secret.parent.mkdir()
    secret.write_text("the platform's own")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        put_source(folder, HOSTILE.format(addresses=[("127.0.0.1", port)], port=port, secret=str(secret)))
        log = process_build(tmp_path, "yardhostile\n").decode()
    assert log.count("ATTACK") >= 9, log
    assert [line for line in log.splitlines() if "ATTACK" in line and "SUCCEEDED" in line] == []


def test_requirements_cannot_make_the_platform_fetch_from_inside(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path
) -> None:
    """An address in a requirements file is somebody's input: loopback and metadata are refused, the index is not."""
    address, _ = index
    pip(address)
    asked: list[str] = []

    class Noting(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Noting) as inside:
        threading.Thread(target=inside.serve_forever, daemon=True).start()
        port = inside.server_address[1]
        for line in (
            f"secret @ http://127.0.0.1:{port}/secret-1.0-py3-none-any.whl",
            f"secret @ http://localhost:{port}/secret-1.0-py3-none-any.whl",
            f"--extra-index-url http://127.0.0.1:{port}/simple\nsecret",
        ):
            assert b"IMAGE FAILED" in process_build(tmp_path, f"{line}\n")
        inside.shutdown()
    assert asked == []


def test_an_index_with_a_password_is_not_shown_to_source_packages(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path
) -> None:
    address, folder = index
    pip(address.replace("http://", "http://olga:canary@"))
    put_source(folder, HOSTILE.format(addresses=[], port=1, secret="/none"))
    log = process_build(tmp_path, "yardhostile\n")
    assert b"ATTACK" not in log
    assert b"canary" not in log, log
    assert b"set with a password" in log, log


def test_making_an_environment_takes_no_longer_than_it_may(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path
) -> None:
    address, folder = index
    pip(address)
    put_source(folder, "import time\nprint('begun', flush=True)\ntime.sleep(120)\nfrom setuptools import setup\n")
    log = process_build(tmp_path, "yardhostile\n", build_seconds=4)
    assert b"took longer than the 4 s" in log, log


def test_making_an_environment_takes_no_more_disk_than_it_may(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path
) -> None:
    address, folder = index
    pip(address)
    fill = "import os, time\nfor n in range(40):\n    "
    fill += "open(os.environ['UV_CACHE_DIR'] + '/f%d' % n, 'wb').write(bytes(1 << 20))\n"
    put_source(folder, f"{fill}time.sleep(120)\nfrom setuptools import setup\n")
    log = process_build(tmp_path, "yardhostile\n", build_disk_bytes=30 * MIB, build=CgroupLimits(256 * MIB, 1.0, 64))
    assert b"filled the 0.0293 GiB" in log, log
    assert [path.name for path in (tmp_path / "state" / "python").glob(".new-*")] == []


def test_without_a_build_network_nothing_is_fetched(
    index: tuple[str, Path], pip: Callable[[str], None], tmp_path: Path
) -> None:
    address, folder = index
    pip(address)
    put_source(folder, HOSTILE.format(addresses=[], port=1, secret="/none"))
    log = process_build(tmp_path, "yardhostile\n", build_network=False)
    assert b"ATTACK" not in log
    assert b"IMAGE FAILED" in log


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "169.254.169.254", "10.1.2.3", "192.168.0.1", "172.16.0.1"),
        *("fd00::1", "fe80::1", "::ffff:127.0.0.1", "224.0.0.1", "100.64.0.1", "localhost", "2130706433", "0x7f.1"),
    ],
)
def test_the_proxy_refuses_what_is_not_public(host: str) -> None:
    with pytest.raises(Refused):
        Policy().resolve(host, 80)


def test_the_proxy_lets_the_index_and_the_public_through() -> None:
    policy = Policy.of(
        {"UV_DEFAULT_INDEX": "http://127.0.0.1:3141/simple", "UV_INDEX": "extra=https://10.0.0.5/simple"}
    )
    assert policy.resolve("127.0.0.1", 3141) == [("127.0.0.1", 3141)]
    assert policy.resolve("10.0.0.5", 443) == [("10.0.0.5", 443)]
    assert Policy.of({}, ["10.0.0.9"]).resolve("10.0.0.9", 443) == [("10.0.0.9", 443)]
    assert policy.resolve("8.8.8.8", 443) == [("8.8.8.8", 443)]
    with pytest.raises(Refused):
        policy.resolve("127.0.0.1", 3142)
