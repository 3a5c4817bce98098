"""Base images made from Debian and Python packages instead of pulled from a registry."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import docker
import uv

from yard.executions.launchers.pip_settings import uv_environment, uv_options

REPOSITORY = Path(__file__).resolve().parents[2]
RECIPE = "3"  # another number makes every cached root file system anew
PACKAGES = (
    *("bash", "coreutils", "python3", "jq", "tree", "curl", "libxml2-utils", "grep", "sed", "procps", "findutils"),
    *("dash", "tar", "gzip", "hostname", "libgomp1", "ca-certificates"),
)


def import_base_image(address: str, name: str, requirements: Sequence[str] = ()) -> None:
    """Import an image with bash, python3, jq, tree and ``requirements`` under ``name``, where there is none yet."""
    client = docker.DockerClient(base_url=address, timeout=600)
    try:
        repository, _, tag = name.partition(":")
        tag = tag or "latest"
        if not client.images.list(name=f"{repository}:{tag}"):  # without its tag any other one would count
            archive = root_file_system(requirements)
            client.api.import_image(src=str(archive), repository=repository, tag=tag)
    finally:
        client.close()


def root_file_system(requirements: Sequence[str] = (), packages: Sequence[str] = PACKAGES) -> Path:
    """A tar file with a small Debian of ``packages`` and Python packages in it, made once and cached."""
    key = hashlib.sha256("\n".join([RECIPE, *packages, "", *requirements]).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("TRAINYARD_TEST_CACHE") or REPOSITORY / "var" / "test-cache")
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"base-{key}.tar"
    with (cache / f"base-{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            with tempfile.TemporaryDirectory(dir=cache) as work:
                _make_root(Path(work), requirements, packages)
                _run("tar", "-C", f"{work}/root", "--numeric-owner", "-cf", f"{work}/root.tar", ".")
                Path(work, "root.tar").replace(archive)
    return archive


def _make_root(work: Path, requirements: Sequence[str], packages: Sequence[str]) -> None:
    """Unpack Debian packages without running their scripts; add what those scripts would have made."""
    root, archives = work / "root", work / "debs"
    (archives / "partial").mkdir(parents=True)
    (work / "status").touch()  # as if nothing were installed, so that every dependency is fetched
    options = ["-o", f"Dir::State::status={work}/status", "-o", f"Dir::Cache::archives={archives}/"]
    fetch = ["apt-get", *options, "-o", "Debug::NoLocking=1", "-qq", "-y", "--no-install-recommends", "-d", "install"]
    try:
        _run(*fetch, *packages)
    except RuntimeError:  # package lists may be absent or old
        _run("apt-get", "update", "-qq")
        _run(*fetch, *packages)
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
    _compile_modules(root)


def _compile_modules(root: Path) -> None:
    """What the scripts of Debian's packages would have done: else each container compiles what it imports."""
    readable = {"python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}  # bytecode is for one version
    for folder in (*root.glob("usr/lib/python3*"), *root.glob("usr/local/lib/python3*")):
        if folder.name in readable:
            # Some files are samples of what does not compile.
            subprocess.run([sys.executable, "-m", "compileall", "-qq", "-s", root, folder], check=False)


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


def _run(*command: str, stdin: IO[bytes] | None = None, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, stdin=stdin, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])} … failed:\n{done.stdout.decode(errors='replace')[-2000:]}")
