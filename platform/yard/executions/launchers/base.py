"""What every launcher can do: prepare an image, start a box from it, watch it, stop it, empty it, remove it.

A *box* is one isolated place where one attempt runs: a container, or a sandboxed process. Launchers know dataclasses
only, never the database, so the supervisor may die at any moment: whoever comes next finds every box again by the
name of its attempt. Doing a step twice changes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from yard.core.errors import Conflict, InvalidInput, Unavailable

RUN_FOLDER = "/run/trainyard"
"""Where ``LaunchSpec.files`` appear in every box."""

PIECE_BYTES = 256 * 1024
"""The most bytes one ``LogPiece`` carries."""

Handle = Mapping[str, str]
"""JSON-able data by which a launcher finds its box again, kept in the attempt's row."""


class Limit(StrEnum):
    """A limit a launcher may be able to enforce; each launcher declares its own set.

    ``DISK``, ``FILES`` and ``TIME`` are kept by the engine or by whoever watches the box (``watch.BoxWatch``).
    """

    CPU = "cpu"
    MEMORY = "memory"
    PIDS = "pids"
    SHARED_MEMORY = "shared_memory"
    TIME = "time"
    DISK = "disk"
    FILES = "files"
    NETWORK = "network"
    READ_ONLY_DATA = "read_only_data"
    GPU = "gpu"


class BoxState(StrEnum):
    """What the engine says of a box. ``MISSING`` is an answer of its own and never means success."""

    CREATED = "created"
    RUNNING = "running"
    EXITED = "exited"
    MISSING = "missing"


class LauncherUnavailable(Unavailable):
    """The engine does not answer; the state of every box is unknown, and nothing may be concluded from that."""

    code = "launcher_unavailable"


class ImageFailed(InvalidInput):
    """The image could not be built because of what is in the template; the build log says why."""

    code = "image_failed"


class ImageCancelled(Conflict):
    """The build was cancelled while it ran."""

    code = "image_cancelled"


class LaunchRefused(Conflict):
    """The engine refuses to start the box (no such GPU, no sandbox possible, …); trying again will not help."""

    code = "launch_refused"


@dataclass(frozen=True, slots=True)
class Resources:
    """What a box may use at most.

    Attributes:
        cpus: CPU cores, fractions allowed.
        memory_bytes: Memory including swap.
        shared_memory_bytes: Size of ``/dev/shm``.
        pids: Processes and threads.
        disk_bytes: What may be written inside the box; None for no limit.
        files: How many files and folders may be made inside the box; None for no limit.
        time_seconds: Wall-clock time; None for no limit. Kept by the supervisor, not the engine.
        gpu_ids: Ids of the devices reserved for this box; empty for none.
    """

    cpus: float
    memory_bytes: int
    shared_memory_bytes: int
    pids: int = 4096
    disk_bytes: int | None = None
    files: int | None = None
    time_seconds: int | None = None
    gpu_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder of the host shown inside the box."""

    source: Path
    target: str
    read_only: bool = True


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What to build.

    Attributes:
        tag: Content address of the image: ``<slug>:<hash of the context>``. An image with this tag is never rebuilt.
        context: Folder with the build context (the Dockerfile in its root).
        requirements: Name of the requirements file in the context, for launchers that do not run Dockerfiles.
        base: The base image or base set named by the template (its FROM).
        build_args: Passed to the build where the Dockerfile declares them.
        network: Whether the build may reach the network (package registries).
        labels: Put on the image so that orphans can be found.
    """

    tag: str
    context: Path
    base: str
    requirements: str = "requirements.txt"
    build_args: Mapping[str, str] = field(default_factory=dict)
    network: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """An image that can be launched.

    Attributes:
        reference: What ``LaunchSpec.image`` takes.
        digest: Identity of the exact content (engine's image id, or a hash of the locked packages).
        workdir: Absolute working directory inside the box.
        entrypoint: The image's own entrypoint and command.
        size_bytes: Disk space of the image; 0 when unknown.
    """

    reference: str
    digest: str
    workdir: str
    entrypoint: Sequence[str]
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """Everything needed to start one box.

    Attributes:
        name: Unique and stable per attempt, ``yard-<instance>-attempt-17``; launching it again returns the same box.
        image: ``Image.reference``.
        command: Arguments replacing the image's entrypoint and command; empty to keep them.
        environment: Variables of the main process.
        files: Path relative to ``/run/trainyard`` → content; shown read-only in the box.
        copies: Absolute path in the box → content; writable files put there before the start. This is how config
            reaches a foreign entrypoint that knows nothing of ``/run/trainyard``.
        mounts: Folders of the host, read-only unless they say otherwise.
        writable: Absolute paths in the box that the training may write besides its own file system
            (only launchers without a container file system need to know: ``/train``, ``/datasets``, …).
        resources: Limits.
        network: Whether the box may reach the network. Off unless an admin allowed the template egress.
        capabilities: Kernel capabilities given back to the box (``SYS_ADMIN``); none unless an admin gave the template
            a grant that needs them.
        devices: Device files of the host shown in the box (``/dev/fuse``); as capabilities.
        labels: Put on the box so that orphans can be found.
    """

    name: str
    image: str
    resources: Resources
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    copies: Mapping[str, bytes] = field(default_factory=dict)
    mounts: Sequence[Mount] = ()
    writable: Sequence[str] = ("/train", "/datasets")
    network: bool = False
    capabilities: Sequence[str] = ()
    devices: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoxStatus:
    """What the engine knows about a box.

    Attributes:
        exit_code: Of the main process; None unless ``EXITED``.
        out_of_memory: Whether the kernel killed something in the box for memory. With exit code 0 only a child died.
        processes_refused: Whether the kernel refused the box one more process or thread, as far as is known.
        started_at, finished_at: The engine's own times, timezone-aware; None when it has none.
        message: The engine's words about a box that could not run; empty otherwise.
    """

    state: BoxState
    exit_code: int | None = None
    out_of_memory: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    message: str = ""
    processes_refused: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What a box uses now; None or False where it is not known.

    Attributes:
        disk_bytes, files: What it has written to its own file system. Counting may end where it is over the limit.
        processes_refused: Whether it is at its limit of processes and threads.
    """

    disk_bytes: int | None = None
    files: int | None = None
    processes_refused: bool = False


@dataclass(frozen=True, slots=True)
class LogPiece:
    """Some bytes of a box's output and the cursor behind them.

    Attributes:
        data: Raw output, stdout and stderr in the order the engine saw them.
        cursor: Opaque; give it to ``read_log`` to go on exactly behind ``data``, also after a restart.
    """

    data: bytes
    cursor: str


@dataclass(frozen=True, slots=True)
class GpuFacts:
    """One GPU of a host."""

    uuid: str
    index: int
    name: str
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What the launcher's host has to give. ``version`` and ``notes`` are for people."""

    name: str
    cpus: int
    memory_bytes: int
    gpus: Sequence[GpuFacts] = ()
    version: str = ""
    notes: Sequence[str] = ()


