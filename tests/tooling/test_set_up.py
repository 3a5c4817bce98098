"""Set-up hands settings on, remembers what is done, and says what to do when it cannot go on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from scripts import bootstrap, frontend, stamps
from scripts.console import Steps
from scripts.pip_settings import parse_config_list, translate
from scripts.places import ROOT
from scripts.problems import Problem, cause_of


class TestPipSettings:
    def test_stronger_sections_win(self) -> None:
        lines = [
            "global.index-url='https://one/simple'",
            "install.index-url='https://two/simple'",
            "list.format='json'",
        ]
        assert parse_config_list(lines) == {"index-url": "https://two/simple"}
        assert parse_config_list([":env:.cert='/env.pem'", "global.cert='/file.pem'"]) == {"cert": "/env.pem"}

    def test_lists_become_what_uv_reads(self) -> None:
        settings = {"extra-index-url": "file:///a\nfile:///b", "find-links": "/wheels /more", "trusted-host": "h1 h2"}
        assert translate(settings) == {
            "UV_INDEX": "file:///a file:///b",
            "UV_INDEX_STRATEGY": "unsafe-best-match",
            "UV_FIND_LINKS": "/wheels,/more",
            "UV_INSECURE_HOST": "h1 h2",
        }

    def test_single_values(self) -> None:
        settings = {"index-url": "https://mirror/simple", "cert": "/ca.pem", "proxy": "http://p:3128", "timeout": "180"}
        assert translate(settings) == {
            "UV_DEFAULT_INDEX": "https://mirror/simple",
            "SSL_CERT_FILE": "/ca.pem",
            "HTTPS_PROXY": "http://p:3128",
            "UV_HTTP_TIMEOUT": "180",
        }

    def test_nothing_set_changes_nothing(self) -> None:
        assert translate(parse_config_list([])) == {}


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("error: failed to create directory: No space left on device (os error 28)", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("  Caused by: dns error\n  Caused by: failed to lookup address information", "cannot be reached"),
        ("npm error errno ECONNREFUSED", "cannot be reached"),
        ("ERROR: No matching distribution found for uv==0.1 (from versions: none)", "cannot be reached"),
        ("invalid peer certificate: UnknownIssuer", "does not trust"),
        ("EACCES: permission denied, mkdir", "may not write"),
        ("  × No solution found when resolving dependencies", "lacks a version"),
    ],
)
def test_tools_output_names_the_cause(output: str, expected: str) -> None:
    assert expected in (cause_of(output) or "")


def test_unknown_output_names_no_cause() -> None:
    assert cause_of("Segmentation fault") is None


class TestSteps:
    def test_a_failed_tool_shows_its_end_and_the_log(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        steps = Steps(tmp_path / "setup.log")
        command = [sys.executable, "-c", "print('last words'); raise SystemExit(3)"]
        with pytest.raises(Problem, match=r"exit code 3.*setup\.log"):
            steps.tool("Something", command, cwd=tmp_path)
        shown = capsys.readouterr().out
        assert "last words" in shown
        assert "✗ Something" in shown

    def test_a_good_tool_keeps_quiet(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        steps = Steps(tmp_path / "setup.log")
        steps.tool("Something", [sys.executable, "-c", "print('chatter')"], cwd=tmp_path)
        shown = capsys.readouterr().out
        assert "✓ Something" in shown
        assert "chatter" not in shown
        assert "chatter" in steps.log.read_text()

    def test_an_absent_tool_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Problem, match="/no/such/tool cannot be started"):
            Steps(tmp_path / "setup.log").tool("Something", ["/no/such/tool"], cwd=tmp_path)


class TestStamps:
    @pytest.fixture(autouse=True)
    def _own_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stamps, "ROOT", tmp_path)
        monkeypatch.setattr(stamps, "_STAMPS", tmp_path / "stamps")

    def test_done_until_the_content_changes(self, tmp_path: Path) -> None:
        file = tmp_path / "lock.json"
        file.write_text("1")
        stamps.mark_done("npm", stamps.digest([file]))
        assert stamps.is_done("npm", stamps.digest([file]))
        file.touch()
        assert stamps.is_done("npm", stamps.digest([file]))
        file.write_text("2")
        assert not stamps.is_done("npm", stamps.digest([file]))

    def test_a_removed_input_counts_as_change(self, tmp_path: Path) -> None:
        file = tmp_path / "lock.json"
        file.write_text("1")
        before = stamps.digest([file])
        file.unlink()
        assert stamps.digest([file]) != before

    def test_work_that_was_cut_short_is_done_again(self) -> None:
        stamps.mark_done("npm", "x")
        stamps.forget("npm")
        assert not stamps.is_done("npm", "x")


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v18.19.0", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.0.0", True),
        ("", False),
        ("nonsense", False),
    ],
)
def test_which_node_is_recent_enough(version: str, good: bool) -> None:
    assert frontend.is_recent_enough(version) is good


@pytest.mark.parametrize(("there", "needed"), [((), "3.0"), ((".venv",), "1.0"), ((".venv", "node_modules"), "0.2")])
def test_a_small_disk_is_told_before_anything_is_loaded(
    there: tuple[str, ...], needed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**10, 10**10, 10**8))
    monkeypatch.setattr("scripts.places.VENV", tmp_path / ".venv")
    monkeypatch.setattr("scripts.places.FRONTEND", tmp_path)
    for name in there:
        (tmp_path / name).mkdir()
    with pytest.raises(Problem, match=rf"0\.1 GB free, set-up needs {needed} GB"):
        bootstrap._check_disk("dev", frontend=True)


def test_an_old_python_says_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        bootstrap.main([])


def test_help_lists_every_documented_command() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("setup", "run", "demo", "test", "check", "bench", "schema", "clean"):
        assert f"make {command} " in shown
