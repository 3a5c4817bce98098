"""Starting boxes on an engine: each exactly once, whatever is killed meanwhile."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docker
from docker.types import LogConfig, Ulimit

from yard.executions.launchers import docker_client, docker_ends, docker_hold
from yard.executions.launchers.base import RUN_FOLDER, Image, LauncherUnavailable, LaunchRefused, LaunchSpec, Limit
from yard.executions.launchers.docker_boxes import ignore_ended, inspect_ours, labels_of, remove_box
from yard.executions.launchers.docker_client import status_of, words
from yard.executions.launchers.docker_files import BoxFiles
from yard.executions.launchers.docker_options import gpu_environment, host_options, mounts, quotas, ulimits
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.tar_stream import pack_files

START_TRIES = 20
TRY_PAUSE = 0.25
_GOING = ("removing", "dead")


class _TryAgain(Exception):
    """The box changed under our hands, or is to be made in another way."""


class Starter:
    """Makes and starts boxes.

    Args:
        settings: How the engine is used.
        files: The files that boxes are shown.
        api: The engine's calls; connects when first called.
        engine_info: What the engine says of itself.
        find_image: The image of a name; None when the engine does not have it.
    """

    def __init__(
        self,
        settings: DockerSettings,
        files: BoxFiles,
        *,
        api: Callable[[], Any],
        engine_info: Callable[[], Mapping[str, Any]],
        find_image: Callable[[str], Image | None],
    ) -> None:
        self._settings = settings
        self._files = files
        self._engine = api
        self._engine_info = engine_info
        self._find_image = find_image
        self._labels = labels_of(settings.instance)
        self._raise_limits = True
        self._launching: weakref.WeakValueDictionary[str, threading.Lock] = weakref.WeakValueDictionary()
        self._with_shell: set[str] = set()
        self._without_shell: set[str] = set()

    def start(self, spec: LaunchSpec) -> str:
        """The id of the box of this name, which is started unless it was before.

        Raises ``LaunchRefused``, ``LauncherUnavailable``.
        """
        spec = dataclasses.replace(spec, files={**spec.files, docker_hold.SCRIPT_NAME: docker_hold.SCRIPT})
        with self._launching.setdefault(spec.name, threading.Lock()):
            for _ in range(START_TRIES):
                with contextlib.suppress(_TryAgain):
                    return self._find_or_start(spec)
                time.sleep(TRY_PAUSE)
        raise LauncherUnavailable(f"The box {spec.name} is being removed or changed by somebody else; try again later.")

    @property
    def _api(self) -> Any:
        return self._engine()

    def _find_or_start(self, spec: LaunchSpec) -> str:
        box = inspect_ours(self._api, spec.name, self._labels)
        if box is not None and (box["State"]["Status"] in _GOING or not self._files.has_word(spec.name)):
            # The engine was killed while it removed this one, or nobody heard how its start ended. Another one begins.
            self._discard(spec.name, box["Id"])
            raise _TryAgain
        box_id = self._create_and_start(spec) if box is None else box["Id"]
        self._give_word(spec.name, box_id)
        return box_id

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
        image = self._find_image(spec.image)
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
        labels = {**spec.labels, **self._labels}
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
                ignore_ended(error)

    def _discard(self, name: str, box_id: str) -> None:
        remove_box(self._api, box_id)
        self._files.remove(name)


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
