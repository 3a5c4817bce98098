"""What the contract suite needs of each launcher: an image to launch, and programs to run in it."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from yard.executions.launchers.base import (
    BoxState,
    BoxStatus,
    Handle,
    Image,
    ImageRequest,
    Launcher,
    LaunchSpec,
    Mount,
    Resources,
)
from yard.executions.launchers.fake import FakeBox, FakeLauncher

MIB = 1024**2
BASE = "trainyard-test-base:1"

DOCKERFILE = f"""\
FROM {BASE}
COPY docker-entrypoint.sh /docker-entrypoint.sh
WORKDIR /workspace
COPY helper.py train_config.json ./
ENV FROM_IMAGE=yes
RUN echo building on purpose
ENTRYPOINT ["/bin/bash", "/docker-entrypoint.sh"]
"""

# As ours does: the child in the background, the signal handed on, the child's exit code kept.
ENTRYPOINT = """\
forward() { asked=1; kill -TERM "$child" 2>/dev/null; }
trap forward TERM
python -u train.py &
child=$!
wait "$child"; code=$?
while [ -n "$asked" ] && kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
exit "$code"
"""


@dataclass(frozen=True)
class Program:
    """The same behaviour for boxes that run Python files and for the launcher in memory."""

    source: str
    fake: Callable[[FakeBox], int]


@dataclass
class Bench:
    """A launcher under test and the shortcuts tests use."""

    launcher: Launcher
    context: Path
    work: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    launched: list[Handle] = field(default_factory=list)
    built: Image | None = None

    @property
    def is_fake(self) -> bool:
        return isinstance(self.launcher, FakeLauncher)

    def request(self, tag: str = "contract:1", **changes: Any) -> ImageRequest:
        return replace(ImageRequest(tag=tag, context=self.context, base=BASE, network=False), **changes)

    def image(self) -> Image:
        if self.built is None:
            self.built = self.launcher.prepare_image(self.request(), log=lambda _: None, cancelled=lambda: False)
        return self.built

    def spec(self, source: str = "", **changes: Any) -> LaunchSpec:
        resources = Resources(cpus=1.0, memory_bytes=256 * MIB, shared_memory_bytes=16 * MIB, pids=128)
        name = changes.pop("name", None) or f"yard-contract-{os.getpid()}-{next(self.numbers)}"
        copies: Mapping[str, bytes] = {"/workspace/train.py": source.encode(), **changes.pop("copies", {})}
        spec = LaunchSpec(name=name, image=self.image().reference, resources=resources, copies=copies)
        return replace(spec, **changes)

    def start(self, program: Program | str, **changes: Any) -> Handle:
        """Launch a program."""
        if isinstance(program, Program) and isinstance(self.launcher, FakeLauncher):
            self.launcher.program = program.fake
        source = program.source if isinstance(program, Program) else program
        return self.launch(self.spec(source, **changes))

    def launch(self, spec: LaunchSpec) -> Handle:
        handle = self.launcher.launch(spec)
        self.launched.append(handle)
        return handle

    def wait_end(self, handle: Handle, seconds: float = 60.0) -> BoxStatus:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.launcher.poll(handle)
            if status.state not in (BoxState.CREATED, BoxState.RUNNING):
                return status
            time.sleep(0.02)
        raise AssertionError(f"the box still runs; its log: {self.log(handle)[-2000:]!r}")

    def wait_log(self, handle: Handle, text: bytes, seconds: float = 60.0) -> bytes:
        """Follow the log until it holds ``text``."""
        deadline, log, cursor = time.monotonic() + seconds, b"", ""
        while time.monotonic() < deadline:
            for piece in self.launcher.read_log(handle, cursor, follow_seconds=0.5):
                log, cursor = log + piece.data, piece.cursor
                if text in log:
                    return log
            if self.launcher.poll(handle).state not in (BoxState.CREATED, BoxState.RUNNING):
                log += b"".join(piece.data for piece in self.launcher.read_log(handle, cursor))
                break
        assert text in log, f"{text!r} is not in the log: {log[-2000:]!r}"
        return log

    def log(self, handle: Handle) -> bytes:
        return b"".join(piece.data for piece in self.launcher.read_log(handle))

    def run(self, program: Program | str, **changes: Any) -> tuple[BoxStatus, bytes]:
        """Launch, wait for the end, and read the log."""
        handle = self.start(program, **changes)
        status = self.wait_end(handle)
        return status, self.log(handle)

    def clean(self) -> None:
        while self.launched:
            self.launcher.remove(self.launched.pop())


def write_context(folder: Path, dockerfile: str = DOCKERFILE, files: Mapping[str, str] | None = None) -> Path:
    """A build context such as the platform assembles."""
    folder.mkdir(parents=True, exist_ok=True)
    every = {
        "Dockerfile": dockerfile,
        "docker-entrypoint.sh": ENTRYPOINT,
        "helper.py": "ANSWER = 42\n",
        "train_config.json": "{}",
        "requirements.txt": "# nothing\n",
        **(files or {}),
    }
    for name, text in every.items():
        (folder / name).write_text(text)
    return folder


def read_only(source: Path, target: str) -> Sequence[Mount]:
    return (Mount(source, target),)
