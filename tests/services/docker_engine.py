"""A real Docker Engine for tests, and base images made from packages instead of pulled from a registry.

Fixtures, there for every test:

``docker_engine``
    The address of an engine that answers: the one at ``DOCKER_HOST``, else one started for this session (root and
    ``dockerd`` needed) on a private socket, without bridges and firewall rules, and taken down without a trace.
    Where neither is possible the test is skipped; ``TRAINYARD_REQUIRE_DOCKER=1`` makes that a failure.
``trainyard_base_image``
    ``trainyard_base_image(name, requirements=())`` imports an image with bash, python3, jq, tree and the given Python
    packages under ``name`` and returns the name. Root file systems are cached in ``TRAINYARD_TEST_CACHE``
    (default ``var/test-cache`` in the repository), so each is made once per machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import docker
import pytest
import uv

from tests.services._need import missing
from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.docker_client import connect
from yard.executions.launchers.pip_settings import uv_environment, uv_options

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = (
    *("bash", "coreutils", "python3", "jq", "tree", "curl", "libxml2-utils", "grep", "sed", "procps", "findutils"),
    *("dash", "tar", "gzip", "hostname", "libgomp1", "ca-certificates"),
)
CLASSIC_REQUIREMENTS = ("numpy", "scikit-learn", "pillow", "joblib", "xmltodict")
CGROUP = "trainyard-tests"
RECIPE = "2"  # another number makes every cached root file system anew


class EngineMissing(Exception):
    """No engine answers and none can be started; the text says why."""


# --- the engine -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[str]:
    """Address of a real Docker Engine."""
    try:
        with _engine() as address:
            yield address
    except EngineMissing as error:
        if os.environ.get("TRAINYARD_REQUIRE_DOCKER") == "1":
            pytest.fail(f"TRAINYARD_REQUIRE_DOCKER=1, but there is no Docker Engine: {error}")
        missing(f"there is no Docker Engine: {error}")


@contextlib.contextmanager
def _engine() -> Iterator[str]:
    given = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if _answers(given):
        yield given
        return
    if os.geteuid() != 0:
        raise EngineMissing(f"none answers at {given} and only root can start one")
    if shutil.which("dockerd") is None:
        raise EngineMissing(f"none answers at {given} and dockerd is not installed (Debian: apt-get install docker.io)")
    with _own_engine() as address:
        yield address


def _answers(address: str) -> bool:
    try:
        client = connect(address, timeout=10)
    except LauncherUnavailable:
        return False
    client.close()
    return True


@contextlib.contextmanager
def _own_engine() -> Iterator[str]:
    """A private engine. Without a bridge: ``none`` and ``host`` networks are enough, and no firewall is touched."""
    # A socket path may have 108 characters, so not under pytest's long temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="yard-dockerd-"))
    address = f"unix://{folder}/engine.sock"
    command = [
        *("dockerd", "--data-root", str(folder / "data"), "--exec-root", str(folder / "run")),
        *("--pidfile", str(folder / "engine.pid"), "-H", address, "--cgroup-parent", f"/{CGROUP}-{folder.name}"),
        *("--bridge=none", "--iptables=false", "--ip6tables=false"),
    ]
    with (folder / "engine.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for_engine(process, address, folder / "engine.log")
        yield address
    finally:
        _stop_engine(process, folder)


def _wait_for_engine(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise EngineMissing(f"the one started for the tests does not answer; the end of its log:\n{tail}")
        time.sleep(0.2)


def _stop_engine(process: subprocess.Popen[bytes], folder: Path) -> None:
    """End the engine and all it started; then nothing of it is left: no process, mount, cgroup or file."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in _processes_naming(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((m for m in mounts if m.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "-l", mount], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)
    _remove_cgroups(f"{CGROUP}-{folder.name}")


