from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.runs.factories import attempt_of, make_dataset_version, make_run, make_template, printed, set_state
from yard.accounts.models import Project, User
from yard.core.models import Event
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution, LogChunk
from yard.executions.states import State
from yard.registry.models import FileRole
from yard.registry.services import NewFile, model_version_create
from yard.runs.metrics import log_read
from yard.runs.models import MetricPoint, Run, RunOutput
from yard.storage.objects import object_get

ClientOf = Callable[[User], APIClient]
LIST_QUERIES = 4  # roles, count, page, and nothing per row


@pytest.fixture
def ended(project: Project) -> Run:
    return make_run(project, state=State.SUCCEEDED, name="ended")


def address(run: Run, tail: str = "") -> str:
    return f"/api/v1/runs/{run.pk}/{tail}"


# --- list -----------------------------------------------------------------------------------------------------------


def test_members_see_the_list_and_outsiders_see_nothing(
    run: Run, client_of: ClientOf, owner: User, viewer: User, outsider: User
) -> None:
    for user in (owner, viewer):
        assert [row["id"] for row in client_of(user).get("/api/v1/runs/").data["results"]] == [run.pk]
    assert client_of(outsider).get("/api/v1/runs/").data["count"] == 0


def test_the_list_needs_no_query_per_row(
    project: Project, client_of: ClientOf, editor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version, template = make_dataset_version(project), make_template()
    for number in range(20):
        make_run(project, version=version, template=template, name=f"run {number}")
    with django_assert_max_num_queries(LIST_QUERIES):
        rows = client_of(editor).get("/api/v1/runs/").data["results"]
    assert len(rows) == 20


def test_a_row_says_what_a_list_shows(run: Run, client_of: ClientOf, editor: User) -> None:
    row = client_of(editor).get("/api/v1/runs/").data["results"][0]
    assert row["state"] == "running"
    assert (row["dataset"]["name"], row["dataset"]["version"]) == ("beans", 1)
    assert (row["template"]["architecture"], row["template"]["version"]) == ("Tiny", 1)
    assert row["execution"] == run.execution_id
    assert row["can"] == ["edit", "rerun", "score", "stop"]
    assert "config" not in row


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=running", {"first"}),
        ("state=active", {"first"}),
        ("state=ended", {"ended"}),
        ("state=running&state=succeeded", {"first", "ended"}),
        ("search=beans", {"first"}),
        ("search=END", {"ended"}),
        ("search=olga", {"first", "ended"}),
        ("search=nothing", set()),
    ],
)
def test_it_can_be_narrowed(query: str, names: set[str], run: Run, client_of: ClientOf, editor: User) -> None:
    make_run(run.project, version=make_dataset_version(run.project, "peas"), state=State.SUCCEEDED, name="ended")
    found = client_of(editor).get(f"/api/v1/runs/?{query}").data["results"]
    assert {row["name"] for row in found} == names


def test_it_can_be_narrowed_by_what_it_was_made_from(run: Run, ended: Run, client_of: ClientOf, editor: User) -> None:
    client = client_of(editor)
    template = run.blueprint_version
    assert template is not None
    for query in (
        f"template={template.blueprint_id}",
        f"template_version={template.pk}",
        f"search=%23{run.pk}",
    ):
        assert [row["id"] for row in client.get(f"/api/v1/runs/?{query}").data["results"]] == [run.pk]
    assert client.get(f"/api/v1/runs/?dataset={run.dataset_version.dataset_id}").data["count"] == 2
    assert client.get(f"/api/v1/runs/?project={run.project_id}").data["count"] == 2
    assert client.get("/api/v1/runs/?project=999999").data["count"] == 0


def test_it_can_be_sorted_and_what_has_no_value_comes_last(project: Project, client_of: ClientOf, editor: User) -> None:
    version, template = make_dataset_version(project), make_template()
    now = timezone.now()
    for name, score, minutes in (("a", 0.5, 3), ("b", None, None), ("c", 0.9, 1)):
        made = make_run(project, version=version, template=template, name=name, score=score, state=State.SUCCEEDED)
        started = None if minutes is None else now - timedelta(minutes=minutes)
        Execution.objects.filter(pk=made.execution_id).update(started_at=started, finished_at=now)
    client = client_of(editor)

    def order(by: str) -> str:
        return "".join(row["name"] for row in client.get(f"/api/v1/runs/?ordering={by}").data["results"])

    assert order("score") == "acb"
    assert order("-score") == "cab"
    assert order("duration") == "cab"
    assert order("-duration") == "acb"
    assert order("name") == "abc"
    assert order("created_at") == "abc"


