"""This platform's containers on an engine: known by label, looked at, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docker

from yard.executions.launchers import docker_client
from yard.executions.launchers.base import BoxState, BoxStatus, LauncherUnavailable, LaunchRefused
from yard.executions.launchers.docker_client import status_of, words

BOX_LABEL = "trainyard.box"
INSTANCE_LABEL = "trainyard.instance"


def labels_of(instance: str) -> dict[str, str]:
    """What marks the boxes of the platform of this name."""
    return {BOX_LABEL: "1", INSTANCE_LABEL: instance}


def inspect_ours(api: Any, name: str, labels: Mapping[str, str]) -> Mapping[str, Any] | None:
    """What the engine says of the box of this name; None when there is none.

    Raises ``LaunchRefused`` when somebody else's container has the name.
    """
    try:
        box: Mapping[str, Any] = api.inspect_container(name)
    except docker.errors.NotFound:
        return None
    found = box["Config"].get("Labels") or {}
    if any(found.get(key) != value for key, value in labels.items()):
        raise LaunchRefused(f"The engine has a container called {name} that is not ours; rename or remove it.")
    return box


def remove_box(api: Any, box_id: str) -> None:
    """Remove a box, running or not; one that has gone is fine. Raises ``LauncherUnavailable``."""
    try:
        api.remove_container(box_id, force=True, v=True)
    except docker.errors.APIError as error:
        ignore_ended(error)


def ignore_ended(error: docker.errors.APIError) -> None:
    """404: no such box; 409: not running, or being removed. Anything else is the engine's trouble."""
    if status_of(error) not in (404, 409):
        raise LauncherUnavailable(f"The container engine could not do it: {words(error)}.") from error


def status_of_box(state: Mapping[str, Any]) -> BoxStatus:
    """What the engine's ``State`` of a container says."""
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
