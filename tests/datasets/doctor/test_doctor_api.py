"""The doctor over the API: what owner, viewer and outsider see and may do, and what is said when it cannot be done."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import status_of
from tests.datasets.doctor.conftest import Examined, Filled, box
from yard.datasets.models import Dataset, Finding, Shape

FINE = box(10, 10, 40, 30)
BEYOND = box(80, 10, 150, 30)
IMAGES = {"a.png": [FINE, BEYOND], "b.png": [], "c.png": [FINE, FINE]}
CLIP = {"finding": "shape.partly_outside", "repair": "clip"}


@pytest.fixture
def where(filled: Filled, examined: Examined) -> str:
    dataset = filled(IMAGES)
    examined()
    return f"/api/v1/datasets/{dataset.pk}/"


def counts(client: APIClient, where: str) -> dict[str, int]:
    return {kind["code"]: kind["count"] for kind in client.get(f"{where}examine/").json()["kinds"] if kind["count"]}


def test_kinds_with_their_words_counts_and_examples(where: str, as_viewer: APIClient) -> None:
    shown = as_viewer.get(f"{where}examine/").json()
    assert (shown["state"], shown["checked"], shown["stale"]) == ("succeeded", True, False)
    kinds = {kind["code"]: kind for kind in shown["kinds"]}
    assert counts(as_viewer, where) == {
        "shape.partly_outside": 1, "image.unlabelled": 1, "shape.duplicate": 1, "class.rare": 1,
    }  # fmt: skip
    twice = kinds["shape.duplicate"]["examples"][0]
    assert twice["shape"]["geometry"] == twice["other_shape"]["geometry"]
    assert twice["shape"]["id"] != twice["other_shape"]["id"]
    assert [repair["code"] for repair in kinds["shape.partly_outside"]["repairs"]] == ["clip"]
    assert status_of(as_viewer, twice["image"]["thumbnail_url"]) == 200
    assert shown["attention"] == 4


def test_findings_about_classes_show_what_these_look_like(
    filled: Filled, examined: Examined, as_viewer: APIClient
) -> None:
    dataset = filled({"a.png": [FINE, FINE], "b.png": [box(5, 5, 50, 40, "Leaf")]})
    dataset.labels.create(name="moss", color="#00aa00")
    examined()
    found = {
        one["code"]: [(each["shape"]["label"], each["image"]["name"]) for each in one["classes"]]
        for one in as_viewer.get(f"/api/v1/datasets/{dataset.pk}/findings/").json()["results"]
        if one["image"] is None and one["label"] != "leaf"
    }
    assert found == {
        "class.same_name": [("Leaf", "b.png"), ("leaf", "a.png")],
        "class.rare": [("Leaf", "b.png")],
        "class.unused": [],
    }


def test_the_queries_of_the_page_are_few(where: str, as_viewer: APIClient, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        as_viewer.get(f"{where}examine/")
    with django_assert_max_num_queries(8):
        as_viewer.get(f"{where}findings/")


def test_a_data_set_that_was_never_examined(dataset: Dataset, as_viewer: APIClient, as_owner: APIClient) -> None:
    where = f"/api/v1/datasets/{dataset.pk}/examine/"
    shown = as_viewer.get(where).json()
    assert (shown["state"], shown["checked"], shown["stale"]) == ("none", False, False)
    assert shown["options"]["few_examples"] == 10
    answer = as_owner.post(where, {}, format="json")
    assert (answer.status_code, "no images yet" in answer.json()["message"]) == (400, True)


def test_findings_are_narrowed(where: str, as_viewer: APIClient) -> None:
    def codes(**query: Any) -> list[str]:
        return [row["code"] for row in as_viewer.get(f"{where}findings/", query).json()["results"]]

    assert len(codes()) == 4
    assert codes(code="shape.duplicate") == ["shape.duplicate"]
    assert codes(severity="error") == []
    image = Finding.objects.get(code="image.unlabelled").image_id
    assert codes(image=image) == ["image.unlabelled"]
    assert as_viewer.get(f"{where}findings/", {"severity": "deadly"}).status_code == 400


def test_intended_findings_are_counted_apart(where: str, as_owner: APIClient) -> None:
    answer = as_owner.post(f"{where}findings/intended/", {"code": "image.unlabelled"}, format="json")
    assert answer.json() == {"marked": 1}
    assert "image.unlabelled" not in counts(as_owner, where)
    answer = as_owner.post(
        f"{where}findings/intended/", {"code": "image.unlabelled", "findings": [9**9]}, format="json"
    )
    assert (answer.status_code, "no such findings" in answer.json()["message"]) == (400, True)


def test_examining_with_other_thresholds(
    where: str, as_owner: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert as_owner.post(f"{where}examine/", {"options": {"few_examples": 2}}, format="json").status_code == 202
    assert "class.rare" not in counts(as_owner, where)
    answer = as_owner.post(f"{where}examine/", {"options": {"near_bits": 60}}, format="json")
    assert (answer.status_code, "between 0 and 10" in answer.json()["message"]) == (400, True)


def test_looking_repairing_and_taking_back(
    where: str, as_owner: APIClient, as_viewer: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    preview = as_owner.post(f"{where}repairs/preview/", CLIP, format="json").json()
    assert (preview["images"], preview["numbers"]) == (1, {"shapes clipped": 1})
    assert preview["examples"][0]["after"][0]["geometry"]["x2"] == 100
    with django_capture_on_commit_callbacks(execute=True):
        started = as_owner.post(f"{where}repairs/", CLIP, format="json")
    assert started.status_code == 202
    one = f"{where}repairs/{started.json()['id']}/"
    shown = as_viewer.get(one).json()
    assert (shown["state"], shown["can_undo"], shown["before"], shown["after"]) == ("succeeded", True, 1, 2)
    assert not Shape.objects.filter(left=80, width=70).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert as_owner.post(f"{one}undo/", {}, format="json").status_code == 202
    assert Shape.objects.filter(left=80, width=70).exists()
    answer = as_owner.post(f"{one}undo/", {}, format="json")
    assert (answer.status_code, "already" in answer.json()["message"]) == (409, True)
    assert [row["undone_by"]["username"] for row in as_viewer.get(f"{where}repairs/").json()["results"]] == ["olga"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({**CLIP, "repair": "untangle"}, 400, "no repair untangle"),
        ({**CLIP, "finding": "shape.haunted"}, 400, "no repair"),
        ({**CLIP, "findings": [9**9]}, 409, "any more"),
        ({**CLIP, "findings": []}, 400, ""),
        ({**CLIP, "findings": "all"}, 400, ""),
        ({"finding": "class.rare", "repair": "merge_classes", "options": {"into": 9**9}}, 400, "no such class"),
        ({"finding": "image.duplicate", "repair": "remove_images", "options": {"keep": "luck"}}, 400, ""),
        ({}, 400, ""),
    ],
)
def test_what_makes_no_sense_is_refused(
    body: dict[str, Any], status: int, words: str, where: str, as_owner: APIClient
) -> None:
    for address in ("repairs/preview/", "repairs/"):
        answer = as_owner.post(f"{where}{address}", body, format="json")
        assert (answer.status_code, words in answer.json()["message"]) == (status, True)


def test_viewers_look_and_outsiders_find_nothing(where: str, as_viewer: APIClient, as_outsider: APIClient) -> None:
    for address, body in {
        "examine/": {}, "findings/intended/": {"code": "class.rare"}, "repairs/": CLIP, "repairs/preview/": CLIP,
    }.items():  # fmt: skip
        assert as_viewer.post(f"{where}{address}", body, format="json").status_code == 403
        assert as_outsider.post(f"{where}{address}", body, format="json").status_code == 404
    for address in ("examine/", "findings/", "repairs/"):
        assert as_viewer.get(f"{where}{address}").status_code == 200
        assert as_outsider.get(f"{where}{address}").status_code == 404
