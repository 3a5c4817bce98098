"""The main job from upload to model, for real: a tiny template runs in the sandbox of the process launcher."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.runs.tiny_template import BASE, tiny_template
from yard.accounts.models import Project, User
from yard.blueprints.models import BlueprintVersion, ImageBuild
from yard.blueprints.services import template_upload
from yard.core.models import Event
from yard.datasets import services as dataset_services
from yard.datasets import uploads
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, SplitMethod
from yard.datasets.splits.services import split_create_from, split_update
from yard.executions.launchers.process import ProcessLauncher, ProcessSettings
from yard.executions.models import Execution
from yard.executions.states import FINAL, State
from yard.executions.supervisor import Supervisor
from yard.runs.models import MetricPoint, Run, RunOutput

SPLIT_SETUP = """
from config import finalize_config, load_config
from cvat_dataset import get_cvat_dataset

finalize_config(load_config())
_, _, train, val = get_cvat_dataset()
print("train:", sorted(path.name for path in train))
print("val:", sorted(path.name for path in val))
"""
"""Reads its data as the setup of every bundled template does."""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> ProcessLauncher:
    folder = tmp_path_factory.mktemp("process")
    (folder / "base.txt").write_text("# nothing but Python\n")
    return ProcessLauncher(ProcessSettings(folder / "state", {BASE: folder / "base.txt"}))


@pytest.fixture(autouse=True)
def _data_cache(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_CACHE_DIR = tmp_path / "data-cache"
    settings.STOP_GRACE_SECONDS = 20


@pytest.fixture
def supervisor(launcher: ProcessLauncher) -> Iterator[Supervisor]:
    found = Supervisor(launcher, reason="a test")
    yield found
    found.leave()
    found.run()
    for thread in threading.enumerate():
        if thread.name.startswith(("attempt-", "log-")):
            thread.join(10)


@pytest.fixture
def dataset(project: Project, owner: User) -> Dataset:
    dataset = dataset_services.dataset_create(project=project, name="dots", user=owner)
    found = import_services.import_create(dataset=dataset, user=owner)
    shapes = ""
    for number in range(4):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(picture, "PNG")
        _upload(found, f"{number}.png", picture.getvalue(), owner)
        shapes += f'<image id="{number}" name="{number}.png" width="8" height="8"><tag label="dot"></tag></image>'
    meta = "<meta><task><labels><label><name>dot</name><attributes/></label></labels></task></meta>"
    _upload(
        found, "annotations.xml", f"<annotations><version>1.1</version>{meta}{shapes}</annotations>".encode(), owner
    )
    import_services.import_start(dataset_import=found)
    import_perform(found.pk)
    dataset.refresh_from_db()
    assert dataset.image_count == 4
    return dataset


def _upload(found: Any, name: str, content: bytes, user: User) -> None:
    upload = uploads.upload_create(dataset_import=found, name=name, size=len(content), user=user)
    uploads.upload_append(upload=upload, offset=0, source=io.BytesIO(content), size=len(content))


@pytest.fixture
def tiny(project: Project, owner: User) -> BlueprintVersion:
    return template_upload(user=owner, project=project, file=tiny_template(), filename="tiny.zip").version


@pytest.fixture
def client(client_of: Callable[[User], APIClient], owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def start(client: APIClient, project: Project, dataset: Dataset, tiny: BlueprintVersion) -> Callable[..., Run]:
    def start(resources: dict[str, Any] | None = None, template: BlueprintVersion | None = None, **config: Any) -> Run:
        """A new run of the tiny template (or another), started over the API."""
        body = {
            "project": project.pk,
            "dataset": dataset.pk,
            "template_version": (template or tiny).pk,
            "config": {"epochs": 3, "rate": 0.5, **config},
            "resources": {"cpus": 1, "memory_bytes": 256 << 20, "shared_memory_bytes": 16 << 20, **(resources or {})},
        }
        response = client.post("/api/v1/runs/", body, format="json")
        assert response.status_code == 201, response.data
        return Run.objects.get(pk=response.data["id"])

    return start


def drive(supervisor: Supervisor, until: Callable[[], Any], seconds: float = 120) -> None:
    """Tick until something holds."""
    end = time.monotonic() + seconds
    while not until():
        states = list(Execution.objects.values_list("kind", "state", "reason"))
        assert time.monotonic() < end, f"it did not come to that: {states}"
        supervisor.tick()
        time.sleep(0.02)


def ended(run: Run) -> Callable[[], bool]:
    return lambda: Execution.objects.get(pk=run.execution_id).state in FINAL


def log_of(client: APIClient, run: Run) -> str:
    return client.get(f"/api/v1/executions/{run.execution_id}/log/?limit=1000000").content.decode()


def test_a_run_goes_from_its_form_to_its_model(
    start: Callable[..., Run], supervisor: Supervisor, client: APIClient, dataset: Dataset
) -> None:
    run = start()
    drive(supervisor, ended(run))
    detail = client.get(f"/api/v1/runs/{run.pk}/").data
    log = log_of(client, run)
    assert detail["state"] == "succeeded", (detail["reason"], log)
    assert detail["score"] == 0.875
    assert (detail["phase"], detail["progress"]) == ("ended", 1.0)
    states = [change["to_state"] for change in detail["changes"]]
    assert states == ["queued", "building", "waiting", "starting", "running", "collecting", "succeeded"]

    # Points 24 to 26: the data set is there and read-only, .env reaches Python, the config lies where COPY put it.
    assert "samples: 4" in log
    assert "annotations: True" in log
    assert "the data set is read-only" in log
    assert "MODE: fast" in log
    assert "'--epochs', '3'" in log
    assert "'--output-dir', '/train'" in log

    points = MetricPoint.objects.filter(key__run=run, key__name="loss").values_list("step", "value")
    assert list(points) == [(1, 0.5), (2, 0.25), (3, 0.167)]

    (output,) = detail["outputs"]
    version = client.get(f"/api/v1/model-versions/{output['model_version']}/").data
    assert {file["name"] for file in version["files"]} == {
        "model.pt",
        "train.log",
        "train_config.json",
        "export_config.json",
    }
    assert version["class_names"] == ["dot"]
    assert version["metadata"]["dataset"]["id"] == dataset.pk
    assert version["metadata"]["image"]["digest"] == detail["attempt"]["image_digest"] == detail["image"]["digest"]
    kinds = set(Event.objects.filter(payload__run=run.pk).values_list("kind", flat=True))
    assert {"execution.state", "run.metrics", "run.progress", "run.score", "model.version"} <= kinds


def test_a_run_trains_on_exactly_the_split_of_its_version(
    start: Callable[..., Run],
    supervisor: Supervisor,
    client: APIClient,
    dataset: Dataset,
    project: Project,
    owner: User,
) -> None:
    lists = {"train": [3, 0], "val": [1]}
    split = split_create_from(dataset=dataset, user=owner, name="honest", method=SplitMethod.LISTS, lists=lists)
    setup = template_upload(user=owner, project=project, file=tiny_template(setup=SPLIT_SETUP), filename="b.zip")
    run = start(template=setup.version)
    split_update(split=split, user=owner, current=False)  # what comes after the start changes nothing
    drive(supervisor, ended(run))
    detail, log = client.get(f"/api/v1/runs/{run.pk}/").data, log_of(client, run)
    assert detail["state"] == "succeeded", (detail["reason"], log)
    assert "The split of the data set version is used: 2 to train, 1 to validate." in log
    assert "train: ['0.png', '3.png']" in log
    assert "val: ['1.png']" in log
    version = client.get(f"/api/v1/datasets/{dataset.pk}/versions/{detail['dataset']['version']}/").data
    assert (version["split_name"], version["split_counts"]) == ("honest", {"train": 2, "val": 1})


def test_point_39_a_second_run_builds_nothing_and_starts_clean(
    start: Callable[..., Run], supervisor: Supervisor, client: APIClient
) -> None:
    first = start()
    drive(supervisor, ended(first))
    second = start(epochs=5, rate=1)
    drive(supervisor, ended(second))
    detail = client.get(f"/api/v1/runs/{second.pk}/").data
    assert detail["state"] == "succeeded", detail["reason"]
    assert "building" not in [change["to_state"] for change in detail["changes"]]
    assert ImageBuild.objects.count() == 1
    assert MetricPoint.objects.filter(key__run=second).count() == 5
    numbers = RunOutput.objects.order_by("pk").values_list("model_version__number", flat=True)
    assert list(numbers) == [1, 2]


def test_point_32_an_exit_code_fails_the_run_and_its_log_stays(
    start: Callable[..., Run], supervisor: Supervisor, client: APIClient
) -> None:
    run = start(fail=3)
    drive(supervisor, ended(run))
    detail = client.get(f"/api/v1/runs/{run.pk}/").data
    assert (detail["state"], detail["cause"]) == ("failed", "user")
    assert "exit code 3" in detail["reason"]
    assert "epoch 3/3" in detail["log_tail"]
    assert detail["outputs"] == []


def test_point_32_a_stopped_run_ends_as_stopped_and_keeps_what_its_handler_saved(
    start: Callable[..., Run], supervisor: Supervisor, client: APIClient
) -> None:
    run = start(epochs=600, pause=0.5)
    drive(supervisor, lambda: MetricPoint.objects.filter(key__run=run).exists())
    assert client.post(f"/api/v1/runs/{run.pk}/stop/").status_code == 202
    drive(supervisor, ended(run))
    detail = client.get(f"/api/v1/runs/{run.pk}/").data
    assert detail["state"] == "stopped"
    assert "handler ran" in log_of(client, run)
    assert len(detail["outputs"]) == 1


def test_the_time_limit_is_told(start: Callable[..., Run], supervisor: Supervisor, client: APIClient) -> None:
    run = start({"time_limit_seconds": 2}, epochs=600, pause=0.5)
    drive(supervisor, ended(run))
    detail = client.get(f"/api/v1/runs/{run.pk}/").data
    assert detail["state"] == "failed"
    assert "time limit" in detail["reason"]
    assert detail["attempt"]["timed_out"] is True


def test_point_41_another_supervisor_takes_a_running_job_over(
    start: Callable[..., Run], launcher: ProcessLauncher, client: APIClient
) -> None:
    run = start(epochs=8, pause=0.5)
    first = Supervisor(launcher, reason="a test")
    drive(first, lambda: MetricPoint.objects.filter(key__run=run).exists())
    first.leave()
    first.run()
    second = Supervisor(launcher, reason="a test")
    try:
        drive(second, ended(run))
    finally:
        second.leave()
        second.run()
    detail = client.get(f"/api/v1/runs/{run.pk}/").data
    assert detail["state"] == "succeeded", detail["reason"]
    steps = MetricPoint.objects.filter(key__run=run).order_by("sequence").values_list("step", flat=True)
    assert list(steps) == list(range(1, 9))
    assert State(detail["changes"][-1]["to_state"]) is State.SUCCEEDED
