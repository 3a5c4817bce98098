from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, client_of, cvat, picture, status_of
from yard.accounts.models import Membership, Project, Role, User
from yard.datasets import services
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Import, ImportState, Label
from yard.datasets.versions.create import version_create

FILES = {
    "a.png": picture(color="red"),
    "b.png": picture(color="blue"),
    "c.jpg": picture(400, 200, format="JPEG"),
    "annotations.xml": cvat({"a.png": BOX + TAG, "b.png": TAG}),
}


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    import_files(FILES)
    return dataset


def address(dataset: Dataset, rest: str = "") -> str:
    return f"/api/v1/datasets/{dataset.pk}/{rest}"


def test_it_shows_a_data_set_with_all_its_figures(as_owner: APIClient, filled: Dataset, owner: User) -> None:
    version_create(dataset=filled, user=owner)
    shown = as_owner.get(address(filled)).json()
    labels = {label.name: label for label in Label.objects.all()}
    images = {image.name: image.pk for image in filled.images.all()}
    assert shown.pop("created_at") < shown.pop("updated_at")
    assert shown == {
        "id": filled.pk,
        "project": filled.project_id,
        "name": "Leaves",
        "description": "",
        "created_by": {"id": owner.pk, "username": "olga"},
        "image_count": 3,
        "annotated_count": 2,
        "shape_count": 3,
        "total_bytes": filled.total_bytes,
        "labels": [
            {"id": labels["leaf"].pk, "name": "leaf", "color": labels["leaf"].color, "shape_count": 1},
            {"id": labels["rust"].pk, "name": "rust", "color": labels["rust"].color, "shape_count": 2},
        ],
        "kind_counts": {"box": 1, "tag": 2},
        "latest_version": {"id": filled.versions.get().pk, "number": 1},
        "active_import": None,
        "split": None,
        "archived_at": None,
        "thumbnails": [f"/api/v1/datasets/{filled.pk}/images/{images[name]}/thumbnail/" for name in ("a.png", "b.png")],
        "can": ["download", "edit", "import", "version", "archive", "delete"],
    }
    assert labels["leaf"].color != labels["rust"].color


def test_a_member_makes_renames_and_describes_one(as_owner: APIClient, project: Project, owner: User) -> None:
    made = as_owner.post("/api/v1/datasets/", {"project": project.pk, "name": "Pods"})
    assert made.status_code == 201
    found = Dataset.objects.get(pk=made.json()["id"])
    assert (found.bucket, found.created_by) == (owner.bucket, owner)
    changed = as_owner.patch(address(found), {"description": "of 2026"})
    assert (changed.json()["name"], changed.json()["description"]) == ("Pods", "of 2026")


BAD: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "nothing": ({}, ["name"], "required"),
    "no name": ({"name": " "}, ["name"], "blank"),
    "an endless name": ({"name": "x" * 201}, ["name"], "200"),
    "a taken name": ({"name": "Leaves"}, ["name"], "called Leaves in this project already"),
    "a name with a NUL": ({"name": "a\0b"}, ["name"], "NUL character"),
}


@pytest.mark.parametrize(("values", "path", "says"), BAD.values(), ids=BAD)
def test_bad_values_are_refused_with_their_place(
    as_owner: APIClient, dataset: Dataset, values: dict[str, Any], path: list[str], says: str
) -> None:
    answer = as_owner.post("/api/v1/datasets/", {"project": dataset.project_id, **values})
    assert answer.status_code == 400
    errors = answer.json()["extra"]["errors"]
    assert (errors[0]["path"], says in errors[0]["message"]) == (path, True), errors
    assert Dataset.objects.count() == 1


def test_a_name_may_be_taken_in_another_project_but_not_by_renaming(as_owner: APIClient, dataset: Dataset) -> None:
    other = as_owner.post("/api/v1/datasets/", {"project": dataset.project_id, "name": "Pods"}).json()
    answer = as_owner.patch(f"/api/v1/datasets/{other['id']}/", {"name": "Leaves"})
    assert (answer.status_code, answer.json()["extra"]["errors"][0]["path"]) == (400, ["name"])


