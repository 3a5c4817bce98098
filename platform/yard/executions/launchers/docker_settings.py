"""How the platform uses a Docker Engine."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from yard.executions.launchers.docker_build import BuildLimits


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