HUGE = 2**70


@pytest.mark.parametrize("path", [f"runs/{HUGE}/", f"runs/{HUGE}/metrics/points/", f"models/{HUGE}/"])
def test_huge_numbers_find_nothing(path: str, run: Run, client_of: ClientOf, editor: User) -> None:
    response = client_of(editor).get(f"/api/v1/{path}")
    assert response.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["ordering=config", f"project={HUGE}", "project=1.5", "state=unheard", "template=x", "project=x", "page=99"],
)
def test_a_bad_query_is_refused(query: str, run: Run, client_of: ClientOf, editor: User) -> None:
    assert client_of(editor).get(f"/api/v1/runs/?{query}").status_code in {400, 404}


# --- detail ---------------------------------------------------------------------------------------------------------


def test_members_see_a_run_and_outsiders_do_not(
    run: Run, client_of: ClientOf, owner: User, viewer: User, outsider: User
) -> None:
    assert client_of(owner).get(address(run)).status_code == 200
    assert client_of(viewer).get(address(run)).data["can"] == []
    assert client_of(outsider).get(address(run)).status_code == 404
    assert APIClient().get(address(run)).status_code in {401, 403}


def test_the_detail_tells_everything(run: Run, client_of: ClientOf, viewer: User) -> None:
    data = client_of(viewer).get(address(run)).data
    assert data["merged_config"] == {"epochs": 3, "rate": 0.01, "output-dir": "/train"}
    assert data["attempt"]["number"] == 1
    assert data["image"]["state"] == "none"
    assert data["cause"] is None
    assert [change["to_state"] for change in data["changes"]] == ["queued"]
    assert data["log_tail"] == ""


def test_points_16_and_17_the_arguments_are_those_of_the_contract(
    project: Project, client_of: ClientOf, viewer: User
) -> None:
    config = {
        "epochs": 3,
        "off": False,
        "none": None,
        "empty": "",
        "list": [],
        "on": True,
        "sizes": [1, 2],
        "rate": 0.0,
    }
    config |= {"train-split": 0.8, "test-split": 0.2, "output-dir": "/mine", "name": "two words"}
    run = make_run(project, config=config)
    data = client_of(viewer).get(address(run)).data
    assert data["arguments"] == "--epochs 3 --on --sizes 1 2 --rate 0.0 --output-dir /train --name 'two words'"
    assert "score_regexp" not in data["merged_config"]


