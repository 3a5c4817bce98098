"""Resumable uploads as a tus client sees them."""

from __future__ import annotations

import base64
import hashlib
import uuid
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import header
from yard.accounts.models import User
from yard.core.errors import InvalidInput
from yard.datasets import uploads
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Import, ImportState, Upload
from yard.storage import keys
from yard.storage.base import ObjectInfo
from yard.storage.stores import get_store

BYTES = "application/offset+octet-stream"


@pytest.fixture
def found(dataset: Dataset, owner: User) -> Import:
    return import_services.import_create(dataset=dataset, user=owner)


def create(
    client: APIClient, found: Import, size: Any = 10, name: str = "a.png", body: Any = None, **headers: str
) -> Any:
    sent = {"Upload-Length": str(size), "Upload-Metadata": header(name), **headers}
    address = f"/api/v1/imports/{found.pk}/uploads/"
    if body is None:
        return client.post(address, headers=sent)
    return client.generic("POST", address, body, BYTES, headers=sent)


def patch(client: APIClient, address: str, offset: Any, body: bytes, content_type: str = BYTES, **headers: str) -> Any:
    return client.generic("PATCH", address, body, content_type, headers={"Upload-Offset": str(offset), **headers})


def objects(dataset: Dataset) -> list[ObjectInfo]:
    return list(get_store().list(dataset.bucket, keys.UPLOADS))


def content(upload_id: str) -> bytes:
    with uploads.open_upload(Upload.objects.select_related("dataset").get(pk=upload_id)) as file:
        return file.read()


def test_a_file_arrives_in_chunks(as_owner: APIClient, found: Import) -> None:
    made = create(as_owner, found, 10, "folder/blätter.png")
    assert made.status_code == 201
    assert made.json() == {
        "id": made.json()["id"],
        "kind": "file",
        "name": "folder/blätter.png",
        "size": 10,
        "offset": 0,
        "fingerprint": "",
    }
    address = made["Location"]
    assert address == f"/api/v1/uploads/{made.json()['id']}/"
    assert (made["Tus-Resumable"], made["Upload-Offset"]) == ("1.0.0", "0")

    answer = patch(as_owner, address, 0, b"hello ")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "6")
    asked = as_owner.head(address)
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, "6", "10")
    assert asked["Cache-Control"] == "no-store"
    assert patch(as_owner, address, 6, b"tyre").status_code == 204
    assert as_owner.get(address).json()["offset"] == 10
    assert content(made.json()["id"]) == b"hello tyre"


def test_a_small_file_arrives_with_its_creation(as_owner: APIClient, found: Import) -> None:
    made = create(as_owner, found, 5, body=b"hello")
    assert made.status_code == 201
    assert made.json()["offset"] == 5
    assert content(made.json()["id"]) == b"hello"


def test_a_creation_whose_bytes_are_refused_leaves_nothing(
    as_owner: APIClient, found: Import, dataset: Dataset
) -> None:
    made = create(as_owner, found, 3, body=b"too much")
    assert made.status_code == 413
    assert not Upload.objects.exists()
    assert objects(dataset) == []


def test_an_empty_file_is_complete_at_once(as_owner: APIClient, found: Import) -> None:
    made = create(as_owner, found, 0)
    assert (made.status_code, content(made.json()["id"])) == (201, b"")


@pytest.mark.parametrize("offset", [0, 4, 6, 100])
def test_bytes_for_another_place_are_refused_with_the_right_one(
    as_owner: APIClient, found: Import, offset: int
) -> None:
    address = create(as_owner, found)["Location"]
    patch(as_owner, address, 0, b"hello")
    answer = patch(as_owner, address, offset, b"x")
    assert (answer.status_code, answer.json()["code"], answer.json()["extra"]) == (409, "wrong_offset", {"offset": 5})


