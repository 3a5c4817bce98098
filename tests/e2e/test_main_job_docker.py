"""The main job in containers of a real Docker Engine: the platform as its users start it, driven over the REST API."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from urllib3 import encode_multipart_formdata

from scripts.api_client import Api
from scripts.live import Live
from scripts.main_job import MainJob, pack
from scripts.places import ROOT
from tests.cvat.conftest import BOX, META, SHAPES, picture
from tests.cvat.double import PASSWORD as PASSWORD_IN_CVAT
from tests.cvat.double import USER, CvatDouble, serving
from tests.runs.tiny_template import BASE, tiny_template
from tests.services.platform_server import PlatformFactory, RunningPlatform

pytestmark = [pytest.mark.docker, pytest.mark.train, pytest.mark.timeout(600)]

PASSWORD = "a long passphrase"
CLASSIC_BASE = "trainyard-base-classic"
FINAL = {"succeeded", "failed", "stopped", "lost"}
MIB = 1 << 20
SMALL = {"cpus": 1, "memory_bytes": 256 * MIB, "shared_memory_bytes": 16 * MIB}
HOG = """
print("filling the memory", flush=True)
kept = []
while True:
    kept.append(bytearray(b"x") * (16 << 20))
"""
TALKER = """
import os, sys
from args import get_args

for number in range(60000):
    print("line %05d äöü" % number)
sys.stdout.flush()
os.makedirs(get_args().output_dir, exist_ok=True)
open(os.path.join(get_args().output_dir, "model.pt"), "w").write("weights")
"""

DRAWN = """
from config import finalize_config, load_config
from cvat_dataset import get_annotations, get_image_annotations, load_annotations_file

finalize_config(load_config())
print("boxes:", sum(len(get_image_annotations(image, "box")) for image in get_annotations(load_annotations_file())))
"""

Json = dict[str, Any]


class UploadingApi(Api):
    """Also sends templates."""

    def upload_template(self, project: int, archive: bytes) -> Json:
        """The version made of the ZIP."""
        form = {"project": str(project), "template_zip": ("template.zip", archive, "application/zip")}
        body, kind = encode_multipart_formdata(form)
        _, answer = self._send("POST", "templates/upload/", body, {"Content-Type": kind})
        return dict(self.get(f"template-versions/{json.loads(answer)['version']['id']}/"))


@dataclass
class Yard:
    """A platform with a project and a data set, and its user's way in."""

    api: UploadingApi
    job: MainJob
    project: Json
    dataset: Json
    platform: RunningPlatform

    def template(self, **changed: str) -> Json:
        """A version of the tiny template, with files of its own where ``changed`` names them."""
        return self.api.upload_template(self.project["id"], tiny_template(**changed).getvalue())

    def start(
        self, version: Json, resources: Json | None = None, *, dataset: Json | None = None, **config: Any
    ) -> Json:
        content = {
            "project": self.project["id"],
            "dataset": (dataset or self.dataset)["id"],
            "template_version": version["id"],
            "config": {**version["defaults"], **config},
            "resources": {**SMALL, **(resources or {})},
        }
        return dict(self.api.post("runs/", content))

    def run(self, run: Json) -> Json:
        return dict(self.api.get(f"runs/{run['id']}/"))

    def until(self, run: Json, holds: Callable[[Json], Any], seconds: float = 180) -> Json:
        end = time.monotonic() + seconds
        while not holds(now := self.run(run)):
            assert now["state"] not in FINAL, (now["state"], now["reason"], self.log(now))
            assert time.monotonic() < end, (now["state"], now["reason"], self.platform.log.read_text()[-4000:])
            time.sleep(0.2)
        return now

    def end_of(self, run: Json) -> Json:
        return self.until(run, lambda now: now["state"] in FINAL)

    def size(self, run: Json, name: str) -> int:
        (output,) = run["outputs"]
        return next(int(file["size"]) for file in output["files"] if file["name"] == name)

    def log(self, run: Json) -> str:
        return self.log_of(run["execution"])

    def log_of(self, execution: int) -> str:
        data, complete, offset = b"", False, 0
        while True:
            part, offset, complete = self.api.text_from(f"executions/{execution}/log/", offset)
            data += part
            if complete or not part:
                return data.decode()


