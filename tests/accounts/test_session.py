"""Signing in and out, and passwords."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.accounts.conftest import PASSWORD, As
from yard.accounts.models import User

SESSION, SIGN_IN, SIGN_OUT = "/api/v1/auth/session/", "/api/v1/auth/sign-in/", "/api/v1/auth/sign-out/"
CHANGE = "/api/v1/auth/password/"


def browser() -> APIClient:
    """Sends the CSRF token only when told to, as a page would."""
    return APIClient(enforce_csrf_checks=True)


def sign_in(client: APIClient, username: str, password: str) -> Any:
    client.get(SESSION)
    return client.post(
        SIGN_IN,
        {"username": username, "password": password},
        headers={"X-CSRFToken": client.cookies["csrftoken"].value},
    )


def test_nobody_is_signed_in_at_first(db: None) -> None:
    client = browser()
    response = client.get(SESSION)
    assert response.status_code == 200
    assert response.json() == {"user": None}
    assert "csrftoken" in client.cookies


def test_it_signs_in_and_out(owner: User) -> None:
    client = browser()
    response = sign_in(client, "olga", PASSWORD)
    assert response.status_code == 200
    expected = {"id": owner.pk, "username": "olga", "email": "", "is_staff": False, "bucket": "olga"}
    assert response.json() == {"user": expected}
    assert client.get(SESSION).json() == {"user": expected}
    out = client.post(SIGN_OUT, headers={"X-CSRFToken": client.cookies["csrftoken"].value})
    assert out.status_code == 204
    assert client.get(SESSION).json() == {"user": None}


@pytest.mark.parametrize(("username", "password"), [("olga", "wrong"), ("nobody", PASSWORD), ("olga\0", "x")])
def test_it_never_says_which_part_was_wrong(owner: User, username: str, password: str) -> None:
    response = sign_in(browser(), username, password)
    assert response.status_code == 400
    if "\0" not in username:
        assert response.json() == {
            "code": "wrong_credentials",
            "message": "User name or password is wrong.",
            "extra": {},
        }


def test_an_inactive_user_is_told_the_same(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert sign_in(browser(), "olga", PASSWORD).json()["code"] == "wrong_credentials"


@pytest.mark.parametrize("body", [{}, {"username": "olga"}, {"username": ["x"], "password": {}}, [], "text", None])
def test_it_refuses_what_is_no_form(db: None, body: Any) -> None:
    response = APIClient().post(SIGN_IN, body)
    assert response.status_code == 400
    assert set(response.json()) == {"code", "message", "extra"}


def test_another_page_cannot_sign_a_visitor_in(owner: User) -> None:
    response = browser().post(SIGN_IN, {"username": "olga", "password": PASSWORD})
    assert response.status_code == 403
    assert "CSRF" in response.json()["message"]


def test_another_page_cannot_sign_a_visitor_out(owner: User) -> None:
    client = browser()
    sign_in(client, "olga", PASSWORD)
    assert client.post(SIGN_OUT).status_code == 403
    assert client.get(SESSION).json()["user"] is not None


def test_it_changes_the_password_and_keeps_the_session(owner: User, call: As) -> None:
    client, elsewhere = call(owner), call(owner)
    response = client.post(CHANGE, {"old_password": PASSWORD, "new_password": "another passphrase"})
    assert response.status_code == 204
    assert client.get(SESSION).json()["user"]["username"] == "olga"
    assert elsewhere.get(SESSION).json() == {"user": None}
    owner.refresh_from_db()
    assert owner.check_password("another passphrase")


@pytest.mark.parametrize(
    ("old", "new", "path"), [("wrong", "another passphrase", "old_password"), (PASSWORD, "short", "new_password")]
)
def test_it_refuses_wrong_and_weak_passwords(owner: User, call: As, old: str, new: str, path: str) -> None:
    response = call(owner).post(CHANGE, {"old_password": old, "new_password": new})
    assert response.status_code == 400
    assert response.json()["extra"]["errors"][0]["path"] == [path]
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_stranger_changes_no_password(db: None, call: As) -> None:
    assert call(None).post(CHANGE, {"old_password": "a", "new_password": "b"}).status_code == 401
