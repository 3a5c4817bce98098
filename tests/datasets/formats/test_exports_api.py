"""Exports over the API: files, loss reports, versions, and who may have them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, body_of, cvat, packed, picture, status_of
from yard.accounts.models import Project, User
from yard.datasets import services
from yard.datasets.annotations.formats.registry import FORMATS
from yard.datasets.models import Dataset, Split, SplitMember
from yard.datasets.shapes import shapes_of
from yard.datasets.versions.create import version_create

RED, BLUE, GREY = picture(8, 6, "red"), picture(8, 6, "blue"), picture(8, 6, "grey")
SHAPES = """<box label="leaf" occluded="1" xtl="1" ytl="1" xbr="5" ybr="4" z_order="2">
<attribute name="a">b</attribute></box>
<box label="leaf" xtl="2" ytl="2" xbr="6" ybr="4" rotation="90"/>
<polygon label="rust" points="0,0;4,0;4,3" /><tag label="rust"/>
<polyline label="rust" points="0,0;4,0" /><mask label="leaf" rle="0,4" left="1" top="1" width="2" height="2"/>
<ellipse label="leaf" cx="4" cy="3" rx="2" ry="1"/>"""


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    """Three images: one with shapes of many kinds, one with a box that leaves it, one without any."""
    box = '<box label="leaf" xtl="-2" ytl="1" xbr="5" ybr="4"/>'
    files = {"a.png": RED, "b.png": BLUE, "c.png": GREY, "annotations.xml": cvat({"a.png": SHAPES, "b.png": box})}
    import_files(files)
    dataset.refresh_from_db()
    return dataset


def exported(client: APIClient, dataset: Dataset, key: str, **query: Any) -> dict[str, bytes]:
    answer = client.get(f"/api/v1/datasets/{dataset.pk}/export/", {"to": key, **query})
    assert answer.status_code == 200, body_of(answer)
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def losses(client: APIClient, dataset: Dataset, key: str) -> dict[str, int]:
    answer = client.get(f"/api/v1/datasets/{dataset.pk}/export/report/", {"to": key})
    assert answer.status_code == 200
    return {loss["code"]: loss["count"] for loss in answer.json()["losses"]}


@pytest.mark.parametrize("key", FORMATS)
def test_what_is_exported_can_be_imported(
    filled: Dataset, as_owner: APIClient, import_files: Importer, project: Project, owner: User, key: str
) -> None:
    """All images arrive, those without shapes too, under their names; as many shapes as the format can hold."""
    files = exported(as_owner, filled, key)
    other = services.dataset_create(project=project, name="again", user=owner)
    found = import_files({"export.zip": packed(files)}, other)
    assert found.state == "succeeded", found.message
    assert sorted(other.images.values_list("name", flat=True)) == ["a.png", "b.png", "c.png"]
    assert found.report["skipped"] == []
    kept = 8 - sum(
        count for code, count in losses(as_owner, filled, key).items() if code.endswith(("_dropped", "outside"))
    )
    if key == "folders":
        assert other.shape_count == 1
    elif key == "masks":
        assert other.shape_count > 2  # later ones cover earlier ones
    else:
        assert other.shape_count == kept


def test_cvat_loses_nothing(filled: Dataset, as_owner: APIClient, import_files: Importer) -> None:
    assert losses(as_owner, filled, "cvat") == {}
    before = _shapes(filled)
    import_files({"export.zip": packed(exported(as_owner, filled, "cvat"))})
    assert _shapes(filled) == before


def _shapes(dataset: Dataset) -> dict[str, list[Any]]:
    images = list(dataset.images.order_by("name"))
    names = dict(dataset.labels.values_list("pk", "name"))
    found = shapes_of(images, names)
    return {image.name: found[image.pk] for image in images}


@pytest.mark.parametrize(
    ("key", "expected"),
    {
        "coco": {
            "tag_dropped": 1, "polyline_dropped": 1, "turned_to_polygon": 1, "ellipse_to_polygon": 1, "z_order": 1,
        },
        "yolo": {
            "tag_dropped": 1, "polyline_dropped": 1, "turned_to_upright": 1, "ellipse_to_box": 1, "polygon_to_box": 1,
            "mask_to_box": 1, "clipped": 1, "attributes": 1, "occluded": 1, "z_order": 1,
        },
        "folders": {
            "box_dropped": 3, "polygon_dropped": 1, "polyline_dropped": 1, "mask_dropped": 1, "ellipse_dropped": 1,
        },
    }.items(),
)  # fmt: skip
def test_the_report_tells_what_would_be_lost(
    filled: Dataset, as_owner: APIClient, key: str, expected: dict[str, int]
) -> None:
    assert losses(as_owner, filled, key) == expected


def test_the_archive_holds_the_report(filled: Dataset, as_owner: APIClient) -> None:
    text = exported(as_owner, filled, "yolo", images=False)["loss-report.txt"].decode()
    assert "Left out\n  1 × Tags were left out" in text
    assert "a.png A tag (rust)." in text


def test_yolo_has_a_folder_for_each_part(filled: Dataset, as_owner: APIClient) -> None:
    split = Split.objects.create(dataset=filled, name="mine", method="manual")
    for image, part in zip(filled.images.order_by("name"), ("train", "val", "test"), strict=True):
        SplitMember.objects.create(split=split, image=image, part=part)
    Dataset.objects.filter(pk=filled.pk).update(split=split)
    files = exported(as_owner, filled, "yolo")
    assert files.keys() == {
        "images/train/a.png", "labels/train/a.txt", "images/val/b.png", "labels/val/b.txt", "images/test/c.png",
        "labels/test/c.txt", "data.yaml", "loss-report.txt",
    }  # fmt: skip
    assert files["images/train/a.png"] == RED
    coco = exported(as_owner, filled, "coco", images=False)
    assert coco.keys() == {
        *(f"annotations/instances_{part}.json" for part in ("train", "val", "test")),
        "loss-report.txt",
    }
    version = version_create(dataset=Dataset.objects.get(pk=filled.pk), user=None)
    answer = as_owner.get(f"/api/v1/datasets/{filled.pk}/versions/{version.number}/export/?to=yolo")
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files | {
            "loss-report.txt": archive.read("loss-report.txt")
        }


@pytest.mark.parametrize(("key", "name"), [("cvat", "Leaves.xml"), ("coco", "Leaves.json"), ("csv", "Leaves.csv")])
def test_without_images_formats_of_one_file_are_that_file(
    filled: Dataset, as_owner: APIClient, key: str, name: str
) -> None:
    answer = as_owner.get(f"/api/v1/datasets/{filled.pk}/export/?to={key}&images=false")
    content = body_of(answer)
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    if key == "coco":
        assert len(json.loads(content)["images"]) == 3
    assert b"a.png" in content


def test_a_version_is_exported_as_it_was(filled: Dataset, as_owner: APIClient, import_files: Importer) -> None:
    version = version_create(dataset=filled, user=None)
    where = f"/api/v1/datasets/{filled.pk}/versions/{version.number}/export/?to=csv&images=false"
    before = body_of(as_owner.get(where))
    import_files({"annotations.xml": cvat({"a.png": '<tag label="leaf"/>'})})
    assert body_of(as_owner.get(where)) == before
    report = as_owner.get(f"/api/v1/datasets/{filled.pk}/versions/{version.number}/export/report/?to=csv").json()
    assert {loss["code"] for loss in report["losses"]} >= {"mask_to_polygon", "z_order"}
    now = body_of(as_owner.get(f"/api/v1/datasets/{filled.pk}/export/?to=csv&images=false"))
    assert now != before


def test_formats_are_listed_with_what_they_hold(as_viewer: APIClient) -> None:
    listed = {found["key"]: found for found in as_viewer.get("/api/v1/datasets/formats/").json()}
    assert list(listed) == list(FORMATS)
    assert listed["coco"]["holds"]["kinds"] == ["box", "mask", "polygon", "skeleton"]
    assert listed["coco"]["aliases"] == ["COCODetectionDataset"]


@pytest.mark.parametrize("path", ["export/", "export/report/", "versions/1/export/", "versions/1/export/report/"])
def test_members_may_export_and_nobody_else(
    filled: Dataset, as_viewer: APIClient, as_outsider: APIClient, path: str
) -> None:
    version_create(dataset=filled, user=None)
    where = f"/api/v1/datasets/{filled.pk}/{path}"
    assert status_of(as_viewer, where) == 200
    assert status_of(as_outsider, where) == 404
    assert status_of(as_viewer, f"{where}?to=png") == 400


def test_images_of_one_stem_stay_apart(import_files: Importer, dataset: Dataset, as_owner: APIClient) -> None:
    box = '<box label="leaf" xtl="1" ytl="1" xbr="5" ybr="4"/>'
    annotations = cvat({"a.png": box, "a.jpg": ""})
    import_files({"a.png": RED, "a.jpg": picture(8, 6, "blue", "JPEG"), "annotations.xml": annotations})
    files = exported(as_owner, dataset, "yolo")
    assert files.keys() >= {"labels/train/a.txt", "labels/train/a-2.txt", "images/train/a.jpg", "images/train/a-2.png"}
    assert (files["labels/train/a.txt"], files["labels/train/a-2.txt"]) == (
        b"",
        b"0 0.375000 0.416667 0.500000 0.500000\n",
    )
    assert losses(as_owner, dataset, "yolo") == {"renamed": 1}
