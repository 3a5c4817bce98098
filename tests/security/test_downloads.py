"""Generated from the API's description: nothing that somebody uploaded or printed is ever a page of ours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from tests.api.conftest import openapi
from tests.api.conftest import seed as seed  # noqa: PLC0414 - a fixture
from tests.api.seed import Seed
from yard.datasets.models import Dataset
from yard.registry.models import Model, ModelFile
from yard.storage.http import INLINE_TYPES, SERVED_TYPES, object_response
from yard.storage.objects import object_put

pytestmark = pytest.mark.django_db

EVIL = '"><script>alert(1)</script>; filename=x.html; é\u202eгладь.html'
TYPES = {*SERVED_TYPES, "application/octet-stream", "application/x-ndjson"}


def _downloads() -> list[str]:
    """Every address that answers with something else than JSON, by its description."""
    found = []
    for path, methods in openapi()["paths"].items():
        answers = methods.get("get", {}).get("responses", {})
        kinds = {kind for answer in answers.values() for kind in answer.get("content", {})}
        if kinds - {"application/json", "text/event-stream"}:
            found.append(path)
    return found


DOWNLOADS = _downloads()


def _get(seed: Seed, path: str) -> Any:
    client = APIClient()
    client.force_login(seed.owner)
    address = path
    for name, value in seed.path_parameters(path).items():
        address = address.replace(f"{{{name}}}", value)
    return client.get(address)


def _check(response: Any) -> None:
    assert response.status_code == 200, response.content
    kind = response["Content-Type"].partition(";")[0]
    assert kind in TYPES
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert policy == {"default-src 'none'", "sandbox"}
    disposition = response.get("Content-Disposition", "")
    assert disposition.startswith("attachment") or (kind in INLINE_TYPES and disposition.startswith("inline"))
    assert disposition.isascii()
    assert not {"\r", "\n"} & set(disposition)
    assert disposition.count('"') - disposition.count('\\"') in {0, 2}, "a name cannot leave its quotes"
    b"".join(response.streaming_content if response.streaming else [])


def test_there_are_downloads() -> None:
    assert len(DOWNLOADS) >= 9


@pytest.mark.parametrize("path", DOWNLOADS)
def test_a_download_is_no_page(seed: Seed, path: str) -> None:
    _check(_get(seed, path))


@pytest.mark.parametrize("path", DOWNLOADS)
def test_no_name_gets_into_the_headers(seed: Seed, path: str) -> None:
    """Names that no form of ours would take, as if an older release or another tool had left them."""
    Dataset.objects.filter(pk=seed.dataset.pk).update(name=EVIL)
    Model.objects.filter(pk=seed.model.model_id).update(name=EVIL)
    ModelFile.objects.filter(version=seed.model).update(name=EVIL)
    _check(_get(seed, path))


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "text/html; charset=utf-8", "TEXT/HTML", "text/xml", ""]
)
def test_a_type_nobody_thought_of_is_plain_bytes(tmp_path: Any, settings: Any, kind: str) -> None:
    settings.STORAGE_DIR = tmp_path
    stored = object_put(bucket="bucket", key="x", source=io.BytesIO(b"<script>"), size=8)
    response = object_response(
        RequestFactory().get("/"),
        bucket="bucket",
        key="x",
        size=8,
        digest=stored.digest,
        media_type=kind,
        filename="x.html",
        inline=True,
    )
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1", "a\0b", "ünïcode.png", 'q"uote', "a;b", "..\\..\\x", "/etc/passwd"]
)
def test_names_are_encoded(tmp_path: Any, settings: Any, name: str) -> None:
    settings.STORAGE_DIR = tmp_path
    object_put(bucket="bucket", key="x", source=io.BytesIO(b"x"), size=1)
    response = object_response(
        RequestFactory().get("/"), bucket="bucket", key="x", size=1, digest="", media_type="text/plain", filename=name
    )
    assert response["Content-Disposition"].isascii()
    assert not {"\r", "\n", "\0"} & set(response["Content-Disposition"])
