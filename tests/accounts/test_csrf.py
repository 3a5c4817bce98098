"""Who needs the CSRF token: every session that writes; and who does not: tokens, which no browser sends by itself."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.accounts.conftest import PASSWORD
from yard.accounts.models import User
from yard.accounts.tokens import token_create

SESSION = "/api/v1/auth/session/"
WRITES = [("post", "/api/v1/projects/"), ("delete", "/api/v1/auth/sessions/"), ("post", "/api/v1/auth/sign-out/")]


def signed_in(user: User) -> APIClient:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(user)
    client.get(SESSION)
    return client


@pytest.mark.parametrize(("method", "address"), WRITES)
@pytest.mark.parametrize("token", ["", "x" * 32, "x" * 64])
def test_a_session_without_the_right_token_writes_nothing(owner: User, method: str, address: str, token: str) -> None:
    client = signed_in(owner)
    headers = {"X-CSRFToken": token} if token else {}
    assert getattr(client, method)(address, {"name": "New"}, headers=headers).status_code == 403
    assert client.get(SESSION).json()["user"] is not None


def test_a_session_with_it_writes(owner: User) -> None:
    client = signed_in(owner)
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/v1/projects/", {"name": "New"}, headers=headers).status_code == 201


def test_the_token_of_another_browser_does_not_do(owner: User) -> None:
    client, other = signed_in(owner), signed_in(owner)
    headers = {"X-CSRFToken": other.cookies["csrftoken"].value}
    assert client.post("/api/v1/projects/", {"name": "New"}, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
def test_a_request_from_another_site_writes_nothing(owner: User, origin: str) -> None:
    client = signed_in(owner)
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value, "Origin": origin}
    assert client.post("/api/v1/projects/", {"name": "New"}, headers=headers).status_code == 403


def test_an_api_token_needs_none_and_does_not_borrow_the_session(owner: User, outsider: User) -> None:
    client = signed_in(outsider)
    text = token_create(user=owner, name="a script")[1]
    made = client.post("/api/v1/projects/", {"name": "New"}, headers={"Authorization": f"Bearer {text}"})
    assert made.status_code == 201
    assert User.objects.get(projects__name="New") == owner


def test_a_wrong_api_token_does_not_fall_back_to_the_session(owner: User) -> None:
    client = signed_in(owner)
    headers = {"Authorization": "Bearer ty_wrong", "X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/v1/projects/", {"name": "New"}, headers=headers).status_code == 401


def test_signing_in_gives_a_new_token(owner: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.get(SESSION)
    before = client.cookies["csrftoken"].value
    client.post("/api/v1/auth/sign-in/", {"username": "olga", "password": PASSWORD}, headers={"X-CSRFToken": before})
    assert client.cookies["csrftoken"].value != before
    stale = {"X-CSRFToken": before}
    assert client.post("/api/v1/projects/", {"name": "New"}, headers=stale).status_code == 403


def test_a_form_of_another_site_is_no_json(owner: User) -> None:
    """What a page elsewhere can send without being asked for: the three simple content types."""
    client = signed_in(owner)
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.generic("POST", "/api/v1/projects/", b'{"name": "New"}', content_type=kind, headers=headers)
        assert answer.status_code == 415, kind
