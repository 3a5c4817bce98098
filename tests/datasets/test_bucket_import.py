"""Importing from a bucket on a real S3 server: what comes in, what is kept of the keys, and who may."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, cvat, packed, picture
from tests.datasets.test_import_faults import Killed, expire, killed_at
from yard.accounts.models import Project, Secret
from yard.core.models import AuditEntry, Event
from yard.datasets import remote
from yard.datasets.imports import bucket_keys, pictures
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, Import, ImportState

pytestmark = pytest.mark.s3

IMAGES = {f"set/{index:02}.png": picture(color=(index * 9, 0, 0)) for index in range(12)}
XML = cvat({name.removeprefix("set/"): BOX for name in IMAGES})


@pytest.fixture
def filled(s3_server: Any, s3_bucket: str, settings: Any) -> str:
    """The address of a folder in a bucket; beside it lies another one."""
    settings.IMPORT_ALLOWED_HOSTS = ["127.0.0.1"]
    client = s3_server.client()
    for name, content in {**IMAGES, "set/annotations.xml": XML, "other/x.png": picture(3, 3)}.items():
        client.put_object(bucket_name=s3_bucket, object_name=name, data=BytesIO(content), length=len(content))
    return f"http://{s3_server.endpoint}/{s3_bucket}/set/"


@pytest.fixture
def post(
    as_owner: APIClient, dataset: Dataset, s3_server: Any, filled: str, django_capture_on_commit_callbacks: Any
) -> Any:
    def run(client: APIClient | None = None, **body: Any) -> Any:
        given = {"url": filled, "access_key": s3_server.access_key, "secret_key": s3_server.secret_key, **body}
        with django_capture_on_commit_callbacks(execute=True):
            return (client or as_owner).post(f"/api/v1/datasets/{dataset.pk}/imports/bucket/", given, format="json")

    return run


def test_what_lies_below_the_address_comes_in(post: Any, dataset: Dataset, s3_server: Any) -> None:
    answer = post()
    assert answer.status_code == 202, answer.content
    found = Import.objects.get(pk=answer.json()["id"])
    assert found.state == ImportState.SUCCEEDED, found.message
    assert answer.json()["source"].endswith("/set/")
    dataset.refresh_from_db()
    assert (dataset.image_count, dataset.shape_count) == (12, 12)
    assert not found.uploads.exists()
    # The keys are forgotten, and stand nowhere.
    assert not Secret.objects.exists()
    told = [*Event.objects.values_list("payload", flat=True), *AuditEntry.objects.values_list("details", flat=True)]
    everything = json.dumps([told, found.remote, found.report, answer.json()], default=str)
    assert s3_server.secret_key not in everything
    assert s3_server.access_key not in everything


def test_an_archive_in_the_bucket_is_opened_where_it_lies(
    post: Any, dataset: Dataset, s3_server: Any, s3_bucket: str
) -> None:
    content = packed({"in/a.png": picture(4, 4), "in/b.png": picture(5, 5)})
    s3_server.client().put_object(
        bucket_name=s3_bucket, object_name="zips/set.zip", data=BytesIO(content), length=len(content)
    )
    assert post(url=f"http://{s3_server.endpoint}/{s3_bucket}/zips").status_code == 202
    assert sorted(dataset.images.values_list("name", flat=True)) == ["a.png", "b.png"]


def test_an_empty_place_fails_with_a_sentence(post: Any, s3_server: Any, s3_bucket: str) -> None:
    answer = post(url=f"http://{s3_server.endpoint}/{s3_bucket}/nothing/")
    found = Import.objects.get(pk=answer.json()["id"])
    assert (found.state, "image" in found.message) == (ImportState.FAILED, True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"secret_key": "wrong"}, "refuses these keys"),
        ({"url": "http://127.0.0.1:1/bucket/"}, "does not answer"),
        ({"secret_key": ""}, "both keys"),
        ({"access_key": "", "secret_key": ""}, "Give the keys"),
        ({"url": "not an address"}, "address"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_does_not_work_is_told_at_once_and_leaves_nothing(post: Any, change: dict[str, str], says: str) -> None:
    answer = post(**change)
    assert (answer.status_code, says in answer.json()["message"]) == (400, True), answer.json()
    assert not Import.objects.exists()
    assert not Secret.objects.exists()


def test_a_bucket_that_is_not_there_is_told_of(post: Any, s3_server: Any) -> None:
    answer = post(url=f"http://{s3_server.endpoint}/no-such-bucket-here/")
    assert answer.status_code == 400
    assert not Import.objects.exists()


def test_a_server_inside_needs_the_operators_leave(post: Any, settings: Any) -> None:
    settings.IMPORT_ALLOWED_HOSTS = []
    answer = post()
    assert (answer.status_code, answer.json()["code"]) == (400, "bucket_refused")
    assert "YARD_IMPORT_ALLOWED_HOSTS" in answer.json()["message"]


def test_saved_keys_stay_and_serve_only_their_server(
    post: Any, as_owner: APIClient, dataset: Dataset, project: Project, s3_server: Any
) -> None:
    assert post(saved="our store").status_code == 202
    secret = Secret.objects.get()
    assert s3_server.secret_key.encode() not in bytes(secret.ciphertext)
    where = f"/api/v1/datasets/{dataset.pk}/saved-buckets/"
    assert as_owner.get(where).json() == [{"name": "our store"}]
    bucket_keys.keys_expire()

    again = post(access_key="", secret_key="", saved="our store")
    assert again.status_code == 202, again.content
    assert Import.objects.get(pk=again.json()["id"]).report["images"] == 12
    elsewhere = post(url="https://evil.example.org/bucket/", access_key="", secret_key="", saved="our store")
    assert (elsewhere.status_code, "are for 127.0.0.1" in elsewhere.json()["message"]) == (409, True)
    assert post(access_key="", secret_key="", saved="unknown").status_code == 404

    assert as_owner.delete(f"{where}?name=our%20store").status_code == 204
    assert as_owner.delete(f"{where}?name=our%20store").status_code == 404
    assert as_owner.get(where).json() == []


@pytest.mark.parametrize(("who", "status"), [("as_viewer", 403), ("as_outsider", 404)])
def test_others_may_not(request: pytest.FixtureRequest, post: Any, dataset: Dataset, who: str, status: int) -> None:
    client: APIClient = request.getfixturevalue(who)
    where = f"/api/v1/datasets/{dataset.pk}/saved-buckets/"
    assert post(client).status_code == status
    assert client.get(where).status_code == status
    assert client.delete(f"{where}?name=x").status_code == status
    assert not Import.objects.exists()


def queued(dataset: Dataset, post: Any, monkeypatch: pytest.MonkeyPatch) -> Import:
    with monkeypatch.context() as patched:
        patched.setattr("yard.datasets.tasks.import_perform", lambda _: False)
        answer = post()
    return Import.objects.get(pk=answer.json()["id"])


def test_a_killed_import_goes_on_with_the_list_it_had(
    post: Any, dataset: Dataset, s3_server: Any, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "BATCH", 3)
    found = queued(dataset, post, monkeypatch)
    with monkeypatch.context() as patched:
        killed_at(patched, pictures.Pictures, "_commit", 3)
        with pytest.raises(Killed):
            import_perform(found.pk)
    # A file that comes before all others must not move the cursor to another one.
    s3_server.client().put_object(bucket_name=s3_bucket, object_name="set/000.png", data=BytesIO(b"new"), length=3)
    expire(found)
    import_perform(found.pk)
    found.refresh_from_db()
    assert found.state == ImportState.SUCCEEDED, found.message
    assert (found.report["images"], found.report["added"], dataset.images.count()) == (12, 12, 12)


def test_a_broken_connection_is_taken_up_where_it_broke(
    post: Any, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "TRY_AGAIN_SECONDS", 0)
    real = remote.RemoteBucket.read_from
    calls = 0

    def breaking(self: Any, found: Any, offset: int) -> Any:
        nonlocal calls
        calls += 1
        if calls % 2:
            raise OSError("broken off")
        return real(self, found, offset)

    monkeypatch.setattr(remote.RemoteBucket, "read_from", breaking)
    found = Import.objects.get(pk=post().json()["id"])
    assert (found.state, found.report["images"]) == (ImportState.SUCCEEDED, 12), found.message


def test_a_server_that_stays_away_fails_the_import_and_keeps_what_came(
    post: Any, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    from yard.datasets.imports import services as import_services

    monkeypatch.setattr(remote, "TRY_AGAIN_SECONDS", 0)
    monkeypatch.setattr(pictures, "BATCH", 3)
    found = queued(dataset, post, monkeypatch)
    with monkeypatch.context() as patched:
        real = remote.RemoteBucket.read_from

        def away(self: Any, one: Any, offset: int) -> Any:
            if one.key.endswith("07.png"):
                raise OSError("gone")
            return real(self, one, offset)

        patched.setattr(remote.RemoteBucket, "read_from", away)
        import_perform(found.pk)
    found.refresh_from_db()
    assert (found.state, "broke off amid" in found.message) == (ImportState.FAILED, True)
    with django_capture_on_commit_callbacks(execute=True):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert (found.state, dataset.images.count()) == (ImportState.SUCCEEDED, 12), found.message


def test_keys_of_an_import_that_is_gone_are_forgotten(
    post: Any, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    found = queued(dataset, post, monkeypatch)
    Secret.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert bucket_keys.keys_expire() == 0
    found.delete()
    assert bucket_keys.keys_expire() == 1
    assert not Secret.objects.exists()
