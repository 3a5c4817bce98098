from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.runs.factories import make_project
from yard.accounts.models import Project, User
from yard.registry.models import FileRole, Model, ModelVersion
from yard.registry.services import NewFile
from yard.storage.objects import object_get

ClientOf = Callable[[User], APIClient]
Create = Callable[..., ModelVersion]
MakeFile = Callable[..., NewFile]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_members_see_models_and_outsiders_do_not(
    create: Create, client_of: ClientOf, owner: User, viewer: User, outsider: User
) -> None:
    version = create()
    for user, status in ((owner, 200), (viewer, 200), (outsider, 404)):
        client = client_of(user)
        file = version.files.get()
        for address in (
            f"/api/v1/models/{version.model_id}/",
            f"/api/v1/model-versions/{version.pk}/",
            f"/api/v1/model-versions/{version.pk}/files/{file.pk}/content/",
            f"/api/v1/model-versions/{version.pk}/download/",
        ):
            response = client.get(address)
            assert response.status_code == status
            body(response)
        assert client.get("/api/v1/models/").data["count"] == (1 if status == 200 else 0)
    assert APIClient().get("/api/v1/models/").status_code in {401, 403}


def test_the_list_tells_the_latest_version(
    create: Create, new_file: MakeFile, client_of: ClientOf, viewer: User
) -> None:
    create(score=0.1)
    latest = create(
        new_file(),
        new_file("model.onnx", b"onnx", FileRole.ONNX),
        new_file("train.log", b"log", FileRole.LOG),
        score=0.9,
    )
    row = client_of(viewer).get("/api/v1/models/").data["results"][0]
    assert (row["name"], row["version_count"], row["can"]) == ("Beans", 2, [])
    brief = row["latest_version"]
    assert (brief["id"], brief["number"], brief["score"]) == (latest.pk, 2, 0.9)
    assert (brief["formats"], brief["size"]) == (["onnx", "pytorch"], 7 + 4 + 3)


def test_the_list_needs_no_query_per_row(
    create: Create, client_of: ClientOf, viewer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        create(model_name=f"model {number}")
    with django_assert_max_num_queries(6):
        assert len(client_of(viewer).get("/api/v1/models/").data["results"]) == 15


def test_what_is_being_stored_is_not_shown(create: Create, client_of: ClientOf, viewer: User) -> None:
    whole = create()
    hidden = ModelVersion.objects.create(model=whole.model, number=2, bucket=whole.bucket)
    client = client_of(viewer)
    assert client.get(f"/api/v1/model-versions/{hidden.pk}/").status_code == 404
    data = client.get(f"/api/v1/models/{whole.model_id}/").data
    assert [version["number"] for version in data["versions"]] == [1]
    assert data["version_count"] == 1


def test_it_can_be_narrowed_and_sorted(create: Create, new_file: MakeFile, client_of: ClientOf, viewer: User) -> None:
    create(model_name="apples", score=0.5)
    create(new_file("m.onnx", b"x", FileRole.ONNX), model_name="pears", score=0.9)
    create(model_name="plums", score=None)
    client = client_of(viewer)

    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"/api/v1/models/?{query}").data["results"]]

    assert names("") == ["plums", "pears", "apples"]
    assert names("search=EAR") == ["pears"]
    assert names("file_format=onnx") == ["pears"]
    assert names("ordering=score") == ["apples", "pears", "plums"]
    assert names("ordering=-score") == ["pears", "apples", "plums"]
    assert names("project=99999") == []
    assert client.get("/api/v1/models/?ordering=secret").status_code == 400


def test_a_version_tells_how_it_came_to_be(create: Create, client_of: ClientOf, viewer: User) -> None:
    version = create(score=0.5, score_name="Acc.", class_names=["a", "b"], metadata={"config": {"epochs": 3}})
    data = client_of(viewer).get(f"/api/v1/model-versions/{version.pk}/").data
    assert data["model"] == {"id": version.model_id, "name": "Beans"}
    assert (data["score"], data["score_name"], data["class_names"]) == (0.5, "Acc.", ["a", "b"])
    assert data["metadata"] == {"config": {"epochs": 3}}
    assert data["files"][0]["format"] == "pytorch"
    assert data["run"] is None


