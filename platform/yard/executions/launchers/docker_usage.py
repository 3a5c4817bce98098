"""What a container uses: what it wrote to its layer, and whether it is at its limit of processes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yard.executions.launchers import docker_client
from yard.executions.launchers.base import Resources, Usage
from yard.executions.launchers.measure import BLOCK, measure

CHANGE = b'"Kind":'


def usage_of(api: Any, box_id: str, resources: Resources) -> Usage:
    """What the box uses now; nothing is known of one that is gone."""
    about = docker_client.get_json(api, f"/containers/{box_id}/json")
    if about is None:
        return Usage()
    at_limit = _at_process_limit(api, box_id) if about.get("State", {}).get("Running") else False
    layer = _visible(((about.get("GraphDriver") or {}).get("Data") or {}).get("UpperDir"))
    if layer is None:
        size, files = _as_engine_counts(api, box_id, resources)
    else:
        # Where we see the engine's folders, counting there costs the engine nothing.
        size, files = _measured(layer, resources)
    for folder in _beside_the_layer(about):
        more_size, more_files = _measured(folder, resources)
        size, files = (size or 0) + more_size, (files or 0) + more_files
    return Usage(size, files, at_limit)


def _measured(folder: Path, resources: Resources) -> tuple[int, int]:
    if not folder.is_dir():
        return folder.stat().st_blocks * BLOCK, 1
    extent = measure(folder, enough_bytes=resources.disk_bytes, enough_files=resources.files)
    return extent.size, extent.files


def _as_engine_counts(api: Any, box_id: str, resources: Resources) -> tuple[int | None, int | None]:
    size = (docker_client.get_json(api, f"/containers/{box_id}/json", {"size": "1"}) or {}).get("SizeRw")
    files = None if resources.files is None else _count_changes(api, box_id, resources.files)
    return None if size is None else int(size), files


def _beside_the_layer(about: Mapping[str, Any]) -> list[Path]:
    """What else of the host's disk a box can write: volumes that its image declares, and three files of the engine."""
    volumes = [mount.get("Source") for mount in about.get("Mounts") or () if mount.get("Type") == "volume"]
    files = [about.get(name) for name in ("HostsPath", "HostnamePath", "ResolvConfPath")]
    return [place for place in map(_visible, [*volumes, *files]) if place is not None]


def _visible(place: str | None) -> Path | None:
    return Path(place) if place and os.access(place, os.R_OK) else None


def _count_changes(api: Any, box_id: str, enough: int) -> int:
    """Files the box made or changed; counting ends beyond ``enough``."""
    response = api.get(
        docker_client.url(api, f"/containers/{box_id}/changes"),
        stream=True,
        timeout=(docker_client.CONNECT_SECONDS, docker_client.SLOW_SECONDS),
    )
    count, rest = 0, b""
    with response:
        if response.status_code != 200:
            return 0
        for block in response.iter_content(64 * 1024):
            found = (rest + block).count(CHANGE)
            count += found
            rest = (rest + block)[-len(CHANGE) + 1 :]  # too short to hold it whole, so nothing is counted twice
            if count > enough:
                break
    return count


def _at_process_limit(api: Any, box_id: str) -> bool:
    options = {"stream": "false", "one-shot": "true"}
    stats = docker_client.get_json(api, f"/containers/{box_id}/stats", options) or {}
    current, most = (int((stats.get("pids_stats") or {}).get(name) or 0) for name in ("current", "limit"))
    return 0 < most <= current