def test_of_two_rivals_for_one_place_one_wins_and_its_bytes_stay(
    as_owner: APIClient, found: Import, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(as_owner, found, 5)
    upload = Upload.objects.select_related("dataset", "dataset_import").get(pk=made.json()["id"])
    real = uploads._acknowledge

    def late(*args: Any) -> None:
        """The slower one has stored its bytes; now the faster one comes and is through first."""
        monkeypatch.setattr(uploads, "_acknowledge", real)
        assert patch(as_owner, made["Location"], 0, b"first").status_code == 204
        real(*args)

    monkeypatch.setattr(uploads, "_acknowledge", late)
    answer = patch(as_owner, made["Location"], 0, b"SECND")
    assert (answer.status_code, answer.json()["extra"]) == (409, {"offset": 5})
    assert content(str(upload.pk)) == b"first"
    assert len(objects(dataset)) == 1


def test_a_kill_between_storing_and_acknowledging_loses_nothing(
    as_owner: APIClient, found: Import, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(as_owner, found, 5)
    stored: list[str] = []

    def die(*args: Any) -> None:
        stored.append(args[3])
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "_acknowledge", die)
        patched.setattr(get_store(), "delete", lambda *_: None)
        with pytest.raises(SystemExit):
            patch(as_owner, made["Location"], 0, b"hello")
    assert [item.key for item in objects(dataset)] == stored
    assert as_owner.head(made["Location"])["Upload-Offset"] == "0"
    assert patch(as_owner, made["Location"], 0, b"hello").status_code == 204
    assert content(made.json()["id"]) == b"hello"
    as_owner.delete(made["Location"])
    assert objects(dataset) == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_is_compared(as_owner: APIClient, found: Import, dataset: Dataset, algorithm: str) -> None:
    address = create(as_owner, found, 10)["Location"]
    digest = base64.b64encode(hashlib.new(algorithm, b"hello").digest()).decode()
    checksum = {"Upload-Checksum": f"{algorithm} {digest}"}
    assert patch(as_owner, address, 0, b"jello", **checksum).status_code == 460
    assert objects(dataset) == []
    assert patch(as_owner, address, 0, b"hello", **checksum)["Upload-Offset"] == "5"


def test_an_upload_can_be_given_up(as_owner: APIClient, found: Import, dataset: Dataset) -> None:
    address = create(as_owner, found, body=b"hello")["Location"]
    assert as_owner.delete(address).status_code == 204
    assert as_owner.head(address).status_code == 404
    assert objects(dataset) == []


def test_capabilities_are_told(as_owner: APIClient, found: Import) -> None:
    answer = as_owner.options(f"/api/v1/imports/{found.pk}/uploads/", headers={"Tus-Resumable": "0.2.2"})
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer["Tus-Extension"]


BAD_CREATIONS: dict[str, tuple[dict[str, Any], int, str]] = {
    "another version": ({"Tus-Resumable": "0.2.2"}, 412, "this server speaks 1.0.0"),
    "no length": ({"Upload-Length": ""}, 400, "Upload-Length must be a whole number"),
    "a negative length": ({"Upload-Length": "-1"}, 400, "Upload-Length must be a whole number"),
    "a length in words": ({"Upload-Length": "ten"}, 400, "Upload-Length must be a whole number"),
    "a length beyond all numbers": ({"Upload-Length": "9" * 30}, 413, "Upload it in several parts"),
    "the least length beyond": ({"Upload-Length": str(10**18)}, 413, "The file has 1000000000000000000 bytes; at most"),
    "too long": ({"Upload-Length": str(10**15)}, 413, "Upload it in several parts"),
    "no name": ({"Upload-Metadata": ""}, 400, 'must hold "filename'),
    "a name that is no base64": ({"Upload-Metadata": "filename ???"}, 400, "no UTF-8 text in base64"),
    "a name that is no UTF-8": ({"Upload-Metadata": "filename //8="}, 400, "no UTF-8 text in base64"),
    "a name that leaves the folder": ({"Upload-Metadata": header("../a.png")}, 400, 'its path holds ".."'),
    "a name with a line break": ({"Upload-Metadata": header("a\n.png")}, 400, "control characters"),
    "a name of a drive": ({"Upload-Metadata": header("C:/a.png")}, 400, "drive"),
    "a name with backslashes": ({"Upload-Metadata": header("a\\b.png")}, 400, "backslash"),
    "an endless name": ({"Upload-Metadata": header("x" * 2000)}, 400, "too long"),
}


@pytest.mark.parametrize(("headers", "status", "says"), BAD_CREATIONS.values(), ids=BAD_CREATIONS)
def test_a_bad_creation_is_refused_and_leaves_nothing(
    as_owner: APIClient, found: Import, headers: dict[str, str], status: int, says: str
) -> None:
    answer = create(as_owner, found, **headers)
    assert (answer.status_code, says in answer.json()["message"]) == (status, True), answer.json()
    assert not Upload.objects.exists()


def test_bad_appends_are_refused_and_change_nothing(as_owner: APIClient, found: Import, settings: Any) -> None:
    settings.UPLOAD_CHUNK_MAX_BYTES = 8
    address = create(as_owner, found, 10)["Location"]
    assert patch(as_owner, address, "", b"x").status_code == 400
    assert patch(as_owner, address, "one", b"x").status_code == 400
    assert patch(as_owner, address, 0, b"123456789").status_code == 413
    assert patch(as_owner, address, 0, b"x", content_type="application/json").status_code == 415
    assert patch(as_owner, address, 0, b"x", **{"Upload-Checksum": "md5 xx"}).status_code == 400
    assert patch(as_owner, address, 0, b"x", **{"Upload-Checksum": "sha1 ???"}).status_code == 400
    assert patch(as_owner, address, 0, b"12345678")["Upload-Offset"] == "8"
    assert patch(as_owner, address, 8, b"123").status_code == 413
    assert as_owner.head(address)["Upload-Offset"] == "8"


def test_a_body_that_breaks_off_is_not_kept(found: Import, owner: User, dataset: Dataset) -> None:
    upload = uploads.upload_create(dataset_import=found, name="a.png", size=100, user=owner)
    with pytest.raises(InvalidInput, match="broke off"):
        uploads.upload_append(upload=upload, offset=0, source=BytesIO(b"half"), size=50)
    assert objects(dataset) == []
    assert Upload.objects.get().offset == 0


def test_a_body_is_read_as_a_stream(found: Import, owner: User) -> None:
    """Not more than a part of it is asked for at a time."""
    asked: list[int] = []

    class Source:
        def read(self, size: int = -1, /) -> bytes:
            asked.append(size)
            return b"x" * size

    upload = uploads.upload_create(dataset_import=found, name="a.png", size=8 << 20, user=owner)
    uploads.upload_append(upload=upload, offset=0, source=Source(), size=8 << 20)
    assert max(asked) <= 1 << 20
    assert min(asked) > 0


def test_a_started_import_takes_no_more_files(as_owner: APIClient, found: Import) -> None:
    address = create(as_owner, found, 10)["Location"]
    Import.objects.update(state=ImportState.QUEUED)
    assert create(as_owner, found).status_code == 409
    assert patch(as_owner, address, 0, b"x").status_code == 409
    assert as_owner.delete(address).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("as_viewer", 403), ("as_outsider", 404)])
