"""Platforms of the tests, each with a database, a store and processes of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """A platform that exists only as settings; its commands run in processes of their own."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        foreign = re.compile("YARD_|DJANGO_")
        inherited = {name: value for name, value in os.environ.items() if not foreign.match(name)}
        places = {"YARD_DATA_DIR": str(self.folder), "YARD_SECRET_KEY": "for tests only", "YARD_LOG_LEVEL": "ERROR"}
        path = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
        return {**inherited, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "yard.settings", **places, **self.more}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A management command on its way."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return self._start(command)

    def manage(self, *arguments: str, status: int = 0) -> str:
        """What a management command prints (errors too); it must end with this status."""
        return _ended(self.start(*arguments), status)

    def start_inside(self, *commands: str) -> subprocess.Popen[str]:
        """Commands of ``inside.py`` on their way."""
        return self._start([sys.executable, "-m", "tests.operations.inside", *commands])

    def inside(self, *commands: str) -> Any:
        """The answer of a command of ``inside.py``; of several, done by one process, all in a list."""
        answers = json.loads(_ended(self.start_inside(*commands), 0).splitlines()[-1])
        return answers[0] if len(commands) == 1 else answers

    def _start(self, command: list[str]) -> subprocess.Popen[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


def _ended(process: subprocess.Popen[str], status: int) -> str:
    output, _ = process.communicate(timeout=240)
    assert process.returncode == status, output
    return output
