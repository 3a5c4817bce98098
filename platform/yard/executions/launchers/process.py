"""Attempts as sandboxed processes, for machines without a container engine.

A template's Dockerfile is read, not run: its base names a declared set of packages, which with the template's
requirements makes a cached environment; its COPY, WORKDIR, ENV and ENTRYPOINT say what lies where and what starts.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import posixpath
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from yard.executions.launchers import cgroups, gpus, tar_extract
from yard.executions.launchers.base import (
    PIECE_BYTES,
    BoxState,
    BoxStatus,
    Handle,
    HostFacts,
    Image,
    ImageCancelled,
    ImageFailed,
    ImageRequest,
    Launcher,
    LaunchRefused,
    LaunchSpec,
    Limit,
    LogPiece,
    Resources,
    Usage,
)
from yard.executions.launchers.box_files import BoxFiles
from yard.executions.launchers.build_watch import BuildWatch
from yard.executions.launchers.cgroups import Cgroup, CgroupLimits
from yard.executions.launchers.environments import EnvironmentStore, choose_python, python_folders, python_version
from yard.executions.launchers.measure import measure
from yard.executions.launchers.process_box import ProcessBox, write_plan
from yard.executions.launchers.process_images import ImageFolders, log_what_is_left_out, read_dockerfile
from yard.executions.launchers.process_maker import BoxMaker
from yard.executions.launchers.run_files import make_open_folder
from yard.executions.launchers.sandbox import find_sandbox
from yard.executions.launchers.spec_check import box_path, check_name, check_spec
from yard.executions.launchers.termination import host_processes, plan_termination

LOG_PAUSE = 0.1
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the launcher works.

    Attributes:
        state_dir: Folder for images and boxes (and environments); should lie on a roomy local disk.
        base_sets: FROM name (or a pattern such as ``nvcr.io/nvidia/pytorch:*``) → requirements file.
        environments_dir: Folder for environments and the package cache; None for one in ``state_dir``.
        python: Interpreter for environments; None picks one that every user can read.
        allow_unsandboxed: Run without any protection where no sandbox is possible. For trusted code only.
        allow_host_network: Give boxes that may reach the network that of the host, with all that listens on its
            loopback; otherwise they are refused. For trusted code only.
        log_bytes: The most one box's log may hold.
        build: Limits of making one environment, where control groups can be used.
        build_network: Whether packages may be fetched; otherwise local folders of wheels must do.
        package_hosts: Hosts of packages that installations may reach besides public addresses and pip's indexes.
        build_seconds, build_disk_bytes: The most time and disk that making one may take.
    """

    state_dir: Path
    base_sets: Mapping[str, Path] = field(default_factory=dict)
    environments_dir: Path | None = None
    python: Path | None = None
    allow_unsandboxed: bool = False
    allow_host_network: bool = False
    log_bytes: int = 256 * 1024**2
    build: CgroupLimits = field(default_factory=lambda: CgroupLimits(memory_bytes=8 * 1024**3, cpus=4.0, pids=1024))
    build_network: bool = True
    package_hosts: Sequence[str] = ("pypi.org", "files.pythonhosted.org")
    build_seconds: float = 4 * 3600
    build_disk_bytes: int = 100 * 1024**3


