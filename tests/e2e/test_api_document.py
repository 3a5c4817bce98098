"""docs/api.md: every example is run as its readers would run it, in order, against a real platform."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.places import ROOT
from tests.services.platform_server import PlatformFactory, RunningPlatform

pytestmark = [pytest.mark.train, pytest.mark.timeout(600)]

DOCUMENT = ROOT / "docs" / "api.md"
USER, PASSWORD = "dora", "a long word for dora 7"


def examples(language: str) -> str:
    """All fenced examples of a language, as one program."""
    found: list[str] = []
    taking = False
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            taking = line == f"```{language}"
        elif taking:
            found.append(line)
    return "\n".join(found) + "\n"


def execute(command: list[str], program: str, folder: Path, env: dict[str, str], given: str = "") -> str:
    """What the program prints; fails with all of it when the program does."""
    script = folder / "example"
    script.write_text(program, encoding="utf-8")
    result = subprocess.run(
        [*command, str(script)], cwd=folder, env=env, input=given, text=True, capture_output=True, check=False
    )
    assert result.returncode == 0, f"{result.stdout[-6000:]}\n--- errors ---\n{result.stderr[-3000:]}"
    return result.stdout


@pytest.fixture(scope="module")
def platform(platform_factory: PlatformFactory) -> RunningPlatform:
    """A platform of its own: the examples count on an account without a project called “Digits”."""
    found = platform_factory(YARD_LAUNCHER="process")
    found.create_user(USER, PASSWORD)
    return found


def test_every_example_does_what_the_page_says(platform: RunningPlatform, tmp_path: Path) -> None:
    env = {**platform.env, "TRAINYARD": platform.address, "TRAINYARD_USER": USER, "CLONE": str(ROOT)}

    shell = f"set -euo pipefail\n{examples('sh')}\nprintf '\\ntoken %s\\n' \"$TRAINYARD_TOKEN\"\n"
    said = execute(["bash"], shell, tmp_path, env, given=f"{PASSWORD}\n")
    lines = said.splitlines()
    assert lines[0] == USER
    assert "True" in lines, "the config is valid"
    assert any(re.match(r"Accuracy = [01]\.\d", line) for line in lines), said
    assert (
        sum(
            len(names)
            for names in json.loads((tmp_path / "split.json").read_text()).values()
            if isinstance(names, list)
        )
        == 100
    )
    assert (tmp_path / "first-8-bytes").read_bytes() == (tmp_path / "image-0").read_bytes()[:8]
    assert len((tmp_path / "records.jsonl").read_bytes().splitlines()) == 100
    assert zipfile.is_zipfile(tmp_path / "version.zip")
    assert zipfile.is_zipfile(tmp_path / "model.zip")
    assert (tmp_path / "model.onnx").stat().st_size > 1000

    token = lines[-1].removeprefix("token ")
    python = execute([sys.executable], examples("python"), tmp_path, {**env, "TRAINYARD_TOKEN": token})
    assert "100 images, 100 with labels" in python
    assert "100 images in version 1" in python
    assert re.search(r"^Accuracy = [01]\.\d", python, re.MULTILINE)
    assert (tmp_path / "model.joblib").stat().st_size > 1000


def test_no_example_is_written_in_a_language_that_is_not_run() -> None:
    fences = {line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("```")}
    assert fences == {"```", "```sh", "```python"}
