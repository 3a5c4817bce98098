"""A run names a version for ever: what happens to the data set afterwards changes nothing it saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.seed import _dataset
from yard.accounts.models import Project, User
from yard.blueprints.models import BlueprintVersion
from yard.datasets.cache import version_materialise
from yard.datasets.models import Dataset, DatasetVersion
from yard.datasets.versions.services import version_delete
from yard.datasets.working_state import changing
from yard.runs.models import Run
from yard.storage import keys
from yard.storage.objects import object_delete
from yard.storage.stores import get_store

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def dataset(project: Project, editor: User) -> Dataset:
    """Three images."""
    return _dataset(project, editor)


@pytest.fixture
def start(dataset: Dataset, template: BlueprintVersion, client_of: ClientOf, editor: User) -> Callable[..., Any]:
    """Starts a run on the data set as it is, or on one of its versions."""

    def start(**more: Any) -> Any:
        body = {
            "project": dataset.project_id,
            "dataset": dataset.pk,
            "template_version": template.pk,
            "config": {"epochs": 1, "rate": 0.5},
            "export_config": None,
        }
        return client_of(editor).post("/api/v1/runs/", {**body, **more}, format="json")

    return start


def seen(version: DatasetVersion, folder: Path, settings: Any) -> dict[str, bytes]:
    """What a run on a machine of its own gets; digests are verified on the way."""
    settings.DATA_CACHE_DIR = folder
    root = version_materialise(version)
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_editing_and_deleting_change_nothing_that_a_run_saw(
    dataset: Dataset, start: Callable[..., Any], tmp_path: Path, settings: Any
) -> None:
    assert start().status_code == 201
    run = Run.objects.get()
    version = run.dataset_version
    assert (version.origin, version.number) == ("run", 1)
    before = seen(version, tmp_path / "before", settings)
    with changing(dataset, user=None, action="dataset.changed"):
        dataset.images.get(name="0.png").shapes.all().delete()
        dataset.images.get(name="1.png").delete()
    object_delete(bucket=dataset.bucket, key=keys.dataset_file(dataset.pk, "1.png"))
    assert start().status_code == 201
    assert seen(version, tmp_path / "after", settings) == before
    assert Run.objects.exclude(pk=run.pk).get().dataset_version.number == 2


def test_no_byte_is_stored_twice(dataset: Dataset, start: Callable[..., Any]) -> None:
    def images() -> list[str]:
        prefixes = (keys.dataset_prefix(dataset.pk), keys.BLOBS)
        stored = [found.key for prefix in prefixes for found in get_store().list(dataset.bucket, prefix)]
        return [key for key in stored if "annotations" not in key]

    before = images()
    assert start().status_code == start().status_code == 201
    assert (images(), dataset.versions.count(), Run.objects.count()) == (before, 1, 2)


def test_a_version_with_a_run_is_not_deleted_and_says_which(
    dataset: Dataset, start: Callable[..., Any], client_of: ClientOf, editor: User
) -> None:
    start(name="the one for the paper")
    where = f"/api/v1/datasets/{dataset.pk}/versions/1/"
    client = client_of(editor)
    assert client.get(where).json()["run_count"] == 1
    answer = client.delete(where)
    assert (answer.status_code, "the one for the paper" in answer.json()["message"]) == (409, True)
    Run.objects.all().delete()
    assert client.delete(where).status_code == 204


def test_a_run_that_is_started_at_this_moment_protects_its_version(
    dataset: Dataset, start: Callable[..., Any], editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yard.core.errors import Conflict
    from yard.datasets.versions import services

    start()
    monkeypatch.setattr(services, "usage_sentence", lambda _: "")
    with pytest.raises(Conflict, match="must stay known"):
        version_delete(version=DatasetVersion.objects.get(), user=editor)


def test_an_archived_data_set_is_trained_on_by_its_versions_only(
    dataset: Dataset, start: Callable[..., Any], client_of: ClientOf, editor: User
) -> None:
    start()
    with changing(dataset, user=None, action="dataset.changed"):
        dataset.images.get(name="1.png").delete()
    client_of(editor).post(f"/api/v1/datasets/{dataset.pk}/archive/")
    refused = start()
    assert (refused.status_code, "is archived" in refused.json()["message"]) == (409, True)
    assert start(dataset_version=dataset.versions.get().pk).status_code == 201
