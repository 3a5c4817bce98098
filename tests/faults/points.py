"""Functions in which a supervisor is killed, by the state that the run is in when it comes there."""

from __future__ import annotations

import itertools

from scripts.api_client import Api
from tests.faults.harness import Json, Site

_DRIVER = "yard.executions.driving.attempt:AttemptDriver."
_BOX = "yard.executions.driving.box:"
_PROCESS = "yard.executions.launchers.process:ProcessLauncher."
_PROCESS_BOX = "yard.executions.launchers.process:ProcessBox."
_DOCKER = "yard.executions.launchers.docker:DockerLauncher."
_STARTER = "yard.executions.launchers.docker_start:Starter."

POINTS: dict[str, list[str]] = {
    "queued": [f"{_DRIVER}_prepare"],
    "building": [
        "yard.blueprints.images:BuildKind.perform",
        "yard.executions.launchers.process_images:ImageFolders.store",
        "yard.blueprints.images:_image_store",
    ],
    "waiting": ["yard.executions.supervisor:Supervisor._start"],
    "starting": [
        f"{_BOX}BoxSteps.launch",
        f"{_PROCESS}_make_box",
        f"{_PROCESS_BOX}start",
        f"{_PROCESS_BOX}wait_until_up",
    ],
    "running": [f"{_BOX}BoxSteps.watch", "yard.executions.logs.store:append"],
    "stopping": [f"{_BOX}BoxSteps.terminate", f"{_BOX}BoxSteps.watch_stopping"],
    "collecting": [
        "yard.runs.kind:RunKind.collect",
        "yard.runs.outputs:model_store",
        "yard.registry.services:_publish",
        f"{_BOX}compact",
        f"{_BOX}end",
        f"{_PROCESS}remove",
    ],
}
DOCKER_POINTS: dict[str, list[str]] = {
    **POINTS,
    "building": [
        "yard.blueprints.images:BuildKind.perform",
        "yard.executions.launchers.docker_build:build",
        "yard.blueprints.images:_image_store",
    ],
    "starting": [
        f"{_BOX}BoxSteps.launch",
        f"{_STARTER}_create_container",
        f"{_STARTER}_copy_in",
        f"{_STARTER}_start",
    ],
    "collecting": [*POINTS["collecting"][:-1], f"{_DOCKER}remove"],
}
SHORT = {state: points[-1:] for state, points in POINTS.items()}
"""What `make test` has time for; `make soak` does them all."""
ON_POSTGRESQL = {"collecting": POINTS["collecting"][1:3]}
BOX_WAS_KILLED = "The process that kept this box was killed"
_notes = itertools.count(1)


def run_until(site: Site, state: str, point: str) -> Json:
    """A run on whose way a process has stopped at the point."""
    job = site.job()
    if state == "building":
        job.template_version = job.another_template(f"{point} {next(_notes)}")
    if state == "stopping":
        run = job.start(epochs=3000, pause=0.1)
        site.until_state(run, "running")
        site.arm(point)
        stop(site.api, run)
    elif state in {"running", "collecting"}:
        run = job.start(epochs=12, pause=0.1)
        site.until_lines(run, 3)
        site.arm(point)
    else:
        site.arm(point)
        run = job.start(epochs=5, pause=0.05)
    site.until_reached(point)
    return run


def stop(api: Api, run: Json) -> None:
    """Ask the run to end."""
    api.post(f"runs/{run['id']}/stop/")


def every(points: dict[str, list[str]]) -> list[str]:
    """All of them, for the making of a site."""
    return [point for some in points.values() for point in some]
