"""Notes on versions, the archive of versions and data sets, and deletion."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer
from tests.datasets.test_datasets_api import address
from tests.datasets.test_version_restore import BLUE, RED, XML, add, drop
from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets import services
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, DatasetVersion, ImportState, Restore
from yard.datasets.versions import usage
from yard.datasets.versions.create import version_create
from yard.datasets.versions.restores import restore_create


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset, owner: User) -> Dataset:
    import_files({"a.png": RED, "b.png": BLUE, "annotations.xml": XML})
    version_create(dataset=dataset, user=owner, note="the first")
    return dataset


def numbers(client: APIClient, dataset: Dataset, **query: str) -> list[int]:
    return [version["number"] for version in client.get(address(dataset, "versions/"), query).json()["results"]]


def test_a_version_tells_where_it_comes_from(filled: Dataset, as_viewer: APIClient) -> None:
    shown = as_viewer.get(address(filled, "versions/1/")).json()
    assert (shown["origin"], shown["note"], shown["run_count"], shown["archived_at"]) == ("user", "the first", 0, None)
    assert (shown["split_name"], shown["split_counts"]) == ("", {})


def test_a_note_can_be_written(filled: Dataset, as_owner: APIClient) -> None:
    changed = as_owner.patch(address(filled, "versions/1/"), {"note": "for the paper"})
    assert (changed.status_code, changed.json()["note"]) == (200, "for the paper")
    assert as_owner.patch(address(filled, "versions/1/"), {}).status_code == 400
    add(filled, "c.png", RED)
    made = as_owner.post(address(filled, "versions/"), {"note": "with c"}).json()
    assert (made["number"], made["note"]) == (2, "with c")


def test_an_archived_version_is_hidden_and_whole(filled: Dataset, as_owner: APIClient, owner: User) -> None:
    add(filled, "c.png", RED)
    version_create(dataset=filled, user=owner)
    assert as_owner.post(address(filled, "versions/1/archive/")).json()["archived_at"] is not None
    assert numbers(as_owner, filled) == [2]
    assert numbers(as_owner, filled, archived="true") == [1]
    assert numbers(as_owner, filled, archived="any") == [2, 1]
    assert as_owner.get(address(filled, "versions/1/data/")).json()["count"] == 2
    assert as_owner.post(address(filled, "versions/1/unarchive/")).json()["archived_at"] is None
    assert numbers(as_owner, filled) == [2, 1]


def test_pinning_what_an_archived_version_holds_brings_it_out(
    filled: Dataset, as_owner: APIClient, owner: User
) -> None:
    as_owner.post(address(filled, "versions/1/archive/"))
    assert version_create(dataset=filled, user=owner).number == 1
    assert numbers(as_owner, filled) == [1]


def test_a_number_is_not_given_twice(filled: Dataset, as_owner: APIClient, owner: User) -> None:
    add(filled, "c.png", RED)
    version_create(dataset=filled, user=owner)
    Dataset.objects.update(last_version=0)  # a data set of before
    assert as_owner.delete(address(filled, "versions/2/")).status_code == 204
    assert numbers(as_owner, filled) == [1]
    assert version_create(dataset=filled, user=owner).number == 3
    assert as_owner.get(address(filled, "versions/2/")).status_code == 404


def test_a_version_that_runs_name_is_not_deleted(
    filled: Dataset, as_owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"run {number}" for number in range(7, 0, -1)]
    users = [(lambda ids: dict.fromkeys(ids, 7), lambda _, most: names[:most])]
    monkeypatch.setattr(usage, "_users", users)
    answer = as_owner.delete(address(filled, "versions/1/"))
    assert answer.status_code == 409
    assert "run 7, run 6, run 5, run 4, run 3 and 2 more" in answer.json()["message"]
    assert as_owner.get(address(filled, "versions/1/")).json()["run_count"] == 7
    assert [version["run_count"] for version in as_owner.get(address(filled, "versions/")).json()["results"]] == [7]


def test_a_version_that_is_coming_back_is_not_deleted(filled: Dataset, as_owner: APIClient, owner: User) -> None:
    restore_create(dataset=filled, version=filled.versions.get(), user=owner)
    assert as_owner.delete(address(filled, "versions/1/")).status_code == 409


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "versions/", {}),
    ("patch", "", {"description": "new"}),
    ("patch", "versions/1/", {"note": "new"}),
    ("delete", "versions/1/", {}),
    ("post", "versions/1/archive/", {}),
    ("post", "versions/1/restore/", {}),
    ("post", "imports/", {}),
]


def test_an_archived_data_set_is_hidden_and_does_not_change(filled: Dataset, as_owner: APIClient) -> None:
    shown = as_owner.post(address(filled, "archive/")).json()
    assert shown["archived_at"] is not None
    assert shown["can"] == ["download", "archive", "delete"]
    assert as_owner.get("/api/v1/datasets/").json()["count"] == 0
    assert as_owner.get("/api/v1/datasets/", {"archived": "true"}).json()["count"] == 1
    assert as_owner.get("/api/v1/datasets/", {"archived": "any"}).json()["count"] == 1
    for method, rest, body in REFUSED:
        answer = getattr(as_owner, method)(address(filled, rest), body)
        assert (answer.status_code, "is archived" in answer.json()["message"]) == (409, True), rest
    assert as_owner.get(address(filled)).json()["name"] == "Leaves"
    assert as_owner.get(address(filled, "versions/1/data/0/")).status_code == 200
    assert as_owner.post(address(filled, "unarchive/")).json()["archived_at"] is None
    assert as_owner.patch(address(filled), {"description": "new"}).status_code == 200


def test_it_is_not_archived_while_something_changes_it(filled: Dataset, as_owner: APIClient, owner: User) -> None:
    working = import_services.import_create(dataset=filled, user=owner)
    working.state = ImportState.RUNNING
    working.save()
    assert as_owner.post(address(filled, "archive/")).status_code == 409
    working.delete()
    restore_create(dataset=filled, version=filled.versions.get(), user=owner)
    assert as_owner.post(address(filled, "archive/")).status_code == 409


def test_a_restore_is_queued_and_followed(
    filled: Dataset, as_owner: APIClient, as_viewer: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    drop(filled, "a.png")
    assert as_viewer.post(address(filled, "versions/1/restore/")).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        made = as_owner.post(address(filled, "versions/1/restore/"))
    assert (made.status_code, made.json()["state"]) == (202, "queued")
    shown = as_viewer.get(address(filled, f"restores/{made.json()['id']}/")).json()
    assert (shown["state"], shown["version"], shown["before"]) == ("succeeded", 1, 2)
    assert shown["message"] == "The data set is as in version 1. Images: 1 came back."
    assert as_viewer.get(address(filled, "restores/")).json()["results"] == [shown]
    assert as_owner.get(address(filled)).json()["image_count"] == 2
    DatasetVersion.objects.filter(number=1).delete()
    assert as_viewer.get(address(filled, f"restores/{made.json()['id']}/")).json()["version"] is None


def test_a_restore_of_another_data_set_is_not_found(filled: Dataset, as_owner: APIClient, owner: User) -> None:
    made = restore_create(dataset=filled, version=filled.versions.get(), user=owner)
    other = services.dataset_create(project=filled.project, name="Other", user=owner)
    assert as_owner.get(address(other, f"restores/{made.pk}/")).status_code == 404
    with pytest.raises(Conflict):
        restore_create(dataset=filled, version=filled.versions.get(), user=owner)
    assert Restore.objects.count() == 1
