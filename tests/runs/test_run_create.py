from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from tests.runs.factories import make_dataset_version, make_run, make_template
from yard.accounts.models import Project, User
from yard.blueprints.models import BlueprintVersion
from yard.core.models import Event
from yard.datasets.models import Dataset, DatasetVersion
from yard.executions.models import Device, Execution, Host
from yard.runs import services
from yard.runs.models import Run

GIB = 1 << 30
ClientOf = Callable[[User], APIClient]


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch) -> list[Dataset]:
    """Which data sets were pinned; the version is the newest there is."""
    asked: list[Dataset] = []

    def version_now(*, dataset: Dataset, user: User | None, origin: str) -> DatasetVersion:
        asked.append(dataset)
        return dataset.versions.latest("number")

    monkeypatch.setattr(services, "version_now", version_now)
    return asked


@pytest.fixture
def body(project: Project, dataset_version: DatasetVersion, template: BlueprintVersion) -> dict[str, Any]:
    return {
        "project": project.pk,
        "dataset": dataset_version.dataset_id,
        "template_version": template.pk,
        "config": {"epochs": 5, "rate": 0.5},
        "export_config": None,
    }


@pytest.fixture
def post(client_of: ClientOf, editor: User) -> Callable[..., Response]:
    def post(body: dict[str, Any], user: User | None = None, **headers: str) -> Response:
        return client_of(user or editor).post("/api/v1/runs/", body, format="json", headers=headers)  # type: ignore[return-value]

    return post


@pytest.fixture
def host(db: None) -> Host:
    return Host.objects.create(
        name="barn", launcher="fake", cpus=8, memory_bytes=16 * GIB, seen_at=timezone.now(), version="1"
    )


def paths(response: Response) -> list[list[Any]]:
    assert response.status_code == 400, response.data
    return [error["path"] for error in response.data["extra"]["errors"]]


def test_it_starts_a_run(body: dict[str, Any], post: Callable[..., Response], editor: User) -> None:
    response = post(body)
    assert response.status_code == 201
    run = Run.objects.get()
    assert response.data["id"] == run.pk
    assert response.data["state"] == "queued"
    assert response.data["name"] == "Tiny on beans"
    assert response.data["config"] == {"epochs": 5, "rate": 0.5}
    assert response.data["merged_config"] == {"epochs": 5, "rate": 0.5, "output-dir": "/train"}
    assert response.data["created_by"] == {"id": editor.pk, "username": "emil"}
    assert (run.execution.kind, run.execution.project_id) == ("run", run.project_id)
    assert run.score_regexp == run.blueprint_version.score_regexp  # type: ignore[union-attr]


def test_it_tells_the_world_with_the_runs_id(body: dict[str, Any], post: Callable[..., Response]) -> None:
    run_id = post(body).data["id"]
    event = Event.objects.get(kind="execution.state")
    assert event.payload["run"] == run_id


def test_it_pins_the_data_set_as_it_is_now(
    body: dict[str, Any], post: Callable[..., Response], pinned: list[Dataset], dataset_version: DatasetVersion
) -> None:
    response = post(body)
    assert pinned == [dataset_version.dataset]
    assert response.data["dataset"]["version"] == 1


def test_it_takes_an_older_version(
    body: dict[str, Any], post: Callable[..., Response], pinned: list[Dataset], dataset_version: DatasetVersion
) -> None:
    response = post({**body, "dataset_version": dataset_version.pk})
    assert response.data["dataset_version"] == dataset_version.pk
    assert pinned == []


def test_point_11_a_value_that_breaks_the_schema_is_refused_with_its_path(
    body: dict[str, Any], post: Callable[..., Response]
) -> None:
    assert paths(post({**body, "config": {"epochs": 0}})) == [["config", "epochs"]]
    assert ["config"] in [path[:1] for path in paths(post({**body, "config": {"rate": 1}}))]
    assert not Run.objects.exists()
    assert not Execution.objects.exists()


