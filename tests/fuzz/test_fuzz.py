"""The readers of uploads hold against whatever a fuzzer thinks of.

What it finds is copied into ``tests/fuzz/found/<reader>/``: keep it there, and every run of the tests reads it again.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.readers import FOUND, READERS, found_inputs

ROOT = Path(__file__).resolve().parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS") or 600)


@pytest.mark.parametrize("name", READERS)
def test_it_reads_what_the_fuzzer_begins_with(name: str) -> None:
    reader = READERS[name]
    seeds = list(reader.seeds())
    reader.read(seeds[0])  # the first one is good
    for content in seeds:
        reader(content)
        for cut in range(0, len(content), max(7, len(content) // 60)):
            reader(content[:cut])


@pytest.mark.parametrize("name", READERS)
def test_it_reads_what_once_made_it_fail(name: str, subtests: pytest.Subtests) -> None:
    for path in found_inputs(name):
        with subtests.test(path.name):
            READERS[name](path.read_bytes())


@pytest.mark.soak
@pytest.mark.parametrize("name", READERS)
def test_a_fuzzer_finds_nothing(name: str, tmp_path: Path) -> None:
    """For ``FUZZ_SECONDS`` (ten minutes) each."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (uv pip install -r requirements/fuzz.txt)")
    command = [sys.executable, "-m", "tests.fuzz", name, str(SECONDS), str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    bad = [path for path in tmp_path.iterdir() if path.name.startswith(("crash-", "timeout-", "oom-"))]
    for path in bad:
        shutil.copy(path, FOUND / name / path.name)
    said = result.stderr[-6000:]
    assert not bad, f"{', '.join(path.name for path in bad)} made it fail (kept in {FOUND / name}):\n{said}"
    assert result.returncode == 0, said
    assert "stat::number_of_executed_units" in result.stderr, said