def test_others_may_not_upload(
    request: pytest.FixtureRequest, as_owner: APIClient, found: Import, who: str, status: int
) -> None:
    client: APIClient = request.getfixturevalue(who)
    address = create(as_owner, found, 10)["Location"]
    assert create(client, found).status_code == status
    assert client.head(address).status_code == status
    assert client.get(address).status_code == status
    assert patch(client, address, 0, b"x").status_code == status
    assert client.delete(address).status_code == status
    assert Upload.objects.get().offset == 0


def test_who_is_not_signed_in_may_not_upload(found: Import) -> None:
    assert create(APIClient(), found).status_code in (401, 403)


def test_what_is_not_there_is_not_found(as_owner: APIClient) -> None:
    assert as_owner.head(f"/api/v1/uploads/{uuid.uuid4()}/").status_code == 404
    assert as_owner.head("/api/v1/uploads/nonsense/").status_code == 404


def test_a_file_of_many_chunks_can_be_sought_in(found: Import, owner: User) -> None:
    upload = uploads.upload_create(dataset_import=found, name="a.zip", size=26, user=owner)
    letters = b"abcdefghijklmnopqrstuvwxyz"
    for offset in range(0, 26, 7):
        part = letters[offset : offset + 7]
        uploads.upload_append(upload=upload, offset=offset, source=BytesIO(part), size=len(part))
    with uploads.open_upload(upload) as file:
        assert file.read() == letters
        for start in range(26):
            file.seek(start)
            assert file.read(9) == letters[start : start + 9]
        file.seek(-3, 2)
        assert (file.read(), file.tell()) == (b"xyz", 26)
        with pytest.raises(OSError, match="before the beginning"):
            file.raw.seek(-1)  # type: ignore[attr-defined]
