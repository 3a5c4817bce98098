"""Splits over the API, as owner, viewer and outsider."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import CallbackCapture, Importer
from tests.datasets.splits.conftest import Filled
from tests.datasets.test_near import shades
from yard.datasets.models import Dataset

pytestmark = pytest.mark.django_db
SHARES = {"train": 60, "val": 20, "test": 20}


def at(dataset: Dataset, *parts: object) -> str:
    return "/".join(["/api/v1/datasets", str(dataset.pk), "splits", *map(str, parts), ""])


def post(client: APIClient, address: str, **body: Any) -> Any:
    return client.post(address, body, format="json")


def created(client: APIClient, dataset: Dataset, **body: Any) -> dict[str, Any]:
    response = post(client, at(dataset), **{"name": "first", "method": "random", "shares": SHARES, **body})
    assert response.status_code == 201, response.data
    return dict(response.data)


def test_a_split_is_made_looked_at_renamed_and_deleted(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled({f"{n:02}.png": {"labels": {"leaf": 2} if n % 2 else {}} for n in range(10)})
    split = created(as_owner, dataset, seed=7, near_bits=4)
    assert (split["counts"], split["without"], split["is_current"]) == ({"train": 6, "val": 2, "test": 2}, 0, True)
    assert split["options"] == {"shares": SHARES, "group_by": "", "pattern": "", "near_bits": 4}
    assert [row["name"] for row in split["classes"]] == ["leaf"]
    assert sum(split["classes"][0][part] for part in ("train", "val", "test", "none")) == 5
    assert [found["name"] for found in as_owner.get(at(dataset)).data["results"]] == ["first"]
    assert as_owner.get(f"/api/v1/datasets/{dataset.pk}/").data["split"]["name"] == "first"

    renamed = as_owner.patch(at(dataset, split["id"]), {"name": "second", "current": False}, format="json")
    assert (renamed.data["name"], renamed.data["is_current"], renamed.data["revision"]) == ("second", False, 1)
    late = as_owner.patch(at(dataset, split["id"]), {"name": "third", "revision": 0}, format="json")
    assert (late.status_code, late.data["code"]) == (409, "conflict")
    assert as_owner.delete(at(dataset, split["id"])).status_code == 204
    assert as_owner.get(at(dataset, split["id"])).status_code == 404


def test_looking_ahead_tells_counts_groups_and_what_to_look_at(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled({f"{n:02}.png": {"path": f"s{n // 5}/{n:02}.png", "labels": {"leaf": 1}} for n in range(20)})
    body = {"method": "group", "shares": SHARES, "group_by": "folder"}
    preview = post(as_owner, at(dataset, "preview"), **body).data
    assert (preview["groups"], sum(preview["counts"].values())) == (4, 20)
    assert {group["title"] for group in preview["largest_groups"]} == {"s0", "s1", "s2", "s3"}
    assert len(preview["largest_groups"][0]["examples"]) == 4
    assert dataset.splits.count() == 0
    assert created(as_owner, dataset, **body)["counts"] == preview["counts"], "making it gives what was shown"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"method": "random", "shares": {"train": 50, "val": 20}}, ["shares"]),
        ({"method": "sorted"}, ["method"]),
        ({"method": "group"}, ["group_by"]),
        ({"method": "group", "group_by": "pattern", "pattern": "("}, ["pattern"]),
        ({"method": "random", "seed": -1}, ["seed"]),
        ({"method": "random", "near_bits": 40}, ["near_bits"]),
        ({"method": "lists", "lists": {"train": [99]}}, ["lists", "train", 0]),
        ({"method": "lists"}, ["lists"]),
        ({"method": "lists", "lists": "train"}, ["lists"]),
        ({"name": "", "method": "random"}, ["name"]),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    as_owner: APIClient, filled: Filled, body: dict[str, Any], path: list[Any]
) -> None:
    dataset = filled(10)
    response = post(as_owner, at(dataset), **{"name": "x", **body})
    assert response.status_code == 400, response.data
    assert response.data["extra"]["errors"][0]["path"] == path
    assert dataset.splits.count() == 0


def test_images_are_put_into_parts_by_choice_and_by_filter(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled({f"{n:02}.png": {"width": 8} for n in range(12)})
    split = created(as_owner, dataset, method="manual")
    assert split["without"] == 12
    ids = list(dataset.images.order_by("name").values_list("pk", flat=True))
    address = at(dataset, split["id"], "members")
    moved = post(as_owner, address, images=ids[:2], part="val", revision=0).data
    assert (moved["moved"], moved["split"]["counts"], moved["split"]["revision"]) == (2, {"val": 2}, 1)
    assert post(as_owner, address, images=ids[:3], part="test", revision=0).status_code == 409
    moved = post(as_owner, address, filters={"part": "none", "search": "1"}, part="train").data
    assert moved["split"]["counts"] == {"train": 2, "val": 2}, "01 has its part already; 10 and 11 had none"
    assert post(as_owner, address, images=ids[:1], part="").data["split"]["counts"] == {"train": 2, "val": 1}
    shown = as_owner.get(address, {"part": "train"}).data
    assert [(row["name"], row["part"]) for row in shown["results"]] == [("10.png", "train"), ("11.png", "train")]
    assert as_owner.get(address, {"part": "none"}).data["count"] == 9


@pytest.mark.parametrize(
    "body",
    [
        {"part": "train"},
        {"part": "x", "images": []},
        {"part": "train", "filters": {"serch": "a"}},
        {"part": "val", "filters": {"part": "x"}},
    ],
)
def test_a_filter_with_a_typo_moves_nothing(as_owner: APIClient, filled: Filled, body: dict[str, Any]) -> None:
    dataset = filled(3)
    split = created(as_owner, dataset, method="manual")
    assert post(as_owner, at(dataset, split["id"], "members"), **body).status_code == 400
    assert as_owner.get(at(dataset, split["id"])).data["without"] == 3


def test_lists_are_downloaded_and_uploaded(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled(10)
    split = created(as_owner, dataset)
    address = at(dataset, split["id"], "lists")
    whole = as_owner.get(address)
    assert 'filename="split.json"' in whole["Content-Disposition"]
    document = json.loads(whole.content)
    bare = as_owner.get(address, {"part": "val"})
    assert json.loads(bare.content) == document["val"]
    assert 'filename="val_indices.json"' in bare["Content-Disposition"]
    assert len(json.loads(as_owner.get(address, {"by": "name", "part": "train"}).content)) == 6
    copy = created(as_owner, dataset, name="copy", method="lists", lists=document)
    assert copy["counts"] == split["counts"]
    body = {"lists": {"train": [1]}, "revision": copy["revision"]}
    changed = as_owner.put(at(dataset, copy["id"], "lists"), body, format="json").data
    assert (changed["counts"], changed["without"], changed["method"]) == ({"train": 1}, 9, "lists")
    assert as_owner.get(address, {"by": "size"}).status_code == 400


def test_new_images_are_dealt_out(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled(10)
    split = created(as_owner, dataset)
    filled({f"new{n}.png": {} for n in range(5)})
    assert as_owner.get(at(dataset, split["id"])).data["without"] == 5
    extended = post(as_owner, at(dataset, split["id"], "extend"), revision=split["revision"]).data
    assert (extended["moved"], extended["split"]["counts"]) == (5, {"train": 9, "val": 3, "test": 3})


def test_leaks_are_shown_with_pictures_and_mended(as_owner: APIClient, filled: Filled) -> None:
    dataset = filled({f"{n}.png": {"perceptual_hash": n // 2 << 30 | 7} for n in range(4)})
    lists = {"train": [0, 1, 2], "val": [3]}
    split = created(as_owner, dataset, method="lists", lists=lists)
    found = as_owner.get(at(dataset, split["id"], "leaks")).data
    assert (found["count"], found["exact"], found["images"], found["without_hash"]) == (1, 0, 4, 0)
    assert {image["part"] for image in found["leaks"][0]["images"]} == {"train", "val"}
    assert found["leaks"][0]["images"][0]["thumbnail_url"].endswith("/thumbnail/")
    mended = post(as_owner, at(dataset, split["id"], "leaks"), revision=split["revision"]).data
    assert (mended["moved"], mended["split"]["counts"]) == (1, {"train": 4})
    assert as_owner.get(at(dataset, split["id"], "leaks")).data["count"] == 0


def test_images_of_before_are_compared_when_asked(
    as_owner: APIClient,
    dataset: Dataset,
    import_files: Importer,
    django_capture_on_commit_callbacks: CallbackCapture,
) -> None:
    import_files({"a.png": shades(1), "b.png": shades(1, "JPEG"), "c.png": shades(2)})
    dataset.images.update(perceptual_hash=None)
    split = created(as_owner, dataset, method="lists", lists={"train": [0, 2], "val": [1]})
    leaks = at(dataset, split["id"], "leaks")
    assert as_owner.get(leaks).data["without_hash"] == 3
    preview = post(as_owner, at(dataset, "preview"), method="random", near_bits=4).data
    assert preview["without_hash"] == 3
    assert "3 of 3 images have not been compared yet" in preview["notes"][0]
    with django_capture_on_commit_callbacks(execute=True):
        assert post(as_owner, f"/api/v1/datasets/{dataset.pk}/comparing/").status_code == 202
    found = as_owner.get(leaks).data
    assert (found["without_hash"], found["count"]) == (0, 1)


def test_a_viewer_looks_and_an_outsider_finds_nothing(
    as_owner: APIClient, as_viewer: APIClient, as_outsider: APIClient, filled: Filled
) -> None:
    dataset = filled(10)
    split = created(as_owner, dataset)
    one = at(dataset, split["id"])
    reads = [at(dataset), one, f"{one}members/", f"{one}lists/", f"{one}leaks/"]
    writes = [
        ("post", at(dataset), {"name": "x", "method": "random"}),
        ("post", at(dataset, "preview"), {"method": "random"}),
        ("patch", one, {"name": "x"}),
        ("post", f"{one}members/", {"images": [], "part": ""}),
        ("post", f"{one}extend/", {}),
        ("put", f"{one}lists/", {"lists": {"train": []}}),
        ("post", f"{one}leaks/", {}),
        ("post", f"/api/v1/datasets/{dataset.pk}/comparing/", {}),
        ("delete", one, {}),
    ]
    for address in reads:
        assert as_viewer.get(address).status_code == 200, address
        assert as_outsider.get(address).status_code == 404, address
    for method, address, body in writes:
        assert getattr(as_viewer, method)(address, body, format="json").status_code == 403, address
        assert getattr(as_outsider, method)(address, body, format="json").status_code == 404, address
    assert as_viewer.get(one).data["name"] == "first"


def test_a_split_of_another_data_set_is_not_found(
    as_owner: APIClient, filled: Filled, owner: Any, project: Any
) -> None:
    from yard.datasets import services

    dataset = filled(3)
    split = created(as_owner, dataset)
    other = services.dataset_create(project=project, name="Other", user=owner)
    assert as_owner.get(at(other, split["id"])).status_code == 404


def test_pages_of_a_split_need_few_queries(
    as_owner: APIClient, filled: Filled, django_assert_max_num_queries: Any
) -> None:
    dataset = filled(30)
    split = created(as_owner, dataset)
    with django_assert_max_num_queries(12):
        as_owner.get(at(dataset, split["id"], "members"))
    with django_assert_max_num_queries(12):
        as_owner.get(at(dataset))
