"""``manage.py`` works on the same data as the platform that ``make run`` starts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.places import PYTHON, ROOT


def data_dir_of(clone: Path, **settings: str) -> str:
    """The data folder that a command of the clone would use."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("YARD_", "DJANGO_"))}
    command = [str(PYTHON), "manage.py", "diffsettings", "--output", "unified"]
    said = subprocess.run(
        command, cwd=clone, env={**inherited, **settings}, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    return next(line for line in said.stdout.splitlines() if line.startswith("+ DATA_DIR"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The command line beside a ``.env``; the code is that of the repository."""
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "platform").symlink_to(ROOT / "platform")
    (tmp_path / ".env").write_text(f"YARD_DATA_DIR={tmp_path / 'from-file'}\n")
    return tmp_path


def test_it_reads_the_env_file(clone: Path) -> None:
    assert str(clone / "from-file") in data_dir_of(clone)


def test_what_is_set_wins(clone: Path) -> None:
    assert str(clone / "from-shell") in data_dir_of(clone, YARD_DATA_DIR=str(clone / "from-shell"))