def test_a_project_one_is_no_member_of_is_not_found(as_outsider: APIClient, project: Project) -> None:
    answer = as_outsider.post("/api/v1/datasets/", {"project": project.pk, "name": "Mine"})
    assert answer.status_code == 404


READS = ["", "images/", "images/{image}/content/", "images/{image}/thumbnail/", "annotations/", "download/"]
READS += ["versions/", "versions/1/", "versions/1/download/", "imports/"]
WRITES = [("patch", "", {"name": "New"}), ("delete", "", None), ("post", "versions/", {}), ("post", "imports/", {})]


@pytest.mark.parametrize("rest", READS)
def test_members_read_and_outsiders_find_nothing(
    request: pytest.FixtureRequest, filled: Dataset, owner: User, rest: str
) -> None:
    as_owner, as_viewer, as_outsider = (request.getfixturevalue(f"as_{who}") for who in ("owner", "viewer", "outsider"))
    version_create(dataset=filled, user=owner)
    where = address(filled, rest.format(image=filled.images.earliest("pk").pk))
    assert [status_of(client, where) for client in (as_owner, as_viewer, as_outsider)] == [200, 200, 404]
    assert status_of(APIClient(), where) in (401, 403)


@pytest.mark.parametrize("write", WRITES)
def test_only_editors_write(
    filled: Dataset, as_viewer: APIClient, as_outsider: APIClient, write: tuple[str, str, Any]
) -> None:
    method, rest, body = write
    assert getattr(as_viewer, method)(address(filled, rest), body).status_code == 403
    assert getattr(as_outsider, method)(address(filled, rest), body).status_code == 404
    filled.refresh_from_db()
    assert (filled.name, filled.versions.count(), filled.imports.count()) == ("Leaves", 0, 1)


def test_a_viewer_is_told_what_she_may_do(as_viewer: APIClient, filled: Dataset) -> None:
    assert as_viewer.get(address(filled)).json()["can"] == ["download"]


def test_a_viewer_makes_no_data_set(as_viewer: APIClient, project: Project) -> None:
    assert as_viewer.post("/api/v1/datasets/", {"project": project.pk, "name": "Mine"}).status_code == 403


def test_the_list_holds_ones_own_only(as_owner: APIClient, as_outsider: APIClient, filled: Dataset) -> None:
    assert [item["id"] for item in as_owner.get("/api/v1/datasets/").json()["results"]] == [filled.pk]
    assert as_outsider.get("/api/v1/datasets/").json()["results"] == []


def test_the_list_is_searched_filtered_and_ordered(as_owner: APIClient, project: Project, owner: User) -> None:
    for name, description in (("Beans", "from the field"), ("Pods", ""), ("Roots", "")):
        services.dataset_create(project=project, name=name, description=description, user=owner)
    other = Project.objects.create(name="Other", created_by=owner)
    Membership.objects.create(project=other, user=owner, role=Role.VIEWER)
    services.dataset_create(project=other, name="Stones", user=owner)

    def names(query: str) -> list[str]:
        return [item["name"] for item in as_owner.get(f"/api/v1/datasets/?{query}").json()["results"]]

    assert names("search=FIELD") == ["Beans"]
    assert names(f"project={other.pk}") == ["Stones"]
    assert names("ordering=name") == ["Beans", "Pods", "Roots", "Stones"]
    assert names("ordering=-name&page_size=2") == ["Stones", "Roots"]
    assert as_owner.get("/api/v1/datasets/?project=nonsense").status_code == 400
    assert as_owner.get("/api/v1/datasets/?ordering=bucket").status_code == 400


