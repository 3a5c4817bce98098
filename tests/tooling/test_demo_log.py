"""The demo shows that a process does not stay up, and nothing else of the processes' lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.demo import LogWatch


def test_only_the_start_scripts_new_lines_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "platform.log"
    log.write_text("platform   | worker ended (exit code 1); next start in 1 s\n" * 3)
    watch = LogWatch(log)
    watch.show()
    assert capsys.readouterr().out == ""
    log.write_text("web        | hello\nplatform   | supervisor ended (exit code 2)\nplatform   | cut sho")
    watch.show()
    assert capsys.readouterr().out.strip() == f"! supervisor ended (exit code 2) (see {log})"
    watch.show()
    assert capsys.readouterr().out == ""


def test_a_log_that_is_not_there_yet_is_no_problem(tmp_path: Path) -> None:
    LogWatch(tmp_path / "absent.log").show()
