"""Which launcher this machine uses, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from yard.core.errors import InvalidInput
from yard.executions.launchers.base import Launcher, LauncherUnavailable, Limit
from yard.executions.launchers.cgroups import CgroupLimits
from yard.executions.launchers.docker import DockerLauncher
from yard.executions.launchers.docker_build import BuildLimits
from yard.executions.launchers.docker_settings import DockerSettings
from yard.executions.launchers.fake import FakeLauncher
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings

CHOICES = ("auto", "docker", "process")


class Selection(NamedTuple):
    """A launcher and a sentence for people: which one, and why."""

    launcher: Launcher
    reason: str


@dataclass(frozen=True, slots=True)
class LauncherSettings:
    """All that the launchers need to know, as the platform's settings have it.

    Attributes:
        state_dir: Private folder; each launcher makes one of its own in it.
        base_images: FROM names of the bundled templates; ``auto`` takes docker only if one of them is there or can be
            had.
        base_sets: FROM name or pattern → requirements file, for the process launcher.
        docker_url: Address of the engine; None for ``DOCKER_HOST`` or the usual socket.
        instance: Name of this platform among others on the same engine.
        egress_network: Engine network for boxes that may reach the network.
        share_files: False when the engine runs on another machine.
        build_cpus, build_memory_bytes, build_pids: Limits of one image build.
        build_seconds, build_disk_bytes: As well.
        build_network: Engine network for image builds; None for the engine's default, ``none`` for no network.
        package_hosts: Hosts of packages that builds without an engine may reach besides public ones.
        environments_dir: Where the process launcher keeps environments; None for a folder in ``state_dir``.
        allow_host_network: Let the process launcher give the host's network to templates that may use the network.
        allow_unsandboxed: Let the process launcher run without protection where no sandbox is possible.
    """

    state_dir: Path
    base_images: Sequence[str] = ()
    base_sets: Mapping[str, Path] = field(default_factory=dict)
    docker_url: str | None = None
    instance: str = "trainyard"
    egress_network: str = "bridge"
    share_files: bool = True
    build_cpus: float = 4.0
    build_memory_bytes: int = 8 * 1024**3
    build_pids: int = 4096
    build_seconds: float = 4 * 3600
    build_disk_bytes: int = 100 * 1024**3
    build_network: str | None = None
    package_hosts: Sequence[str] = ("pypi.org", "files.pythonhosted.org")
    environments_dir: Path | None = None
    allow_unsandboxed: bool = False
    allow_host_network: bool = False
    log_bytes: int = 256 * 1024**2


def select_launcher(choice: str, settings: LauncherSettings) -> Selection:
    """The launcher for ``auto``, ``docker`` or ``process``.

    ``auto`` asks the engine, and perhaps a registry, so it may take some seconds: ask once per process.

    Raises:
        InvalidInput: Another choice.
        LauncherUnavailable: ``docker`` was chosen and no engine answers.
    """
    if choice == "process":
        return Selection(make_process(settings), "Runs start as sandboxed processes, as the settings say.")
    if choice == "docker":
        docker = make_docker(settings)
        facts = docker.describe()
        return Selection(docker, f"Runs start as containers ({facts.version}), as the settings say.")
    if choice != "auto":
        raise InvalidInput(f"There is no launcher called {choice!r}; choose one of {', '.join(CHOICES)}.")
    return _choose(settings)


def launcher_from_settings() -> Selection:
    """The launcher the platform's settings ask for. Raises as ``select_launcher``."""
    from django.conf import settings  # here alone, so that everything else in this package works without Django

    if settings.LAUNCHER == "fake":
        return Selection(FakeLauncher(), "Nothing is started, as the settings of the tests say.")
    sets = {file.stem: file for file in sorted((settings.TRAIN_TEMPLATES_DIR / "base").glob("*.txt"))}
    return select_launcher(
        settings.LAUNCHER,
        LauncherSettings(
            state_dir=settings.EXECUTIONS_DIR,
            instance=settings.INSTANCE,
            base_images=tuple(sets),
            base_sets=sets,
            docker_url=settings.DOCKER_HOST or None,
            environments_dir=settings.ENVIRONMENTS_DIR,
            allow_unsandboxed=settings.ALLOW_UNSANDBOXED,
            allow_host_network=settings.ALLOW_HOST_NETWORK,
            egress_network=settings.EGRESS_NETWORK,
            build_network=settings.BUILD_NETWORK or None,
            package_hosts=settings.PACKAGE_HOSTS,
            build_cpus=settings.BUILD_CPUS,
            build_memory_bytes=settings.BUILD_MEMORY_BYTES,
            build_pids=settings.BUILD_PROCESSES,
            build_seconds=settings.BUILD_SECONDS,
            build_disk_bytes=settings.BUILD_DISK_BYTES,
            log_bytes=settings.LOG_CAP_BYTES,
        ),
    )


def make_docker(settings: LauncherSettings) -> DockerLauncher:
    """The launcher for containers; connects on first use."""
    build = BuildLimits(
        cpus=settings.build_cpus,
        memory_bytes=settings.build_memory_bytes,
        pids=settings.build_pids,
        network=settings.build_network,
        seconds=settings.build_seconds,
        disk_bytes=settings.build_disk_bytes,
    )
    return DockerLauncher(
        DockerSettings(
            state_dir=settings.state_dir / "docker",
            base_url=settings.docker_url,
            instance=settings.instance,
            share_files=settings.share_files,
            egress_network=settings.egress_network,
            build=build,
            log_bytes=settings.log_bytes,
        )
    )


def make_process(settings: LauncherSettings) -> ProcessLauncher:
    """The launcher for machines without an engine."""
    return ProcessLauncher(
        ProcessSettings(
            state_dir=settings.state_dir / "process",
            base_sets=settings.base_sets,
            environments_dir=settings.environments_dir,
            allow_unsandboxed=settings.allow_unsandboxed,
            allow_host_network=settings.allow_host_network,
            log_bytes=settings.log_bytes,
            build=CgroupLimits(settings.build_memory_bytes, settings.build_cpus, settings.build_pids),
            build_network=settings.build_network != "none",
            package_hosts=settings.package_hosts,
            build_seconds=settings.build_seconds,
            build_disk_bytes=settings.build_disk_bytes,
        )
    )


def _choose(settings: LauncherSettings) -> Selection:
    docker = make_docker(settings)
    try:
        facts = docker.describe()
        problems = [docker.base_problem(base) for base in settings.base_images]
    except LauncherUnavailable as error:
        docker.close()
        return _process_because(settings, error.message)
    missing = [problem for problem in problems if problem]
    if not problems or len(missing) < len(problems):
        remark = f" But: {' '.join(missing)}" if missing else ""
        return Selection(docker, f"Runs start as containers, since {facts.version} answers.{remark}")
    docker.close()
    return _process_because(settings, f"{facts.version} answers, but no base image is there. {missing[0]}")


def _process_because(settings: LauncherSettings, why: str) -> Selection:
    process = make_process(settings)
    lacking = sorted({Limit.CPU, Limit.MEMORY, Limit.NETWORK, Limit.PIDS} - process.limits)
    remark = f" Not limited on this machine: {', '.join(lacking)}." if lacking else ""
    return Selection(
        process, f"Runs start as sandboxed processes, since no container engine can be used: {why}{remark}"
    )