def assert_no_container(engine: docker.DockerClient) -> None:
    """What ran is removed once its end is recorded."""
    end = time.monotonic() + 30
    while (found := engine.containers.list(all=True)) and time.monotonic() < end:
        time.sleep(0.1)
    assert found == []


def classic_requirements() -> list[str]:
    """What the base image of the classic template holds, and pip, which its Dockerfile calls."""
    lines = (ROOT / "train_templates" / "base" / f"{CLASSIC_BASE}.txt").read_text().splitlines()
    return [*(line for line in lines if line and not line.startswith("#")), "pip"]


@pytest.fixture(scope="module")
def yard(platform_factory: PlatformFactory, docker_engine: str, trainyard_base_image: Callable[..., str]) -> Yard:
    trainyard_base_image(CLASSIC_BASE, requirements=classic_requirements())
    trainyard_base_image(BASE, requirements=())
    platform = platform_factory(YARD_LAUNCHER="docker", YARD_DOCKER_HOST=docker_engine, YARD_CVAT_ALLOW_LOOPBACK="1")
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
def engine(docker_engine: str) -> Iterator[docker.DockerClient]:
    client = docker.DockerClient(base_url=docker_engine)
    yield client
    client.close()


def test_the_bundled_template_from_build_to_onnx_and_again(yard: Yard, engine: docker.DockerClient) -> None:
    version = yard.job.template()
    before = {image.id for image in engine.images.list()}
    first = yard.end_of(yard.job.start(yard.project, yard.dataset, version))
    log = yard.log(first)
    assert first["state"] == "succeeded", (first["reason"], log, yard.platform.log.read_text()[-4000:])
    states = [change["to_state"] for change in first["changes"]]
    assert states == ["queued", "building", "waiting", "starting", "running", "collecting", "succeeded"]
    assert first["score"] > 0.8
    built = {image.id for image in engine.images.list()} - before
    assert len(built) == 1
    assert first["attempt"]["image_digest"] in built
    (output,) = first["outputs"]
    names = {file["name"] for file in yard.api.get(f"model-versions/{output['model_version']}/")["files"]}
    assert {"model.joblib", "model.onnx", "train.log", "train_config.json"} <= names
    assert "Final accuracy" in log

    config = {**version["defaults"], "trees": 20}
    content = {"project": yard.project["id"], "dataset": yard.dataset["id"], "template_version": version["id"]}
    second = yard.end_of(yard.api.post("runs/", {**content, "config": config, "resources": first["resources"]}))
    assert second["state"] == "succeeded", second["reason"]
    assert "building" not in [change["to_state"] for change in second["changes"]]
    assert yard.size(second, "model.joblib") < yard.size(first, "model.joblib"), "fewer trees make a smaller model"
    assert {image.id for image in engine.images.list()} - before == built
    assert_no_container(engine)


def test_a_live_container_is_hardened_and_a_stop_reaches_its_handler(yard: Yard, engine: docker.DockerClient) -> None:
    run = yard.start(yard.template(), epochs=600, pause=0.2)
    yard.until(run, lambda _: "epoch 2/600" in yard.log(run))
    (container,) = engine.containers.list()
    box, host = container.attrs, container.attrs["HostConfig"]
    assert host["NetworkMode"] == "none"
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Privileged"] is False
    assert host["PidsLimit"] > 0
    assert (host["Memory"], host["MemorySwap"]) == (SMALL["memory_bytes"], SMALL["memory_bytes"])
    assert host["NanoCpus"] == 1_000_000_000
    assert host["ShmSize"] == SMALL["shared_memory_bytes"]
    assert (host["PidMode"], host["UTSMode"], host["Devices"] or []) == ("", "", [])
    assert box["Config"]["Tty"] is False
    mounts = {mount["Destination"]: mount for mount in box["Mounts"]}
    data = mounts[f"/minio/datasets/{yard.dataset['id']}"]
    assert data["RW"] is False
    assert mounts["/run/trainyard"]["RW"] is False
    assert not [mount for mount in mounts.values() if "docker" in mount["Source"].rpartition("/")[2]]
    script = f"open('{data['Destination']}/x', 'w')"
    code, output = container.exec_run(["python3", "-c", script])
    assert code != 0, output

    assert yard.api.post(f"runs/{run['id']}/stop/")["state"] in {"stopping", "running", "collecting", "stopped"}
    ended = yard.end_of(run)
    assert ended["state"] == "stopped", ended["reason"]
    assert "handler ran" in yard.log(ended)
    assert len(ended["outputs"]) == 1


