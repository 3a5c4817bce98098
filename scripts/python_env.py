"""Makes ``.venv`` and installs the locked packages into it with uv."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import stamps
from scripts.console import Steps
from scripts.pip_settings import uv_environment
from scripts.places import PYTHON, REQUIREMENTS, ROOT, VENV
from scripts.problems import Problem

_SETS = ("base", "dev")  # a later set holds the earlier ones


def needs_work(wanted: str) -> bool:
    """Whether the environment lacks the set ``wanted`` ("base" or "dev")."""
    if not PYTHON.exists():
        return True
    return not any(stamps.is_done(f"python-{name}", _digest(name)) for name in _SETS[_SETS.index(wanted) :])


def install(wanted: str, steps: Steps) -> None:
    """Make the environment and install the set ``wanted``.

    Raises:
        Problem: With a sentence that says what to install or to set first.
    """
    if not _works(PYTHON):
        steps.call("Python environment", lambda: _make_venv(steps))
    uv = _find_uv()
    if uv is None:
        steps.call("Installer (uv)", lambda: _install_uv(steps))
        uv = [str(VENV / "bin" / "uv")]
    stamp = f"python-{wanted}"
    stamps.forget(stamp)
    command = [*uv, "pip", "install", "--python", str(PYTHON), "-r", str(REQUIREMENTS / f"{wanted}.txt")]
    steps.tool(f"Python packages ({wanted})", command, cwd=ROOT, env=uv_settings())
    stamps.mark_done(stamp, _digest(wanted))


def uv_settings() -> dict[str, str]:
    """The environment in which uv finds what pip would find."""
    return uv_environment(_pip())


def _digest(name: str) -> str:
    files = [REQUIREMENTS / f"{name}.txt", VENV / "pyvenv.cfg"]
    return stamps.digest(files, name)


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    code = "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _make_venv(steps: Steps) -> str:
    """Try the ways there are, best first; Debian without python3-venv lacks ``ensurepip``."""
    if VENV.exists():
        shutil.rmtree(VENV)
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    command = _venv_command()
    steps.run("Python environment", command, cwd=ROOT)
    return version


def _venv_command() -> list[str]:
    if _has_module("ensurepip"):
        return [sys.executable, "-m", "venv", str(VENV)]
    if _has_module("venv") and (_has_module("pip") or shutil.which("uv")):
        return [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    if _has_module("virtualenv"):
        return [sys.executable, "-m", "virtualenv", str(VENV)]
    if shutil.which("virtualenv"):
        return ["virtualenv", "--python", sys.executable, str(VENV)]
    if uv := shutil.which("uv"):
        return [uv, "venv", "--python", sys.executable, str(VENV)]
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    raise Problem(
        f"This Python cannot make environments: a system package is missing. Install it with "
        f"`apt-get install {package}` (as root) and run the same command again."
    )


def _find_uv() -> list[str] | None:
    """The uv of the environment, else one on PATH."""
    own = VENV / "bin" / "uv"
    if own.exists() and subprocess.run([str(own), "--version"], capture_output=True, check=False).returncode == 0:
        return [str(own)]
    found = shutil.which("uv")
    return [found] if found else None


def _pip() -> list[str] | None:
    """A pip to ask for its settings: the environment's, else the one of the Python that runs this."""
    if list(VENV.glob("lib/python*/site-packages/pip")):
        return [str(PYTHON), "-m", "pip"]
    if _has_module("pip"):
        return [sys.executable, "-m", "pip"]
    return None


def _install_uv(steps: Steps) -> str:
    pip = _pip()
    if pip is None:
        raise Problem(
            "Neither pip nor uv is here. Install one with `apt-get install python3-pip` (as root) "
            "and run the same command again."
        )
    target = [] if pip[0] == str(PYTHON) else ["--python", str(PYTHON)]
    package = _pinned_uv()
    steps.run("Installer (uv)", [*pip, *target, "install", "--disable-pip-version-check", package], cwd=ROOT)
    return package


def _pinned_uv() -> str:
    match = re.search(r"^uv==\S+", (REQUIREMENTS / "base.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return match.group(0) if match else "uv"
