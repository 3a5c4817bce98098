"""Signals for the training code in a container, sent from within it.

The helper programs belong to the image, so to whoever uploaded it: they may hang, print without end, or not start at
all because the box is full of processes. So they get a little time and may say little.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import docker
import requests
import urllib3

from yard.executions.launchers import docker_client
from yard.executions.launchers.termination import BoxProcess, handles_term, plan_termination

HELPER_SECONDS = 5.0
OUTPUT_BYTES = 1 << 20
# One line per process of the box: id, parent, mask of caught signals. Only shell words, so any image with sh will do.
LIST_PROCESSES = (
    "for d in /proc/[0-9]*; do p=; c=; while read -r k v r; do case $k in PPid:) p=$v;; SigCgt:) c=$v;; esac; done "
    '< $d/status; echo "${d#/proc/} $p $c"; done 2>/dev/null'
)


def signal_training(api: Any, box_id: str) -> bool:
    """Signal whoever should get SIGTERM; False when nobody could be found or told that way."""
    output = _run_inside(api, box_id, ["/bin/sh", "-c", LIST_PROCESSES])
    processes = parse_processes(output or b"")
    chosen = plan_termination(processes, [each.pid for each in processes if each.parent == 1])
    if not chosen:
        return False
    command = ["/bin/sh", "-c", f"kill -TERM {' '.join(map(str, chosen))} 2>/dev/null; true"]
    return _run_inside(api, box_id, command) is not None


def parse_processes(output: bytes) -> list[BoxProcess]:
    """What ``LIST_PROCESSES`` printed; lines of another shape are left out."""
    found = []
    for line in output.decode("ascii", "replace").splitlines():
        words = line.split()
        if len(words) == 3 and words[0].isdigit() and words[1].isdigit():
            found.append(BoxProcess(int(words[0]), int(words[1]), handles_term(words[2])))
    return found


def _run_inside(api: Any, box_id: str, command: Sequence[str]) -> bytes | None:
    """What a command in the box prints; None when it failed, took too long or said too much."""
    try:
        job = api.exec_create(box_id, list(command), stdout=True, stderr=False, tty=True)["Id"]
        response = api.post(
            docker_client.url(api, f"/exec/{job}/start"),
            json={"Detach": False, "Tty": True},
            stream=True,
            timeout=(docker_client.CONNECT_SECONDS, HELPER_SECONDS),
        )
        output = _read(docker_client.check(response))
        return output if output is not None and api.exec_inspect(job).get("ExitCode") == 0 else None
    except docker.errors.APIError as error:
        if docker_client.status_of(error) in (404, 409):  # no such box, or it does not run
            raise
        return None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError):
        return None


def _read(response: requests.Response) -> bytes | None:
    deadline = time.monotonic() + HELPER_SECONDS
    output = b""
    with docker_client.ResponsePump(response) as pump:
        while (block := pump.take(max(0.0, deadline - time.monotonic()))) is not None:
            output += block
            if not block or len(output) > OUTPUT_BYTES or time.monotonic() > deadline:
                return None
    return output