def test_memory_exit_code_and_time_limit_are_told_apart(yard: Yard) -> None:
    version = yard.template()
    hog = yard.template(train=HOG)
    code = yard.end_of(yard.start(version, fail=3))
    assert (code["state"], code["cause"]) == ("failed", "user")
    assert "exit code 3" in code["reason"]

    limit = yard.end_of(yard.start(version, {"time_limit_seconds": 3}, epochs=600, pause=0.2))
    assert limit["state"] == "failed"
    assert "time limit" in limit["reason"]
    assert (limit["attempt"]["timed_out"], limit["attempt"]["out_of_memory"]) == (True, False)

    memory = yard.end_of(yard.start(hog))
    assert memory["state"] == "failed"
    assert "out of memory" in memory["reason"]
    assert (memory["attempt"]["timed_out"], memory["attempt"]["out_of_memory"]) == (False, True)
    assert "filling the memory" in yard.log(memory)


def test_a_container_sees_what_was_just_drawn_in_cvat_or_is_not_started(
    yard: Yard, engine: docker.DockerClient, tmp_path: Path
) -> None:
    version = yard.template(setup=DRAWN)
    with serving(CvatDouble()) as cvat:
        dataset = leaves_in_cvat(yard, cvat, tmp_path)
        (task,) = cvat.tasks.values()
        cvat.annotate(task.id, "05.png", BOX.format(7, ""))
        run = yard.end_of(yard.start(version, dataset=dataset))
        assert run["state"] == "succeeded", (run["reason"], yard.log(run))
        assert "boxes: 3" in yard.log(run)

        cvat.users.clear()
        run = yard.end_of(yard.start(version, dataset=dataset))
        assert (run["state"], run["cause"]) == ("failed", "user")
        assert "does not accept the user name and password" in run["reason"]
        assert "starting" not in [change["to_state"] for change in run["changes"]]
    assert_no_container(engine)


def leaves_in_cvat(yard: Yard, cvat: CvatDouble, folder: Path) -> Json:
    """A data set of six images as a task in CVAT."""
    files = {f"{number:02}.png": picture(number) for number in range(len(SHAPES))}
    images = "".join(
        f'<image id="0" name="{name}" width="8" height="8">{shapes}</image>'
        for name, shapes in zip(files, SHAPES, strict=True)
    )
    files["annotations.xml"] = f"<annotations><version>1.1</version>{META}{images}</annotations>".encode()
    (folder / "leaves").mkdir()
    for name, content in files.items():
        (folder / "leaves" / name).write_bytes(content)
    pack(folder / "leaves", folder / "leaves.zip")
    dataset = yard.job.upload(yard.project, folder / "leaves.zip", "Leaves", "")
    access = {"name": "double", "address": cvat.address, "username": USER, "secret": PASSWORD_IN_CVAT}
    server = yard.api.post(f"projects/{yard.project['id']}/cvat-servers/", access)
    link = yard.api.post(f"datasets/{dataset['id']}/cvat/create/", {"server": server["id"], "kind": "task"})
    end = time.monotonic() + 60
    while link["current"]:
        assert time.monotonic() < end, link
        time.sleep(0.2)
        link = yard.api.get(f"datasets/{dataset['id']}/cvat/")
    assert link["link"]["ready"], link
    return dict(dataset)


def test_a_failing_build_fails_the_run_and_shows_its_log(yard: Yard, engine: docker.DockerClient) -> None:
    steps = f"FROM {BASE}\nRUN echo words of the step && exit 7\n"
    run = yard.end_of(yard.start(yard.template(Dockerfile=steps)))
    assert run["state"] == "failed"
    assert "7" in run["reason"]
    assert "words of the step" in yard.log_of(run["image"]["execution"])
    assert_no_container(engine)


def test_no_line_of_a_talkative_run_is_lost(yard: Yard) -> None:
    run = yard.end_of(yard.start(yard.template(train=TALKER)))
    assert run["state"] == "succeeded", run["reason"]
    lines = [line for line in yard.log(run).splitlines() if line.startswith("line ")]
    assert lines == [f"line {number:05d} äöü" for number in range(60000)]
