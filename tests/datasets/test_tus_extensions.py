"""The extensions of tus beyond creation, and what the protocol asks of every answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.datasets.conftest import header, picture
from tests.datasets.test_uploads_api import content, create, objects, patch
from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets import uploads
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Import, ImportState, Upload


@pytest.fixture
def found(dataset: Dataset, owner: User) -> Import:
    return import_services.import_create(dataset=dataset, user=owner)


def part(client: APIClient, found: Import, body: bytes) -> str:
    made = create(client, found, len(body), body=body, **{"Upload-Concat": "partial"})
    assert made.status_code == 201, made.content
    return str(made["Location"])


def put_together(client: APIClient, found: Import, addresses: list[str], name: str = "whole.png") -> Any:
    sent = {"Upload-Metadata": header(name), "Upload-Concat": f"final;{' '.join(addresses)}"}
    return client.post(f"/api/v1/imports/{found.pk}/uploads/", headers=sent)


def test_the_length_may_come_later(as_owner: APIClient, found: Import) -> None:
    sent = {"Upload-Metadata": header("a.png"), "Upload-Defer-Length": "1"}
    made = as_owner.post(f"/api/v1/imports/{found.pk}/uploads/", headers=sent)
    assert (made.status_code, made.json()["size"]) == (201, None)
    address = made["Location"]
    assert patch(as_owner, address, 0, b"hello")["Upload-Offset"] == "5"
    asked = as_owner.head(address)
    assert asked["Upload-Defer-Length"] == "1"
    assert "Upload-Length" not in asked.headers
    with pytest.raises(Conflict, match=r"^1 upload is not complete \(0 bytes are missing\)"):
        import_services.import_start(dataset_import=found)

    assert patch(as_owner, address, 5, b"", **{"Upload-Length": "3"}).status_code == 400
    assert patch(as_owner, address, 5, b" tyre", **{"Upload-Length": "10"}).status_code == 204
    assert as_owner.head(address)["Upload-Length"] == "10"
    assert patch(as_owner, address, 10, b"", **{"Upload-Length": "11"}).status_code == 400
    assert content(made.json()["id"]) == b"hello tyre"


@pytest.mark.parametrize(("defer", "length"), [("1", "5"), ("0", None), ("yes", None)])
def test_a_length_is_either_told_or_put_off(as_owner: APIClient, found: Import, defer: str, length: str | None) -> None:
    sent = {"Upload-Metadata": header("a.png"), "Upload-Defer-Length": defer}
    if length:
        sent["Upload-Length"] = length
    assert as_owner.post(f"/api/v1/imports/{found.pk}/uploads/", headers=sent).status_code == 400


def test_an_unfinished_upload_tells_how_long_it_is_kept(as_owner: APIClient, found: Import) -> None:
    made = create(as_owner, found, 5)
    for answer in (made, patch(as_owner, made["Location"], 0, b"he"), as_owner.head(made["Location"])):
        kept = parsedate_to_datetime(answer["Upload-Expires"]) - datetime.now(UTC)
        assert timedelta(days=6, hours=23) < kept <= timedelta(days=7)
    patch(as_owner, made["Location"], 2, b"llo")
    assert "Upload-Expires" not in as_owner.head(made["Location"]).headers


def test_metadata_comes_back_as_it_was_sent(as_owner: APIClient, found: Import) -> None:
    sent = f"{header('a.png')},fingerprint YWJj,is_public"
    made = create(as_owner, found, 5, **{"Upload-Metadata": sent})
    assert as_owner.head(made["Location"])["Upload-Metadata"] == sent
    assert made.json()["fingerprint"] == "abc"


def test_parts_become_a_file(as_owner: APIClient, found: Import, dataset: Dataset) -> None:
    parts = [part(as_owner, found, body) for body in (b"hello ", b"ty", b"re")]
    assert as_owner.head(parts[0])["Upload-Concat"] == "partial"
    made = put_together(as_owner, found, parts)
    assert (made.status_code, made["Upload-Offset"], made.json()["size"]) == (201, "10", 10)
    assert content(made.json()["id"]) == b"hello tyre"
    asked = as_owner.head(made["Location"])
    assert asked["Upload-Concat"] == "final;" + " ".join(parts)
    assert asked["Upload-Length"] == "10"
    assert patch(as_owner, made["Location"], 10, b"x").status_code == 403
    assert as_owner.delete(made["Location"]).status_code == 204
    assert (Upload.objects.count(), objects(dataset)) == (0, [])


def test_what_is_no_whole_part_of_this_import_makes_no_file(
    as_owner: APIClient, found: Import, dataset: Dataset, owner: User
) -> None:
    other = import_services.import_create(dataset=dataset, user=owner)
    whole = part(as_owner, found, b"hello")
    foreign = part(as_owner, other, b"hello")
    half = create(as_owner, found, 5, **{"Upload-Concat": "partial"})["Location"]
    plain = create(as_owner, found, 5, body=b"hello")["Location"]
    assert put_together(as_owner, found, [whole, foreign]).status_code == 400
    assert put_together(as_owner, found, [whole, plain]).status_code == 400
    assert put_together(as_owner, found, [whole, whole]).status_code == 400
    assert put_together(as_owner, found, ["/api/v1/uploads/nonsense/"]).status_code == 400
    assert put_together(as_owner, found, []).status_code == 400
    assert put_together(as_owner, found, [whole, half]).status_code == 409
    assert put_together(as_owner, found, [whole], name="../a.png").status_code == 400
    assert put_together(as_owner, found, [whole]).status_code == 201
    assert put_together(as_owner, found, [whole]).status_code == 409


def test_others_may_not_put_parts_together(
    as_owner: APIClient, as_viewer: APIClient, as_outsider: APIClient, found: Import
) -> None:
    made = part(as_owner, found, b"hello")
    assert put_together(as_viewer, found, [made]).status_code == 403
    assert put_together(as_outsider, found, [made]).status_code == 404


def test_parts_that_make_no_file_are_no_files(
    as_owner: APIClient, found: Import, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    image = picture()
    parts = [part(as_owner, found, body) for body in (image[:20], image[20:])]
    part(as_owner, found, b"left over")
    assert put_together(as_owner, found, parts, "folder/a.png").status_code == 201
    with django_capture_on_commit_callbacks(execute=True):
        import_services.import_start(dataset_import=found)
    found.refresh_from_db()
    assert (found.state, found.report["images"], found.report["skipped"]) == (ImportState.SUCCEEDED, 1, [])
    assert dataset.images.get().size == len(image)
    assert (Upload.objects.count(), objects(dataset)) == (0, [])


def test_a_client_that_can_only_post_names_what_it_means(as_owner: APIClient, found: Import) -> None:
    address = create(as_owner, found, 5)["Location"]

    def meant(method: str, body: bytes = b"", **headers: str) -> Any:
        sent = {"X-HTTP-Method-Override": method, **headers}
        return as_owner.generic("POST", address, body, "application/offset+octet-stream", headers=sent)

    assert meant("PATCH", b"hello", **{"Upload-Offset": "0"}).status_code == 204
    assert meant("HEAD")["Upload-Offset"] == "5"
    assert meant("PUT").status_code == 405
    assert meant("DELETE").status_code == 204
    assert as_owner.head(address).status_code == 404


def test_a_meant_method_does_not_go_around_the_check_of_forms(found: Import, owner: User) -> None:
    """A page of somebody else can send POST, but not this header; and the token is asked for all the same."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner)
    made = uploads.upload_create(dataset_import=found, name="a.png", size=5, user=owner)
    sent = {"X-HTTP-Method-Override": "DELETE"}
    assert client.post(f"/api/v1/uploads/{made.pk}/", headers=sent).status_code == 403
    assert Upload.objects.exists()


