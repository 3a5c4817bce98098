"""One label file in, another out: by the worker and at once, with what was lost; the pitfalls of others avoided."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, CallbackCapture, body_of, cvat, packed, picture
from tests.datasets.formats.test_import_of_formats import ARCHIVES, COCO, YOLO
from yard.accounts.models import User
from yard.datasets.conversions import services
from yard.datasets.models import Conversion
from yard.storage import keys
from yard.storage.stores import get_store

WHERE = "/api/v1/conversions/"


@pytest.fixture
def converted(as_owner: APIClient, django_capture_on_commit_callbacks: CallbackCapture) -> Any:
    """Converts a file through the API and the worker; gives what the API then shows, and the result's bytes."""

    def run(name: str, content: bytes, target: str, **more: Any) -> tuple[dict[str, Any], bytes]:
        made = as_owner.post(WHERE, {"name": name, "target": target, **more}, format="json")
        assert made.status_code == 201, made.content
        where = f"{WHERE}{made.json()['id']}/"
        with django_capture_on_commit_callbacks(execute=True):
            sent = as_owner.put(f"{where}content/", content, content_type="application/octet-stream")
        assert sent.status_code == 202, sent.content
        shown = as_owner.get(where).json()
        result = as_owner.get(f"{where}result/")
        assert result.status_code == (200 if shown["state"] == "succeeded" else 409)
        return shown, body_of(result)

    return run