class Launcher(ABC):
    """The contract of every place where attempts run. One test suite holds for all of them."""

    name: str
    limits: frozenset[Limit]

    @abstractmethod
    def describe(self) -> HostFacts:
        """What the host has. Raises ``LauncherUnavailable`` when the engine does not answer."""

    @abstractmethod
    def find_image(self, tag: str) -> Image | None:
        """The image with this tag, or None if it must be built first."""

    @abstractmethod
    def prepare_image(
        self, request: ImageRequest, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Image:
        """Build the image unless it is there; blocks until done.

        ``log`` receives the build output as it appears, ``cancelled`` is asked at least once a second.

        Raises:
            ImageFailed: The build failed; the reason is also in the log.
            ImageCancelled: ``cancelled`` said yes; nothing is left behind.
            LauncherUnavailable: The engine went away.
        """

    @abstractmethod
    def remove_image(self, tag: str) -> None:
        """Remove the image; nothing happens if it is gone or in use."""

    @abstractmethod
    def launch(self, spec: LaunchSpec) -> Handle:
        """Start the box, or find the one already started under this name.

        Raises:
            LaunchRefused: It cannot be started; nothing is left behind.
            LauncherUnavailable: The engine does not answer; the box may or may not be there.
        """

    @abstractmethod
    def poll(self, handle: Handle) -> BoxStatus:
        """The engine's truth about the box, ``MISSING`` when there is none."""

    @abstractmethod
    def find(self, name: str) -> Handle | None:
        """The handle of the box launched under ``name``, running or not; None when there is none."""

    @abstractmethod
    def terminate(self, handle: Handle) -> None:
        """Ask the training code to end (SIGTERM, forwarded to it). Returns at once; ``poll`` tells the rest."""

    @abstractmethod
    def kill(self, handle: Handle) -> None:
        """End every process in the box now. Harmless on a box that ended."""

    @abstractmethod
    def read_log(self, handle: Handle, cursor: str = "", *, follow_seconds: float = 0.0) -> Iterator[LogPiece]:
        """Output from behind ``cursor`` on, in pieces of at most 256 KiB.

        Ends when the box ended and everything was given, or when nothing more came for ``follow_seconds``.
        No byte is given twice or left out, also across reconnects with the last cursor.
        """

    @abstractmethod
    def copy_out(
        self,
        handle: Handle,
        path: str,
        destination: Path,
        *,
        max_bytes: int | None = None,
        max_files: int | None = None,
    ) -> Path | None:
        """Copy a file or folder out of the box (running or ended) into the folder ``destination``.

        Links are followed only inside the box; the copy itself holds files and folders, never a link. Inside a folder,
        links to files become copies, links to folders of the same tree and dangling links are left out.
        A copy that was there from an earlier call is replaced; a failed call leaves nothing behind.
        Returns the copied path (``destination`` / last part of ``path``), or None when ``path`` is not in the box.

        Raises:
            InvalidInput: ``path`` is, or holds, a device, a pipe, a socket or a link that leaves the box.
            TooLarge: More than ``max_bytes`` or ``max_files`` would be copied.
        """

    @abstractmethod
    def remove(self, handle: Handle) -> None:
        """Remove the box with everything in it; harmless when it is gone."""

    def usage(self, handle: Handle, resources: Resources) -> Usage:
        """What the box uses now, for whoever watches its limits. May take minutes in a box that made many files."""
        return Usage()

    def sweep(self, older_than: timedelta) -> None:  # noqa: B027 - most leave nothing
        """Remove what killed callers left half-made or half-removed on this host, untouched for so long."""

    def base_problem(self, base: str) -> str | None:
        """Why images starting FROM ``base`` cannot be built here, as a sentence; None when they can.

        May ask a registry, so it may take some seconds.
        """
        return None

    def close(self) -> None:  # noqa: B027 - most have none
        """Give back connections. Boxes are not touched."""

    @abstractmethod
    def list_boxes(self) -> Mapping[str, Handle]:
        """Every box of ours on the host, by name; the collector compares it with the attempts."""