def test_every_answer_speaks_the_protocol(as_owner: APIClient, found: Import) -> None:
    made = create(as_owner, found, 5)
    refused = patch(as_owner, made["Location"], 3, b"x")
    assert (refused.status_code, refused["Tus-Resumable"], refused["Cache-Control"]) == (409, "1.0.0", "no-store")
    other = create(as_owner, found, **{"Tus-Resumable": "0.2.2"})
    assert (other.status_code, other["Tus-Version"], other["Tus-Resumable"]) == (412, "1.0.0", "1.0.0")
    told = as_owner.options(made["Location"])["Tus-Extension"].split(",")
    assert {"creation-defer-length", "expiration", "concatenation"} <= set(told)


def test_a_body_of_unknown_length_is_taken_up_to_the_limit(found: Import, owner: User, settings: Any) -> None:
    from yard.core.errors import TooLarge
    from yard.datasets import tus

    class Request:
        headers: dict[str, str] = {}
        _request = BytesIO(b"hello")

    with tus.body(Request()) as body:  # type: ignore[arg-type]
        assert (body.size, body.source.read()) == (5, b"hello")
    settings.UPLOAD_CHUNK_MAX_BYTES = 3
    Request._request = BytesIO(b"hello")
    with pytest.raises(TooLarge), tus.body(Request()):  # type: ignore[arg-type]
        pass
