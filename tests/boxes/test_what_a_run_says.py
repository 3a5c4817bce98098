"""Hostile trainings on a whole platform: the box holds, the platform goes on answering, the run says what happened."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import pytest

from scripts.api_client import Api
from scripts.live import Live
from scripts.main_job import MainJob, pack
from tests.boxes import attackers
from tests.e2e.test_main_job_docker import PASSWORD, UploadingApi, Yard
from tests.runs.tiny_template import BASE, DOCKERFILE
from tests.services.platform_server import PlatformFactory

pytestmark = [pytest.mark.train, pytest.mark.timeout(600)]

MIB = 1 << 20
LIMITS = {
    "YARD_BOX_DISK_BYTES": str(32 * MIB),
    "YARD_BOX_FILES": "3000",
    "YARD_BOX_PROCESSES": "64",
    "YARD_MODEL_MAX_FILES": "1000",
    "YARD_STOP_GRACE_SECONDS": "3",
    "YARD_LOG_CAP_BYTES": str(8 * MIB),
}
SMALL = {"cpus": 0.5, "memory_bytes": 128 * MIB, "shared_memory_bytes": 8 * MIB, "gpus": 0}
USUAL_SECONDS = 15.0
"""Far above what an answer takes; the figures are printed."""

Json = dict[str, Any]


@pytest.fixture(scope="module", params=["process", pytest.param("docker", marks=pytest.mark.docker)])
def yard(request: pytest.FixtureRequest, platform_factory: PlatformFactory) -> Yard:
    more = dict(LIMITS, YARD_LAUNCHER=request.param)
    if request.param == "docker":
        make_base: Callable[..., str] = request.getfixturevalue("trainyard_base_image")
        make_base(BASE, requirements=())
        more["YARD_DOCKER_HOST"] = request.getfixturevalue("docker_engine")
    platform = platform_factory(**more)
    platform.create_user("olga", PASSWORD)
    host, _, port = platform.address.removeprefix("http://").rpartition(":")
    api = UploadingApi(host, int(port))
    api.sign_in("olga", PASSWORD)
    job = MainJob(api, "olga", Live(), lambda: None)
    project = job.project()
    with tempfile.TemporaryDirectory() as scratch:
        folder, archive = Path(scratch, "digits"), Path(scratch, "digits.zip")
        platform.manage("sample_data", "digits", "--out", str(folder))
        pack(folder, archive)
        dataset = job.upload(project, archive)
    return Yard(api, job, project, dataset, platform)


@pytest.fixture
def attack(yard: Yard) -> Callable[..., Json]:
    """Start the tiny template with another ``train.py``."""
    # Where there is no engine its base set must be one that the platform declares; the template needs nothing of it.
    base = BASE if "docker" in yard.platform.env["YARD_LAUNCHER"] else "trainyard-base-classic"

    def attack(source: str, **resources: Any) -> Json:
        dockerfile = DOCKERFILE.replace(f"FROM {BASE}", f"FROM {base}")
        return yard.start(yard.template(train=source, Dockerfile=dockerfile), {**SMALL, **resources})

    return attack


@dataclass
class Watch:
    """Asks for the list of runs again and again, as a page does, and notes how long each answer took."""

    api: Api
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _ask(self) -> None:
        while not self._over.wait(0.2):
            begun = time.monotonic()
            try:
                self.api.get("runs/")
            except Exception as error:
                self.errors.append(repr(error))
            self.seconds.append(time.monotonic() - begun)

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        at = [ordered[int((len(ordered) - 1) * share)] * 1000 for share in (0.5, 0.95, 1)]
        return f"{len(ordered)} answers: median {at[0]:.0f} ms, p95 {at[1]:.0f} ms, slowest {at[2]:.0f} ms"


def another_client(yard: Yard) -> Api:
    host, _, port = yard.platform.address.removeprefix("http://").rpartition(":")
    api = Api(host, int(port))
    api.sign_in("olga", PASSWORD)
    return api


# With processes for boxes it is the same platform; what they hold is shown in seconds by the launchers' own tests.
@pytest.mark.parametrize(
    "yard",
    [pytest.param("process", marks=pytest.mark.soak), pytest.param("docker", marks=pytest.mark.docker)],
    indirect=True,
)
def test_the_platform_answers_while_everything_is_used_up(yard: Yard, attack: Callable[..., Json]) -> None:
    """A fork bomb, a memory hog, an output flood, a disk and a file filler, one after another and side by side."""
    client = another_client(yard)
    with Watch(client) as quiet:
        time.sleep(3)
    with Watch(client) as watch:
        bomb = attack(attackers.BOMB, memory_bytes=512 * MIB)
        memory, disk, files = (attack(source) for source in (attackers.MEMORY, attackers.DISK, attackers.FILES))
        flood = attack(attackers.FLOOD)
        memory, disk, files = yard.end_of(memory), yard.end_of(disk), yard.end_of(files)
        flood = yard.until(flood, lambda now: now["state"] in {"running", "failed", "succeeded"})
        assert yard.run(bomb)["state"] == "running", yard.run(bomb)["reason"]
        yard.api.post(f"runs/{bomb['id']}/stop/")
        bomb = yard.end_of(bomb)
        flood = yard.end_of(flood)
    print(f"\n{yard.platform.env['YARD_LAUNCHER']}: quiet {quiet}; attacked {watch}")
    assert watch.errors == []
    assert max(watch.seconds) < USUAL_SECONDS

    assert memory["state"] == disk["state"] == files["state"] == "failed"
    assert "ran out of memory: its limit is 128 MiB" in memory["reason"]
    assert "filled its disk limit of 32 MiB and was ended" in disk["reason"]
    assert "made more than the 3,000 files and folders" in files["reason"]
    assert {run["cause"] for run in (memory, disk, files)} == {"user"}
    assert bomb["state"] == "stopped"
    assert "did not end when it was asked to, and was killed after 3 s" in bomb["reason"]
    assert flood["attempt"]["log_complete"]
    assert flood["attempt"]["log_dropped_bytes"] > 0 or flood["attempt"]["log_bytes"] < 16 * MIB


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (attackers.PROCESSES, "hit its limit of 64 processes and threads"),
        (attackers.SHADOW, "model cannot be stored"),
        (attackers.PIPE, "pipe"),
        (attackers.MANY, "more than the allowed 1,000 files"),
        (attackers.NAMES, "name that cannot be shown"),
        (attackers.FORGER, "exit code 7"),
    ],
)
def test_the_reason_names_what_happened(yard: Yard, attack: Callable[..., Json], source: str, words: str) -> None:
    run = yard.end_of(attack(source))
    assert (run["state"], run["cause"]) == ("failed", "user"), (run["reason"], yard.log(run))
    if source is attackers.SHADOW and yard.platform.env["YARD_LAUNCHER"] == "docker":
        words = "left no model"  # the image has no such file, and the host's is out of reach
    assert words in run["reason"], (run["reason"], yard.log(run))
    assert run["outputs"] == []
    assert run["what_to_do"]


def test_a_run_that_ignores_its_time_limit_is_killed(yard: Yard, attack: Callable[..., Json]) -> None:
    run = yard.end_of(attack(attackers.STUBBORN, time_limit_seconds=2))
    assert run["state"] == "failed"
    assert "reached its time limit of 2 s" in run["reason"]
    assert "was killed after 3 s" in run["reason"]
    assert run["attempt"]["kill_sent_at"] is not None


def test_forged_lines_change_neither_the_end_nor_another_run(yard: Yard, attack: Callable[..., Json]) -> None:
    """What a log claims of exit codes, markers and other runs is text; a score comes from a run's own log only."""
    honest = yard.end_of(attack(attackers.ALARM + "print('Accuracy 0.125')\nraise SystemExit(3)\n"))
    forged = yard.end_of(attack(attackers.FORGER))
    assert (forged["state"], forged["attempt"]["exit_code"]) == ("failed", 7)
    assert yard.run(honest)["score"] == 0.125
    assert (yard.run(honest)["state"], yard.run(honest)["attempt"]["exit_code"]) == ("failed", 3)


def test_nothing_of_them_is_left(yard: Yard, request: pytest.FixtureRequest) -> None:
    if yard.platform.env["YARD_LAUNCHER"] == "process":
        boxes = yard.platform.data / "executions" / "process" / "boxes"
        end = time.monotonic() + 90
        while (left := sorted(path.name for path in boxes.iterdir())) and time.monotonic() < end:
            time.sleep(0.5)
        assert left == []
        return
    client = docker.DockerClient(base_url=request.getfixturevalue("docker_engine"))
    try:
        end = time.monotonic() + 90
        while (found := client.containers.list(all=True)) and time.monotonic() < end:
            time.sleep(0.5)
        assert found == []
    finally:
        client.close()
