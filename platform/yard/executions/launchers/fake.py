"""Boxes in memory, for fast tests of whatever uses a launcher: nothing is started, everything can be provoked.

A box either runs a *program* (a Python function in a thread) or just stays ``RUNNING`` until the test ends it::

    launcher = FakeLauncher()
    handle = launcher.launch(spec)
    launcher.emit(spec.name, b"Accuracy 0.9\\n")
    launcher.write(spec.name, "/train/model.pt", b"weights")
    launcher.finish(spec.name, exit_code=0)
"""

from __future__ import annotations

import posixpath
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from yard.executions.launchers.base import (
    PIECE_BYTES,
    RUN_FOLDER,
    BoxState,
    BoxStatus,
    GpuFacts,
    Handle,
    HostFacts,
    Image,
    ImageCancelled,
    ImageFailed,
    ImageRequest,
    Launcher,
    LauncherUnavailable,
    LaunchRefused,
    LaunchSpec,
    Limit,
    LogPiece,
    Resources,
    Usage,
)
from yard.executions.launchers.spec_check import box_path, check_name, check_spec
from yard.executions.launchers.tar_extract import Budget, staged

EXIT_OF_KILL = 137
EXIT_OF_TERM = 143


class Killed(BaseException):
    """Raised in a program whose box was killed or removed. Not an ``Exception``, so that programs do not catch it."""


