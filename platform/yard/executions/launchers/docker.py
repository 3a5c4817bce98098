"""Attempts as containers of a Docker Engine (20.10 or newer, classic builder)."""

from __future__ import annotations

import contextlib
import dataclasses
import posixpath
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import docker
from docker.types import LogConfig, Ulimit

from yard.core.errors import InvalidInput
from yard.executions.launchers import (
    docker_build,
    docker_client,
    docker_ends,
    docker_garbage,
    docker_hold,
    gpus,
    image_lock,
    tar_extract,
)
from yard.executions.launchers.base import (
    RUN_FOLDER,
    BoxState,
    BoxStatus,
    Handle,
    HostFacts,
    Image,
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
from yard.executions.launchers.build_watch import BuildWatch, too_large
from yard.executions.launchers.docker_archive import BoxArchive
from yard.executions.launchers.docker_build import BuildLimits
from yard.executions.launchers.docker_client import engine_errors, status_of, words
from yard.executions.launchers.docker_files import BoxFiles
from yard.executions.launchers.docker_logs import Reader
from yard.executions.launchers.docker_options import (
    gpu_environment,
    host_options,
    mounts,
    network_problem,
    quotas,
    ulimits,
)
from yard.executions.launchers.docker_signals import signal_training
from yard.executions.launchers.docker_usage import usage_of
from yard.executions.launchers.spec_check import box_path, check_spec
from yard.executions.launchers.tar_stream import pack_files

BOX_LABEL = "trainyard.box"
INSTANCE_LABEL = "trainyard.instance"
START_TRIES = 20
TRY_PAUSE = 0.25
_GOING = ("removing", "dead")


@dataclass(frozen=True, slots=True)
class DockerSettings:
    """How the launcher uses the engine.

    Attributes:
        base_url: Address of the engine; None for ``DOCKER_HOST`` or the usual socket.
        instance: Name of this platform; boxes of others on the same engine are left alone.
        state_dir: Private folder for the files shown in boxes; the engine must see it under the same path.
        share_files: False when the engine does not see ``state_dir`` (it runs on another machine): files are then
            copied into the box instead of shown, and are not read-only.
        egress_network: Engine network of boxes that may reach the network.
        log_driver: ``local`` keeps every byte; ``json-file`` replaces what is not UTF-8.
        log_bytes: So much of one box's log can be read however slowly; the engine may keep four times as much on disk.
        build: Limits of image builds.
        timeout_seconds: How long to wait for an answer of the engine.
    """

    state_dir: Path
    base_url: str | None = None
    instance: str = "trainyard"
    share_files: bool = True
    egress_network: str = "bridge"
    log_driver: str = "local"
    log_bytes: int = 256 * 1024**2
    build: BuildLimits = dataclasses.field(default_factory=BuildLimits)
    timeout_seconds: float = 60.0


class _TryAgain(Exception):
    """The box changed under our hands, or is to be made in another way."""


class DockerLauncher(Launcher):
    """Boxes are hardened containers, one per attempt, named after it and found by label."""

    name = "docker"
    limits = frozenset(Limit)
    """All of them: by the engine, but for time, files and (mostly) the disk, which are watched."""

    def __init__(self, settings: DockerSettings) -> None:
        """Connects on first use, so that building the object needs no engine."""
        for network in (settings.egress_network, settings.build.network or ""):
            problem = network_problem(network)
            if problem is not None:
                raise InvalidInput(problem)
        self._settings = settings
        self._connected: docker.DockerClient | None = None
        self._info: Mapping[str, Any] | None = None
        self._raise_limits = True
        self._connecting = threading.Lock()
        self._launching: weakref.WeakValueDictionary[str, threading.Lock] = weakref.WeakValueDictionary()
        self._files = BoxFiles(settings.state_dir.absolute() / "boxes")
        self._with_shell: set[str] = set()
        self._without_shell: set[str] = set()

    # --- the host ---------------------------------------------------------------------------------------------

    def describe(self) -> HostFacts:
        with engine_errors():
            info = self._api.info()
        found, notes = self._usable_gpus(info)
        return HostFacts(
            name=str(info.get("Name") or "docker"),
            cpus=int(info.get("NCPU") or 1),
            memory_bytes=int(info.get("MemTotal") or 0),
            gpus=found,
            version=f"Docker {info.get('ServerVersion', '?')}",
            notes=notes,
        )

    def base_problem(self, base: str) -> str | None:
        if base == "scratch":
            return None
        with engine_errors():
            try:
                if not docker_build.has_image(self._client, base):
                    self._api.inspect_distribution(base)
            except docker.errors.APIError as error:
                return docker_build.missing_base(base, words(error))
        return None

    def close(self) -> None:
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    # --- images -----------------------------------------------------------------------------------------------

    def find_image(self, tag: str) -> Image | None:
        with engine_errors():
            try:
                found = self._api.inspect_image(tag)
            except docker.errors.ImageNotFound:
                return None
        config = found.get("Config") or {}
        return Image(
            reference=tag,
            digest=found["Id"],
            workdir=config.get("WorkingDir") or "/",
            entrypoint=[*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())],
            size_bytes=int(found.get("Size") or 0),
        )

    def prepare_image(
        self, request: ImageRequest, *, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Image:
        with image_lock.building(self._settings.state_dir):
            return self._find_or_build(request, log, cancelled)

    def _find_or_build(
        self, request: ImageRequest, log: Callable[[bytes], None], cancelled: Callable[[], bool]
    ) -> Image:
        found = self.find_image(request.tag)
        if found is not None:
            return found
        with engine_errors():
            docker_build.pull_base(self._client, request.base, log, cancelled)
            own = {INSTANCE_LABEL: self._settings.instance}
            limits = self._settings.build
            watch = BuildWatch(
                cancelled, seconds=limits.seconds, disk_bytes=limits.disk_bytes, used=self._builds_disk_use
            )
            with watch.failing():
                docker_build.build(self._client, _with_labels(request, own), limits, log, watch, own=own)
        found = self.find_image(request.tag)
        if found is None:
            raise ImageFailed("The build ended without an image and without saying why.")
        base = self.find_image(request.base)
        if found.size_bytes - (base.size_bytes if base else 0) > limits.disk_bytes:
            self.remove_image(request.tag)
            raise ImageFailed(too_large(limits.disk_bytes))
        return found

    def _builds_disk_use(self) -> int:
        """Bytes written by the steps of builds that run now."""
        total = 0
        with engine_errors():
            for listed in self._api.containers():
                about = docker_client.get_json(self._api, f"/containers/{listed['Id']}/json") or {}
                parent = str((about.get("HostConfig") or {}).get("CgroupParent") or "")
                if docker_build.is_of_a_build(parent, self._settings.build):
                    everything = Resources(cpus=1, memory_bytes=0, shared_memory_bytes=0)
                    total += usage_of(self._api, listed["Id"], everything).disk_bytes or 0
        return total

    def remove_image(self, tag: str) -> None:
        with engine_errors():
            try:
                self._api.remove_image(tag)
            except docker.errors.APIError as error:
                if status_of(error) not in (404, 409):
                    raise LauncherUnavailable(f"The engine did not remove the image {tag}: {words(error)}.") from error

    def collect(self, *, images: Callable[[], Collection[str]], boxes: Collection[str], before: datetime) -> int:
        own = {INSTANCE_LABEL: self._settings.instance}
        state = self._settings.state_dir
        removed = docker_garbage.collect_box_folders(self._files.folder, {*boxes, *self.list_boxes()})
        with image_lock.collecting(state) as alone, engine_errors():
            if alone:
                removed += docker_garbage.collect_build_containers(self._api, own, BOX_LABEL)
                removed += docker_garbage.collect_images(self._api, own, images(), before)
                removed += docker_garbage.collect_control_groups(docker_build.GROUP_PREFIX, before)
        return removed

    # --- boxes ------------------------------------------------------------------------------------------------

    def launch(self, spec: LaunchSpec) -> Handle:
        check_spec(spec)
        spec = dataclasses.replace(spec, files={**spec.files, docker_hold.SCRIPT_NAME: docker_hold.SCRIPT})
        with self._launching.setdefault(spec.name, threading.Lock()), engine_errors():
            for _ in range(START_TRIES):
                with contextlib.suppress(_TryAgain):
                    return self._find_or_start(spec)
                time.sleep(TRY_PAUSE)
        raise LauncherUnavailable(f"The box {spec.name} is being removed or changed by somebody else; try again later.")

    def poll(self, handle: Handle) -> BoxStatus:
        with engine_errors():
            try:
                state = self._api.inspect_container(handle["id"])["State"]
            except docker.errors.NotFound:
                return BoxStatus(BoxState.MISSING)
            status = _status(state)
            if status.state is BoxState.CREATED and self._files.has_word(handle["name"]):
                # It has run, and the engine was killed before it wrote that down: it will say so for ever.
                return BoxStatus(BoxState.EXITED, message=docker_ends.LOST)
            return docker_ends.without_false_ends(self._api, handle["id"], status)

    def find(self, name: str) -> Handle | None:
        with engine_errors():
            box = self._inspect_ours(name)
        return None if box is None else self._handle(name, box["Id"])

    def list_boxes(self) -> Mapping[str, Handle]:
        with engine_errors():
            found = self._api.containers(all=True, filters=docker_client.label_filters(self._own_labels()))
        names = {each["Id"]: each["Names"][0].lstrip("/") for each in found if each.get("Names")}
        return {name: self._handle(name, box_id) for box_id, name in names.items()}

    def terminate(self, handle: Handle) -> None:
        with engine_errors():
            try:
                if not signal_training(self._api, handle["id"]):
                    self._api.kill(handle["id"], signal="SIGTERM")
            except docker.errors.APIError as error:
                _ignore_ended(error)

    def kill(self, handle: Handle) -> None:
        with engine_errors():
            try:
                self._api.kill(handle["id"], signal="SIGKILL")
            except docker.errors.APIError as error:
                _ignore_ended(error)

    def remove(self, handle: Handle) -> None:
        with engine_errors():
            self._remove_box(handle["id"])
        with contextlib.suppress(OSError):  # left to the collector
            self._files.remove(handle["name"])

    def usage(self, handle: Handle, resources: Resources) -> Usage:
        with engine_errors():
            return usage_of(self._api, handle["id"], resources)

    # --- output -----------------------------------------------------------------------------------------------

    def read_log(self, handle: Handle, cursor: str = "", *, follow_seconds: float = 0.0) -> Iterator[LogPiece]:
        reader = Reader(cursor)
        with engine_errors():
            response = self._open_log(handle["id"], reader.since, follow=follow_seconds > 0)
            if response is None:
                return
            with docker_client.ResponsePump(response) as pump:
                # Without following, the engine ends the stream itself.
                while block := pump.take(follow_seconds or self._settings.timeout_seconds):
                    yield from reader.feed(block)
                if block is None:
                    pump.check_end()  # else what is missing would count as never printed
                    yield from reader.finish()
                elif not follow_seconds:
                    raise LauncherUnavailable("The container engine stopped in the middle of a log.")

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
        name = posixpath.basename(path)
        with engine_errors(), tar_extract.staged(destination, name) as target:
            if not BoxArchive(self._api, handle["id"], tar_extract.Budget(max_bytes, max_files)).copy(path, target):
                return None
        return destination / name

    # --- the engine -------------------------------------------------------------------------------------------

    @property
    def _client(self) -> docker.DockerClient:
        with self._connecting:
            if self._connected is None:
                self._connected = docker_client.connect(self._settings.base_url, self._settings.timeout_seconds)
            return self._connected

    @property
    def _api(self) -> Any:
        """The engine's calls. The published stubs type only a part of them."""
        return self._client.api

    def _engine_info(self) -> Mapping[str, Any]:
        if self._info is None:
            with engine_errors():
                self._info = self._api.info()
        return self._info

    def _usable_gpus(self, info: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[str]]:
        found = gpus.host_gpus()
        if found and "nvidia" not in (info.get("Runtimes") or {}):
            note = "This machine has NVIDIA GPUs, but its engine cannot give them to containers: install the NVIDIA "
            return (), (note + "Container Toolkit and register its runtime with the engine.",)
        return found, ()

    def _own_labels(self) -> dict[str, str]:
        return {BOX_LABEL: "1", INSTANCE_LABEL: self._settings.instance}

    def _handle(self, name: str, box_id: str) -> Handle:
        return {"launcher": self.name, "id": box_id, "name": name}

    def _inspect_ours(self, name: str) -> Mapping[str, Any] | None:
        try:
            box: Mapping[str, Any] = self._api.inspect_container(name)
        except docker.errors.NotFound:
            return None
        labels = box["Config"].get("Labels") or {}
        if any(labels.get(key) != value for key, value in self._own_labels().items()):
            raise LaunchRefused(f"The engine has a container called {name} that is not ours; rename or remove it.")
        return box

    def _find_or_start(self, spec: LaunchSpec) -> Handle:
        box = self._inspect_ours(spec.name)
        if box is not None and (box["State"]["Status"] in _GOING or not self._files.has_word(spec.name)):
            # The engine was killed while it removed this one, or nobody heard how its start ended. Another one begins.
            self._discard(spec.name, box["Id"])
            raise _TryAgain
        box_id = self._create_and_start(spec) if box is None else box["Id"]
        self._give_word(spec.name, box_id)
        return self._handle(spec.name, box_id)

    def _create_and_start(self, spec: LaunchSpec) -> str:
        """The new box waits for its word, unless its image has no shell: then it has it from the beginning."""
        command, image_id = self._command(spec)
        waits = bool(command) and image_id not in self._without_shell
        raise_limits = self._raise_limits  # another start may find out meanwhile that they cannot be raised
        limits = ulimits(spec.resources, raise_limits=raise_limits)
        box_id = self._create(spec, docker_hold.held(command) if waits else command, limits)
        if not waits:
            self._files.give_word(spec.name)
        elif not self._has_shell(image_id, box_id):
            self._discard(spec.name, box_id)
            raise _TryAgain
        self._start(spec, box_id, may_lower_limits=raise_limits)
        return box_id

    def _command(self, spec: LaunchSpec) -> tuple[Sequence[str], str]:
        """What runs in the box, and the image's id; both empty when the engine does not have the image."""
        image = self.find_image(spec.image)
        if image is None:
            return spec.command, ""
        return spec.command or image.entrypoint, image.digest

    def _has_shell(self, image_id: str, box_id: str) -> bool:
        if image_id not in self._with_shell:
            found = docker_hold.has_shell(self._api, box_id)
            (self._with_shell if found else self._without_shell).add(image_id)
        return image_id in self._with_shell

    def _create(self, spec: LaunchSpec, command: Sequence[str], limits: Sequence[Ulimit]) -> str:
        self._files.remove(spec.name)
        shown = self._files.write(spec) if self._settings.share_files else None
        try:
            return self._create_container(spec, command, limits, shown)
        except docker.errors.APIError as error:
            if status_of(error) == 409:  # the name belongs to a box that is on its way out
                raise _TryAgain from error
            _raise_if_leaving(error)
            self._files.remove(spec.name)
            raise LaunchRefused(_refusal(spec, words(error))) from error

    def _create_container(
        self, spec: LaunchSpec, command: Sequence[str], limits: Sequence[Ulimit], shown: Path | None
    ) -> str:
        api = self._api
        host = api.create_host_config(**self._host_options(spec), ulimits=list(limits), mounts=mounts(spec, shown))
        labels = {**spec.labels, **self._own_labels()}
        environment = {**gpu_environment(spec.resources.gpu_ids), **spec.environment}
        overrides = {"entrypoint": list(command)} if command else {}
        config = api.create_container_config(
            spec.image,
            None,
            environment=environment,
            labels=labels,
            host_config=host,
            stop_signal=docker_ends.STOP_SIGNAL,
            **overrides,
        )
        return str(api.create_container_from_config(config, spec.name)["Id"])

    def _host_options(self, spec: LaunchSpec) -> dict[str, Any]:
        engine = self._engine_info()
        return host_options(
            spec,
            network=self._settings.egress_network,
            log=LogConfig(type=self._settings.log_driver, config=self._log_options()),
            host_cpus=float(engine.get("NCPU") or 0),
            quota=Limit.DISK in quotas(engine),
        )

    def _log_options(self) -> dict[str, str]:
        # When the engine goes on to its next file, whoever reads along and is behind loses the rest of the last one. So
        # this happens only when the log is longer than the platform keeps; an entry's head and time take room too.
        return {"max-size": str(2 * self._settings.log_bytes), "max-file": "2", "compress": "false"}

    def _start(self, spec: LaunchSpec, box_id: str, *, may_lower_limits: bool) -> None:
        """Put the writable files in place and start; a box that cannot start is removed."""
        try:
            self._copy_in(spec, box_id)
            self._api.start(box_id)
        except docker.errors.APIError as error:
            if status_of(error) in (404, 409):  # somebody else removed or is removing it
                raise _TryAgain from error
            _raise_if_leaving(error)
            with contextlib.suppress(docker.errors.APIError):
                self._api.remove_container(box_id, force=True, v=True)
            if docker_client.is_half_started(error):
                # The engine was killed while it started this box; a new one has another id, and starts.
                raise _TryAgain from error
            if may_lower_limits and "setting rlimit" in words(error):
                # An engine without the power to raise limits (itself in a container, say) can still train.
                self._raise_limits = False
                raise _TryAgain from error
            self._files.remove(spec.name)
            raise LaunchRefused(_refusal(spec, words(error))) from error

    def _copy_in(self, spec: LaunchSpec, box_id: str) -> None:
        files = dict(spec.copies)
        if not self._settings.share_files:
            files |= {f"{RUN_FOLDER}/{name}": content for name, content in spec.files.items()}
        # Open to every user: the image may name one that is not root, and nobody else is in the box.
        archive = pack_files(files, dict.fromkeys(spec.writable, 0o777), file_mode=0o666)
        self._api.put_archive(box_id, "/", archive)

    def _give_word(self, name: str, box_id: str) -> None:
        """Let the box begin; it may have had the word before."""
        self._files.give_word(name)
        if not self._settings.share_files:
            word = pack_files({f"{RUN_FOLDER}/{docker_hold.WORD_NAME}": b""}, {}, file_mode=0o666)
            try:
                self._api.put_archive(box_id, "/", word)
            except docker.errors.APIError as error:
                _ignore_ended(error)

    def _discard(self, name: str, box_id: str) -> None:
        self._remove_box(box_id)
        self._files.remove(name)

    def _remove_box(self, box_id: str) -> None:
        try:
            self._api.remove_container(box_id, force=True, v=True)
        except docker.errors.APIError as error:
            _ignore_ended(error)

    # --- files out of the box ---------------------------------------------------------------------------------

    def _open_log(self, box_id: str, since: int, *, follow: bool) -> Any:
        api = self._api
        response = api.get(
            docker_client.url(api, f"/containers/{box_id}/logs"),
            params={"stdout": 1, "stderr": 1, "timestamps": 1, "follow": int(follow), "since": since},
            stream=True,
            timeout=(docker_client.CONNECT_SECONDS, None if follow else self._settings.timeout_seconds),
        )
        if response.status_code == 404:
            response.close()
            return None
        try:
            return docker_client.check(response)
        except docker.errors.APIError as error:
            if docker_client.is_going(error):
                return None  # killed amid the removal, an engine may show it for ever, without its files
            raise LauncherUnavailable(f"The engine does not give the log: {words(error)}.") from error


def _with_labels(request: ImageRequest, labels: Mapping[str, str]) -> ImageRequest:
    return dataclasses.replace(request, labels={**request.labels, **labels})


def _status(state: Mapping[str, Any]) -> BoxStatus:
    word = state.get("Status", "")
    if word == "created":
        return BoxStatus(BoxState.CREATED, message=str(state.get("Error") or ""))
    started, finished = (docker_client.parse_time(state.get(key)) for key in ("StartedAt", "FinishedAt"))
    if word in ("running", "paused", "restarting"):
        return BoxStatus(BoxState.RUNNING, out_of_memory=bool(state.get("OOMKilled")), started_at=started)
    return BoxStatus(
        BoxState.EXITED,
        exit_code=int(state.get("ExitCode", -1)),
        out_of_memory=bool(state.get("OOMKilled")),
        started_at=started,
        finished_at=finished,
        message=str(state.get("Error") or ""),
    )


def _ignore_ended(error: docker.errors.APIError) -> None:
    """404: no such box; 409: not running, or being removed. Anything else is the engine's trouble."""
    if status_of(error) not in (404, 409):
        raise LauncherUnavailable(f"The container engine could not do it: {words(error)}.") from error


def _raise_if_leaving(error: docker.errors.APIError) -> None:
    """An engine that is being stopped fails calls in ways of its own; that is no fault of the box."""
    if docker_client.is_leaving(error):
        raise LauncherUnavailable(f"The container engine is being stopped: {words(error)}.") from error


def _refusal(spec: LaunchSpec, reason: str) -> str:
    """The engine's words about a box it will not start, with what to do where we know it."""
    low = reason.lower()
    if spec.resources.gpu_ids and ("device driver" in low or "nvidia" in low or "gpu" in low):
        hint = "its engine cannot give GPUs to containers (is the NVIDIA Container Toolkit installed?)"
        return f"The run needs a GPU, but {hint}: {reason}."
    if "no such image" in low:
        return f"The image {spec.image} is no longer on the engine; build it again."
    return f"The engine refuses to start the box: {reason}."