def _processes_naming(folder: Path) -> list[int]:
    """Processes that name our private folder in their command line (containerd and its shims)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if str(folder).encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def _remove_cgroups(name: str) -> None:
    for root in [Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").iterdir()]:
        for folder, _, _ in os.walk(root / name, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


# --- base images ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def trainyard_base_image(docker_engine: str) -> Callable[..., str]:
    """Import a base image under a FROM name: ``trainyard_base_image("trainyard-base-classic", requirements=[…])``."""

    def import_image(name: str = "trainyard-base-classic", requirements: Sequence[str] = CLASSIC_REQUIREMENTS) -> str:
        client = docker.DockerClient(base_url=docker_engine, timeout=600)
        try:
            if not client.images.list(name=name):
                repository, _, tag = name.partition(":")
                archive = root_file_system(requirements)
                client.api.import_image(src=str(archive), repository=repository, tag=tag or "latest")
        finally:
            client.close()
        return name

    return import_image


def root_file_system(requirements: Sequence[str] = ()) -> Path:
    """A tar file with a small Debian and Python packages in it, made once and cached."""
    key = hashlib.sha256("\n".join([RECIPE, *PACKAGES, "", *requirements]).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("TRAINYARD_TEST_CACHE") or REPOSITORY / "var" / "test-cache")
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"base-{key}.tar"
    with (cache / f"base-{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            with tempfile.TemporaryDirectory(dir=cache) as work:
                _make_root(Path(work), requirements)
                _run("tar", "-C", f"{work}/root", "--numeric-owner", "-cf", f"{work}/root.tar", ".")
                Path(work, "root.tar").replace(archive)
    return archive


def _make_root(work: Path, requirements: Sequence[str]) -> None:
    """Unpack Debian packages without running their scripts; add what those scripts would have made."""
    root, archives = work / "root", work / "debs"
    (archives / "partial").mkdir(parents=True)
    (work / "status").touch()  # as if nothing were installed, so that every dependency is fetched
    options = ["-o", f"Dir::State::status={work}/status", "-o", f"Dir::Cache::archives={archives}/"]
    fetch = ["apt-get", *options, "-o", "Debug::NoLocking=1", "-qq", "-y", "--no-install-recommends", "-d", "install"]
    try:
        _run(*fetch, *PACKAGES)
    except RuntimeError:  # package lists may be absent or old
        _run("apt-get", "update", "-qq")
        _run(*fetch, *PACKAGES)
    for name in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "tmp", "root", "etc"):
        (root / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):  # merged /usr, before packages bring real folders
        (root / name).symlink_to(f"usr/{name}")
    for package in sorted(archives.glob("*.deb")):
        unpack = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE)
        _run("tar", "-C", str(root), "--keep-directory-symlink", "-xf", "-", stdin=unpack.stdout)
        assert unpack.stdout is not None
        unpack.stdout.close()
        assert unpack.wait() == 0
    (root / "tmp").chmod(0o1777)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")
    if not (root / "usr/bin/python").exists():
        (root / "usr/bin/python").symlink_to("python3")
    for marker in (root / "usr/lib").glob("python3*/EXTERNALLY-MANAGED"):
        marker.unlink()  # images made for Python have none: pip may install there
    for name in ("usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(root / name, ignore_errors=True)
    if requirements:
        _install_python_packages(root, requirements)


def _install_python_packages(root: Path, requirements: Sequence[str]) -> None:
    version = next((root / "usr/lib").glob("python3.*")).name.removeprefix("python")
    target = root / "usr/local/lib" / f"python{version}" / "dist-packages"
    target.mkdir(parents=True)
    environment = {**os.environ, **uv_environment()}
    install = [
        uv.find_uv_bin(),
        "pip",
        "install",
        "-q",
        *uv_options(),
        "--target",
        str(target),
        "--python",
        sys.executable,
    ]
    _run(*install, "--python-version", version, "--only-binary", ":all:", *requirements, environment=environment)


def _run(*command: str, stdin: object = None, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, stdin=stdin, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])} … failed:\n{done.stdout.decode(errors='replace')[-2000:]}")
