from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.runs.factories import attempt_of, make_user, printed
from yard.accounts.models import User
from yard.registry.models import FileRole, ModelFile
from yard.registry.services import NewFile, model_version_create
from yard.runs.metrics import log_read
from yard.runs.models import MetricKey, MetricPoint, Run, RunOutput


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def everything(run: Run, owner: User, tmp_path: Path) -> Run:
    """A run with metrics and a model."""
    log_read(attempt=printed(run, "loss=0.5\n"))
    (tmp_path / "m.pt").write_bytes(b"w")
    version = model_version_create(
        project=run.project,
        model_name="m",
        origin="attempt:1",
        user=owner,
        bucket=owner.bucket,
        files=[NewFile("m.pt", tmp_path / "m.pt", FileRole.NATIVE)],
    )
    RunOutput.objects.create(run=run, model_version=version, attempt=attempt_of(run))
    return run


PAGES = ["runs/run", "runs/metrickey", "runs/metricpoint", "runs/runoutput"]
PAGES += ["registry/model", "registry/modelversion", "registry/modelfile"]


@pytest.mark.parametrize("page", PAGES)
def test_every_list_can_be_opened_and_searched(page: str, everything: Run, admin: Client) -> None:
    assert admin.get(f"/admin/{page}/").status_code == 200
    assert admin.get(f"/admin/{page}/?q=1").status_code == 200


def test_every_row_can_be_opened(everything: Run, admin: Client) -> None:
    output = RunOutput.objects.get()
    version = output.model_version
    for address in (
        f"runs/run/{everything.pk}",
        f"runs/metrickey/{MetricKey.objects.get().pk}",
        f"runs/metricpoint/{MetricPoint.objects.get().pk}",
        f"runs/runoutput/{output.pk}",
        f"registry/model/{version.model_id}",
        f"registry/modelversion/{version.pk}",
        f"registry/modelfile/{ModelFile.objects.get().pk}",
    ):
        assert admin.get(f"/admin/{address}/change/").status_code == 200


def test_a_run_links_to_its_execution_and_log(everything: Run, admin: Client) -> None:
    text = admin.get(f"/admin/runs/run/{everything.pk}/change/").content.decode()
    assert f"/admin/executions/execution/{everything.execution_id}/change/" in text
    assert f"/api/v1/executions/{everything.execution_id}/log/?download=1" in text


@pytest.mark.parametrize("page", PAGES)
def test_history_cannot_be_made_up_or_deleted(page: str, everything: Run, admin: Client) -> None:
    assert admin.get(f"/admin/{page}/add/").status_code == 403
    assert admin.post(f"/admin/{page}/{everything.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
    assert Run.objects.filter(pk=everything.pk).exists()
    assert ModelFile.objects.exists()


def test_a_model_can_be_described(everything: Run, admin: Client) -> None:
    model = RunOutput.objects.get().model_version.model
    form = {
        "name": "n",
        "description": "why",
        "versions-TOTAL_FORMS": "0",
        "versions-INITIAL_FORMS": "0",
    }
    assert admin.post(f"/admin/registry/model/{model.pk}/change/", form).status_code == 302
    model.refresh_from_db()
    assert (model.name, model.description) == ("n", "why")
