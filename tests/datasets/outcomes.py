"""What a person sees of an import after hostile files, and that nothing else came of them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from rest_framework.test import APIClient

from tests.datasets.conftest import Importer, body_of
from yard.datasets.imports.run import OUR_FAULT
from yard.datasets.models import Import, Upload
from yard.datasets.texts import is_control
from yard.storage import keys
from yard.storage.stores import get_store

Files = dict[str, bytes]


@dataclass(frozen=True)
class Seen:
    """An import as its page shows it: its state, the names of the data set's images, and every sentence."""

    state: str
    images: list[str]
    message: str
    sentences: str

    def __contains__(self, text: str) -> bool:
        return text in self.sentences


Settle = Callable[[Files], Seen]


def settled(import_files: Importer, client: APIClient, files: Files) -> Seen:
    """Import the files, look at everything the pages ask for, and see that nothing is left that should not be."""
    found = import_files(files)
    answer = client.get(f"/api/v1/imports/{found.pk}/")
    assert answer.status_code == 200
    shown = answer.json()
    report = shown["report"]
    lines = [f"{item['file']}: {item['message']} {item['hint']}" for item in report["findings"]]
    for part in ("skipped", "unmatched_images", "unmatched_annotations"):
        lines += [f"{item['name']}: {item['why']}" for item in report[part]]
    sentences = "\n".join([shown["message"], *lines])
    assert shown["state"] in ("succeeded", "failed")
    assert OUR_FAULT not in sentences
    assert not any(is_control(character) for character in sentences.replace("\n", ""))
    assert len(json.dumps(report)) < 3_000_000
    images = _check_pages(found, client)
    _check_store(found, client, images)
    return Seen(shown["state"], images, shown["message"], sentences)


def _check_pages(found: Import, client: APIClient) -> list[str]:
    """Every address of the data set answers, and pictures are nothing but pictures."""
    where = f"/api/v1/datasets/{found.dataset_id}/"
    listed = client.get(f"{where}images/").json()["results"]
    for image in listed:
        for address in (image["url"], image["thumbnail_url"]):
            answer = client.get(address)
            assert answer.status_code == 200, body_of(answer)
            assert body_of(answer)
            assert answer["Content-Type"] in {"image/webp", image["media_type"]}
            assert answer["Content-Type"] in {f"image/{kind}" for kind in ("jpeg", "png", "gif", "bmp", "tiff", "webp")}
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "default-src 'none'" in answer["Content-Security-Policy"]
    annotations = client.get(f"{where}annotations/")
    assert annotations.status_code == 200
    assert body_of(annotations).startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\0<"))
    assert annotations["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(body_of(client.get(f"{where}download/")))) as archive:
        assert archive.testzip() is None
        inside = set(archive.namelist())
    assert inside - {"annotations/annotations.xml"} == {image["name"] for image in listed}
    return sorted(image["name"] for image in listed)


def _check_store(found: Import, client: APIClient, images: list[str]) -> None:
    """Objects are those of the images and their annotations; of uploads only a failed import's, until it is deleted."""
    if found.state == "failed":
        assert client.delete(f"/api/v1/imports/{found.pk}/").status_code == 204
    assert not Upload.objects.exists()
    expected = {keys.dataset_file(found.dataset_id, name) for name in images}
    expected.add(keys.dataset_annotations(found.dataset_id))
    stored = {item.key for item in get_store().list(found.dataset.bucket, "")}
    assert {key for key in stored if not key.startswith("thumbnails/")} == expected
