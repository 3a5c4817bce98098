"""Attempts as sandboxed processes, for machines without a container engine.

A template's Dockerfile is read, not run: its base names a declared set of packages, which with the template's
requirements makes a cached environment; its COPY, WORKDIR, ENV and ENTRYPOINT say what lies where and what starts.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import os
import posixpath
import re
import secrets
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from yard.core.errors import InvalidInput
from yard.executions.launchers import cgroups, dockerfile, gpus, tar_extract
from yard.executions.launchers.base import (
    PIECE_BYTES,
    RUN_FOLDER,
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
)
from yard.executions.launchers.box_files import BoxFiles
from yard.executions.launchers.cgroups import Cgroup, CgroupLimits
from yard.executions.launchers.environments import (
    ENVIRONMENT,
    EnvironmentStore,
    choose_python,
    python_folders,
    python_version,
)
from yard.executions.launchers.process_box import ProcessBox, plan_areas, write_plan
from yard.executions.launchers.run_files import make_open_folder, write_run_files
from yard.executions.launchers.sandbox import TMP, Bind, Sandbox, View, account_files, find_sandbox
from yard.executions.launchers.spec_check import box_path, check_name, check_spec
from yard.executions.launchers.termination import host_processes, plan_termination

HOME = "/root"  # as in a container
PATH = f"{ENVIRONMENT}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STACK_BYTES = 67_108_864
LOG_PAUSE = 0.1
END_SECONDS = 10.0
SAFE = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the launcher works.

    Attributes:
        state_dir: Folder for images and boxes (and environments); should lie on a roomy local disk.
        base_sets: FROM name (or a pattern such as ``nvcr.io/nvidia/pytorch:*``) → requirements file.
        environments_dir: Folder for environments and the package cache; None for one in ``state_dir``.
        python: Interpreter for environments; None picks one that every user can read.
        allow_unsandboxed: Run without any protection where no sandbox is possible. For trusted code only.
        log_bytes: The most one box's log may hold.
        build: Limits of making one environment, where control groups can be used.
    """

    state_dir: Path
    base_sets: Mapping[str, Path] = field(default_factory=dict)
    environments_dir: Path | None = None
    python: Path | None = None
    allow_unsandboxed: bool = False
    log_bytes: int = 256 * 1024**2
    build: CgroupLimits = field(default_factory=lambda: CgroupLimits(memory_bytes=8 * 1024**3, cpus=4.0, pids=1024))


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
        self._python = settings.python or choose_python()
        self._sandbox, self._no_sandbox = find_sandbox(python_folders(self._python))
        self._cgroups = cgroups.available()
        limits = settings.build if self._cgroups else None
        self._environments = EnvironmentStore(environments, self._python, self._sandbox, limits)
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
        about = self._read_image(tag)
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
        instructions = _read_dockerfile(request.context)
        base = self._base_set(request.base)
        if base is None:
            reason = self.base_problem(request.base) or ""
            log(f"{reason}\n".encode())
            raise ImageFailed(reason)
        _log_what_is_left_out(instructions, log)
        made = self._environments.ensure(base, request.context / request.requirements, log=log, cancelled=cancelled)
        if cancelled():
            raise ImageCancelled("The build was cancelled.")
        self._store_image(request, instructions, made.key, made.digest)
        log(b"The image is ready.\n")
        image = self.find_image(request.tag)
        if image is None:
            raise ImageFailed("The image was removed while it was made; try again.")
        return image

    def remove_image(self, tag: str) -> None:
        about = self._read_image(tag)
        if about is None or any(box.plan().get("image") == tag for box in self._boxes()):
            return
        _remove_folder(self._image_dir(tag))
        self._remove_unused_environment(about["environment"])

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

    def disk_usage(self, handle: Handle) -> int | None:
        box = self._box(handle["name"])
        return box.size() if box.exists() else None

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

    def copy_out(self, handle: Handle, path: str, destination: Path, *, max_bytes: int | None = None) -> Path | None:
        path = box_path(path)
        box = self._box(handle["name"])
        if not box.exists():
            return None
        files = BoxFiles({target: Path(source) for target, source in box.plan()["shown"].items()})
        name = posixpath.basename(path)
        with tar_extract.staged(destination, name) as target:
            if not files.copy(path, target, tar_extract.Budget(max_bytes)):
                return None
        return destination / name

    # --- the machine ------------------------------------------------------------------------------------------

    def _enforced(self) -> frozenset[Limit]:
        limits = set()
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

    # --- image folders ----------------------------------------------------------------------------------------

    def _image_dir(self, tag: str) -> Path:
        digest = hashlib.sha256(tag.encode()).hexdigest()[:16]
        return self._root / "images" / f"{SAFE.sub('_', tag)[:60]}-{digest}"

    def _read_image(self, tag: str) -> dict[str, Any] | None:
        try:
            return dict(json.loads((self._image_dir(tag) / "image.json").read_text()))
        except (OSError, ValueError):
            return None

    def _store_image(
        self, request: ImageRequest, instructions: list[dockerfile.Instruction], environment: str, digest: str
    ) -> None:
        final = self._image_dir(request.tag)
        work = final.with_name(f".new-{secrets.token_hex(6)}")
        work.mkdir(mode=0o700)
        try:
            shutil.copytree(request.context, work / "context", symlinks=True)
            entrypoint = dockerfile.entrypoint(instructions)
            layout = dockerfile.context_layout(instructions, work / "context")
            if not entrypoint and "/docker-entrypoint.sh" in layout:
                entrypoint = ["/bin/bash", "/docker-entrypoint.sh"]
            about = {
                "tag": request.tag,
                "digest": digest,
                "environment": environment,
                "workdir": dockerfile.final_workdir(instructions),
                "entrypoint": entrypoint,
                "variables": dockerfile.environment(instructions),
                "layout": {target: str(file.relative_to(work / "context")) for target, file in layout.items()},
                "size_bytes": sum(file.lstat().st_size for file in layout.values()),
            }
            (work / "image.json").write_text(json.dumps(about))
            with contextlib.suppress(OSError):  # another builder of the same content was faster
                if final.exists():
                    _remove_folder(final)
                work.rename(final)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _remove_unused_environment(self, key: str) -> None:
        abouts = (folder / "image.json" for folder in (self._root / "images").iterdir())
        if not any(file.is_file() and json.loads(file.read_text())["environment"] == key for file in abouts):
            self._environments.remove(key)

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
        about = self._read_image(spec.image)
        environment = self._environments.find(about["environment"]) if about else None
        if about is None or environment is None:
            raise LaunchRefused(f"The image {spec.image} is no longer on this machine; build it again.")
        work = ProcessBox(box.folder.with_name(f".new-{secrets.token_hex(6)}"))
        work.folder.mkdir(mode=0o700)
        try:
            maker = _BoxMaker(spec, about, environment.path, self._image_dir(spec.image) / "context", work, box)
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

    def _cgroup_files(self, spec: LaunchSpec) -> tuple[list[Path], list[Path]]:
        """Where to write the box's first process, and where the kernel says that memory ran out."""
        if not self._cgroups:
            return [], []
        want = spec.resources
        limits = CgroupLimits(want.memory_bytes, min(want.cpus, float(os.cpu_count() or 1)), want.pids)
        group = Cgroup.create(self._cgroup_name(spec.name), limits)
        if group is None:
            raise LaunchRefused("The limits of the box could not be set (control groups); see the machine's notes.")
        return group.procs_files, group.memory_files

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


