"""What only the supervisor's machine knows: its container engine and its graphics cards.

The supervisor asks every few minutes and keeps the answer with its sign of life, because no other process may use the
engine's socket.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from yard.executions.launchers.base import LauncherUnavailable
from yard.executions.launchers.docker_client import connect
from yard.executions.launchers.docker_options import QUOTA_DRIVERS
from yard.executions.launchers.gpus import host_gpus

_SECONDS = 8.0
_DRIVER = Path("/proc/driver/nvidia/version")


def machine_facts() -> dict[str, Any]:
    """Plain values, for JSON; takes some seconds at most."""
    return {"engine": engine_facts(), "gpus": [gpu.name for gpu in host_gpus()], "gpu_driver": _DRIVER.exists()}


def engine_facts() -> dict[str, Any]:
    """What the container engine says of itself, or why it does not answer."""
    try:
        client = connect(settings.DOCKER_HOST or None, _SECONDS)
    except LauncherUnavailable as error:
        return {"answers": False, "reason": error.message}
    try:
        info = client.api.info()
    except Exception as error:  # the SDK lets through what its HTTP library raises
        return {"answers": False, "reason": f"The container engine stopped answering ({type(error).__name__})."}
    finally:
        client.close()
    return {
        "answers": True,
        "version": str(info.get("ServerVersion", "?")),
        "live_restore": bool(info.get("LiveRestoreEnabled")),
        "cgroup_version": str(info.get("CgroupVersion") or "1"),
        "storage_driver": str(info.get("Driver", "?")),
        "disk_quota": info.get("Driver") in QUOTA_DRIVERS,
        "gpu_runtime": "nvidia" in (info.get("Runtimes") or {}),
        "lacks": [name for name in ("MemoryLimit", "CpuCfsQuota", "PidsLimit") if info.get(name) is False],
    }
