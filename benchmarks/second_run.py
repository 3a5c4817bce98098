"""The second run of a template: from the click to the first line of ``train.py`` in the stored log.

The peer of the docker launcher is a bare ``docker run`` of the same image with the same data set, up to the same line;
that of the process launcher is a bare ``python train.py``, without entrypoint and ``setup.py``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from benchmarks._site import Json, Site, docker_engine, load, site
from benchmarks._table import Row, report
from tests.runs.tiny_template import ARGS, TRAIN

TRIES = 5
FIRST_LINE = b"arguments: "
GOAL = "≤ peer + 1.5"


def main() -> int:
    """Returns the process's exit code."""
    rows = []
    with docker_engine() as address:
        if address:
            with site(engine_address=address) as docker:
                rows += _measure(docker, "docker", lambda run: _docker_run(docker, address, run), "docker run")
    with site() as process:
        rows += _measure(process, "process", lambda _: _python(), "python train.py")
    report("second_run", rows)
    return 0


def _measure(on: Site, launcher: str, peer: Callable[[Json], float], peer_name: str) -> Iterator[Row]:
    first = on.until_ended(on.start())  # builds the image
    tries = [_second(on) for _ in range(TRIES)]
    theirs = statistics.median(peer(first) for _ in range(TRIES))
    ours = statistics.median(seconds for seconds, _ in tries)
    yield Row(f"{launcher}: click to first line", ours, "s", theirs, peer_name, GOAL, load())
    yield Row(f"{launcher}: more than the peer", ours - theirs, "s", goal="≤ 1.5")
    yield Row(f"{launcher}: slowest of {TRIES}", max(seconds for seconds, _ in tries), "s")
    for step in tries[0][1]:
        yield Row(f"{launcher}:   {step}", statistics.median(steps[step] for _, steps in tries), "s")


def _second(on: Site) -> tuple[float, dict[str, float]]:
    """Seconds from click to first line, and how long each step took."""
    clicked = time.time()
    run = on.start()
    answered = time.time()
    seen = on.until_log(run, FIRST_LINE)
    changes = on.until_ended(run)["changes"]
    if any(change["to_state"] == "building" for change in changes):
        raise SystemExit("✗ The second run built an image.")
    times = {change["to_state"]: datetime.fromisoformat(change["at"]).timestamp() for change in changes}
    names = ["queued", "waiting", "starting", "running"]
    steps = {"click to answer": answered - clicked, "click to queued": times["queued"] - clicked}
    steps |= {f"{before} to {after}": times[after] - times[before] for before, after in pairwise(names)}
    return seen - clicked, {**steps, "running to first line": seen - times["running"]}


def _docker_run(on: Site, address: str, run: Json) -> float:
    dataset = on.body["dataset"]
    cache = on.platform.data / "data-cache" / "datasets"
    (data,) = (place for place in cache.iterdir() if place.is_dir() and not place.name.startswith("."))
    mount = f"{data}:/minio/datasets/{dataset}:ro"
    limits = ["--cpus", "1", "--memory", "512m", "--shm-size", "16m"]
    started = ["docker", "-H", address, "run", "--rm", "--init", "--network", "none", *limits]
    return _until_line([*started, "-e", f"DATASET_ID={dataset}", "-v", mount, run["image"]["tag"]])


def _python() -> float:
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as folder:
        Path(folder, "args.py").write_text(ARGS)
        Path(folder, "train.py").write_text(TRAIN)
        return _until_line([sys.executable, "train.py", "--epochs", "1", "--rate", "1", "--output-dir", folder], folder)


def _until_line(command: list[str], cwd: str | None = None) -> float:
    started = time.time()
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        said = b""
        for line in process.stdout:
            said += line
            if line.startswith(FIRST_LINE):
                seconds = time.time() - started
                process.stdout.read()
                return seconds
    raise SystemExit(f"✗ {' '.join(command)} never came to train.py: {said.decode()[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
