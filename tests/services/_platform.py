"""The whole platform as its users start it: web server, worker and supervisor on a free port."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.places import PYTHON, ROOT
from scripts.processes import address, is_healthy
from tests.services._process import free_port, running, wait_until


@dataclass(frozen=True)
class RunningPlatform:
    """A platform that answers. ``env`` is what its own management commands need."""

    address: str
    data: Path
    env: dict[str, str]
    log: Path

    def manage(self, *arguments: str, given: str | None = None) -> str:
        """What a management command prints; ``given`` is its standard input."""
        command = [str(PYTHON), "manage.py", *arguments]
        result = subprocess.run(
            command, cwd=ROOT, env=self.env, input=given, text=True, capture_output=True, check=False
        )
        if result.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed: {result.stdout}{result.stderr}")
        return result.stdout

    def create_user(self, name: str, password: str) -> None:
        """An ordinary user who may sign in."""
        self.manage("create_user", name, "--password-stdin", given=password)


@contextmanager
def platform(folder: Path, more: dict[str, str]) -> Iterator[RunningPlatform]:
    """A platform with its data in ``folder`` and ``more`` in its environment; ended with the block."""
    port, log, data = free_port(), folder / "platform.log", folder / "var"
    foreign = re.compile("YARD_|DJANGO_")
    inherited = {name: value for name, value in os.environ.items() if not foreign.match(name)}
    # Environments of templates are kept between test runs: they are named by their content.
    cache = Path(os.environ.get("TRAINYARD_TEST_CACHE") or ROOT / "var" / "test-cache") / "environments"
    own = {"YARD_DATA_DIR": str(data), "YARD_PORT": str(port), "YARD_ENVIRONMENTS_DIR": str(cache)}
    env = {**inherited, "PYTHONUNBUFFERED": "1", **own, **more}
    with running([str(PYTHON), "-m", "scripts.run"], log, cwd=ROOT, env=env) as process:
        wait_until(lambda: is_healthy(port), process, log, within=90)
        yield RunningPlatform(address(port), data, env, log)
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
