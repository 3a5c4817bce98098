"""The way of a data set, once, with its files on a real S3 server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.datasets.conftest import BOX, Importer, body_of, client_of, cvat, packed, picture
from yard.accounts.models import User
from yard.datasets.cache import version_materialise
from yard.datasets.models import Dataset, ImportState
from yard.datasets.versions.create import version_create
from yard.storage import keys
from yard.storage.stores import get_store

pytestmark = pytest.mark.s3

IMAGES = {f"{index}.png": picture(color=(index * 20, 0, 0)) for index in range(12)}
XML = cvat(dict.fromkeys(IMAGES, BOX))


@pytest.fixture(autouse=True)
def on_s3(s3_server: Any, settings: Any) -> None:
    settings.STORAGE = "minio"
    settings.S3_ENDPOINT = s3_server.endpoint
    settings.S3_ACCESS_KEY = s3_server.access_key
    settings.S3_SECRET_KEY = s3_server.secret_key
    settings.S3_SECURE = False
    settings.UPLOAD_CHUNK_MAX_BYTES = 700  # several chunks, or the archive's directory would be in the first


def test_from_upload_to_a_pinned_version_and_away(
    import_files: Importer, dataset: Dataset, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    found = import_files({"set.zip": packed({**IMAGES, "annotations.xml": XML})})
    assert found.state == ImportState.SUCCEEDED, found.message
    assert (dataset.image_count, dataset.shape_count) == (12, 12)
    assert list(get_store().list(dataset.bucket, keys.UPLOADS)) == []

    folder = version_materialise(version_create(dataset=dataset, user=owner))
    assert (folder / "annotations/annotations.xml").read_bytes() == XML
    assert {file.name: file.read_bytes() for file in folder.glob("*.png")} == IMAGES

    client = client_of(owner)
    image = dataset.images.get(name="3.png")
    where = f"/api/v1/datasets/{dataset.pk}/images/{image.pk}/"
    assert body_of(client.get(f"{where}content/")) == IMAGES["3.png"]
    assert body_of(client.get(f"{where}thumbnail/")).startswith(b"RIFF")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"/api/v1/datasets/{dataset.pk}/").status_code == 204
    assert list(get_store().list(dataset.bucket, "datasets/")) == []