def test_a_double_click_makes_one_run(body: dict[str, Any], post: Callable[..., Response]) -> None:
    first = post({**body, "request_id": "a"})
    second = post({**body, "request_id": "a"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.data["id"] == second.data["id"]
    assert Execution.objects.count() == 1


def test_the_key_may_come_as_a_header(body: dict[str, Any], post: Callable[..., Response]) -> None:
    first = post(body, **{"Idempotency-Key": "a"})
    second = post(body, **{"Idempotency-Key": "a"})
    third = post(body, **{"Idempotency-Key": "b"})
    assert first.data["id"] == second.data["id"] != third.data["id"]


def test_keys_of_others_are_others(body: dict[str, Any], post: Callable[..., Response], owner: User) -> None:
    assert post({**body, "request_id": "a"}).data["id"] != post({**body, "request_id": "a"}, user=owner).data["id"]


def test_two_clicks_at_once_make_one_run(
    body: dict[str, Any], post: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request looked before the first had stored anything."""
    first = post({**body, "request_id": "a"})
    real = services.selectors.run_by_request_key
    answers = [None, real]

    def late(key: str | None) -> Run | None:
        answer = answers.pop(0)
        return answer(key) if answer else None

    monkeypatch.setattr(services.selectors, "run_by_request_key", late)
    second = post({**body, "request_id": "a"})
    assert (second.status_code, second.data["id"]) == (200, first.data["id"])
    assert Execution.objects.count() == 1


def test_a_viewer_may_not(body: dict[str, Any], post: Callable[..., Response], viewer: User) -> None:
    assert post(body, user=viewer).status_code == 403


def test_an_outsider_does_not_see_the_project(
    body: dict[str, Any], post: Callable[..., Response], outsider: User
) -> None:
    assert post(body, user=outsider).status_code == 404


def test_a_data_set_of_another_project_is_refused(
    body: dict[str, Any], post: Callable[..., Response], elsewhere: Project
) -> None:
    foreign = make_dataset_version(elsewhere)
    assert paths(post({**body, "dataset": foreign.dataset_id})) == [["dataset"]]
    assert paths(post({**body, "dataset": 10**9})) == [["dataset"]]
    assert paths(post({**body, "dataset_version": foreign.pk})) == [["dataset_version"]]


def test_a_data_set_of_ones_own_other_project_is_refused(
    body: dict[str, Any], post: Callable[..., Response], editor: User
) -> None:
    other = Project.objects.create(name="Other", created_by=editor)
    other.memberships.create(user=editor, role="editor")
    assert paths(post({**body, "dataset": make_dataset_version(other).dataset_id})) == [["dataset"]]


def test_an_empty_data_set_is_refused(
    body: dict[str, Any], post: Callable[..., Response], dataset_version: DatasetVersion
) -> None:
    Dataset.objects.filter(pk=dataset_version.dataset_id).update(image_count=0)
    assert paths(post(body)) == [["dataset"]]


def test_a_template_of_another_project_is_refused(
    body: dict[str, Any], post: Callable[..., Response], elsewhere: Project
) -> None:
    assert paths(post({**body, "template_version": make_template(elsewhere).pk})) == [["template_version"]]
    assert paths(post({**body, "template_version": 10**9})) == [["template_version"]]


def test_a_deleted_template_is_refused(
    body: dict[str, Any], post: Callable[..., Response], template: BlueprintVersion
) -> None:
    template.blueprint.archived_at = timezone.now()
    template.blueprint.save()
    assert paths(post(body)) == [["template_version"]]


def test_it_repeats_a_run_with_other_values(
    body: dict[str, Any], post: Callable[..., Response], run: Run, elsewhere: Project
) -> None:
    response = post({**body, "parent": run.pk})
    assert response.data["parent"] == run.pk
    assert response.data["config"] != run.config
    assert paths(post({**body, "parent": make_run(elsewhere).pk})) == [["parent"]]


def test_more_than_any_host_has_is_refused(body: dict[str, Any], post: Callable[..., Response], host: Host) -> None:
    response = post({**body, "resources": {"gpus": 3}})
    assert paths(response) == [["resources", "gpus"]]
    assert response.data["message"] == "The run asks for 3 GPUs, the largest host has 0."
    assert paths(post({**body, "resources": {"cpus": 9, "memory_bytes": 17 * GIB}})) == [
        ["resources", "cpus"],
        ["resources", "memory_bytes"],
    ]


def test_what_is_left_out_of_the_resources_gets_its_default(
    body: dict[str, Any], post: Callable[..., Response], host: Host
) -> None:
    asked = post({**body, "resources": {"cpus": 2, "time_limit_seconds": 60}}).data["resources"]
    assert asked == {
        "cpus": 2.0,
        "memory_bytes": 12 * GIB,
        "shared_memory_bytes": 8 * GIB,
        "gpus": 0,
        "disk_bytes": None,
        "time_limit_seconds": 60,
    }


def test_point_31_a_gpu_is_the_default_where_there_is_one(
    body: dict[str, Any], post: Callable[..., Response], host: Host
) -> None:
    Device.objects.create(host=host, uuid="GPU-1", index=0, name="Big")
    assert post(body).data["resources"]["gpus"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"project": "x"},
        {"project": 2**70},
        {"dataset": 2**70},
        {"dataset_version": 2**70},
        {"parent": 2**70},
        {"export_config": {"opset_version": "x"}},
        {"config": None},
        {"config": [1]},
        {"config": {"epochs": {"deep": [1]}}},
        {"name": "x" * 201},
        {"name": "a\nb"},
        {"resources": {"cpus": -1}},
        {"resources": {"memory_bytes": 10**30}},
        {"resources": []},
        {"dataset_version": "new"},
        {"template_version": 2**70},
        {"request_id": "k" * 101},
        {"request_id": "a\tb"},
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(
    change: dict[str, Any], body: dict[str, Any], post: Callable[..., Response]
) -> None:
    assert post({**body, **change}).status_code in {400, 404}
    assert not Execution.objects.exists()
