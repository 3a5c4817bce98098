"""How a box is made as a container: what it is shown, what it may use, and what is taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docker.types import DeviceRequest, LogConfig, Ulimit
from docker.types import Mount as EngineMount

from yard.executions.launchers.base import RUN_FOLDER, LaunchSpec, Limit, Resources

STACK_BYTES = 67_108_864
OPEN_FILES = 65_536
QUOTA_DRIVERS = ("btrfs", "zfs", "devicemapper", "windowsfilter")
OPEN_NETWORKS = ("host", "container:")
"""Networks of somebody else: in the host's, everything that listens on its loopback answers."""


def network_problem(network: str) -> str | None:
    """Why boxes may not be in this engine network, as a sentence; None when they may."""
    if network.startswith(OPEN_NETWORKS):
        return (
            f"The network {network!r} would let train code reach what listens on the host itself (database, object "
            "store, the platform). Name a network of its own, such as bridge, or none."
        )
    return None


def host_options(spec: LaunchSpec, *, network: str, log: LogConfig, host_cpus: float, quota: bool) -> dict[str, Any]:
    """The arguments of ``create_host_config`` but for mounts and the limits of ``ulimits``.

    The engine's own filter of system calls, its masked paths and its read-only ``/proc/sys`` stay as they are.
    """
    want = spec.resources
    gpu_ids = list(want.gpu_ids)
    return {
        "init": True,
        "privileged": False,
        "cap_drop": ["ALL"],
        "cap_add": list(spec.capabilities),
        "security_opt": ["no-new-privileges:true"],
        "ipc_mode": "private",
        "cgroupns": "private",
        "network_mode": network if spec.network else "none",
        "mem_limit": want.memory_bytes,
        "memswap_limit": want.memory_bytes,
        "nano_cpus": int(min(want.cpus, host_cpus or want.cpus) * 1e9),
        "pids_limit": want.pids,
        "shm_size": want.shared_memory_bytes,
        "devices": [f"{device}:{device}:rwm" for device in spec.devices],
        "log_config": log,
        "device_requests": [DeviceRequest(device_ids=gpu_ids, capabilities=[["gpu"]])] if gpu_ids else None,
        "storage_opt": {"size": str(want.disk_bytes)} if quota and want.disk_bytes else None,
    }


def ulimits(resources: Resources, *, raise_limits: bool) -> list[Ulimit]:
    """Limits of each process by itself; with ``raise_limits`` also those that an engine may lack the power to set."""
    limits = {"stack": STACK_BYTES, "core": 0}
    if raise_limits:
        limits |= {"memlock": -1, "nofile": OPEN_FILES}
    if resources.disk_bytes is not None:
        # One file alone cannot fill the disk before the watch looks. Shared memory is files, too.
        limits["fsize"] = max(resources.disk_bytes, resources.shared_memory_bytes)
    return [Ulimit(name=name, soft=most, hard=most) for name, most in limits.items()]


def mounts(spec: LaunchSpec, shown: Path | None) -> list[EngineMount]:
    """Bind mounts: the folder of ``spec.files`` first, since others may lie within it."""
    places = [(each.target, each.source, each.read_only) for each in spec.mounts]
    if shown is not None:
        places.insert(0, (RUN_FOLDER, shown, True))
    return [EngineMount(target, str(source), type="bind", read_only=sealed) for target, source, sealed in places]


def gpu_environment(gpu_ids: Sequence[str]) -> dict[str, str]:
    """Images often ask for every GPU by this variable, and a GPU runtime set as default would obey."""
    return {"NVIDIA_VISIBLE_DEVICES": ",".join(gpu_ids) or "void"}


def quotas(engine: Mapping[str, Any]) -> frozenset[Limit]:
    """The disk, where the engine's storage has quotas of its own for each container."""
    return frozenset({Limit.DISK} if engine.get("Driver") in QUOTA_DRIVERS else ())
