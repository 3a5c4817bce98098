"""The platform's processes on one machine: web server, worker, supervisor."""

from __future__ import annotations

import http.client
import os
import selectors
import time
from typing import IO, TextIO

from scripts import ports
from scripts.children import Child, describe_exit
from scripts.places import PYTHON, ROOT
from scripts.problems import Problem

MANAGE = [str(PYTHON), "manage.py"]
_TICK_S = 0.2
_HEALTHY_WITHIN_S = 60.0
_GRACE_S = 15.0
_COLOURS = {"web": "36", "worker": "35", "supervisor": "33", "platform": "32"}


def address(port: int) -> str:
    return f"http://{ports.HOST}:{port}"


def environment(**more: str) -> dict[str, str]:
    """The environment of the platform's processes."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT / "platform"), **more}


def is_healthy(port: int) -> bool:
    """Whether the web server answers and reaches its database."""
    # Not urllib: it would send the question to the site's proxy.
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def children(port: int) -> list[Child]:
    """The three processes, web first: the others start when it answers."""
    web = [str(PYTHON), "-m", "uvicorn", "yard.asgi:application", "--app-dir", "platform", "--host", ports.HOST]
    web += ["--port", str(port), "--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
    # Not X-Forwarded-For of whoever is on this machine: the platform's own setting says which proxies are believed.
    # More connections than anybody needs are answered with 503 at once.
    web += ["--no-proxy-headers", "--no-server-header", "--limit-concurrency", "1000"]
    # Worker and supervisor keep their connection to the database server, where there is one.
    lasting = environment(YARD_DATABASE_CONN_MAX_AGE="600", YARD_PORT=str(port))
    return [
        Child("web", web, environment(YARD_PORT=str(port)), str(ROOT)),
        Child("worker", [*MANAGE, "qcluster"], lasting, str(ROOT)),
        Child("supervisor", [*MANAGE, "supervise"], lasting, str(ROOT)),
    ]


class Platform:
    """Starts the children, passes on their lines, starts them again after a crash. Lives in one thread."""

    def __init__(self, port: int, out: TextIO, processes: list[Child]) -> None:
        self.port = port
        self._out = out
        self._colour = out.isatty()
        self._children = processes
        self._selector = selectors.DefaultSelector()
        self._rest: dict[str, bytes] = {}

    def start(self) -> None:
        """Start everything; returns when the web server answers.

        Raises:
            Problem: The web server ended at its start, or does not answer.
        """
        web, *others = self._children
        self._start(web)
        until = time.monotonic() + _HEALTHY_WITHIN_S
        while not is_healthy(self.port):
            self._pass_on(0.05)
            if not web.runs:
                self._pass_on(0.05)
                raise Problem(
                    f"The web server did not start ({describe_exit(web.exit_code)}); its last lines are above."
                )
            if time.monotonic() > until:
                raise Problem(f"The web server does not answer at {address(self.port)}/healthz; its lines are above.")
        for child in others:
            self._start(child)

    def watch(self) -> None:
        """Keep everything running, for ever."""
        while True:
            self.step()

    def step(self) -> None:
        """Pass on what was said, and start again what ended and is due."""
        self._pass_on(_TICK_S)
        for child in self._children:
            self._care_for(child)

    def stop(self) -> None:
        """End the children: asked first, killed after the grace time."""
        for child in reversed(self._children):
            child.ask_to_end()
        until = time.monotonic() + _GRACE_S
        while any(child.runs for child in self._children) and time.monotonic() < until:
            self._pass_on(_TICK_S)
        for child in self._children:
            if child.runs:
                self._line("platform", f"{child.name} does not end by itself and is killed")
                child.kill()
        self._pass_on(0)

    def _start(self, child: Child) -> None:
        self._rest[child.name] = b""
        self._selector.register(child.start(), selectors.EVENT_READ, child.name)

    def _care_for(self, child: Child) -> None:
        if child.runs:
            return
        if child.process is not None:
            how = describe_exit(child.exit_code)
            child.process = None
            self._line("platform", f"{child.name} ended ({how}); next start in {child.plan_restart():.0f} s")
        elif child.is_due:
            self._start(child)

    def _pass_on(self, timeout: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self._selector.select(timeout):
            self._read(key.fileobj, key.data)  # type: ignore[arg-type]  # registered as pipes

    def _read(self, pipe: IO[bytes], name: str) -> None:
        data = pipe.read(65536)
        if data is None:
            return
        *lines, self._rest[name] = (self._rest[name] + data).split(b"\n")
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
            lines = [self._rest[name]] if self._rest[name] else []
        for line in lines:
            self._line(name, line.decode("utf-8", "replace").rstrip("\r"))

    def _line(self, name: str, text: str) -> None:
        label = f"{name:<10} |"
        if self._colour:
            label = f"\033[{_COLOURS[name]}m{label}\033[0m"
        self._out.write(f"{label} {text}\n")
        self._out.flush()