class ProcessLauncher(Launcher):
    """Boxes are folders, each with a keeper process that outlives whoever started it."""

    name = "process"

    def __init__(self, settings: ProcessSettings) -> None:
        """Tries out the sandbox and the control groups once."""
        self._settings = settings
        self._root = settings.state_dir.absolute()
        environments = (settings.environments_dir or self._root / "python").absolute()
        for folder in (environments, self._root / "images", self._root / "boxes"):
            make_open_folder(folder)
        # What runs in boxes, and its log, is for the platform's eyes only.
        for part in ("images", "boxes"):
            (self._root / part).chmod(0o700)
        self._images = ImageFolders(self._root / "images")
        self._python = settings.python or choose_python()
        self._sandbox, self._no_sandbox = find_sandbox(python_folders(self._python), state_dir=self._root)
        self._cgroups = cgroups.available()
        limits = settings.build if self._cgroups else None
        self._environments = EnvironmentStore(
            environments,
            self._python,
            self._sandbox,
            limits,
            network=settings.build_network,
            package_hosts=settings.package_hosts,
        )
        self.limits = self._enforced()

    # --- the host ---------------------------------------------------------------------------------------------

    def describe(self) -> HostFacts:
        notes = [f"Python {python_version(self._python)}"]
        if self._sandbox is None:
            notes.append(self._no_sandbox)
        if not self._cgroups:
            notes.append("No control groups: CPU, memory and processes of a box are not limited as a whole.")
        return HostFacts(
            name=socket.gethostname(),
            cpus=len(os.sched_getaffinity(0)),
            memory_bytes=_host_memory(),
            gpus=gpus.host_gpus(),
            version="process",
            notes=notes,
        )

    def base_problem(self, base: str) -> str | None:
        if self._base_set(base) is not None:
            return None
        known = ", ".join(sorted(self._settings.base_sets)) or "none"
        return (
            f"The template starts FROM {base}, for which this machine, which runs without a container engine, has no "
            f"declared set of packages (declared: {known}). Declare one for it, or use a container engine."
        )

    # --- images -----------------------------------------------------------------------------------------------

    def find_image(self, tag: str) -> Image | None:
        about = self._images.read(tag)
        if about is None or self._environments.find(about["environment"]) is None:
            return None
        return Image(tag, about["digest"], about["workdir"], about["entrypoint"], about["size_bytes"])

    def prepare_image(
        self, request: ImageRequest, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Image:
        found = self.find_image(request.tag)
        if found is not None:
            return found
        if self._sandbox is None and not self._settings.allow_unsandboxed:
            raise ImageFailed(self._no_sandbox)
        instructions = read_dockerfile(request.context)
        base = self._base_set(request.base)
        if base is None:
            reason = self.base_problem(request.base) or ""
            log(f"{reason}\n".encode())
            raise ImageFailed(reason)
        log_what_is_left_out(instructions, log)
        watch = BuildWatch(
            cancelled,
            seconds=self._settings.build_seconds,
            disk_bytes=self._settings.build_disk_bytes,
            used=self._environments.size_in_the_making,
        )
        with watch.failing():
            made = self._environments.ensure(base, request.context / request.requirements, log=log, cancelled=watch)
        if cancelled():
            raise ImageCancelled("The build was cancelled.")
        self._images.store(request, instructions, made)
        log(b"The image is ready.\n")
        image = self.find_image(request.tag)
        if image is None:
            raise ImageFailed("The image was removed while it was made; try again.")
        return image

    def remove_image(self, tag: str) -> None:
        about = self._images.read(tag)
        if about is None or any(box.plan().get("image") == tag for box in self._boxes()):
            return
        self._images.remove(tag)
        if not self._images.uses(about["environment"]):
            self._environments.remove(about["environment"])

    # --- boxes ------------------------------------------------------------------------------------------------

    def launch(self, spec: LaunchSpec) -> Handle:
        check_spec(spec)
        box = self._box(spec.name)
        if not box.exists():
            self._make_box(spec, box)
        if not box.started():
            box.start()
        refusal = box.wait_until_up()
        if refusal is not None:
            self.remove(self._handle(spec.name))
            raise LaunchRefused(f"The sandbox could not be started: {refusal}.")
        return self._handle(spec.name)

    def poll(self, handle: Handle) -> BoxStatus:
        return self._box(handle["name"]).status()

    def find(self, name: str) -> Handle | None:
        return self._handle(name) if self._box(name).exists() else None

    def list_boxes(self) -> Mapping[str, Handle]:
        return {box.folder.name: self._handle(box.folder.name) for box in self._boxes()}

    def terminate(self, handle: Handle) -> None:
        box = self._box(handle["name"])
        first = box.first_process()
        if first is None:
            return
        processes = host_processes()
        inside = [each.pid for each in processes if each.parent == first] if box.plan()["sandboxed"] else [first]
        for pid in plan_termination(processes, inside):
            _signal(pid, signal.SIGTERM)

    def kill(self, handle: Handle) -> None:
        box = self._box(handle["name"])
        first = box.first_process()
        if first is not None:
            # The first process of a process namespace takes all others with it.
            below = [] if box.plan()["sandboxed"] else _descendants(first)
            for pid in [first, *below]:
                _signal(pid, signal.SIGKILL)
        Cgroup.find(self._cgroup_name(handle["name"])).kill()

    def remove(self, handle: Handle) -> None:
        box = self._box(handle["name"])
        if box.folder.exists():
            self._end(box, handle)
            doomed = ProcessBox(box.folder.with_name(f".old-{secrets.token_hex(6)}"))
            with contextlib.suppress(FileNotFoundError):
                box.folder.rename(doomed.folder)
            doomed.remove_files()
        Cgroup.find(self._cgroup_name(handle["name"])).remove()

    def sweep(self, older_than: timedelta) -> None:
        before = time.time() - older_than.total_seconds()
        for part in ("images", "boxes"):
            for left in [*(self._root / part).glob(".new-*"), *(self._root / part).glob(".old-*")]:
                with contextlib.suppress(FileNotFoundError):  # another sweep was faster
                    if left.stat().st_mtime <= before:
                        ProcessBox(left).remove_files()

    def usage(self, handle: Handle, resources: Resources) -> Usage:
        box = self._box(handle["name"])
        if not box.exists():
            return Usage()
        extent = measure(box.root, enough_bytes=resources.disk_bytes, enough_files=resources.files)
        return Usage(extent.size, extent.files, Cgroup.find(self._cgroup_name(handle["name"])).refused_processes())

    # --- output -----------------------------------------------------------------------------------------------

    def read_log(self, handle: Handle, cursor: str = "", *, follow_seconds: float = 0.0) -> Iterator[LogPiece]:
        box = self._box(handle["name"])
        at = int(cursor) if cursor.isdigit() else 0
        quiet_since = time.monotonic()
        while True:
            running = box.status().state in (BoxState.CREATED, BoxState.RUNNING)  # before reading: what came is there
            for piece in _read_pieces(box.log, at):
                at = int(piece.cursor)
                yield piece
                quiet_since = time.monotonic()
            if not running or time.monotonic() - quiet_since >= follow_seconds:
                return
            time.sleep(LOG_PAUSE)

    def copy_out(
        self,
        handle: Handle,
        path: str,
        destination: Path,
        *,
        max_bytes: int | None = None,
        max_files: int | None = None,
    ) -> Path | None:
        path = box_path(path)
        box = self._box(handle["name"])
        if not box.exists():
            return None
        files = BoxFiles({target: Path(source) for target, source in box.plan()["shown"].items()})
        name = posixpath.basename(path)
        with tar_extract.staged(destination, name) as target:
            if not files.copy(path, target, tar_extract.Budget(max_bytes, max_files)):
                return None
        return destination / name

    # --- the machine ------------------------------------------------------------------------------------------

    def _enforced(self) -> frozenset[Limit]:
        # These three need nothing of the machine: the keeper's limit on file sizes, and whoever watches the box.
        limits = {Limit.DISK, Limit.FILES, Limit.TIME}
        if self._sandbox is not None:
            limits |= {Limit.SHARED_MEMORY, Limit.NETWORK, Limit.READ_ONLY_DATA, Limit.GPU}
        if self._cgroups:
            limits |= {Limit.CPU, Limit.MEMORY, Limit.PIDS}
        return frozenset(limits)

    def _base_set(self, base: str) -> Path | None:
        """The requirements file declared for a base: by its full name, by the name without tag, or by a pattern."""
        sets = self._settings.base_sets
        name = base.rpartition(":")[0] if ":" in base.rpartition("/")[2] else base
        for wanted in (base, name):
            if wanted in sets:
                return sets[wanted]
        return next((file for pattern, file in sorted(sets.items()) if fnmatch.fnmatchcase(base, pattern)), None)

    # --- box folders ------------------------------------------------------------------------------------------

    def _box(self, name: str) -> ProcessBox:
        return ProcessBox(self._root / "boxes" / check_name(name))

    def _boxes(self) -> list[ProcessBox]:
        boxes = (ProcessBox(folder) for folder in (self._root / "boxes").iterdir() if not folder.name.startswith("."))
        return [box for box in boxes if box.exists()]

    def _handle(self, name: str) -> Handle:
        return {"launcher": self.name, "name": name}

    def _make_box(self, spec: LaunchSpec, box: ProcessBox) -> None:
        """Make the folder apart and put it in place at once, so that a half-made box is never found."""
        if self._sandbox is None and not self._settings.allow_unsandboxed:
            raise LaunchRefused(self._no_sandbox)
        self._refuse_what_needs_an_engine(spec)
        about = self._images.read(spec.image)
        environment = self._environments.find(about["environment"]) if about else None
        if about is None or environment is None:
            raise LaunchRefused(f"The image {spec.image} is no longer on this machine; build it again.")
        work = ProcessBox(box.folder.with_name(f".new-{secrets.token_hex(6)}"))
        work.folder.mkdir(mode=0o700)
        try:
            maker = BoxMaker(spec, about, environment.path, self._images.context(spec.image), work, box)
            plan = maker.make(self._sandbox, self._cgroup_files(spec), self._settings.log_bytes)
            write_plan(work.folder, plan)
            try:
                work.folder.rename(box.folder)
            except OSError:  # another supervisor was faster
                if not box.exists():
                    raise
        finally:
            if work.folder.exists():
                work.remove_files()
            if not box.exists():
                Cgroup.find(self._cgroup_name(spec.name)).remove()

    def _refuse_what_needs_an_engine(self, spec: LaunchSpec) -> None:
        if spec.network and self._sandbox is not None and not self._settings.allow_host_network:
            raise LaunchRefused(
                "The template's runs may use the network, but this machine runs them without a container engine: their "
                "only network would be the host's, with the platform's own database and stores in reach. Use the "
                "docker launcher, or, if you trust the code, set YARD_ALLOW_HOST_NETWORK=1."
            )
        if spec.capabilities or spec.devices:
            wanted = ", ".join([*spec.capabilities, *spec.devices])
            raise LaunchRefused(f"The template's runs need {wanted}, which only the docker launcher can give.")

    def _cgroup_files(self, spec: LaunchSpec) -> tuple[list[Path], list[Path]]:
        """Where to write the box's first process, and where the kernel says that memory or processes ran out."""
        if not self._cgroups:
            return [], []
        want = spec.resources
        limits = CgroupLimits(want.memory_bytes, min(want.cpus, float(os.cpu_count() or 1)), want.pids)
        group = Cgroup.create(self._cgroup_name(spec.name), limits)
        if group is None:
            raise LaunchRefused("The limits of the box could not be set (control groups); see the machine's notes.")
        return group.procs_files, group.event_files

    def _cgroup_name(self, name: str) -> str:
        """A group of this platform's own: another one on the machine numbers its attempts from 1, too."""
        platform = hashlib.sha256(str(self._root).encode()).hexdigest()[:12]
        return f"{cgroups.PARENT}/{platform}-{name}"

    def _end(self, box: ProcessBox, handle: Handle) -> None:
        """Kill what runs and wait for its keeper to be through."""
        deadline = time.monotonic() + END_SECONDS
        while (keeper := box.keeper()) is not None:
            self.kill(handle)
            if time.monotonic() > deadline:
                _signal(keeper, signal.SIGKILL)
            time.sleep(0.02)
        # A sandbox whose keeper was killed while it was being made may hang for ever.
        Cgroup.find(self._cgroup_name(handle["name"])).kill()


def _host_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _read_pieces(log: Path, at: int) -> Iterator[LogPiece]:
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(at)
        while data := file.read(PIECE_BYTES):
            # Of a full piece only whole lines, for what stands behind a line break need not be held back by anybody.
            whole_lines = data.rfind(b"\n") + 1
            if len(data) == PIECE_BYTES and whole_lines:
                file.seek(whole_lines - len(data), os.SEEK_CUR)
                data = data[:whole_lines]
            at += len(data)
            yield LogPiece(data, str(at))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _descendants(pid: int) -> list[int]:
    below = [each.pid for each in host_processes() if each.parent == pid]
    return [*below, *(deeper for each in below for deeper in _descendants(each))]
