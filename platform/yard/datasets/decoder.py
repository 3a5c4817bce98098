"""Opening somebody's images in child processes with limits on memory and processor time.

A few children per process are kept and used again, since starting one takes a tenth of a second. One that dies of an
image takes only the answer about that image with it.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from yard.core.errors import Unavailable

CHILDREN = 2
# A child is replaced after so many images, so that nothing that one of them did to it lasts.
IMAGES_PER_CHILD = 1000
BEAT_SECONDS = 2.0
_CHILD = Path(__file__).with_name("image_child.py")
_START_SECONDS = 60.0
# The limit is processor time; a machine that is busy with other things may take so many times longer.
_PATIENCE = 20
_ANSWER_MAX_BYTES = 1 << 16
_COPY_BYTES = 1 << 20

Beat = Callable[[], None]


class DecoderFailed(Exception):
    """The child gave no answer; the text says why, without the file's name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one image may take: bytes of memory, seconds of processor time; and its pixels."""

    memory: int
    seconds: float
    pixels: int

    @classmethod
    def from_settings(cls) -> Limits:
        """The limits the operator set."""
        return cls(settings.IMAGE_MAX_MEMORY_BYTES, settings.IMAGE_MAX_SECONDS, settings.IMAGE_MAX_PIXELS)


def decode(what: str, source: IO[bytes], *targets: IO[bytes], beat: Beat | None = None) -> dict[str, Any]:
    """What a child says about the image in ``source``; ``targets`` are real files for it to write to.

    Args:
        what: ``inspect``, ``thumbnail``, ``upright``, …; see ``image_child``.
        source: Any file that can be read from its beginning; one that is no real file is copied into one first.
        targets: Real files, open for writing.
        beat: Called every few seconds while the child works.

    Raises:
        DecoderFailed: The image took too much memory or time, or made the child crash.
        Unavailable: No child can be started.
    """
    with _real_file(source) as file, _pool.borrowed() as child:
        return child.ask({"do": what}, [file, *(target.fileno() for target in targets)], beat)


@contextmanager
def _real_file(source: IO[bytes]) -> Iterator[int]:
    """The file's descriptor, all that was written to it within reach."""
    try:
        source.flush()
        descriptor = source.fileno()
    except (UnsupportedOperation, OSError, ValueError):
        source.seek(0)
        with tempfile.TemporaryFile() as copy:
            while part := source.read(_COPY_BYTES):
                copy.write(part)
            copy.flush()
            yield copy.fileno()
    else:
        yield descriptor


class _Child:
    """One process that opens images."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.images = 0
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            arguments = [str(value) for value in (limits.memory, limits.seconds, limits.pixels)]
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_CHILD), *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            )
        if self._receive(_START_SECONDS, None) is None:
            self.close()
            raise Unavailable(
                "Images cannot be opened now: the process that does it does not start. Is YARD_IMAGE_MAX_MEMORY_BYTES "
                "large enough, and has this machine memory left?"
            )

    @property
    def is_used_up(self) -> bool:
        """Whether it has died, or has done enough."""
        return self.images >= IMAGES_PER_CHILD or self._process.poll() is not None

    def ask(self, request: dict[str, Any], files: Sequence[int], beat: Beat | None) -> dict[str, Any]:
        """The child's answer. Raises ``DecoderFailed``."""
        self.images += 1
        with suppress(BrokenPipeError, ConnectionResetError):  # it has just died; that it says nothing tells so
            socket.send_fds(self._channel, [json.dumps(request).encode()], files)
        answer = self._receive(self.limits.seconds * _PATIENCE, beat)
        if answer is None:
            raise DecoderFailed(self._last_words())
        if answer.get("error") == "memory":
            raise DecoderFailed(self._too_much_memory())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._channel.close()

    def _receive(self, seconds: float, beat: Beat | None) -> dict[str, Any] | None:
        """The next packet; None when the child has ended, or had to be."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            while not selector.select(BEAT_SECONDS):
                if beat is not None:
                    beat()
                if time.monotonic() > deadline:
                    self._process.send_signal(signal.SIGPROF)
        try:
            packet = self._channel.recv(_ANSWER_MAX_BYTES)
        except ConnectionResetError:
            packet = b""
        return json.loads(packet) if packet else None

    def _last_words(self) -> str:
        code = -self._process.wait()
        if code == signal.SIGPROF:
            return f"opening it takes more than {self.limits.seconds:g} seconds, which is the limit here"
        if code == signal.SIGKILL:  # by the kernel, when the machine's memory ran out
            return self._too_much_memory()
        return "the program that opens images crashed on it, so it is damaged or made to do harm"

    def _too_much_memory(self) -> str:
        return f"opening it takes more than {self.limits.memory >> 20} MiB of memory, which is the limit here"


class _Pool:
    """The children of this process; waits when all are at work."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(CHILDREN)

    @contextmanager
    def borrowed(self) -> Iterator[_Child]:
        """A child for the time of the ``with``; one that failed is not used again."""
        with self._places:
            child = self._take() or _Child(Limits.from_settings())
            try:
                yield child
            except BaseException:
                child.close()
                raise
            with self._lock:
                self._idle.append(child)

    def close(self) -> None:
        """End all children that are not at work."""
        with self._lock:
            if self._pid == os.getpid():
                for child in self._idle:
                    child.close()
            self._idle.clear()

    def _take(self) -> _Child | None:
        with self._lock:
            if self._pid != os.getpid():  # forked: these are our parent's
                self._idle, self._pid = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.limits == Limits.from_settings() and not child.is_used_up:
                    return child
                child.close()
        return None


_pool = _Pool()
atexit.register(_pool.close)
