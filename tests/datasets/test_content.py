"""What can be fetched: images, thumbnails, annotations, whole data sets."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image as Pillow
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, Importer, body_of, cvat, picture, status_of
from tests.datasets.test_datasets_api import address
from yard.datasets.models import Dataset
from yard.storage import keys
from yard.storage.stores import get_store

PHOTO = picture(640, 320, format="JPEG")
XML = cvat({"photo.jpg": BOX}, size=(640, 320))


@pytest.fixture
def filled(import_files: Importer, dataset: Dataset) -> Dataset:
    import_files({"photo.jpg": PHOTO, "annotations.xml": XML})
    return dataset


def image_address(dataset: Dataset, rest: str) -> str:
    return address(dataset, f"images/{dataset.images.get().pk}/{rest}/")


def test_an_image_is_sent_as_it_came(as_owner: APIClient, filled: Dataset) -> None:
    answer = as_owner.get(image_address(filled, "content"))
    assert body_of(answer) == PHOTO
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["ETag"] == f'"{filled.images.get().digest}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_part_of_an_image_is_sent(as_owner: APIClient, filled: Dataset) -> None:
    answer = as_owner.get(image_address(filled, "content"), headers={"Range": "bytes=2-5"})
    assert (answer.status_code, body_of(answer)) == (206, PHOTO[2:6])


@pytest.mark.parametrize("what", ["content", "thumbnail"])
def test_what_the_browser_has_is_not_sent_again(as_owner: APIClient, filled: Dataset, what: str) -> None:
    where = image_address(filled, what)
    first = as_owner.get(where)
    assert body_of(first)
    etag = first["ETag"]
    assert as_owner.get(where, headers={"If-None-Match": etag}).status_code == 304


def test_a_thumbnail_is_made_once(as_owner: APIClient, filled: Dataset) -> None:
    key = keys.thumbnail(filled.images.get().digest)
    get_store().delete(filled.bucket, key)  # the import made it; those of before have none
    first = as_owner.get(image_address(filled, "thumbnail"))
    with Pillow.open(io.BytesIO(body_of(first))) as small:
        assert small.size == (320, 160)
    made = get_store().stat(filled.bucket, key)
    assert made is not None
    assert status_of(as_owner, image_address(filled, "thumbnail")) == 200
    again = get_store().stat(filled.bucket, key)
    assert again is not None
    assert again.modified_at == made.modified_at


def test_a_thumbnail_of_a_lost_image_is_not_found(as_owner: APIClient, filled: Dataset) -> None:
    get_store().delete(filled.bucket, keys.dataset_file(filled.pk, "photo.jpg"))
    get_store().delete(filled.bucket, keys.thumbnail(filled.images.get().digest))
    assert as_owner.get(image_address(filled, "thumbnail")).status_code == 404
    assert as_owner.get(image_address(filled, "content")).status_code == 404


def test_annotations_are_sent_as_they_came(as_owner: APIClient, filled: Dataset) -> None:
    answer = as_owner.get(address(filled, "annotations/"))
    assert body_of(answer) == XML
    assert answer["Content-Disposition"] == 'attachment; filename="annotations.xml"'


def test_annotations_of_an_empty_data_set_are_empty(as_owner: APIClient, dataset: Dataset) -> None:
    assert b"<annotations>" in body_of(as_owner.get(address(dataset, "annotations/")))


def test_the_whole_data_set_is_sent_as_a_zip(as_owner: APIClient, filled: Dataset) -> None:
    answer = as_owner.get(address(filled, "download/"))
    assert 'filename="Leaves.zip"' in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "photo.jpg": PHOTO,
            "annotations/annotations.xml": XML,
        }


def test_a_download_can_be_imported_again(
    as_owner: APIClient, filled: Dataset, import_files: Importer, dataset: Dataset
) -> None:
    content = body_of(as_owner.get(address(filled, "download/")))
    found = import_files({"again.zip": content})
    assert (found.report["images"], found.report["added"], found.report["shapes"]) == (1, 0, 1)
    assert body_of(as_owner.get(address(filled, "annotations/"))) == XML


def test_a_name_in_another_script_is_sent_right(as_owner: APIClient, import_files: Importer, dataset: Dataset) -> None:
    import_files({'猫 "1".png': picture()})
    answer = as_owner.get(image_address(dataset, "content"))
    assert body_of(answer)
    assert "filename*=utf-8''%E7%8C%AB%20%221%22.png" in answer["Content-Disposition"]
