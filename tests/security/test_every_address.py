"""Every address, not only the API's described ones: other methods, other spellings, headers not to be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient
from rest_framework.views import APIView

from tests.api.conftest import seed as seed  # noqa: PLC0414 - a fixture
from tests.api.seed import Seed
from tests.api.test_every_endpoint import OPERATIONS, PUBLIC, STREAMS, Operation
from yard.accounts.models import User
from yard.accounts.tokens import token_create

pytestmark = pytest.mark.django_db

PEOPLE = ["owner", "viewer", "outsider", None]
PATHS = sorted({operation.path for operation in OPERATIONS})
NEEDS_NOBODY = {one.path for one in OPERATIONS if one.name in PUBLIC}
SECRETS = (b"Beans", b"dots", b"a script", b"Dots", b"olga")


def address(seed: Seed, path: str) -> str:
    for name, value in seed.path_parameters(path).items():
        path = path.replace(f"{{{name}}}", value)
    return path


def client_of(seed: Seed, who: str | None) -> APIClient:
    client = APIClient()
    if who is not None:
        client.force_login(getattr(seed, who))
    return client


def patterns(found: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address pattern of the platform with its view."""
    for one in (found or get_resolver()).url_patterns:
        text = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, text)
        elif isinstance(one, URLPattern):
            yield text, one.callback


def test_every_view_of_the_api_is_described_or_known() -> None:
    """A view that the description leaves out would be left out of all tests made from it."""
    views = {re.sub(r"<\w+:(\w+)>", r"{\1}", text) for text, _ in patterns() if text.startswith("api/v1/")}
    described = {path.lstrip("/") for path in PATHS}
    assert views - described == set()


def test_no_view_admits_strangers_by_accident() -> None:
    open_ones = set()
    for text, view in patterns():
        cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
        if cls is None or not issubclass(cls, APIView):
            continue
        if not any(permission.__name__ == "IsAuthenticated" for permission in cls.permission_classes):
            open_ones.add("/" + re.sub(r"<\w+:(\w+)>", r"{\1}", text))
    assert open_ones == {*NEEDS_NOBODY, "/api/schema/", "/api/docs/"}


@pytest.mark.parametrize("path", PATHS)
def test_head_tells_nobody_more_than_get(seed: Seed, path: str) -> None:
    if path in STREAMS:
        return
    for who in PEOPLE:
        client, where = client_of(seed, who), address(seed, path)
        head, get = client.head(where), client.get(where)
        b"".join(get.streaming_content if get.streaming else [])
        assert head.status_code == get.status_code, who
        assert head.content == b"" if not head.streaming else not b"".join(head.streaming_content)


@pytest.mark.parametrize("path", PATHS)
def test_options_tells_strangers_and_outsiders_nothing(seed: Seed, path: str) -> None:
    for who in ("outsider", None):
        answer = client_of(seed, who).options(address(seed, path))
        assert answer.status_code in ({200, 204, 401, 404} if who is None else {200, 204, 403, 404})
        for secret in SECRETS:
            assert secret not in answer.content


@pytest.mark.parametrize("path", [path for path in PATHS if path.endswith("/")])
def test_without_its_slash_an_address_does_nothing(seed: Seed, path: str) -> None:
    bare = address(seed, path).rstrip("/")
    for who in PEOPLE:
        client = client_of(seed, who)
        assert client.get(bare).status_code in {301, 404}
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(bare, {})
            assert answer.status_code in {301, 404, 405}, f"{method} {bare} {answer.status_code}"
            if answer.status_code == 301:
                assert answer["Location"].startswith("/api/")


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.method == "delete"], ids=lambda one: one.name)
@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_cannot_make_a_request_another_one(seed: Seed, operation: Operation, header: str) -> None:
    if (operation.name, header) == ("uploads_destroy", "X-HTTP-Method-Override"):
        pytest.skip("tus has it so; it makes a POST, which needs the same CSRF token, a DELETE")
    where = address(seed, operation.path)
    client = client_of(seed, "owner")
    before = client.get(where).status_code
    client.get(where, headers={header: "DELETE"})
    client.post(f"{where}?_method=DELETE", {"_method": "DELETE"}, format="json", headers={header: "DELETE"})
    assert client.get(where).status_code == before


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
def test_unknown_methods_do_nothing(seed: Seed, method: str) -> None:
    client = client_of(seed, "owner")
    for where in ("/api/v1/projects/", "/", "/api/docs/", f"/api/v1/projects/{seed.project.pk}/"):
        assert client.generic(method, where).status_code == 405, where
    # Django's own views answer any method alike.
    assert client.generic(method, "/admin/").status_code == 302


def admin_addresses() -> list[str]:
    from django.contrib import admin

    found = ["/admin/", "/admin/jsi18n/", "/admin/password_change/", "/admin/autocomplete/"]
    for model in admin.site._registry:
        start = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found += [start, f"{start}add/", f"{start}1/change/", f"{start}1/delete/", f"{start}1/history/"]
    return found


@pytest.mark.parametrize("who", [*PEOPLE])
def test_the_administration_is_for_administrators(seed: Seed, who: str | None) -> None:
    client = client_of(seed, who)
    for where in admin_addresses():
        for method in ("get", "post"):
            answer = getattr(client, method)(where)
            assert answer.status_code == 302, f"{method} {where}"
            assert answer["Location"].startswith("/admin/login/?next="), where


def test_a_token_opens_no_administration(seed: Seed) -> None:
    root = User.objects.create_superuser("root", password="a long passphrase")
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_create(user=root, name='a script')[1]}")
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("where", ["/healthz", "/readyz"])
def test_health_tells_no_more_than_that(seed: Seed, where: str) -> None:
    answer = client_of(seed, None).get(where)
    assert answer.status_code == 200
    for secret in (*SECRETS, b"sqlite", b"/tmp", b"Django"):
        assert secret not in answer.content


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a@localhost", "localhost:99999x", ""]
)
@pytest.mark.parametrize("where", ["/", "/api/v1/auth/session/", "/admin/login/", "/healthz"])
def test_foreign_host_names_are_refused(db: None, settings: Any, host: str, where: str) -> None:
    """A page that makes its own name resolve to us (DNS rebinding) gets no answer."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    answer = APIClient().get(where, headers={"Host": host})
    assert answer.status_code == 400
    assert host.encode() not in answer.content or not host


def test_the_forwarded_host_is_not_believed(db: None) -> None:
    answer = APIClient().get("/admin/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize("where", ["//evil.example/..", "/\\evil.example", "/%2F%2Fevil.example", "/admin//x.example"])
def test_no_address_redirects_elsewhere(seed: Seed, where: str) -> None:
    answer = client_of(seed, "owner").get(where)
    location = answer.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_every_answer_has_the_headers_that_keep_others_away(seed: Seed) -> None:
    client = client_of(seed, "owner")
    addresses = ["/", "/sign-in", "/admin/", "/api/docs/", "/healthz", "/nowhere", "/api/v1/nowhere/"]
    addresses += ["/api/v1/projects/", f"/api/v1/projects/{seed.project.pk}/"]
    for where in addresses:
        answer = client.get(where)
        assert answer["X-Content-Type-Options"] == "nosniff", where
        assert answer["X-Frame-Options"] == "DENY", where
        assert answer["Referrer-Policy"] == "same-origin", where
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", where
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", where
        assert "camera=()" in answer["Permissions-Policy"], where
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, where
        assert "*" not in policy, where
        assert len(answer["X-Request-ID"]) >= 8, where
