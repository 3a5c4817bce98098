"""Tries to sign in: waits that grow, cannot be dodged, tell nothing, and lock nobody out."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from tests.accounts.conftest import PASSWORD, As
from yard.accounts import sign_in_guard
from yard.accounts.models import Session, SignInTries, User
from yard.accounts.sign_in_guard import Count
from yard.core.errors import TooMany
from yard.core.models import AuditEntry

SIGN_IN, CHANGE = "/api/v1/auth/sign-in/", "/api/v1/auth/password/"


def attempt(name: str, password: str = "wrong", *, address: str = "10.0.0.1", client: APIClient | None = None) -> Any:
    return (client or APIClient()).post(SIGN_IN, {"username": name, "password": password}, REMOTE_ADDR=address)


def tried(name: str, times: int, *, address: str = "10.0.0.1") -> list[int]:
    return [attempt(name, address=address).status_code for _ in range(times)]


def let_pass(seconds: float) -> None:
    """As if so much time had gone by since the last try."""
    for row in SignInTries.objects.all():
        SignInTries.objects.filter(pk=row.pk).update(last_at=row.last_at - timedelta(seconds=seconds))


def test_after_some_failures_one_waits_ever_longer(owner: User) -> None:
    assert tried("olga", 5) == [400] * 5
    waits = []
    for _ in range(9):
        answer = attempt("olga", PASSWORD)
        assert answer.status_code == 429, "the right password does not help either"
        waits.append(answer.json()["extra"]["retry_after_seconds"])
        assert answer["Retry-After"] == str(waits[-1])
        let_pass(waits[-1])
        assert attempt("olga").status_code == 400
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert "Wait 15 minutes" in attempt("olga").json()["message"]


def test_the_wait_ends(owner: User) -> None:
    tried("olga", 6)
    let_pass(5)
    assert attempt("olga", PASSWORD).status_code == 200
    assert tried("olga", 5) == [400] * 5, "and counting begins anew"


def test_old_failures_are_forgotten(owner: User) -> None:
    tried("olga", 6)
    let_pass(sign_in_guard.FORGET_AFTER.total_seconds() + 1)
    assert tried("olga", 5) == [400] * 5
    let_pass(sign_in_guard.FORGET_AFTER.total_seconds() + 1)
    assert sign_in_guard.forget_old() == 3


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP", "True-Client-IP", "X-Forwarded-Host"]
)
def test_what_the_caller_says_of_her_address_does_not_help(owner: User, header: str) -> None:
    statuses = [
        APIClient()
        .post(SIGN_IN, {"username": "olga", "password": "x"}, headers={header: f"10.9.9.{number}"})
        .status_code
        for number in range(7)
    ]
    assert statuses == [400] * 5 + [429] * 2


@pytest.mark.parametrize("name", ["OLGA", "Olga", "ｏｌｇａ", "olga"])
def test_other_ways_to_write_the_name_do_not_help(owner: User, name: str) -> None:
    tried("olga", 5)
    assert attempt(name).status_code == 429


def test_one_address_that_tries_many_names_waits(owner: User) -> None:
    statuses = [attempt(f"name{number}").status_code for number in range(32)]
    assert statuses == [400] * 30 + [429] * 2
    assert attempt("olga", PASSWORD, address="10.0.0.2").status_code == 200, "others do not"


def test_an_account_of_ones_own_does_not_begin_the_address_anew(owner: User, outsider: User) -> None:
    for number in range(29):
        attempt(f"name{number}")
    assert attempt("otto", PASSWORD).status_code == 200
    assert [attempt(f"more{number}").status_code for number in range(2)] == [400, 429]


def test_all_addresses_of_one_ipv6_network_are_one(owner: User) -> None:
    statuses = [attempt("olga", address=f"2001:db8::{number}").status_code for number in range(1, 8)]
    assert statuses == [400] * 5 + [429] * 2
    assert attempt("olga", address="2001:db8:0:1::1").status_code == 400


def test_an_attacker_elsewhere_does_not_lock_the_owner_out(owner: User) -> None:
    tried("olga", 40)
    assert attempt("olga", PASSWORD, address="10.0.0.99").status_code == 200


def test_an_attacker_with_many_addresses_slows_a_new_browser_down_by_a_minute_at_most(owner: User) -> None:
    for number in range(60):
        attempt("olga", address=f"10.1.0.{number}")
        let_pass(60)
    for number in range(5):
        attempt("olga", address=f"10.2.0.{number}")
    refused = attempt("olga", PASSWORD, address="10.3.0.1")
    assert refused.status_code == 429
    assert refused.json()["extra"]["retry_after_seconds"] <= 60


def test_a_browser_that_was_signed_in_before_gets_in_whatever_others_do(owner: User) -> None:
    known = APIClient()
    assert attempt("olga", PASSWORD, client=known).status_code == 200
    known.post("/api/v1/auth/sign-out/")
    tried("olga", 40)
    assert attempt("olga", PASSWORD).status_code == 429, "the same address without the cookie"
    assert attempt("olga", PASSWORD, client=known).status_code == 200
    cookie = known.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")


def test_the_browser_is_known_for_its_own_account_only_and_is_counted_too(owner: User, outsider: User) -> None:
    known = APIClient()
    attempt("otto", PASSWORD, client=known)
    known.post("/api/v1/auth/sign-out/")
    assert [attempt("olga", client=known).status_code for _ in range(6)] == [400] * 5 + [429]
    assert [attempt("otto", client=known).status_code for _ in range(6)] == [400] * 5 + [429]
    known.cookies["device"] = known.cookies["device"].value[:-2] + "xx"
    assert attempt("otto", PASSWORD, client=known).status_code == 200, "a forged one is none, and otto's pair is free"


def test_unknown_inactive_and_known_users_are_answered_alike(owner: User, viewer: User) -> None:
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    answers = {
        name: [attempt(name, address=address) for _ in range(7)]
        for name, address in (("olga", "10.0.0.1"), ("victor", "10.0.0.2"), ("nobody", "10.0.0.3"))
    }
    seen = {name: [(one.status_code, one.content) for one in given] for name, given in answers.items()}
    assert seen["olga"] == seen["nobody"] == seen["victor"]
    assert [len(one.cookies) for one in answers["olga"]] == [len(one.cookies) for one in answers["nobody"]]


def test_a_password_is_hashed_as_often_for_unknown_users(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes the time of an answer, counted instead of measured."""
    hasher = type(get_hasher())
    counted: list[str] = []
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append("x") or encode(self, *a, **k))
    costs = []
    for name in ("olga", "nobody"):
        counted.clear()
        attempt(name)
        costs.append(len(counted))
    assert costs == [1, 1]