def test_a_detail_needs_few_queries(
    run: Run, client_of: ClientOf, viewer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        client_of(viewer).get(address(run))


def test_a_failed_run_shows_the_end_of_its_log_and_what_to_do(run: Run, client_of: ClientOf, viewer: User) -> None:
    printed(run, "".join(f"line {number}\n" for number in range(20_000)))
    set_state(run.execution, State.FAILED)
    data = client_of(viewer).get(address(run)).data
    lines = data["log_tail"].splitlines()
    assert len(lines) == 40
    assert lines[-1] == "line 19999"
    assert data["what_to_do"]


def test_it_expects_the_median_of_earlier_runs(project: Project, client_of: ClientOf, viewer: User) -> None:
    version, template = make_dataset_version(project), make_template()
    now = timezone.now()
    for seconds in (10, 30, 500):
        made = make_run(project, version=version, template=template, state=State.SUCCEEDED)
        Execution.objects.filter(pk=made.execution_id).update(
            started_at=now - timedelta(seconds=seconds), finished_at=now
        )
    new = make_run(project, version=version, template=template)
    assert client_of(viewer).get(address(new)).data["expected_duration"] == pytest.approx(30)


def test_the_models_it_made_are_told(ended: Run, client_of: ClientOf, viewer: User, owner: User, tmp_path: Any) -> None:
    output = _output(ended, owner, tmp_path)
    told = client_of(viewer).get(address(ended)).data["outputs"]
    assert told[0]["model_version"] == output.model_version_id
    assert told[0]["files"][0]["name"] == "model.pt"
    version = client_of(viewer).get(f"/api/v1/model-versions/{output.model_version_id}/").data
    assert version["run"] == {"id": ended.pk, "name": "ended"}


def _output(run: Run, owner: User, folder: Any) -> RunOutput:
    (folder / "model.pt").write_bytes(b"weights")
    version = model_version_create(
        project=run.project,
        model_name="m",
        origin=f"attempt:{attempt_of(run).pk}",
        user=owner,
        bucket=owner.bucket,
        files=[NewFile("model.pt", folder / "model.pt", FileRole.NATIVE)],
        score=0.5,
    )
    return RunOutput.objects.create(run=run, model_version=version, attempt=attempt_of(run))


# --- rename, stop, delete -------------------------------------------------------------------------------------------


def test_an_editor_renames_a_run(run: Run, client_of: ClientOf, editor: User, viewer: User, outsider: User) -> None:
    assert client_of(editor).patch(address(run), {"name": " better "}).data["name"] == "better"
    run.refresh_from_db()
    assert run.execution.title == "better"
    assert client_of(viewer).patch(address(run), {"name": "worse"}).status_code == 403
    assert client_of(outsider).patch(address(run), {"name": "worse"}).status_code == 404
    assert client_of(editor).patch(address(run), {"name": "  "}).status_code == 400


def test_point_32_an_editor_stops_a_run(
    project: Project, client_of: ClientOf, editor: User, viewer: User, outsider: User
) -> None:
    waiting = make_run(project, state=State.WAITING)
    assert client_of(viewer).post(address(waiting, "stop/")).status_code == 403
    assert client_of(outsider).post(address(waiting, "stop/")).status_code == 404
    response = client_of(editor).post(address(waiting, "stop/"))
    assert response.status_code == 202
    assert response.data["state"] == "stopped"
    assert client_of(editor).post(address(waiting, "stop/")).status_code == 409


def test_stopping_twice_is_harmless(run: Run, client_of: ClientOf, editor: User) -> None:
    for _ in range(2):
        assert client_of(editor).post(address(run, "stop/")).status_code == 202
    assert "stop" not in client_of(editor).get(address(run)).data["can"]


def test_a_run_that_goes_on_cannot_be_deleted(run: Run, client_of: ClientOf, editor: User) -> None:
    assert client_of(editor).delete(address(run)).status_code == 409
    assert Run.objects.filter(pk=run.pk).exists()


def test_deleting_removes_log_and_metrics_and_keeps_models(
    ended: Run, client_of: ClientOf, owner: User, editor: User, tmp_path: Any
) -> None:
    attempt = printed(ended, "loss=0.5\n")
    log_read(attempt=attempt)
    output = _output(ended, owner, tmp_path)
    repeat = make_run(ended.project, parent=ended)
    assert client_of(editor).delete(address(ended)).status_code == 204
    assert not Run.objects.filter(pk=ended.pk).exists()
    assert not Execution.objects.filter(pk=ended.execution_id).exists()
    assert not LogChunk.objects.filter(attempt_id=attempt.pk).exists()
    assert not MetricPoint.objects.exists()
    assert client_of(editor).get(f"/api/v1/model-versions/{output.model_version_id}/").data["run"] is None
    repeat.refresh_from_db()
    assert repeat.parent is None
    assert Event.objects.filter(kind="run.deleted", object_id=ended.pk).exists()


def test_deleting_removes_a_compacted_log(ended: Run, client_of: ClientOf, owner: User, editor: User) -> None:
    attempt = printed(ended, "some lines\n")
    store.finish(attempt)
    store.compact(attempt, bucket=owner.bucket)
    key = Attempt.objects.get(pk=attempt.pk).log_key
    assert object_get(owner.bucket, key) is not None
    client_of(editor).delete(address(ended))
    assert object_get(owner.bucket, key) is None


def test_only_editors_delete(ended: Run, client_of: ClientOf, viewer: User, outsider: User) -> None:
    assert client_of(viewer).delete(address(ended)).status_code == 403
    assert client_of(outsider).delete(address(ended)).status_code == 404


# --- defaults -------------------------------------------------------------------------------------------------------


def test_there_are_defaults_before_any_host_is_known(client_of: ClientOf, viewer: User) -> None:
    data = client_of(viewer).get("/api/v1/runs/defaults/").data
    assert data["maximum"] is None
    assert data["resources"]["cpus"] == 1.0