def test_a_file_is_given_whole_and_in_parts(
    create: Create, new_file: MakeFile, client_of: ClientOf, viewer: User
) -> None:
    version = create(new_file("saved/model.pt", b"0123456789"))
    file = version.files.get()
    address = f"/api/v1/model-versions/{version.pk}/files/{file.pk}/content/"
    whole = client_of(viewer).get(address)
    assert body(whole) == b"0123456789"
    assert 'filename="model.pt"' in whole["Content-Disposition"]
    assert whole["Content-Disposition"].startswith("attachment")
    part = client_of(viewer).get(address, headers={"Range": "bytes=2-4"})
    assert (part.status_code, body(part)) == (206, b"234")


def test_a_file_of_another_version_is_not_found(create: Create, client_of: ClientOf, viewer: User) -> None:
    first, second = create(), create()
    address = f"/api/v1/model-versions/{first.pk}/files/{second.files.get().pk}/content/"
    assert client_of(viewer).get(address).status_code == 404


def test_a_version_comes_as_one_zip(create: Create, new_file: MakeFile, client_of: ClientOf, viewer: User) -> None:
    version = create(
        new_file("saved/model.pt", b"weights"), new_file("train.log", b"log", FileRole.LOG), model_name='A/B "c" [d]'
    )
    response = client_of(viewer).get(f"/api/v1/model-versions/{version.pk}/download/")
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "saved/model.pt": b"weights",
            "train.log": b"log",
        }
    assert "v1.zip" in response["Content-Disposition"]


def test_an_editor_renames_a_model(
    create: Create, client_of: ClientOf, editor: User, viewer: User, outsider: User
) -> None:
    create(model_name="Taken")
    address = f"/api/v1/models/{create().model_id}/"
    data = client_of(editor).patch(address, {"name": "Better", "description": "why"}).data
    assert (data["name"], data["description"]) == ("Better", "why")
    taken = client_of(editor).patch(address, {"name": "Taken"})
    assert (taken.status_code, taken.data["extra"]["errors"][0]["path"]) == (400, ["name"])
    assert client_of(editor).patch(address, {"name": " "}).status_code == 400
    assert client_of(viewer).patch(address, {"name": "Worse"}).status_code == 403
    assert client_of(outsider).patch(address, {"name": "Worse"}).status_code == 404


def test_an_editor_deletes_a_version(
    create: Create, client_of: ClientOf, editor: User, viewer: User, outsider: User
) -> None:
    version = create()
    key = version.files.get().key
    address = f"/api/v1/model-versions/{version.pk}/"
    assert client_of(viewer).delete(address).status_code == 403
    assert client_of(outsider).delete(address).status_code == 404
    assert client_of(editor).delete(address).status_code == 204
    assert client_of(editor).delete(address).status_code == 404
    assert object_get(version.bucket, key) is None


def test_an_editor_deletes_a_model(
    create: Create, client_of: ClientOf, editor: User, viewer: User, outsider: User
) -> None:
    address = f"/api/v1/models/{create().model_id}/"
    assert client_of(viewer).delete(address).status_code == 403
    assert client_of(outsider).delete(address).status_code == 404
    assert client_of(editor).delete(address).status_code == 204
    assert not Model.objects.exists()


def test_what_may_be_done_is_told(create: Create, client_of: ClientOf, editor: User, viewer: User) -> None:
    version = create()
    for user, model_verbs, version_verbs in ((editor, ["edit", "delete"], ["delete"]), (viewer, [], [])):
        client = client_of(user)
        assert client.get(f"/api/v1/models/{version.model_id}/").data["can"] == model_verbs
        assert client.get(f"/api/v1/model-versions/{version.pk}/").data["can"] == version_verbs


@pytest.mark.parametrize("name", ["Beans"])
def test_two_projects_may_have_a_model_of_one_name(
    name: str, create: Create, outsider: User, client_of: ClientOf, new_file: MakeFile
) -> None:
    mine = create(model_name=name)
    other: Project = make_project("Elsewhere", outsider)
    theirs = create(new_file(), model_name=name, project=other, user=outsider, bucket=outsider.bucket)
    assert mine.model_id != theirs.model_id
    assert [row["id"] for row in client_of(outsider).get("/api/v1/models/").data["results"]] == [theirs.model_id]