@dataclass
class _BoxMaker:
    """Fills a box's folder and says what its keeper is to start.

    Attributes:
        about: What was stored with the image.
        environment, context: The image's Python environment and frozen build context.
        work, final: The box while it is made, and where it will be.
    """

    spec: LaunchSpec
    about: Mapping[str, Any]
    environment: Path
    context: Path
    work: ProcessBox
    final: ProcessBox

    def __post_init__(self) -> None:
        folders = [self.about["workdir"], HOME, *self.spec.writable]
        self.areas = plan_areas(folders, [*self.about["layout"], *self.spec.copies])

    def make(self, sandbox: Sandbox | None, cgroup: tuple[list[Path], list[Path]], log_bytes: int) -> dict[str, Any]:
        """Write all files; returns the keeper's plan."""
        command = [*self.spec.command] or [*self.about["entrypoint"]]
        if not command:
            raise LaunchRefused(
                "The template's Dockerfile names neither an ENTRYPOINT nor a CMD, so nothing can start."
            )
        devices = self._devices()
        self._fill()
        write_run_files(self.work.run, self.spec)
        plan: dict[str, Any] = {
            "image": self.spec.image,
            "sandboxed": sandbox is not None,
            "environment": self._variables(),
            "cgroup_procs": [str(file) for file in cgroup[0]],
            "oom_files": [str(file) for file in cgroup[1]],
            "rlimits": self._rlimits(limit_memory=not cgroup[0]),
            "log_bytes": log_bytes,
            "labels": dict(self.spec.labels),
        }
        if sandbox is None:
            return {**plan, **self._unsandboxed(command)}
        accounts = account_files(self.work.folder / "etc", sandbox.run_as)
        sandbox.own(self.work.root)
        binds = [*self._own_binds(), *(self._moved(bind) for bind in accounts)]
        if self.spec.network:
            binds = [bind for bind in binds if bind.target != "/etc/hosts"]
        mounts = [Bind(each.source, each.target, writable=not each.read_only) for each in self.spec.mounts]
        binds += sorted(mounts, key=lambda bind: bind.target)
        binds += [Bind(path, str(path), device=True) for path in devices]
        view = View(
            binds,
            self.about["workdir"],
            network=self.spec.network,
            shared_memory_bytes=self.spec.resources.shared_memory_bytes,
            tmp_bytes=max(self.spec.resources.memory_bytes // 2, 64 * 1024**2),
            gpu=bool(devices),
        )
        argv = sandbox.command(view, command, status_fd=0)
        argv[argv.index("--json-status-fd") + 1] = "@STATUS@"
        shown = {
            bind.target: str(bind.source) for bind in binds if not bind.device and not bind.target.startswith("/etc/")
        }
        return {**plan, "argv": argv, "shown": shown}

    def _fill(self) -> None:
        root = self.work.root
        make_open_folder(root)
        for folder in self.areas.folders:
            make_open_folder(root / folder.lstrip("/"))
        make_open_folder(root / self.about["workdir"].lstrip("/"))
        for folder in self.spec.writable:
            make_open_folder(root / folder.lstrip("/"))
        for target, name in self.about["layout"].items():
            place = self._place_for(target)
            shutil.copy2(self.context / name, place, follow_symlinks=False)
        for target, content in self.spec.copies.items():
            self._place_for(target).write_bytes(content)

    def _place_for(self, target: str) -> Path:
        """Host path of a file of the box, its folders made, nothing there; links of the context are never followed."""
        place = self.work.root / target.lstrip("/")
        for parent in reversed(place.relative_to(self.work.root).parents):
            folder = self.work.root / parent
            if folder.is_symlink() or folder.is_file():
                raise InvalidInput(f"The template copies a file into {target}, of which a part is a link or a file.")
        make_open_folder(place.parent)
        if place.is_symlink() or place.is_file():
            place.unlink()
        return place

    def _own_binds(self) -> list[Bind]:
        final = self.final
        own = [Bind(final.root / path.lstrip("/"), path, writable=True) for path in self.areas.folders]
        own += [Bind(final.root / path.lstrip("/"), path, writable=True) for path in self.areas.files]
        return [*own, Bind(self.environment, ENVIRONMENT), Bind(final.run, RUN_FOLDER)]

    def _moved(self, bind: Bind) -> Bind:
        """The same bind once the folder is in its final place."""
        return Bind(self.final.folder / bind.source.relative_to(self.work.folder), bind.target, bind.writable)

    def _devices(self) -> list[Path]:
        ids = list(self.spec.resources.gpu_ids)
        if not ids:
            return []
        found = gpus.list_gpus()
        try:
            return gpus.device_files(ids, found)
        except LookupError as error:
            raise LaunchRefused(f"This machine has no GPU {error.args[0]} (nvidia-smi lists {len(found)}).") from error

    def _variables(self) -> dict[str, str]:
        ids = ",".join(self.spec.resources.gpu_ids)
        return {
            "PATH": PATH,
            "HOME": HOME,
            "LANG": "C.UTF-8",
            "USER": "trainyard",
            "PYTHONUNBUFFERED": "1",  # as in our base image: a log that comes late helps nobody
            "TMPDIR": TMP,
            "VIRTUAL_ENV": ENVIRONMENT,
            "CUDA_VISIBLE_DEVICES": ids,
            **self.about["variables"],
            **self.spec.environment,
        }

    def _rlimits(self, *, limit_memory: bool) -> dict[str, int]:
        limits = {"RLIMIT_CORE": 0, "RLIMIT_STACK": STACK_BYTES, "RLIMIT_MEMLOCK": -1}
        if limit_memory and not self.spec.resources.gpu_ids:
            # Each process by itself only, and no good with a GPU, whose driver reserves far more than it uses.
            limits["RLIMIT_AS"] = self.spec.resources.memory_bytes
        return limits

    def _unsandboxed(self, command: list[str]) -> dict[str, Any]:
        """Run on the host's own file system: paths of the box's files in the command are put right, no more."""
        root = self.final.root
        known = {*self.areas.files, *self.about["layout"]}
        variables = self._variables()
        variables["PATH"] = variables["PATH"].replace(ENVIRONMENT, str(self.environment))
        variables |= {"HOME": str(root / HOME.lstrip("/")), "TRAINYARD_BOX_ROOT": str(root)}
        shown = {path: str(root / path.lstrip("/")) for path in (*self.areas.folders, *self.areas.files)}
        return {
            "argv": [str(root / word.lstrip("/")) if word in known else word for word in command],
            "environment": variables,
            "cwd": str(root / self.about["workdir"].lstrip("/")),
            "shown": shown,
        }


def _read_dockerfile(context: Path) -> list[dockerfile.Instruction]:
    try:
        return dockerfile.parse_dockerfile((context / "Dockerfile").read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise ImageFailed("The template has no Dockerfile that can be read.") from error


def _log_what_is_left_out(instructions: list[dockerfile.Instruction], log: Callable[[bytes], None]) -> None:
    """A reader of the log must be able to see why something the Dockerfile installs is not there."""
    log(b"This machine runs trainings without a container engine: the Dockerfile is read, not run.\n")
    for each in instructions:
        if each.name == "RUN":
            log(f"  left out: line {each.line}: {' '.join(each.raw.split())[:200]}\n".encode())


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


def _remove_folder(folder: Path) -> None:
    """Remove a folder such that nobody finds half of it."""
    doomed = folder.with_name(f".old-{secrets.token_hex(6)}")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
