"""Sessions: listed for their owner alone, revoked, ended by themselves, under a new key at every sign-in."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from tests.accounts.conftest import PASSWORD, As
from yard.accounts.expiry import expire
from yard.accounts.models import Session, User
from yard.accounts.sessions import device_name
from yard.accounts.tokens import token_create
from yard.core.models import AuditEntry

LIST, SIGN_IN, CHANGE = "/api/v1/auth/sessions/", "/api/v1/auth/sign-in/", "/api/v1/auth/password/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


def browser(name: str = "olga", *, agent: str = FIREFOX, address: str = "10.0.0.7") -> APIClient:
    """Signed in through the door everybody takes."""
    client = APIClient(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post(SIGN_IN, {"username": name, "password": PASSWORD}).status_code == 200
    return client


def shown(client: APIClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(LIST).json()["results"]
    return rows


def is_in(client: APIClient) -> bool:
    return client.get("/api/v1/auth/session/").json()["user"] is not None


def test_the_list_tells_where_with_what_and_since_when(owner: User) -> None:
    phone, desk = browser(agent=IPHONE, address="2001:db8::5"), browser()
    first, second = sorted(shown(desk), key=lambda row: not row["current"])
    assert (first["device"], first["address"], first["current"]) == ("Firefox on Linux", "10.0.0.7", True)
    assert (second["device"], second["address"], second["current"]) == ("Safari on iPhone", "2001:db8::5", False)
    assert first["signed_in_at"] <= first["last_seen_at"] < first["expires_at"]
    assert [row["current"] for row in shown(phone) if row["device"] == "Safari on iPhone"] == [True]


def test_one_sees_and_ends_only_ones_own(owner: User, outsider: User) -> None:
    hers, his = browser(), browser("otto")
    assert len(shown(his)) == 1
    (row,) = shown(hers)
    assert his.delete(f"{LIST}{row['id']}/").status_code == 404
    assert his.delete(LIST).status_code == 204
    assert is_in(hers)


def test_an_ended_session_is_a_stranger_at_once(owner: User) -> None:
    lost, desk = browser(agent=IPHONE), browser()
    (row,) = [row for row in shown(desk) if not row["current"]]
    assert desk.delete(f"{LIST}{row['id']}/").status_code == 204
    assert lost.get("/api/v1/projects/").status_code == 401
    assert not is_in(lost)
    assert is_in(desk)
    assert desk.delete(f"{LIST}{row['id']}/").status_code == 404
    entry = AuditEntry.objects.get(action="session.revoked")
    assert (entry.actor_name, entry.object_name, entry.details) == ("olga", "olga", {"sessions": 1})


def test_all_others_are_ended_and_this_one_stays(owner: User) -> None:
    others, desk = [browser() for _ in range(3)], browser()
    assert desk.delete(LIST).status_code == 204
    assert [is_in(other) for other in others] == [False] * 3
    assert len(shown(desk)) == 1


@pytest.mark.parametrize(("method", "address"), [("get", LIST), ("delete", LIST), ("delete", f"{LIST}x/")])
def test_a_token_neither_lists_nor_ends_sessions(owner: User, method: str, address: str) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_create(user=owner, name='a script')[1]}")
    assert getattr(client, method)(address).status_code == 403


def test_a_token_changes_no_password(owner: User) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_create(user=owner, name='a script')[1]}")
    body = {"old_password": PASSWORD, "new_password": "another passphrase"}
    assert client.post(CHANGE, body).status_code == 403


def test_signing_in_changes_the_key(owner: User) -> None:
    """A key that somebody else had put into the browser before is worth nothing."""
    client = APIClient()
    client.cookies["sessionid"] = "a" * 32
    client.post(SIGN_IN, {"username": "olga", "password": PASSWORD})
    first = client.cookies["sessionid"].value
    assert first != "a" * 32
    client.post(SIGN_IN, {"username": "olga", "password": PASSWORD})
    assert client.cookies["sessionid"].value != first
    assert Session.objects.count() == 1, "the old one is gone"


def test_signing_out_ends_the_session_on_the_server(owner: User) -> None:
    client = browser()
    stolen = client.cookies["sessionid"].value
    client.post("/api/v1/auth/sign-out/")
    thief = APIClient()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)
    assert not Session.objects.exists()


def test_the_table_does_not_hold_the_key(owner: User) -> None:
    client = browser()
    row = Session.objects.get()
    assert client.cookies["sessionid"].value not in str(Session.objects.values().get())
    thief = APIClient()
    thief.cookies["sessionid"] = row.session_key
    assert not is_in(thief), "what lies in the table opens nothing"


def test_another_password_ends_all_other_sessions(owner: User) -> None:
    other, desk = browser(), browser()
    stolen = desk.cookies["sessionid"].value
    body = {"old_password": PASSWORD, "new_password": "another passphrase"}
    assert desk.post(CHANGE, body).status_code == 204
    assert (is_in(other), is_in(desk)) == (False, True)
    assert desk.cookies["sessionid"].value != stolen
    assert len(shown(desk)) == Session.objects.count() == 1


def test_a_password_given_by_an_administrator_ends_all(owner: User) -> None:
    desk = browser()
    owner.set_password("given by somebody")
    owner.save()
    assert not Session.objects.filter(user=owner).exists()
    assert not is_in(desk)
    assert AuditEntry.objects.filter(action="user.password_changed", object_name="olga").exists()


def test_a_better_hash_of_the_same_password_ends_nothing(owner: User, settings: Any) -> None:
    desk = browser()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    browser()
    assert User.objects.get(pk=owner.pk).password.startswith("pbkdf2")
    assert Session.objects.filter(user=owner).count() == 2
    assert desk is not None


def test_a_session_ends_when_it_is_not_used(owner: User, settings: Any) -> None:
    client = browser()
    Session.objects.update(last_seen_at=timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS - 60))
    assert is_in(client)
    Session.objects.update(last_seen_at=timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1))
    assert not is_in(client)


def test_a_session_ends_in_any_case(owner: User, settings: Any) -> None:
    """Also when it is saved again and again."""
    settings.SESSION_COOKIE_AGE = 1000
    client = browser()
    store = client.session
    store["x"] = 1
    store.save()
    row = Session.objects.get()
    assert row.expire_date - row.signed_in_at == timedelta(seconds=1000)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    expire()
    assert not Session.objects.exists()


def test_use_is_noted_but_not_at_every_request(owner: User, django_assert_num_queries: Any) -> None:
    client = browser()
    before = Session.objects.get().last_seen_at
    client.get("/api/v1/projects/")
    assert Session.objects.get().last_seen_at == before
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=6))
    client.get("/api/v1/projects/", REMOTE_ADDR="10.0.0.8")
    row = Session.objects.get()
    assert row.last_seen_at >= before
    assert row.address == "10.0.0.8"


def test_an_administrator_ends_a_users_sessions(owner: User) -> None:
    desk, phone = browser(), browser(agent=IPHONE)
    root = User.objects.create_superuser("root", password=PASSWORD)
    admin = APIClient()
    admin.force_login(root)
    assert b"Firefox on Linux" in admin.get("/admin/accounts/session/").content
    one = Session.objects.get(agent=IPHONE)
    assert one.session_key.encode() not in admin.get(f"/admin/accounts/session/{one.pk}/change/").content.replace(
        f"/{one.pk}/".encode(), b""
    )
    form = {"action": "revoke", "_selected_action": [one.pk]}
    assert admin.post("/admin/accounts/session/", form, format="multipart").status_code == 302
    assert (is_in(desk), is_in(phone)) == (True, False)
    form = {"action": "end_sessions", "_selected_action": [owner.pk]}
    assert admin.post("/admin/accounts/user/", form, format="multipart").status_code == 302
    assert not is_in(desk)
    assert AuditEntry.objects.filter(action="session.revoked", actor_name="root").count() == 2


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/137.0 Safari/537.36 Edg/137.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/137.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "curl"),
        ("python-requests/2.32", "Python"),
        ("", "unknown"),
        ("<script>alert(1)</script>" + "x" * 100, "<script>alert(1)</script>" + "x" * 15),
    ],
)
def test_a_device_has_a_name(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_an_odd_agent_does_no_harm(owner: User) -> None:
    client = browser(agent="x\0y" + "é" * 5000)
    assert len(Session.objects.get().agent) <= 300
    assert is_in(client)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("short", "at least 10 characters"),
        ("password123", "too common"),
        ("82736459102", "entirely numeric"),
        ("margaretalindqvist", "too similar to the username"),
    ],
)
def test_every_way_to_a_password_names_the_rule_it_breaks(
    db: None, call: As, password: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "margareta.lindqvist"
    user = User.objects.create_user(name, password=PASSWORD)
    by_api = call(user).post(CHANGE, {"old_password": PASSWORD, "new_password": password})
    assert by_api.status_code == 400
    assert rule in by_api.json()["message"]
    root = User.objects.create_superuser("root", password=PASSWORD)
    form = {"password1": password, "password2": password, "usable_password": "true"}
    page = call(root).post(f"/admin/accounts/user/{user.pk}/password/", form, format="multipart")
    assert rule in page.content.decode()
    new = {"username": f"{name}2", **form}
    assert rule in call(root).post("/admin/accounts/user/add/", new, format="multipart").content.decode()
    user.delete()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    with pytest.raises(CommandError, match=rule):
        call_command("create_user", name, "--password-stdin")
