"""The start script: one port, one platform per data folder, crashes mended, nobody left behind."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import ports, run
from scripts.children import Child, describe_exit
from scripts.places import ROOT
from scripts.problems import Problem
from scripts.processes import Platform

WEB = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
print("web says hello", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STAYS = "import time\nprint('at work', flush=True)\ntime.sleep(600)"
CRASHES = "print('crashing', flush=True); raise SystemExit(7)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\ntime.sleep(600)"
)


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments], os.environ, str(ROOT))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield int(server.getsockname()[1])


class TestPorts:
    def test_a_taken_port_names_its_owner_and_another_port(self, listening: int) -> None:
        with pytest.raises(Problem) as problem:
            ports.need_free(listening)
        text = str(problem.value)
        assert f"Port {listening} is taken by" in text
        assert f"(process {os.getpid()})" in text
        suggested = re.search(r"run with YARD_PORT=(\d+)", text)
        assert suggested is not None
        ports.need_free(int(suggested.group(1)))

    @pytest.mark.parametrize("value", ["eighty", "0", "70000", "-1", "80 00"])
    def test_no_port_number(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YARD_PORT", value)
        with pytest.raises(Problem, match="write a number from 1 to 65535"):
            ports.chosen()

    def test_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YARD_PORT", "")
        assert ports.chosen() == 8000


class TestPlatform:
    def test_lines_are_labelled_and_all_end(self, port: int) -> None:
        out = io.StringIO()
        platform = Platform(port, out, [child("web", WEB, str(port)), child("worker", STAYS)])
        platform.start()
        self._until(platform, lambda: "at work" in out.getvalue())
        processes = [entry.process for entry in platform._children]
        platform.stop()
        assert "web        | web says hello\n" in out.getvalue()
        assert "worker     | at work\n" in out.getvalue()
        assert all(process is not None and process.poll() is not None for process in processes)

    def test_a_crashed_child_is_started_again(self, port: int) -> None:
        out = io.StringIO()
        worker = child("worker", CRASHES)
        platform = Platform(port, out, [child("web", WEB, str(port)), worker])
        platform.start()
        self._until(platform, lambda: worker.restarts >= 2)
        platform.stop()
        assert out.getvalue().count("crashing") >= 2
        assert "worker ended (exit code 7); next start in 1 s" in out.getvalue()
        assert "next start in 2 s" in out.getvalue()

    def test_a_web_server_that_ends_at_its_start_is_told(self, port: int) -> None:
        out = io.StringIO()
        platform = Platform(port, out, [child("web", CRASHES)])
        with pytest.raises(Problem, match=r"did not start \(exit code 7\)"):
            platform.start()
        assert "crashing" in out.getvalue()

    def test_a_deaf_child_is_killed(self, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("scripts.processes._GRACE_S", 0.5)
        out = io.StringIO()
        worker = child("worker", STUBBORN)
        platform = Platform(port, out, [child("web", WEB, str(port)), worker])
        platform.start()
        self._until(platform, lambda: "deaf" in out.getvalue())
        platform.stop()
        assert worker.exit_code == -signal.SIGKILL

    @staticmethod
    def _until(platform: Platform, done: object) -> None:
        assert callable(done)
        until = time.monotonic() + 60
        while not done():
            assert time.monotonic() < until
            platform.step()


PARENT = """
import os, sys
from scripts.children import Child
child = Child("c", [sys.executable, "-c", "import time; time.sleep(600)"], os.environ, ".")
child.start()
print(child.process.pid, flush=True)
import time; time.sleep(600)
"""


def test_children_end_when_the_parent_is_killed_hard() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        number = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    until = time.monotonic() + 30
    while _is_alive(number):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_alive(number: int) -> bool:
    """An ended process that nobody has waited for yet (state Z) is not alive."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class TestDataFolder:
    def test_a_second_platform_on_it_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YARD_DATA_DIR", str(tmp_path / "var"))
        assert not run.is_running()
        with run._only_one():
            assert run.is_running()
            with pytest.raises(Problem, match=rf"already runs on .*var \(process {os.getpid()}\)"), run._only_one():
                pass
        assert not run.is_running()

    def test_it_is_private(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YARD_DATA_DIR", str(tmp_path / "var"))
        with run._only_one() as data:
            assert data.stat().st_mode & 0o777 == 0o700

    def test_a_place_that_cannot_be_used_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("YARD_DATA_DIR", str(tmp_path / "file" / "var"))
        with pytest.raises(Problem, match="cannot be used"), run._only_one():
            pass


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "exit code 0"), (7, "exit code 7"), (-9, "ended by signal SIGKILL"), (None, "still running")],
)
def test_exits_in_words(code: int | None, words: str) -> None:
    assert describe_exit(code) == words