def inside(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def at_once(client: APIClient, source: str, target: str, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/api/v1/datasets/convert/{source}/{target}", {"label_file": file}, format="multipart")


def test_of_several_label_files_a_bad_one_costs_only_itself(converted: Any) -> None:
    bad = b"<annotations><image"
    shown, _ = converted("labels.zip", packed({"a.xml": cvat({"a.png": BOX}), "b.xml": bad}), "coco")
    assert (shown["state"], shown["report"]["shapes"]) == ("succeeded", 1)
    (skipped,) = shown["report"]["skipped"]
    assert (skipped["name"], "is not well-formed XML" in skipped["why"]) == ("b.xml", True)
    shown, _ = converted("labels.zip", packed({"a.xml": bad, "b.xml": bad}), "coco")
    assert (shown["state"], "is not well-formed XML" in shown["message"]) == ("failed", True)


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("target", ["cvat", "coco", "csv"])
def test_every_format_becomes_one_file(converted: Any, name: str, target: str) -> None:
    shown, content = converted("labels.zip", packed(ARCHIVES[name]), target)
    assert (shown["state"], shown["report"]["shapes"]) == ("succeeded", 1)
    assert shown["report"]["images"] == 2, "the one without objects is kept"
    assert shown["report"]["images_empty"] == 1
    assert shown["result_name"] == {"cvat": "labels.xml", "coco": "labels.json", "csv": "labels.csv"}[target]
    assert shown["result_size"] == len(content)
    assert b"a.png" in content
    assert b"b.png" in content


def test_a_single_coco_file_becomes_yolo(converted: Any) -> None:
    shown, content = converted("labels.json", json.dumps(COCO).encode(), "yolo")
    assert shown["report"]["source"] == "coco"
    files = inside(content)
    assert files["labels/train/a.txt"] == b"0 0.350000 0.500000 0.500000 0.500000\n"
    assert files["labels/train/b.txt"] == b""
    assert b'0: "leaf"' in files["data.yaml"]


def test_cvat_with_a_single_image_is_converted(converted: Any) -> None:
    """The platform whose contract this is fails here."""
    shown, content = converted("annotations.xml", cvat({"a.png": BOX}), "coco")
    assert shown["state"] == "succeeded"
    assert len(json.loads(content)["annotations"]) == 1


def test_files_of_mixed_kinds_keep_all_kinds(converted: Any) -> None:
    """There, polylines make boxes disappear."""
    shapes = BOX + '<polyline label="leaf" points="0,0;4,1"/><polygon label="rust" points="0,0;4,0;4,3"/>'
    shown, content = converted("annotations.xml", cvat({"a.png": shapes}), "coco")
    assert [len(item["segmentation"]) for item in json.loads(content)["annotations"]] == [0, 1]
    assert {loss["code"]: loss["count"] for loss in shown["report"]["losses"]} == {"polyline_dropped": 1}


def test_images_of_one_name_in_two_folders_stay_apart(converted: Any) -> None:
    """There, the second one overwrites the first."""
    files = {"annotations.xml": cvat({"cam1/a.png": BOX, "cam2/a.png": BOX.replace("leaf", "rust")})}
    shown, content = converted("labels.zip", packed(files), "yolo")
    labels = {name: text for name, text in inside(content).items() if name.startswith("labels/")}
    assert labels.keys() == {"labels/train/cam1_a.txt", "labels/train/cam2_a.txt"}
    assert labels["labels/train/cam1_a.txt"] != labels["labels/train/cam2_a.txt"]
    (renamed,) = [loss for loss in shown["report"]["losses"] if loss["code"] == "renamed"]
    assert renamed["count"] == 2


_TAG = '<tag label="leaf"/>'
_LINE = '<polyline label="leaf" points="0,0;4,1"/>'


@pytest.mark.parametrize(
    ("shapes", "target", "says"),
    [
        (BOX, "coco", "1 image, 1 object."),
        (BOX + _LINE + _LINE, "coco", "1 image, 3 objects read; 1 of them is in the result."),
        (_LINE + _LINE, "coco", "1 image, 2 objects read; none of them is in the result: the losses tell why."),
        (
            BOX + _LINE,
            "folders",
            "1 image, 2 objects read; none of them is in the result: Image folders hold no shapes, only classes of "
            "whole images.",
        ),
        (BOX + _TAG + _TAG, "folders", "1 image, 3 objects read; 1 of them is in the result."),
    ],
)
def test_the_message_tells_how_much_the_result_holds(converted: Any, shapes: str, target: str, says: str) -> None:
    files = {"annotations.xml": cvat({"a.png": shapes}), "a.png": picture(40, 20)}
    assert converted("set.zip", packed(files), target)[0]["message"] == says


def test_tags_of_images_that_are_not_there_are_told(converted: Any) -> None:
    """The images in their folders are all that such a result has."""
    shown, _ = converted("annotations.xml", cvat({"a.png": _TAG + _TAG, "b.png": BOX}), "folders")
    assert {loss["code"]: loss["count"] for loss in shown["report"]["losses"]} == {
        "box_dropped": 1, "more_tags": 1, "no_image": 1,
    }  # fmt: skip
    assert shown["message"] == "2 images, 3 objects read; none of them is in the result: the losses tell why."


def test_a_mask_of_which_a_part_lies_outside_is_one_object(converted: Any) -> None:
    mask = '<mask label="leaf" rle="0, 1, 8, 1" left="-9" top="0" width="10" height="1"/>'
    shown, _ = converted("annotations.xml", cvat({"a.png": mask}), "yolo-segmentation")
    assert {loss["code"] for loss in shown["report"]["losses"]} >= {"clipped", "mask_to_polygon"}
    assert "outside" not in {loss["code"] for loss in shown["report"]["losses"]}
    assert shown["message"].endswith("1 object.")


def test_images_come_along_when_asked_for(converted: Any) -> None:
    shown, content = converted("set.zip", packed(YOLO), "voc", with_images=True)
    assert shown["state"] == "succeeded"
    assert inside(content)["JPEGImages/images_train_a.png"] == YOLO["images/train/a.png"]
    assert inside(content)["ImageSets/Main/val.txt"] == b"images_val_b\n"


def test_folders_of_images_become_tags(converted: Any) -> None:
    files = {"cat/1.png": picture(), "dog/2.png": picture(9, 9), "dog/3.png": picture(7, 7)}
    shown, content = converted("set.zip", packed(files), "cvat")
    assert (shown["report"]["source"], shown["report"]["shapes"]) == ("folders", 3)
    assert content.count(b'<tag label="dog"') == 2


def test_yolo_without_images_says_that_it_needs_them(converted: Any) -> None:
    files = {name: content for name, content in YOLO.items() if not name.endswith(".png")}
    shown, _ = converted("labels.zip", packed(files), "coco")
    (loss,) = [loss for loss in shown["report"]["losses"] if loss["code"] == "no_size"]
    assert loss["count"] == 1
    assert any("Put the images beside the labels." in finding["hint"] for finding in shown["report"]["findings"])


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a photo": ("a.png", picture(), "No labels were found in a.png"),
    "broken JSON": ("a.json", b'{"images": [1,}', "a.json is not the JSON it should be"),
    "a ZIP of nothing": ("a.zip", packed({"readme.md": b"x"}), "No labels were found in a.zip"),
    "no ZIP": ("a.zip", b"PK\x03\x04 not really", "a.zip is no ZIP file"),
    "CVAT without images": ("a.xml", b"<annotations/>", "No image is named in the file"),
}


@pytest.mark.parametrize(("name", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_converted_is_refused_with_a_sentence(
    converted: Any, as_owner: APIClient, name: str, content: bytes, says: str
) -> None:
    shown, _ = converted(name, content, "yolo")
    assert shown["state"] == "failed"
    assert says in shown["message"]
    key = "coco" if name.endswith("json") else "cvat"
    answer = at_once(as_owner, key, "yolo", name, content)
    assert answer.status_code == 400, answer.content


def test_another_format_than_the_named_one_is_told(converted: Any) -> None:
    shown, _ = converted("labels.json", json.dumps(COCO).encode(), "yolo", source="voc")
    assert shown["message"] == "labels.json holds COCO, not Pascal VOC. Choose that format."


@pytest.mark.parametrize(
    ("source", "target"),
    [("COCODetectionDataset", "CVATImageDataset"), ("COCODetectionDataset", "YOLOv5Dataset"), ("coco", "voc")],
)
def test_the_address_of_the_contract_answers_at_once(as_viewer: APIClient, source: str, target: str) -> None:
    answer = at_once(as_viewer, source, target, "labels.json", json.dumps(COCO).encode())
    content = body_of(answer)
    assert answer.status_code == 200, content
    assert json.loads(answer["Trainyard-Losses"]) == {}
    assert content.startswith(b"<?xml" if "CVAT" in target else b"PK")


def test_the_address_of_the_contract_takes_yolo_with_images(as_viewer: APIClient) -> None:
    answer = at_once(as_viewer, "YOLOv5Dataset", "COCODetectionDataset", "set.zip", packed(YOLO))
    assert json.loads(body_of(answer))["annotations"][0]["bbox"] == [4.0, 5.0, 20.0, 10.0]
    assert 'filename="labels.json"' in answer["Content-Disposition"]


def test_the_addresses_of_the_contract_say_no_with_a_sentence(as_viewer: APIClient, settings: Any) -> None:
    assert {"coco", "cvat", "yolo"} <= {one["key"] for one in as_viewer.get("/api/v1/datasets/convert/formats").json()}
    assert at_once(as_viewer, "png", "coco", "a.json", b"{}").status_code == 404
    settings.CONVERSION_NOW_MAX_BYTES = 3
    assert at_once(as_viewer, "coco", "voc", "a.json", b"{   }").status_code == 413


def test_conversions_are_their_users_alone(converted: Any, as_owner: APIClient, as_viewer: APIClient) -> None:
    shown, _ = converted("labels.json", json.dumps(COCO).encode(), "cvat")
    where = f"{WHERE}{shown['id']}/"
    for path in (where, f"{where}result/"):
        assert as_viewer.get(path).status_code == 404
    assert as_viewer.delete(where).status_code == 404
    assert as_viewer.get(WHERE).json()["count"] == 0
    assert as_owner.get(WHERE).json()["count"] == 1


def test_nothing_is_left_of_a_deleted_one(
    converted: Any, as_owner: APIClient, owner: User, django_capture_on_commit_callbacks: CallbackCapture
) -> None:
    shown, _ = converted("labels.json", json.dumps(COCO).encode(), "cvat")
    assert stored(owner) == {keys.conversion_source(shown["id"]), keys.conversion_result(shown["id"])}
    with django_capture_on_commit_callbacks(execute=True):
        assert as_owner.delete(f"{WHERE}{shown['id']}/").status_code == 204
    assert stored(owner) == set()


def stored(user: User) -> set[str]:
    return {item.key for item in get_store().list(user.bucket, "conversions/")}


def test_old_ones_are_removed(converted: Any, owner: User, django_capture_on_commit_callbacks: CallbackCapture) -> None:
    shown, _ = converted("labels.json", json.dumps(COCO).encode(), "cvat")
    assert services.conversion_expire() == 0
    Conversion.objects.filter(pk=shown["id"]).update(updated_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.conversion_expire() == 1
    assert stored(owner) == set()


def test_one_whose_worker_is_gone_is_begun_anew_and_at_last_given_up(
    as_owner: APIClient, owner: User, django_capture_on_commit_callbacks: CallbackCapture
) -> None:
    conversion = services.conversion_create(user=owner, name="a.json", source="", target="cvat")
    content = json.dumps(COCO).encode()
    services.conversion_feed(conversion=conversion, content=io.BytesIO(content), size=len(content))
    for attempt in range(1, services.MAX_ATTEMPTS + 1):
        Conversion.objects.filter(pk=conversion.pk).update(
            state="running", lease="killed", updated_at=timezone.now() - timedelta(hours=1)
        )
        services.conversion_resume_stale()
        conversion.refresh_from_db()
        assert conversion.attempts == attempt
    assert conversion.state == "failed"
    assert "The worker ended three times" in conversion.message


def test_a_task_that_is_delivered_twice_does_it_once(converted: Any) -> None:
    shown, _ = converted("labels.json", json.dumps(COCO).encode(), "cvat")
    before = Conversion.objects.get(pk=shown["id"])
    services.conversion_perform(shown["id"])
    assert Conversion.objects.get(pk=shown["id"]).updated_at == before.updated_at


def test_the_content_is_taken_once_and_whole(as_owner: APIClient, settings: Any) -> None:
    made = as_owner.post(WHERE, {"name": "a.json", "target": "cvat"}, format="json").json()
    where = f"{WHERE}{made['id']}/content/"
    settings.CONVERSION_MAX_BYTES = 3
    assert as_owner.put(where, b"1234", content_type="application/octet-stream").status_code == 413
    assert as_owner.put(where, b"", content_type="application/octet-stream").status_code == 400
    assert as_owner.put(where, b"{}", content_type="application/octet-stream").status_code == 202
    assert as_owner.put(where, b"{}", content_type="application/octet-stream").status_code == 409
