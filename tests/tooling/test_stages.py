"""How the tests are run: parts of a stage at once, all of them even when one fails, every output shown whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scripts import tests as runner
from scripts.tests import Part


def _part(title: str, code: str, *, may_be_empty: bool = False) -> Part:
    return Part(title, [sys.executable, "-c", code], Path.cwd(), dict(os.environ), may_be_empty)


def test_parts_of_a_stage_run_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each waits for the other's file, so neither could end alone."""
    meet = (
        "import pathlib, time\n"
        "mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})\n"
        "mine.touch()\n"
        "while not other.exists(): time.sleep(0.01)\n"
        "print('met', mine.name)"
    )
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    stage = [_part("first", meet.format(mine=one, other=two)), _part("second", meet.format(mine=two, other=one))]
    assert runner._failed(stage) == []
    told = capfd.readouterr().out
    assert told.index("── first") < told.index("✓ first") < told.index("── second") < told.index("met two")


def test_every_failure_is_named_and_its_output_shown(capfd: pytest.CaptureFixture[str]) -> None:
    stage = [
        _part("good", "print('fine')"),
        _part("bad", "import sys; print('wrong ä'); sys.exit('why')"),
        _part("empty", "raise SystemExit(5)", may_be_empty=True),
        _part("wrongly empty", "raise SystemExit(5)"),
    ]
    assert [part.title for part in runner._failed(stage)] == ["bad", "wrongly empty"]
    told = capfd.readouterr().out
    assert "wrong ä" in told
    assert "why" in told
    assert "✗ bad" in told
    assert "✓ empty" in told


@pytest.mark.parametrize("fast", [True, False])
def test_every_mark_is_run_by_one_part_alone(fast: bool) -> None:
    """A test with any of the marks is collected by exactly one part, or by none in the fast form."""
    services = ["docker", "s3", "postgres", "train", "gpu", "faults", "e2e"]
    expressions = [
        part.command[part.command.index("-m", 3) + 1]
        for stage in runner._stages(fast=fast)
        for part in stage
        if "pytest" in part.command
    ]
    for marks in [set(), *({mark} for mark in services), {"docker", "faults"}, {"docker", "s3"}, {"e2e", "s3"}]:
        names = {mark: mark in marks for mark in [*services, "soak"]}
        ran = sum(eval(expression, {}, dict(names)) for expression in expressions)
        assert ran == (1 if not fast or not marks else 0), marks
