"""Build an image on the engine from a folder: streamed there, boxed, with a live log, and stopped when wanted."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import requests

from yard.executions.launchers import docker_client, docker_labels
from yard.executions.launchers.base import ImageCancelled, ImageFailed, ImageRequest, LauncherUnavailable
from yard.executions.launchers.cgroups import Cgroup, CgroupLimits
from yard.executions.launchers.tar_stream import pack_folder, stop_when

Log = Callable[[bytes], None]
ASK_SECONDS = 0.5
CPU_PERIOD = 100_000
GROUP_PREFIX = "trainyard-build-"
SHARED_MEMORY = 64 * 1024**2
PASSWORD = re.compile(r"://[^/\s]*@")
_KILLED_CODES = (128 + signal.SIGKILL, 128 + signal.SIGTERM)
_GONE_TRIES, _GONE_PAUSE = 10, 0.2


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What one build may use at most.

    Attributes:
        network: Engine network of builds that may reach package registries; None for the engine's default.
        cgroup_parent: An existing cgroup (or systemd slice) to build in, when the operator has made one; otherwise the
            launcher makes one per build where it may (local engine, ``cgroupfs`` driver, root).
        seconds, disk_bytes: The most one build may take; the disk is watched.
    """

    cpus: float = 4.0
    memory_bytes: int = 8 * 1024**3
    pids: int = 4096
    network: str | None = None
    cgroup_parent: str | None = None
    seconds: float = 4 * 3600
    disk_bytes: int = 100 * 1024**3


def pull_base(client: docker.DockerClient, base: str, log: Log, cancelled: Callable[[], bool]) -> None:
    """Get the base image if the engine does not have it.

    Raises:
        ImageFailed: It cannot be had.
        ImageCancelled: ``cancelled`` said yes.
    """
    if base == "scratch" or has_image(client, base):
        return
    log(f"Pulling the base image {base}\n".encode())
    repository, tag = split_reference(base)
    path = docker_client.url(client.api, "/images/create")
    try:
        response = client.api.post(
            path,
            params={"fromImage": repository, "tag": tag},
            stream=True,
            timeout=(docker_client.CONNECT_SECONDS, None),
        )
        _follow(docker_client.check(response), log, cancelled, quiet_progress=True)
    except (docker.errors.APIError, _BuildError) as error:
        reason = docker_client.words(error) if isinstance(error, docker.errors.APIError) else error.args[0]
        raise ImageFailed(missing_base(base, reason)) from error


def missing_base(base: str, reason: str) -> str:
    """The sentence for a base image that cannot be had."""
    return (
        f"The template starts FROM {base}; this image is not on the engine and could not be pulled ({reason}). "
        "Build or load it on the machine (docker load, docker import), or name a base image the machine can reach."
    )


def has_image(client: docker.DockerClient, reference: str) -> bool:
    """Whether the engine has it. Raises ``APIError`` for other trouble."""
    try:
        api: Any = client.api  # partly untyped in the published stubs
        api.inspect_image(reference)
    except docker.errors.ImageNotFound:
        return False
    except docker.errors.APIError as error:
        if docker_client.status_of(error) == 400:  # not a possible name
            return False
        raise
    return True


def split_reference(reference: str) -> tuple[str, str]:
    """Repository and tag (``latest`` when none) of an image name; a digest counts as the tag."""
    if "@" in reference:
        repository, _, digest = reference.partition("@")
        return repository, digest
    head, colon, tail = reference.rpartition(":")
    if colon and "/" not in tail:
        return head, tail
    return reference, "latest"


def build(
    client: docker.DockerClient,
    request: ImageRequest,
    limits: BuildLimits,
    log: Log,
    cancelled: Callable[[], bool],
    *,
    own: Mapping[str, str],
) -> None:
    """Build and tag the image; its layers and the containers of its steps carry the labels ``own``.

    Raises:
        ImageFailed: A step failed.
        ImageCancelled: ``cancelled`` said yes; no container of the build is left, its cached layers are.
    """
    _refuse_passwords(request.build_args)
    info = client.api.info()
    file = Path(request.context) / "Dockerfile"
    dockerfile = file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else ""
    replaced = {"Dockerfile": docker_labels.labelled(dockerfile, own).encode(errors="surrogateescape")}
    with _build_group(info, limits) as parent:
        try:
            response = _start_build(client, request, _parameters(request, limits, parent, info), replaced, cancelled)
            _follow(response, log, cancelled)
        except ImageCancelled:
            _remove_build_containers(client, parent)
            raise
        except docker.errors.APIError as error:
            reason = docker_labels.as_written(docker_client.words(error), dockerfile)
            log(f"{reason}\n".encode())
            _raise_if_full(reason)
            raise ImageFailed(f"The image could not be built: {reason}.") from error
        except _BuildError as error:
            reason = error.args[0]
            _raise_if_gone(client, reason)
            _raise_if_full(reason)
            raise ImageFailed(f"The image could not be built: {reason}.") from error


def is_of_a_build(cgroup_parent: str, limits: BuildLimits) -> bool:
    """Whether a container with this cgroup parent is a step of a build."""
    return cgroup_parent.startswith(f"/{GROUP_PREFIX}") or bool(limits.cgroup_parent == cgroup_parent and cgroup_parent)


def _refuse_passwords(build_args: Mapping[str, str]) -> None:
    """Arguments stay in the image's history, where everybody who may pull it reads them."""
    for name, value in build_args.items():
        if PASSWORD.search(value):
            raise ImageFailed(
                f"The build argument {name} holds a password in its address; it would stay readable in the image. "
                "Set an address without a password (a mirror inside the site, say)."
            )