@dataclass
class FakeBox:
    """One box; programs get it as their only argument.

    Attributes:
        terminated: Set once the box was asked to end.
        ends_on_term: What happens then to a box without a program: it ends with 143, or goes on (False).
    """

    spec: LaunchSpec
    files: dict[str, bytes]
    status: BoxStatus
    terminated: threading.Event = field(default_factory=threading.Event)
    killed: threading.Event = field(default_factory=threading.Event)
    log: bytearray = field(default_factory=bytearray)
    changed: threading.Condition = field(default_factory=threading.Condition)
    ends_on_term: bool = True

    def print(self, data: bytes) -> None:
        """Write to the box's output."""
        self._check()
        with self.changed:
            self.log += data
            self.changed.notify_all()

    def write(self, path: str, data: bytes) -> None:
        """Write a file in the box."""
        self._check()
        self.files[box_path(path)] = data

    def read(self, path: str) -> bytes:
        """A file of the box, one of ``spec.files`` under ``/run/trainyard`` included. Raises ``KeyError``."""
        self._check()
        return self.files[box_path(path)]

    def wait(self, seconds: float) -> bool:
        """Sleep, or return True as soon as the box was asked to end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._check()
            if self.terminated.wait(0.01):
                return True
        return self.terminated.is_set()

    def _check(self) -> None:
        if self.killed.is_set():
            raise Killed


Program = Callable[[FakeBox], int]


class FakeLauncher(Launcher):
    """See the module's text. Counts of what was done are in ``built`` and ``launched``.

    Attributes:
        program: Run by boxes launched from now on; None: they stay running until ``finish``.
        unavailable: A sentence: every verb raises ``LauncherUnavailable`` with it.
        build_fails: A sentence: the next builds fail with it.
        refuses: A sentence: launches are refused with it.
        build_steps: Log lines of a build; ``cancelled`` is asked before each.
    """

    name = "fake"

    def __init__(
        self,
        program: Program | None = None,
        *,
        cpus: int = 8,
        memory_bytes: int = 32 * 1024**3,
        gpus: Sequence[GpuFacts] = (),
        limits: frozenset[Limit] = frozenset(),
    ) -> None:
        self.program = program
        self.limits = limits
        self.unavailable = ""
        self.build_fails = ""
        self.refuses = ""
        self.build_steps: Sequence[bytes] = (b"Step 1/1 : FROM fake\n",)
        self.built: list[str] = []
        self.launched: list[LaunchSpec] = []
        self._facts = HostFacts("fake", cpus, memory_bytes, gpus, version="fake")
        self._images: dict[str, Image] = {}
        self._boxes: dict[str, FakeBox] = {}
        self._lock = threading.RLock()

    # --- what tests do ----------------------------------------------------------------------------------------

    def box(self, name: str) -> FakeBox:
        """The box of this name. Raises ``KeyError``."""
        return self._boxes[name]

    def emit(self, name: str, data: bytes) -> None:
        """Let the box write to its output."""
        self._boxes[name].print(data)

    def write(self, name: str, path: str, data: bytes) -> None:
        """Let the box write a file."""
        self._boxes[name].write(path, data)

    def finish(self, name: str, exit_code: int = 0, *, out_of_memory: bool = False, message: str = "") -> None:
        """Let the box end."""
        _finish(self._boxes[name], exit_code, out_of_memory=out_of_memory, message=message)

    def vanish(self, name: str) -> None:
        """Take the box away, as if somebody had removed it behind our back."""
        self.remove(self._handle(name))

    # --- the contract -----------------------------------------------------------------------------------------

    def describe(self) -> HostFacts:
        self._answer()
        return self._facts

    def find_image(self, tag: str) -> Image | None:
        self._answer()
        return self._images.get(tag)

    def prepare_image(
        self, request: ImageRequest, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Image:
        self._answer()
        found = self._images.get(request.tag)
        if found is not None:
            return found
        for step in self.build_steps:
            if cancelled():
                raise ImageCancelled("The build was cancelled.")
            log(step)
        if self.build_fails:
            log(f"{self.build_fails}\n".encode())
            raise ImageFailed(self.build_fails)
        image = Image(request.tag, f"sha256:{abs(hash(request.tag)):064x}", "/workspace", ["/docker-entrypoint.sh"], 1)
        self._images[request.tag] = image
        self.built.append(request.tag)
        return image

    def remove_image(self, tag: str) -> None:
        self._answer()
        if not any(box.spec.image == tag for box in self._boxes.values()):
            self._images.pop(tag, None)

    def launch(self, spec: LaunchSpec) -> Handle:
        self._answer()
        check_spec(spec)
        with self._lock:
            if spec.name not in self._boxes:
                self._start(spec)
        return self._handle(spec.name)

    def poll(self, handle: Handle) -> BoxStatus:
        self._answer()
        box = self._boxes.get(handle["name"])
        return box.status if box else BoxStatus(BoxState.MISSING)

    def find(self, name: str) -> Handle | None:
        self._answer()
        return self._handle(check_name(name)) if name in self._boxes else None

    def terminate(self, handle: Handle) -> None:
        self._answer()
        box = self._boxes.get(handle["name"])
        if box:
            box.terminated.set()
            if self.program is None and box.ends_on_term:
                _finish(box, EXIT_OF_TERM)

    def kill(self, handle: Handle) -> None:
        self._answer()
        box = self._boxes.get(handle["name"])
        if box:
            box.killed.set()
            _finish(box, EXIT_OF_KILL)

    def read_log(self, handle: Handle, cursor: str = "", *, follow_seconds: float = 0.0) -> Iterator[LogPiece]:
        self._answer()
        box = self._boxes.get(handle["name"])
        at = int(cursor) if cursor.isdigit() else 0
        while box is not None:
            with box.changed:
                box.changed.wait_for(partial(_has_news, box, at), timeout=follow_seconds)
                data = bytes(box.log[at : at + PIECE_BYTES])
            if not data:
                return
            at += len(data)
            yield LogPiece(data, str(at))

    def copy_out(
        self,
        handle: Handle,
        path: str,
        destination: Path,
        *,
        max_bytes: int | None = None,
        max_files: int | None = None,
    ) -> Path | None:
        self._answer()
        path = box_path(path)
        box = self._boxes.get(handle["name"])
        budget = Budget(max_bytes, max_files)
        chosen = {file: data for file, data in (box.files if box else {}).items() if f"{file}/".startswith(f"{path}/")}
        if not chosen:
            return None
        name = posixpath.basename(path)
        with staged(destination, name) as target:
            for file, data in chosen.items():
                budget.take_entry()
                budget.take(len(data))
                place = target / posixpath.relpath(file, path) if file != path else target
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        return destination / name

    def remove(self, handle: Handle) -> None:
        self._answer()
        with self._lock:
            box = self._boxes.pop(handle["name"], None)
        if box:
            box.killed.set()
            _finish(box, EXIT_OF_KILL)

    def usage(self, handle: Handle, resources: Resources) -> Usage:
        box = self._boxes.get(handle["name"])
        return Usage(sum(map(len, box.files.values())), len(box.files)) if box else Usage()

    def list_boxes(self) -> Mapping[str, Handle]:
        self._answer()
        return {name: self._handle(name) for name in self._boxes}

    # --- inside -----------------------------------------------------------------------------------------------

    def _answer(self) -> None:
        if self.unavailable:
            raise LauncherUnavailable(self.unavailable)

    def _handle(self, name: str) -> Handle:
        return {"launcher": self.name, "name": name}

    def _start(self, spec: LaunchSpec) -> None:
        if self.refuses:
            raise LaunchRefused(self.refuses)
        if spec.image not in self._images:
            raise LaunchRefused(f"The image {spec.image} is no longer here; build it again.")
        files = dict(spec.copies) | {f"{RUN_FOLDER}/{name}": content for name, content in spec.files.items()}
        box = FakeBox(spec, files, BoxStatus(BoxState.RUNNING, started_at=datetime.now(UTC)))
        self._boxes[spec.name] = box
        self.launched.append(spec)
        if self.program is not None:
            threading.Thread(target=_run, args=(self.program, box), name=f"fake {spec.name}", daemon=True).start()


def _has_news(box: FakeBox, at: int) -> bool:
    return len(box.log) > at or box.status.state is BoxState.EXITED


def _run(program: Program, box: FakeBox) -> None:
    try:
        code = program(box)
    except Killed:
        return
    except Exception as error:
        box.print(f"{type(error).__name__}: {error}\n".encode())
        code = 1
    _finish(box, code)


def _finish(box: FakeBox, exit_code: int, *, out_of_memory: bool = False, message: str = "") -> None:
    with box.changed:
        if box.status.state is BoxState.EXITED:
            return
        box.status = BoxStatus(
            BoxState.EXITED, exit_code, out_of_memory, box.status.started_at, datetime.now(UTC), message
        )
        box.changed.notify_all()
