"""A run on a linked data set in a real box: what annotators have drawn is on its disk before its first line runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.cvat.conftest import BOX, carry, client_of
from tests.cvat.double import CvatDouble
from tests.runs.factories import attempt_of
from tests.runs.test_main_job_process import (  # noqa: F401 - fixtures
    _data_cache,
    drive,
    ended,
    launcher,
    log_of,
    supervisor,
)
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import User
from yard.blueprints.services import template_upload
from yard.cvat import services
from yard.cvat.models import CvatLink
from yard.executions.models import Execution
from yard.executions.supervisor import Supervisor
from yard.runs.models import Run

SETUP = """
from config import finalize_config, load_config
from cvat_dataset import get_annotations, get_label_names, load_annotations_file
from dataset import load_dataset_filepaths

finalize_config(load_config())
file = load_annotations_file()
print("files:", [path.name for path in load_dataset_filepaths()])
print("labels:", get_label_names(file))
print("drawn:", {image["@name"]: image["box"]["@xbr"] for image in get_annotations(file) if "box" in image})
"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.EXECUTIONS_DIR = tmp_path / "executions"


def test_the_box_holds_what_annotators_drew_a_moment_ago(
    linked: CvatLink,
    editor: User,
    double: CvatDouble,
    supervisor: Supervisor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "enqueue", lambda _: None)  # the worker is late
    template = template_upload(
        user=editor, project=linked.dataset.project, file=tiny_template(setup=SETUP), filename="tiny.zip"
    ).version
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    body = {
        "project": linked.dataset.project_id,
        "dataset": linked.dataset_id,
        "template_version": template.pk,
        "config": {"epochs": 1, "rate": 0.5},
        "resources": {"cpus": 1, "memory_bytes": 256 << 20, "shared_memory_bytes": 16 << 20},
    }
    client = client_of(editor)
    run = Run.objects.get(pk=client.post("/api/v1/runs/", body, format="json").data["id"])

    drive(supervisor, lambda: "annotations from CVAT" in Execution.objects.get(pk=run.execution_id).reason)
    assert not attempt_of(run).handle, "no box was asked for yet"
    assert run.pull is not None
    carry(run.pull)
    drive(supervisor, ended(run))

    detail, log = client.get(f"/api/v1/runs/{run.pk}/").data, log_of(client, run)
    assert detail["state"] == "succeeded", (detail["reason"], log)
    assert "files: ['00.png', '01.png', '02.png', '03.png', '04.png', '05.png']" in log
    assert "labels: ['bean', 'leaf', 'plant']" in log
    assert "drawn: {'00.png': '4.00', '01.png': '5.00', '05.png': '7.00'}" in log
