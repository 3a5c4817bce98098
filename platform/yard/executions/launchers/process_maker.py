"""Filling the folder of a process box: its own files, what of the host it sees, and what its keeper is to start."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yard.core.errors import InvalidInput
from yard.executions.launchers import gpus
from yard.executions.launchers.base import RUN_FOLDER, LaunchRefused, LaunchSpec
from yard.executions.launchers.environments import ENVIRONMENT
from yard.executions.launchers.loader_variables import runs_code
from yard.executions.launchers.process_box import ProcessBox, plan_areas
from yard.executions.launchers.run_files import make_open_folder, write_run_files
from yard.executions.launchers.sandbox import TMP, Bind, Sandbox, View, account_files

HOME = "/root"  # as in a container
PATH = f"{ENVIRONMENT}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STACK_BYTES = 67_108_864
OPEN_FILES = 65_536


@dataclass
class BoxMaker:
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
            "event_files": [str(file) for file in cgroup[1]],
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
        every = {
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
        # The sandbox's own programs start with these, and with root's rights where we are root.
        return {name: value for name, value in every.items() if not runs_code(name)}

    def _rlimits(self, *, limit_memory: bool) -> dict[str, int]:
        want = self.spec.resources
        limits = {
            "RLIMIT_CORE": 0,
            "RLIMIT_STACK": STACK_BYTES,
            "RLIMIT_MEMLOCK": -1,
            "RLIMIT_NOFILE": OPEN_FILES,
            "RLIMIT_MSGQUEUE": 0,  # message queues of boxes of one user would count together
        }
        if want.disk_bytes is not None:
            # One file alone cannot fill the disk before the watch looks. Shared memory is files, too.
            limits["RLIMIT_FSIZE"] = max(want.disk_bytes, want.shared_memory_bytes)
        if limit_memory and not want.gpu_ids:
            # Each process by itself only, and no good with a GPU, whose driver reserves far more than it uses.
            limits["RLIMIT_AS"] = want.memory_bytes
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
