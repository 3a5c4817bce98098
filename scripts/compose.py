"""Calls docker compose for the stack of this clone: the plugin of the docker command, else docker-compose."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

from scripts.problems import Problem

_TAIL_LINES = 30
_POLL_S = 1.0


class Stack:
    """The containers that ``docker-compose.yml`` in ``root`` describes. Every method may raise ``Problem``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._command = self._find()

    def call(self, *arguments: str, image: str | None = None, within: float | None = None) -> None:
        """One command of compose, its output to the terminal.

        Args:
            arguments: The command's words.
            image: Stands in for TRAINYARD_IMAGE.
            within: Seconds; a command that takes longer is ended, which raises ``Problem``.
        """
        self._run([*self._command, *arguments], image, within=within)

    def ask(self, *arguments: str) -> str:
        """What a command of compose prints."""
        return self._run([*self._command, *arguments], output=subprocess.PIPE)

    def inside(self, service: str, *command: str, given: IO[bytes] | None = None, into: IO[bytes] | None = None) -> str:
        """Run a program in a service's container; its input and output may be files."""
        line = [*self._command, "exec", "-T", service, *command]
        return self._run(line, given=given, output=into or subprocess.PIPE)

    def docker(self, *arguments: str) -> str:
        """What a command of docker prints."""
        return self._run(["docker", *arguments], output=subprocess.PIPE)

    def image_of(self, service: str) -> str:
        """The id of the image that a service's container was made from. Raises ``Problem`` when there is none."""
        found = self.ask("ps", "-q", service).split()
        if not found:
            raise Problem(
                f"The service {service} has no container here. Start the platform first (docker compose up -d)."
            )
        return self.docker("inspect", "--format", "{{.Image}}", found[0]).strip()

    def wait_until_healthy(self, within: float) -> None:
        """Return when every service with a health check is healthy; raises ``Problem`` that names who is not."""
        until = time.monotonic() + within
        while sick := self.not_healthy():
            if time.monotonic() > until:
                states = ", ".join(f"{name} is {state}" for name, state in sick.items())
                raise Problem(f"Not healthy within {within:.0f} s: {states}.")
            time.sleep(_POLL_S)

    def not_healthy(self) -> dict[str, str]:
        """The services that serve and are not healthy now, each with its state."""
        return {name: state for name in self._lasting() if (state := self._health(name)) not in ("healthy", "running")}

    def _lasting(self) -> list[str]:
        """Services that do not end by themselves."""
        return [name for name in self.ask("config", "--services").split() if name not in ("folders", "prepare")]

    def _health(self, service: str) -> str:
        found = self.ask("ps", "-q", service).split()
        if not found:
            return "absent"
        state = json.loads(self.docker("inspect", "--format", "{{json .State}}", found[0]))
        return str(state["Health"]["Status"] if state["Running"] and "Health" in state else state["Status"])

    def _find(self) -> list[str]:
        for command in (["docker", "compose"], ["docker-compose"]):
            try:
                subprocess.run([*command, "version"], capture_output=True, check=True)
            except (OSError, subprocess.CalledProcessError):
                continue
            return command
        raise Problem("Neither `docker compose` nor `docker-compose` can be called. Install one of them.")

    def _run(
        self,
        command: list[str],
        image: str | None = None,
        *,
        given: IO[bytes] | None = None,
        output: IO[bytes] | int | None = None,
        within: float | None = None,
    ) -> str:
        process = subprocess.Popen(
            command,
            cwd=self._root,
            env={**os.environ, **({"TRAINYARD_IMAGE": image} if image else {})},
            stdin=given or subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE if output is not None else None,
            start_new_session=True,  # so that it can be ended with its children
        )
        said, errors = _finish(process, " ".join(command), within)
        if process.returncode:
            end = "\n".join(["", *errors.splitlines()[-_TAIL_LINES:]])
            raise Problem(f"`{' '.join(command)}` failed with {process.returncode}.{end}")
        return said


def _finish(process: subprocess.Popen[bytes], title: str, within: float | None) -> tuple[str, str]:
    """What it said, in its output and in its errors. It ends with us, or when its time is over."""
    try:
        output, errors = process.communicate(timeout=within)
    except subprocess.TimeoutExpired as late:
        raise Problem(f"`{title}` did not end within {within:.0f} s.") from late
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return (output or b"").decode("utf-8", "replace"), (errors or b"").decode("utf-8", "replace")