def _raise_if_full(reason: str) -> None:
    """The engine itself says so in the end; a step of the template says that it "returned a non-zero code"."""
    if reason.endswith("no space left on device"):
        raise LauncherUnavailable(f"The disk of the container engine is full: {reason}. Make room.")


def _raise_if_gone(client: docker.DockerClient, reason: str) -> None:
    """An engine that is stopped ends the steps of its builds first, which looks as if they had failed."""
    if not any(reason.endswith(f"code: {code}") for code in _KILLED_CODES) and "canceled" not in reason:
        return
    for _ in range(_GONE_TRIES):
        try:
            client.ping()
        except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
            raise LauncherUnavailable(
                f"The container engine was stopped in the middle of the build: {reason}."
            ) from error
        time.sleep(_GONE_PAUSE)


def _start_build(
    client: docker.DockerClient,
    request: ImageRequest,
    parameters: Mapping[str, Any],
    replaced: Mapping[str, bytes],
    cancelled: Callable[[], bool],
) -> Any:
    pieces = pack_folder(Path(request.context), replaced)
    context = stop_when(pieces, cancelled, ImageCancelled("The build was cancelled."))
    response = client.api.post(
        docker_client.url(client.api, "/build"),
        params=parameters,
        data=context,
        headers={"Content-Type": "application/x-tar"},
        stream=True,
        timeout=(docker_client.CONNECT_SECONDS, None),
    )
    return docker_client.check(response)


def _parameters(request: ImageRequest, limits: BuildLimits, parent: str, info: Mapping[str, Any]) -> dict[str, Any]:
    cpus = min(limits.cpus, float(info.get("NCPU") or limits.cpus))
    parameters: dict[str, Any] = {
        "t": request.tag,
        "rm": "1",
        "forcerm": "1",
        "memory": limits.memory_bytes,
        "memswap": limits.memory_bytes,
        "cpuperiod": CPU_PERIOD,
        "cpuquota": int(cpus * CPU_PERIOD),
        "labels": json.dumps(dict(request.labels)),
        "buildargs": json.dumps(dict(request.build_args)),
        "shmsize": SHARED_MEMORY,
        # One file alone cannot fill the disk before the watch looks.
        "ulimits": json.dumps([{"Name": "fsize", "Soft": limits.disk_bytes, "Hard": limits.disk_bytes}]),
    }
    if parent:
        parameters["cgroupparent"] = parent
    if not request.network:
        parameters["networkmode"] = "none"
    elif limits.network:
        parameters["networkmode"] = limits.network
    return parameters


@contextlib.contextmanager
def _build_group(info: Mapping[str, Any], limits: BuildLimits) -> Iterator[str]:
    """A cgroup of the build's own with a limit on processes, where one can be made; its path for the engine, or ''."""
    if limits.cgroup_parent or info.get("CgroupDriver") != "cgroupfs":
        yield limits.cgroup_parent or ""
        return
    name = f"{GROUP_PREFIX}{secrets.token_hex(6)}"
    group = Cgroup.create(name, CgroupLimits(pids=limits.pids))
    try:
        # Even where we may not make the group, a name of its own tells the containers of a cancelled build.
        yield f"/{name}"
    finally:
        if group is not None:
            group.kill()
            group.remove()


class _BuildError(Exception):
    """What the engine's stream said went wrong."""


def _follow(response: Any, log: Log, cancelled: Callable[[], bool], *, quiet_progress: bool = False) -> None:
    """Hand the stream's text to ``log`` until it ends.

    Raises:
        _BuildError: The stream holds an error, or breaks off.
        ImageCancelled: ``cancelled`` said yes; the connection is closed then, which makes the engine stop.
    """
    lines = _Lines()
    with docker_client.ResponsePump(response) as pump:
        while (block := pump.take(ASK_SECONDS)) is not None:
            if cancelled():
                raise ImageCancelled("The build was cancelled.")
            for record in lines.feed(block):
                _log_record(record, log, quiet_progress)
        pump.check_end()
    if lines.rest:
        raise LauncherUnavailable("The container engine went away in the middle of the build.")


def _log_record(record: Mapping[str, Any], log: Log, quiet_progress: bool) -> None:
    if "error" in record:
        log(f"{record['error']}\n".encode())
        raise _BuildError(" ".join(str(record["error"]).split()).rstrip("."))
    if text := record.get("stream"):
        log(str(text).encode())
    elif (status := record.get("status")) and not record.get("progressDetail"):
        if quiet_progress and status in ("Waiting", "Pulling fs layer"):
            return
        log(f"{' '.join(str(part) for part in (record.get('id'), status) if part)}\n".encode())


class _Lines:
    """Cuts a stream into its JSON records, one a line."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, block: bytes) -> Iterator[dict[str, Any]]:
        *lines, self.rest = (self.rest + block).split(b"\n")
        for line in lines:
            if line.strip():
                record = json.loads(line)
                if isinstance(record, dict):
                    yield record


def _remove_build_containers(client: docker.DockerClient, parent: str) -> None:
    """Make sure no step of a cancelled build goes on. Closing the stream should have done it."""
    if not parent:
        return
    with contextlib.suppress(docker.errors.APIError):
        for listed in client.api.containers(all=True):
            with contextlib.suppress(docker.errors.APIError):
                host = client.api.inspect_container(listed["Id"])["HostConfig"]
                if host.get("CgroupParent") == parent:
                    client.api.remove_container(listed["Id"], force=True, v=True)