def test_lists_take_few_queries_however_long(
    as_owner: APIClient, project: Project, owner: User, filled: Dataset
) -> None:
    def queries(where: str) -> int:
        with CaptureQueriesContext(connection) as context:
            assert as_owner.get(where).status_code == 200
        return len(context)

    few = queries("/api/v1/datasets/")
    for index in range(10):
        made = services.dataset_create(project=project, name=str(index), user=owner)
        Label.objects.create(dataset=made, name="x", color="#000000")
        import_services.import_create(dataset=made, user=owner)
    assert queries("/api/v1/datasets/") == few <= 6
    assert queries(address(filled, "images/?page_size=1")) == queries(address(filled, "images/?page_size=3")) <= 6


def images(client: APIClient, dataset: Dataset, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(address(dataset, f"images/?{query}"))
    assert answer.status_code == 200, answer.json()
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_images_come_with_their_shapes(as_owner: APIClient, filled: Dataset) -> None:
    first = images(as_owner, filled)[0]
    assert {key: first[key] for key in ("name", "width", "height", "media_type", "shape_count")} == {
        "name": "a.png",
        "width": 8,
        "height": 6,
        "media_type": "image/png",
        "shape_count": 2,
    }
    box, tag = first["shapes"]
    assert {key: box[key] for key in ("kind", "label", "geometry", "attributes", "z_order", "occluded")} == {
        "kind": "box",
        "label": "leaf",
        "geometry": {"x1": 1.0, "y1": 1.0, "x2": 5.0, "y2": 4.0, "rotation": 0.0},
        "attributes": {},
        "z_order": 0,
        "occluded": False,
    }
    assert (tag["kind"], tag["label"], tag["geometry"]) == ("tag", "rust", {})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["a.png", "b.png", "c.jpg"]),
        ("search=A.P", ["a.png"]),
        ("label=leaf", ["a.png"]),
        ("label=rust", ["a.png", "b.png"]),
        ("label=moth", []),
        ("kind=tag", ["a.png", "b.png"]),
        ("kind=mask", []),
        ("annotated=true", ["a.png", "b.png"]),
        ("annotated=false", ["c.jpg"]),
        ("ordering=-name", ["c.jpg", "b.png", "a.png"]),
        ("ordering=-shape_count&page_size=1", ["a.png"]),
    ],
)
def test_images_are_searched_filtered_and_ordered(
    as_owner: APIClient, filled: Dataset, query: str, names: list[str]
) -> None:
    assert [image["name"] for image in images(as_owner, filled, query)] == names


def test_images_are_found_by_a_labels_id(as_owner: APIClient, filled: Dataset) -> None:
    label = filled.labels.get(name="leaf")
    assert [image["name"] for image in images(as_owner, filled, f"label={label.pk}")] == ["a.png"]


def test_an_unknown_kind_is_refused(as_owner: APIClient, filled: Dataset) -> None:
    assert as_owner.get(address(filled, "images/?kind=hexagon")).status_code == 400


def test_an_image_of_another_data_set_is_not_found(
    as_owner: APIClient, filled: Dataset, project: Project, owner: User
) -> None:
    other = services.dataset_create(project=project, name="Other", user=owner)
    image = filled.images.earliest("pk")
    assert as_owner.get(address(other, f"images/{image.pk}/content/")).status_code == 404


