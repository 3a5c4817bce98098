"""The templates' API: owner, viewer, outsider, administrator (checklist 5, 6, 7, 9, 11)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.blueprints.replicas import Replica, efficientnet, mask_rcnn, yolov5
from yard.accounts.models import Project, User
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.services import UploadResult, install_bundled
from yard.core.models import Event
from yard.storage.models import StoredObject

ClientOf = Callable[[User], APIClient]
Upload = Callable[..., UploadResult]
V1 = "/api/v1"


def send(client: APIClient, project: Project, data: bytes, name: str = "train-container-publish.zip") -> Any:
    body = {"project": str(project.pk), "template_zip": SimpleUploadedFile(name, data, "application/zip")}
    return client.post(f"{V1}/templates/upload/", body, format="multipart")


def status_of(answer: Any) -> int:
    """The status; a streamed answer is read to its end, which closes it."""
    if answer.streaming:
        body_of(answer)
    return int(answer.status_code)


def body_of(answer: Any) -> bytes:
    """The whole body of a streamed answer."""
    return b"".join(answer.streaming_content)


def test_an_upload_answers_with_template_version_and_findings(
    client_of: ClientOf, owner: User, project: Project
) -> None:
    answer = send(client_of(owner), project, mask_rcnn().zip())

    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["template"]["provider"], body["template"]["category"], body["template"]["architecture"]) == (
        "Torchvision",
        "Instance Segmentation",
        "Mask R-CNN",
    )
    assert body["created"] is True
    assert body["version"]["number"] == 1
    assert body["version"]["task_types"] == ["instance_segmentation"]
    assert body["template"]["latest_version"]["id"] == body["version"]["id"]
    assert body["template"]["can"] == ["run", "upload", "delete"]
    assert [finding["severity"] for finding in body["findings"]] == []
    assert Event.objects.filter(kind="template.version", object_id=body["template"]["id"]).count() == 1


def test_points_5_and_6_a_refused_upload_lists_all_findings_and_leaves_nothing(
    client_of: ClientOf, owner: User, project: Project
) -> None:
    replica = mask_rcnn()
    replica.change_json("custom.json", score_regexp="(", model_filepath="model.pt")

    answer = send(client_of(owner), project, replica.zip(), name="mine.zip")

    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "template_refused"
    assert body["message"].startswith("mine.zip was not taken in: model_filepath must be absolute")
    assert body["message"].endswith("(and 1 more)")
    assert {finding["code"] for finding in body["extra"]["findings"] if finding["severity"] == "error"} == {
        "template.bad_model_path",
        "template.bad_regexp",
    }
    assert all(finding["line"] for finding in body["extra"]["findings"] if finding["severity"] == "error")
    assert not Blueprint.objects.exists()
    assert not StoredObject.objects.exists()


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 100, b"PK\x05\x06" + b"\xff" * 18])
def test_point_6_something_that_is_no_zip_is_a_400(
    client_of: ClientOf, owner: User, project: Project, data: bytes
) -> None:
    answer = send(client_of(owner), project, data)

    assert (answer.status_code, answer.json()["code"]) == (400, "template_refused")


def test_point_7_the_same_names_again_make_a_new_version_and_the_old_one_stays(
    client_of: ClientOf, owner: User, project: Project
) -> None:
    client = client_of(owner)
    first = send(client, project, mask_rcnn().zip()).json()
    changed = mask_rcnn()
    changed.change_json("custom.json", score_name="mAP")

    second = send(client, project, changed.zip()).json()

    assert second["template"]["id"] == first["template"]["id"]
    assert [version["number"] for version in second["template"]["versions"]] == [2, 1]
    old = client.get(f"{V1}/template-versions/{first['version']['id']}/").json()
    assert (old["number"], old["score_name"]) == (1, "segm. mAP@.5:.95")


def test_the_same_content_again_is_the_same_version(client_of: ClientOf, owner: User, project: Project) -> None:
    client = client_of(owner)
    first = send(client, project, mask_rcnn().zip()).json()

    again = send(client, project, mask_rcnn().zip("another top folder")).json()

    assert again["created"] is False
    assert again["version"]["id"] == first["version"]["id"]
    assert again["findings"][-1]["message"] == (
        "Version 1 of Torchvision / Instance Segmentation / Mask R-CNN already has exactly this content; "
        "no new version was made."
    )


def test_only_editors_upload(client_of: ClientOf, viewer: User, outsider: User, project: Project) -> None:
    assert send(client_of(viewer), project, mask_rcnn().zip()).status_code == 403
    assert send(client_of(outsider), project, mask_rcnn().zip()).status_code == 404
    assert send(APIClient(), project, mask_rcnn().zip()).status_code in {401, 403}
    assert not Blueprint.objects.exists()


def test_an_upload_over_the_limit_is_a_413(
    client_of: ClientOf, owner: User, project: Project, settings: LazySettings
) -> None:
    settings.TEMPLATE_MAX_BYTES = 100

    small_lie = send(client_of(owner), project, b"x" * 200)
    announced = send(client_of(owner), project, b"x" * 100_000)

    assert (small_lie.status_code, announced.status_code) == (413, 413)
    assert announced.json()["message"] == ("The ZIP is larger than 0 MiB. Leave data and weights out of a template.")


def test_a_project_in_the_address_is_checked_before_the_body_is_read(
    client_of: ClientOf, viewer: User, outsider: User, project: Project
) -> None:
    address = f"{V1}/templates/upload/?project={project.pk}"

    for user, status in ((viewer, 403), (outsider, 404)):
        answer = client_of(user).post(address, b"broken", content_type="multipart/form-data; boundary=x")
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [{}, {"project": "1"}, {"project": "x", "template_zip": "text"}, {"project": str(10**30)}],
)
def test_a_form_that_lacks_something_is_a_400(client_of: ClientOf, owner: User, body: dict[str, str]) -> None:
    answer = client_of(owner).post(f"{V1}/templates/upload/", body, format="multipart")

    assert answer.status_code == 400
    assert answer.json()["extra"]["errors"]


def test_a_broken_multipart_body_is_a_400_for_a_session_too(owner: User, project: Project) -> None:
    client = Client()
    client.force_login(owner)

    for content_type in ("multipart/form-data", "multipart/form-data; boundary=\x00", "application/json"):
        answer = client.post(f"{V1}/templates/upload/", b"nonsense", content_type=content_type)
        assert answer.status_code in {400, 415}, content_type


def test_point_9_the_catalogue_shows_ones_own_and_bundled_templates(
    client_of: ClientOf, owner: User, viewer: User, outsider: User, project: Project, upload: Upload
) -> None:
    upload(mask_rcnn())
    Blueprint.objects.create(provider="Bundled", category="Classification", architecture="Small")

    def names(user: User, query: str = "") -> list[str]:
        answer = client_of(user).get(f"{V1}/templates/{query}")
        assert answer.status_code == 200, answer.json()
        return [row["architecture"] for row in answer.json()["results"]]

    assert names(owner) == names(viewer) == ["Small", "Mask R-CNN"]
    assert names(outsider) == ["Small"]
    assert names(owner, f"?project={project.pk}") == ["Small", "Mask R-CNN"]
    assert names(owner, "?bundled=true") == ["Small"]
    assert names(owner, "?provider=Torchvision") == ["Mask R-CNN"]
    assert names(owner, "?provider=Torch") == []
    assert names(owner, "?search=mask") == ["Mask R-CNN"]
    assert names(owner, "?ordering=-provider") == ["Mask R-CNN", "Small"]


@pytest.mark.parametrize(
    "query",
    [
        "?project=x",
        f"?project={10**40}",
        f"?project=-{10**40}",
        "?project=1.5",
        "?project=nan",
        "?archived=maybe",
        "?page=0",
        "?search=%00",
        "?provider=%00",
    ],
)
def test_a_bad_query_is_no_fault_of_ours(client_of: ClientOf, owner: User, query: str) -> None:
    assert client_of(owner).get(f"{V1}/templates/{query}").status_code in {200, 400, 404}


def test_the_catalogue_takes_the_same_queries_for_many_rows(
    client_of: ClientOf, owner: User, upload: Upload, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for replica in (mask_rcnn(), efficientnet(), yolov5()):
        upload(replica)

    with django_assert_max_num_queries(5):
        assert client_of(owner).get(f"{V1}/templates/").json()["count"] == 3


def test_a_viewer_looks_and_an_outsider_sees_nothing(
    client_of: ClientOf, owner: User, viewer: User, outsider: User, upload: Upload
) -> None:
    result = upload()
    template, version = result.blueprint.pk, result.version.pk
    addresses = [
        f"{V1}/templates/{template}/",
        f"{V1}/template-versions/{version}/",
        f"{V1}/template-versions/{version}/download/",
        f"{V1}/template-versions/{version}/builds/",
    ]

    for address in addresses:
        assert status_of(client_of(owner).get(address)) == 200, address
        assert status_of(client_of(viewer).get(address)) == 200, address
        assert client_of(outsider).get(address).status_code == 404, address
        assert client_of(outsider).get(address.replace(f"/{version}/", f"/{10**30}/")).status_code == 404
    assert client_of(viewer).get(addresses[0]).json()["can"] == []
    assert client_of(viewer).get(addresses[1]).json()["can"] == ["download"]


def test_a_version_shows_its_form_and_its_files(client_of: ClientOf, owner: User, upload: Upload) -> None:
    replica = mask_rcnn()
    replica.files["README.md"] = "# Mask R-CNN\n"
    version = upload(replica).version

    body = client_of(owner).get(f"{V1}/template-versions/{version.pk}/").json()

    schema = replica.json("config.jsonschema")
    assert list(body["config_schema"]["properties"]) == list(schema["properties"])
    assert body["defaults"]["epochs"] == 200
    assert body["presets"] == replica.json("presets.json")
    assert body["base_image"] == "nvcr.io/nvidia/pytorch:26.03-py3"
    assert body["readme"] == "# Mask R-CNN\n"
    assert body["dockerfile"] == replica.files["Dockerfile"]
    assert body["image"] == {
        "state": "none",
        "tag": None,
        "digest": None,
        "size_bytes": None,
        "execution": None,
        "reason": "",
    }
    assert body["created_by"] == {"id": owner.pk, "username": "olga"}
    assert body["can"] == ["run", "build", "download"]


def test_point_12_the_summary_ends_before_the_link(client_of: ClientOf, owner: User, upload: Upload) -> None:
    template = upload().blueprint

    assert client_of(owner).get(f"{V1}/templates/{template.pk}/").json()["summary"] == "Trains a model on your images."


def test_the_very_zip_can_be_downloaded_again(client_of: ClientOf, owner: User, upload: Upload) -> None:
    version = upload(mask_rcnn()).version

    answer = client_of(owner).get(f"{V1}/template-versions/{version.pk}/download/")

    assert body_of(answer) == mask_rcnn().zip()
    assert answer["Content-Disposition"] == 'attachment; filename="torchvision-mask-r-cnn-v1.zip"'
    assert answer["Content-Type"] == "application/zip"


def test_a_bundled_template_can_be_downloaded_and_uploaded(client_of: ClientOf, owner: User, project: Project) -> None:
    version = install_bundled()[0]

    answer = client_of(owner).get(f"{V1}/template-versions/{version.pk}/download/")
    data = body_of(answer)

    assert "train-container-publish/config.py" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert send(client_of(owner), project, data).status_code == 201


def test_point_11_a_config_is_checked_on_the_server(
    client_of: ClientOf, owner: User, outsider: User, upload: Upload
) -> None:
    version = upload(mask_rcnn()).version
    address = f"{V1}/template-versions/{version.pk}/validate-config/"
    config = {**client_of(owner).get(f"{V1}/template-versions/{version.pk}/").json()["defaults"], "epochs": 3.0}

    good = client_of(owner).post(address, {"config": config, "export_config": None}).json()
    bad = client_of(owner).post(address, {"config": {**config, "epochs": 0}, "export_config": {"model_type": 1}}).json()

    assert (good["valid"], good["errors"], good["config"]["epochs"]) == (True, [], 3)
    assert good["arguments"].startswith("--backbone resnet50_fpn --pretrained --epochs 3 --batch-size 16")
    assert bad["valid"] is False
    assert {tuple(error["path"]) for error in bad["errors"]} >= {("config", "epochs"), ("export_config", "model_type")}
    assert client_of(outsider).post(address, {"config": config}).status_code == 404
    assert client_of(owner).post(address, {}).status_code == 400
    assert client_of(owner).post(address, {"config": None}).status_code in {200, 400}
    assert client_of(owner).post(address, {"config": [1]}).json()["valid"] is False


def test_the_export_form_is_the_same_for_all(client_of: ClientOf, outsider: User) -> None:
    body = client_of(outsider).get(f"{V1}/export-config/").json()

    assert body["schema"]["type"] == "object"
    assert body["defaults"]["model_type"] == "pytorch"


def test_network_access_is_an_administrators_to_give(
    client_of: ClientOf, owner: User, staff: User, outsider: User
) -> None:
    template = Blueprint.objects.create(provider="Bundled", category="C", architecture="A")
    address = f"{V1}/templates/{template.pk}/"

    assert client_of(owner).patch(address, {"allow_network": True}).status_code == 403
    answer = client_of(staff).patch(address, {"allow_network": True})

    assert (answer.status_code, answer.json()["allow_network"]) == (200, True)
    assert "grant" in answer.json()["can"]
    assert client_of(staff).patch(address, {}).status_code == 400


def test_an_administrator_who_is_no_member_does_not_see_a_projects_template(
    client_of: ClientOf, staff: User, upload: Upload
) -> None:
    address = f"{V1}/templates/{upload().blueprint.pk}/"

    assert client_of(staff).patch(address, {"allow_network": True}).status_code == 404


def test_deleting_leaves_nothing_of_an_unused_template(
    client_of: ClientOf,
    owner: User,
    viewer: User,
    outsider: User,
    upload: Upload,
    django_capture_on_commit_callbacks: Any,
) -> None:
    address = f"{V1}/templates/{upload().blueprint.pk}/"

    assert client_of(outsider).delete(address).status_code == 404
    assert client_of(viewer).delete(address).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of(owner).delete(address).status_code == 204

    assert not BlueprintVersion.objects.exists()
    assert not StoredObject.objects.exists()
    assert client_of(owner).get(address).status_code == 404


def test_a_bundled_template_is_archived_by_an_administrator_and_stays_away(
    client_of: ClientOf, owner: User, staff: User
) -> None:
    template = install_bundled()[0].blueprint
    address = f"{V1}/templates/{template.pk}/"

    assert client_of(owner).delete(address).status_code == 403
    assert client_of(staff).delete(address).status_code == 204

    assert install_bundled() == []
    listed = client_of(owner).get(f"{V1}/templates/").json()["results"]
    assert template.pk not in [row["id"] for row in listed]
    everything = client_of(owner).get(f"{V1}/templates/?archived=true").json()["results"]
    assert [row["archived"] for row in everything if row["id"] == template.pk] == [True]


def test_uploading_an_archived_template_again_brings_it_back(
    client_of: ClientOf, owner: User, project: Project, upload: Upload
) -> None:
    from django.utils import timezone

    blueprint = upload().blueprint
    Blueprint.objects.filter(pk=blueprint.pk).update(archived_at=timezone.now())

    body = send(client_of(owner), project, mask_rcnn().zip()).json()

    assert (body["template"]["id"], body["template"]["archived"], body["version"]["number"]) == (blueprint.pk, False, 1)


def test_two_projects_may_have_a_template_of_one_name(
    client_of: ClientOf, owner: User, project: Project, upload: Upload
) -> None:
    other = Project.objects.create(name="Peas", created_by=owner)
    other.memberships.create(user=owner, role="admin")
    upload(mask_rcnn())

    body = send(client_of(owner), other, mask_rcnn().zip()).json()

    assert body["created"] is True
    assert Blueprint.objects.filter(architecture="Mask R-CNN").count() == 2


def replica_named(name: str) -> Replica:
    replica = mask_rcnn()
    replica.name = ("Torchvision", "Instance Segmentation", name)
    return replica


@pytest.mark.parametrize("name", ["Größe ✓ 模型", "a'b\"c", "x" * 100, "50% off; rm -rf"])
def test_any_readable_name_is_good(upload: Upload, client_of: ClientOf, owner: User, name: str) -> None:
    version = upload(replica_named(name)).version

    assert version.blueprint.architecture == name
    assert status_of(client_of(owner).get(f"{V1}/template-versions/{version.pk}/download/")) == 200


def test_json_nested_without_end_is_a_400(client_of: ClientOf, owner: User, upload: Upload) -> None:
    address = f"{V1}/template-versions/{upload().version.pk}/validate-config/"
    body = '{"config": ' + "[" * 100_000 + "]" * 100_000 + "}"

    answer = client_of(owner).post(address, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["message"] == "The request's JSON is nested too deeply."
