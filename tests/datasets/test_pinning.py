"""Versions of large data sets are made by the worker, and whoever waits for one is told how it is going."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, Importer, cvat, picture
from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.models import Dataset, DatasetVersion, Import, ImportState, Pinning, WorkState
from yard.datasets.versions import pinning
from yard.datasets.versions.pinning import pinning_perform, pinning_request, version_now
from yard.datasets.work import work_resume_stale
from yard.datasets.working_state import changing


@pytest.fixture
def large(import_files: Importer, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set that counts as a large one."""
    import_files({"a.png": picture(), "annotations.xml": cvat({"a.png": BOX})})
    monkeypatch.setattr(pinning, "IMAGES_AT_ONCE", 0)
    return dataset


def edit(dataset: Dataset, user: User) -> None:
    with changing(dataset, user=user, action="dataset.changed") as locked:
        locked.labels.create(name=f"label {locked.revision}", color="#000000")


def address(dataset: Dataset, path: str) -> str:
    return f"/api/v1/datasets/{dataset.pk}/{path}"


def asked(client: APIClient, dataset: Dataset) -> tuple[int, dict[str, Any]]:
    response = client.post(address(dataset, "versions/"), {"note": "mine"})
    return response.status_code, response.json()


def test_a_version_is_asked_for_followed_and_made(
    large: Dataset, as_owner: APIClient, as_viewer: APIClient, as_outsider: APIClient
) -> None:
    status, made = asked(as_owner, large)
    assert (status, made["state"], made["version"], made["note"]) == (202, "queued", None, "mine")
    assert asked(as_owner, large) == (202, made), "the same wish is the same work"
    assert asked(as_viewer, large)[0] == 403
    one = address(large, f"pinnings/{made['id']}/")
    assert as_viewer.get(one).json() == made
    assert as_outsider.get(one).status_code == 404
    pinning_perform(made["id"])
    found = as_viewer.get(one).json()
    assert (found["state"], found["version"], found["progress"]) == ("succeeded", 1, 1.0)
    assert as_viewer.get(address(large, "pinnings/")).json()["results"] == [found]
    assert DatasetVersion.objects.get().note == "mine"
    assert as_viewer.get(address(large, "pinnings/0/")).status_code == 404


def test_what_has_a_version_already_needs_no_worker(large: Dataset, as_owner: APIClient, owner: User) -> None:
    pinning_perform(asked(as_owner, large)[1]["id"])
    status, found = asked(as_owner, large)
    assert (status, found["number"]) == (200, 1)
    edit(large, owner)
    assert asked(as_owner, large)[0] == 202


def test_delivered_twice_it_is_made_once(large: Dataset, owner: User) -> None:
    made = pinning_request(dataset=large, user=owner)
    pinning_perform(made.pk)
    pinning_perform(made.pk)
    assert large.versions.count() == 1


def test_a_killed_one_goes_on_and_ends_after_too_many(large: Dataset, owner: User) -> None:
    made = pinning_request(dataset=large, user=owner)
    gone = {"state": WorkState.RUNNING, "lease_owner": "gone", "lease_until": timezone.now() - timedelta(days=1)}
    Pinning.objects.update(**gone)
    assert work_resume_stale() == 1
    pinning_perform(made.pk)
    made.refresh_from_db()
    assert (made.state, made.interruptions) == (WorkState.SUCCEEDED, 1)
    again = pinning_request(dataset=large, user=owner, note="again")
    Pinning.objects.filter(pk=again.pk).update(interruptions=9)
    pinning_perform(again.pk)
    again.refresh_from_db()
    assert again.state == WorkState.FAILED
    assert "interrupted" in again.message


def test_it_waits_for_a_data_set_to_stay_still(large: Dataset, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pinning_request(dataset=large, user=owner)
    real = pinning.version_create

    def meanwhile(**given: Any) -> DatasetVersion:
        given["tell"](0.5, "half")
        raise Conflict("The data set was changed at this moment. Try again.")

    monkeypatch.setattr(pinning, "version_create", meanwhile)
    pinning_perform(made.pk)
    made.refresh_from_db()
    assert made.state == WorkState.QUEUED
    edit(large, owner)
    monkeypatch.setattr(pinning, "version_create", real)
    pinning_perform(made.pk)
    made.refresh_from_db()
    large.refresh_from_db()
    assert (made.state, made.revision) == (WorkState.SUCCEEDED, large.revision)
    assert isinstance(version_now(dataset=large, user=owner), DatasetVersion)


def test_what_forbids_a_version_is_said(large: Dataset, owner: User, as_owner: APIClient) -> None:
    made = pinning_request(dataset=large, user=owner)
    Import.objects.create(dataset=large, created_by=owner, state=ImportState.RUNNING)
    assert asked(as_owner, large)[0] == 409
    pinning_perform(made.pk)
    made.refresh_from_db()
    assert made.state == WorkState.FAILED
    assert "import" in made.message
    Import.objects.filter(state=ImportState.RUNNING).delete()
    large.images.all().delete()
    Dataset.objects.update(image_count=0, shape_count=30_000)
    with pytest.raises(InvalidInput, match="no images"):
        version_now(dataset=large, user=owner)