def test_an_import_goes_through_the_api(
    as_owner: APIClient, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    from tests.datasets.test_uploads_api import create

    made = as_owner.post(address(dataset, "imports/")).json()
    assert made["state"] == "uploading"
    found = Import.objects.get(pk=made["id"])
    create(as_owner, found, len(FILES["a.png"]), body=FILES["a.png"])
    active = as_owner.get(address(dataset)).json()["active_import"]
    assert active == {"id": found.pk, "state": "uploading", "progress": 0.0}
    with django_capture_on_commit_callbacks(execute=True):
        started = as_owner.post(f"/api/v1/imports/{found.pk}/start/")
    assert (started.status_code, started.json()["state"]) == (202, "queued")
    shown = as_owner.get(f"/api/v1/imports/{found.pk}/").json()
    assert (shown["state"], shown["progress"], shown["report"]["images"], shown["uploads"]) == ("succeeded", 1.0, 1, [])
    listed = as_owner.get(address(dataset, "imports/?state=succeeded")).json()["results"]
    assert [item["id"] for item in listed] == [found.pk]


def test_an_import_can_be_cancelled_until_it_has_started(as_owner: APIClient, dataset: Dataset) -> None:
    from tests.datasets.test_uploads_api import create, objects

    found = Import.objects.get(pk=as_owner.post(address(dataset, "imports/")).json()["id"])
    create(as_owner, found, 5, body=b"hello")
    Import.objects.update(state=ImportState.RUNNING)
    assert as_owner.delete(f"/api/v1/imports/{found.pk}/").status_code == 409
    Import.objects.update(state=ImportState.UPLOADING)
    assert as_owner.delete(f"/api/v1/imports/{found.pk}/").status_code == 204
    assert not Import.objects.exists()
    assert objects(dataset) == []


def test_an_empty_import_does_not_start(as_owner: APIClient, dataset: Dataset) -> None:
    made = as_owner.post(address(dataset, "imports/")).json()
    answer = as_owner.post(f"/api/v1/imports/{made['id']}/start/")
    assert (answer.status_code, "Nothing was uploaded" in answer.json()["message"]) == (400, True)


@pytest.mark.parametrize(("who", "statuses"), [("as_viewer", (200, 403)), ("as_outsider", (404, 404))])
def test_others_may_not_touch_imports(
    request: pytest.FixtureRequest, as_owner: APIClient, dataset: Dataset, who: str, statuses: tuple[int, int]
) -> None:
    client: APIClient = request.getfixturevalue(who)
    get, post = statuses
    where = f"/api/v1/imports/{as_owner.post(address(dataset, 'imports/')).json()['id']}/"
    assert client.get(where).status_code == get
    assert client.post(f"{where}start/").status_code == post
    assert client.delete(where).status_code == post


def test_a_superuser_may_do_everything(filled: Dataset) -> None:
    root = User.objects.create_superuser("root", password="x", bucket="bucket-root")
    assert "delete" in client_of(root).get(address(filled)).json()["can"]


BIG = 10**30
HOSTILE_READS = [
    f"datasets/{BIG}/",
    f"datasets/{BIG}/images/{BIG}/content/",
    f"datasets/?project={BIG}",
    "datasets/?project=1e5000",
    "datasets/?project=nan",
    "datasets/?project=1.5",
    f"datasets/?page={BIG}",
    "datasets/?search=%00",
    "datasets/{dataset}/images/?label=%00",
    "datasets/{dataset}/images/?search=%00",
    f"datasets/{{dataset}}/versions/{BIG}/",
    f"imports/{BIG}/",
]
HOSTILE_BODIES = [
    b"[1]",
    b'"x"',
    b"{",
    b"\xff",
    b'{"project": 1e400, "name": "x"}',
    b'{"project": %d, "name": "x"}' % BIG,
    b'{"project": -1, "name": "x"}',
    b'{"project": true, "name": {"a": 1}}',
    b'{"project": 1, "name": "x\\ud800"}',
]


@pytest.mark.parametrize("where", HOSTILE_READS)
def test_no_address_makes_it_fail(as_owner: APIClient, dataset: Dataset, where: str) -> None:
    assert as_owner.get(f"/api/v1/{where.format(dataset=dataset.pk)}").status_code in (400, 404)


@pytest.mark.parametrize("body", HOSTILE_BODIES)
def test_no_body_makes_it_fail(as_owner: APIClient, dataset: Dataset, body: bytes) -> None:
    for answer in (
        as_owner.generic("POST", "/api/v1/datasets/", body, "application/json"),
        as_owner.generic("PATCH", address(dataset), body, "application/json"),
    ):
        assert answer.status_code in (200, 400, 404)
    dataset.refresh_from_db()
    assert (dataset.name, Dataset.objects.count()) in (("Leaves", 1), ("x", 1))
