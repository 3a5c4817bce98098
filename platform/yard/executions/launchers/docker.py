"""Attempts as containers of a Docker Engine (20.10 or newer, classic builder)."""

from __future__ import annotations

import contextlib
import dataclasses
import posixpath
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import docker

from yard.core.errors import InvalidInput
from yard.executions.launchers import (
    docker_build,
    docker_client,
    docker_ends,
    docker_garbage,
    gpus,
    image_lock,
    tar_extract,
)
from yard.executions.launchers.base import (
    BoxState,
    BoxStatus,
    Handle,
    HostFacts,
    Image,
    ImageFailed,
    ImageRequest,
    Launcher,
    LauncherUnavailable,
    LaunchSpec,
    Limit,
    LogPiece,
    Resources,
    Usage,
)
from yard.executions.launchers.build_watch import BuildWatch, too_large
from yard.executions.launchers.docker_archive import BoxArchive
from yard.executions.launchers.docker_boxes import (
    BOX_LABEL,
    INSTANCE_LABEL,
    ignore_ended,
    inspect_ours,
    labels_of,
    remove_box,
    status_of_box,
)
from yard.executions.launchers.docker_client import engine_errors, status_of, words
from yard.executions.launchers.docker_files import BoxFiles
from yard.executions.launchers.docker_logs import Reader
from yard.executions.launchers.docker_options import (
    network_problem,
)
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.docker_signals import signal_training
from yard.executions.launchers.docker_start import Starter
from yard.executions.launchers.docker_usage import usage_of
from yard.executions.launchers.spec_check import box_path, check_spec


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
        self._connecting = threading.Lock()
        self._labels = labels_of(settings.instance)
        self._files = BoxFiles(settings.state_dir.absolute() / "boxes")
        self._starter = Starter(
            settings,
            self._files,
            api=lambda: self._api,
            engine_info=self._engine_info,
            find_image=self.find_image,
        )

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
        with engine_errors():
            return self._handle(spec.name, self._starter.start(spec))

    def poll(self, handle: Handle) -> BoxStatus:
        with engine_errors():
            try:
                state = self._api.inspect_container(handle["id"])["State"]
            except docker.errors.NotFound:
                return BoxStatus(BoxState.MISSING)
            status = status_of_box(state)
            if status.state is BoxState.CREATED and self._files.has_word(handle["name"]):
                # It has run, and the engine was killed before it wrote that down: it will say so for ever.
                return BoxStatus(BoxState.EXITED, message=docker_ends.LOST)
            return docker_ends.without_false_ends(self._api, handle["id"], status)

    def find(self, name: str) -> Handle | None:
        with engine_errors():
            box = inspect_ours(self._api, name, self._labels)
        return None if box is None else self._handle(name, box["Id"])

    def list_boxes(self) -> Mapping[str, Handle]:
        with engine_errors():
            found = self._api.containers(all=True, filters=docker_client.label_filters(self._labels))
        names = {each["Id"]: each["Names"][0].lstrip("/") for each in found if each.get("Names")}
        return {name: self._handle(name, box_id) for box_id, name in names.items()}

    def terminate(self, handle: Handle) -> None:
        with engine_errors():
            try:
                if not signal_training(self._api, handle["id"]):
                    self._api.kill(handle["id"], signal="SIGTERM")
            except docker.errors.APIError as error:
                ignore_ended(error)

    def kill(self, handle: Handle) -> None:
        with engine_errors():
            try:
                self._api.kill(handle["id"], signal="SIGKILL")
            except docker.errors.APIError as error:
                ignore_ended(error)

    def remove(self, handle: Handle) -> None:
        with engine_errors():
            remove_box(self._api, handle["id"])
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

    def _handle(self, name: str, box_id: str) -> Handle:
        return {"launcher": self.name, "id": box_id, "name": name}

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