def test_nothing_is_hashed_while_one_waits(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tried("olga", 5)
    monkeypatch.setattr(
        "yard.accounts.sign_in.authenticate", lambda *_, **__: pytest.fail("the password was looked at")
    )
    assert attempt("olga").status_code == 429


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_counted_before_the_password_is_looked_at() -> None:
    """Several processes share the count: it is in the database, and each try takes its place before it goes on."""
    counts = [Count("k" * 64, 5, 900)]
    looked_at: list[int] = []
    gate = threading.Barrier(8)

    def one(number: int) -> None:
        gate.wait()
        try:
            with sign_in_guard.attempt(counts):
                looked_at.append(number)
        except TooMany:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5
    assert SignInTries.objects.get().failures == 5


def test_the_table_and_the_log_keep_nothing_that_was_typed(owner: User) -> None:
    attempt("my secret passphrase", "another secret")
    attempt("olga", "secret of olga")
    kept = str(list(SignInTries.objects.values())) + str(list(AuditEntry.objects.values()))
    assert "secret" not in kept
    entries = AuditEntry.objects.filter(action="sign_in.failed").order_by("pk")
    assert [(entry.object_name, entry.outcome, entry.address) for entry in entries] == [
        ("(no such user)", "refused", "10.0.0.1"),
        ("olga", "refused", "10.0.0.1"),
    ]


def test_guesses_at_the_present_password_are_counted_too(owner: User, call: As) -> None:
    client = call(owner)
    body = {"old_password": "wrong", "new_password": "another passphrase"}
    assert [client.post(CHANGE, body).status_code for _ in range(6)] == [400] * 5 + [429]
    assert client.post(CHANGE, {**body, "old_password": PASSWORD}).status_code == 429
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_an_administrator_can_end_all_waits(owner: User) -> None:
    tried("olga", 6)
    root = User.objects.create_superuser("root", password=PASSWORD)
    admin = APIClient()
    admin.force_login(root)
    page = "/admin/accounts/signintries/"
    assert admin.get(page).status_code == 200
    ids = list(SignInTries.objects.values_list("pk", flat=True))[:1]
    assert admin.post(page, {"action": "forgive", "_selected_action": ids}, format="multipart").status_code == 302
    assert attempt("olga", PASSWORD).status_code == 200


def test_the_administration_has_no_door_of_its_own(owner: User) -> None:
    client = APIClient()
    assert client.get("/admin/login/?next=/admin/accounts/user/")["Location"] == "/sign-in?next=/admin/accounts/user/"
    assert (
        client.post("/admin/login/", {"username": "olga", "password": PASSWORD})["Location"] == "/sign-in?next=/admin/"
    )
    assert not Session.objects.exists()
    for elsewhere in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "admin/"):
        given = client.get("/admin/login/", {"next": elsewhere})["Location"]
        assert given == "/sign-in?next=/admin/", elsewhere
    client.force_login(owner)
    assert client.get("/admin/login/?next=/admin/").status_code == 403, "no circle between the two pages"


def test_a_wait_is_never_negative() -> None:
    row = SignInTries(failures=10**9, last_at=timezone.now())
    assert Count("k", 5, 900).wait(row, timezone.now()) <= 900
