"""Where boxes run: the container engine, the sandbox of the process launcher, and the graphics cards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone

from yard.executions.launchers.sandbox import find_sandbox
from yard.executions.models import Device, Host
from yard.operations.doctor.findings import Finding, failure, ok, warning
from yard.operations.doctor.machine import machine_facts
from yard.operations.heartbeats import SUPERVISOR, SUPERVISOR_SILENT, supervisor_beats

ENGINE = "engine"
SANDBOX = "sandbox"
GPU = "gpu"
_OLDEST_ENGINE = 20


def check_engine() -> Iterator[Finding]:
    """What the living supervisors said of their engines; this process asks itself only when there is none."""
    said = _said()
    for name, facts in said.items():
        yield from _engine(name, facts.get("engine") or {})


def _said() -> dict[str, dict[str, Any]]:
    now = timezone.now()
    beats = [beat for beat in supervisor_beats() if beat.facts and now - beat.at <= 10 * SUPERVISOR_SILENT]
    return {beat.part.removeprefix(SUPERVISOR): beat.facts for beat in beats} or {"this machine": machine_facts()}


def _engine(name: str, facts: dict[str, Any]) -> Iterator[Finding]:
    if not facts.get("answers"):
        reason = str(facts.get("reason") or "It was not asked.")
        if _launcher() == "docker":
            todo = (
                "Start the engine; see that the supervisor may use its socket (group DOCKER_GID) and YARD_DOCKER_HOST."
            )
            yield failure(ENGINE, f"{name}: {reason}", todo)
        else:
            yield ok(ENGINE, f"{name}: none answers; runs start as sandboxed processes.")
        return
    yield ok(ENGINE, f"{name}: Docker {facts['version']} answers, cgroup version {facts['cgroup_version']}.")
    major = str(facts["version"]).split(".")[0]
    if major.isdecimal() and int(major) < _OLDEST_ENGINE:
        yield warning(ENGINE, f"{name}: Docker {facts['version']} is old.", f"Upgrade to {_OLDEST_ENGINE}.10 or newer.")
    if not facts["live_restore"]:
        yield warning(
            ENGINE,
            f"{name}: live-restore is off, so a restart of the engine ends every run.",
            'Write "live-restore": true into /etc/docker/daemon.json and reload the engine (not with Swarm).',
        )
    if not facts["disk_quota"]:
        yield ok(
            ENGINE,
            f"{name}: the storage driver {facts['storage_driver']} has no quotas; a run's use of the disk is "
            "watched, and one that takes too much is ended.",
        )
    if facts["lacks"]:
        yield failure(
            ENGINE, f"{name}: it cannot limit boxes ({', '.join(facts['lacks'])}).", "Enable these cgroup controllers."
        )


def check_sandbox() -> Iterator[Finding]:
    """Only where runs start as processes of this machine."""
    if _launcher() not in {"process", "auto"}:
        yield ok(SANDBOX, "Not needed: runs start as containers.")
        return
    sandbox, reason = find_sandbox()
    if sandbox is not None:
        yield ok(SANDBOX, f"bubblewrap works ({sandbox.program}).")
    elif settings.ALLOW_UNSANDBOXED:
        yield failure(
            SANDBOX, reason, "Runs start WITHOUT protection (YARD_ALLOW_UNSANDBOXED=1). Get a sandbox instead."
        )
    else:
        yield failure(SANDBOX, reason, "Until then no run starts.")
    if sandbox is not None and settings.ALLOW_UNSANDBOXED:
        yield warning(SANDBOX, "YARD_ALLOW_UNSANDBOXED is 1 without need.", "Take it out of the settings.")


def check_gpus() -> Iterator[Finding]:
    """Cards that the driver shows against those that runs may get."""
    present = Device.objects.filter(present=True).count()
    gone = Device.objects.filter(present=False).count()
    for name, facts in _said().items():
        seen = len(facts.get("gpus") or [])
        engine = facts.get("engine") or {}
        if facts.get("gpu_driver") and not seen:
            yield failure(
                GPU,
                f"{name}: the NVIDIA driver is loaded, but nvidia-smi lists no card.",
                "Run nvidia-smi there; usually driver and library versions differ until a restart.",
            )
        if seen and engine.get("answers") and not engine.get("gpu_runtime") and _launcher() == "docker":
            yield failure(
                GPU,
                f"{name}: {seen} GPUs, but its engine cannot give them to containers.",
                "Install the NVIDIA Container Toolkit and register its runtime: nvidia-ctk runtime configure.",
            )
    if gone:
        yield warning(
            GPU, f"{gone} GPUs that were here are gone.", "Run nvidia-smi on their host; a card may have failed."
        )
    yield ok(GPU, f"{present} GPUs can be given to runs.")


def _launcher() -> str:
    """What the newest supervisor chose, else what the settings say."""
    host = Host.objects.exclude(seen_at=None).order_by("-seen_at").first()
    return host.launcher if host is not None and settings.LAUNCHER == "auto" else str(settings.LAUNCHER)
