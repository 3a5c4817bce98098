"""API tokens: shown once, stored hashed, revoked, limited."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from tests.accounts.conftest import As
from yard.accounts.authentication import require_scope
from yard.accounts.models import ApiToken, TokenKind, User
from yard.accounts.tokens import token_create, token_for, token_revoke

TOKENS, SESSION = "/api/v1/tokens/", "/api/v1/auth/session/"


def bearer(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_its_text_is_shown_once_and_stored_hashed(owner: User, call: As) -> None:
    response = call(owner).post(TOKENS, {"name": "laptop"})
    assert response.status_code == 201
    shown = response.json()
    assert shown["token"].startswith("ty_")
    assert shown["token"].startswith(shown["prefix"])
    assert "no-store" in response["Cache-Control"]
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(shown["token"].encode()).hexdigest()
    listed = call(owner).get(TOKENS).json()["results"]
    assert [(token["id"], token["name"]) for token in listed] == [(row.pk, "laptop")]
    assert shown["token"] not in str(listed)


def test_it_lets_its_user_in(owner: User) -> None:
    _, text = token_create(user=owner, name="laptop")
    assert bearer(text).get(SESSION).json()["user"]["username"] == "olga"
    assert bearer(text).get(TOKENS).json()["count"] == 1


@pytest.mark.parametrize("text", ["ty_unknown", "nonsense", "ty_ü"])
def test_an_unknown_text_is_refused(db: None, text: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}".encode().decode("latin-1"))
    assert client.get(TOKENS).status_code == 401


def test_it_stops_working_when_revoked(owner: User, call: As) -> None:
    token, text = token_create(user=owner, name="laptop")
    address = f"{TOKENS}{token.pk}/"
    assert call(owner).delete(address).status_code == 204
    assert call(owner).delete(address).status_code == 204
    assert bearer(text).get(TOKENS).status_code == 401
    assert call(owner).get(TOKENS).json()["results"][0]["revoked_at"] is not None


def test_it_stops_working_when_expired_or_its_user_is_inactive(owner: User, outsider: User) -> None:
    _, old = token_create(user=owner, name="old", expires_at=timezone.now() - timedelta(seconds=1))
    _, other = token_create(user=outsider, name="other")
    assert token_for(other) is not None
    User.objects.filter(pk=outsider.pk).update(is_active=False)
    assert token_for(old) is None
    assert token_for(other) is None


def test_only_its_owner_sees_and_revokes_it(owner: User, outsider: User, call: As) -> None:
    token, text = token_create(user=owner, name="laptop")
    assert call(outsider).get(TOKENS).json()["results"] == []
    assert call(outsider).delete(f"{TOKENS}{token.pk}/").status_code == 404
    assert call(None).get(TOKENS).status_code == 401
    assert call(None).post(TOKENS, {"name": "x"}).status_code == 401
    assert token_for(text) is not None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "x", "expires_at": "soon"}, "expires_at"),
    ],
)
def test_it_says_what_is_wrong(owner: User, call: As, body: dict[str, Any], path: str) -> None:
    response = call(owner).post(TOKENS, body)
    assert response.status_code == 400
    assert response.json()["extra"]["errors"][0]["path"] == [path]
    assert not ApiToken.objects.exists()


def test_a_token_makes_no_successor(owner: User) -> None:
    _, text = token_create(user=owner, name="laptop")
    assert bearer(text).post(TOKENS, {"name": "next"}).status_code == 403


def test_its_use_is_noted_at_most_once_a_minute(owner: User) -> None:
    token, text = token_create(user=owner, name="laptop")
    token_for(text)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    token_for(text)
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(seconds=61))
    token_for(text)
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at >= first


def test_revoking_twice_keeps_the_first_time(owner: User) -> None:
    token, _ = token_create(user=owner, name="laptop")
    token_revoke(token=token, actor=None)
    first = token.revoked_at
    token_revoke(token=token, actor=None)
    token.refresh_from_db()
    assert token.revoked_at == first


class ForAttempts(APIView):
    token_scope = "attempt"

    def get(self, request: Any, attempt_id: int) -> Response:
        require_scope(request, f"attempt:{attempt_id}")
        return Response({"user": request.user.username})


class Open(APIView):
    permission_classes = []

    def get(self, request: Any) -> Response:
        return Response({})


@pytest.fixture
def attempt_text(owner: User) -> str:
    return token_create(user=owner, name="attempt 7", kind=TokenKind.ATTEMPT, scope="attempt:7")[1]


def get(view: type[APIView], text: str, **kwargs: Any) -> int:
    request = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {text}"})
    return view.as_view()(request, **kwargs).status_code


@pytest.mark.parametrize("address", [TOKENS, SESSION, "/api/v1/projects/", "/api/v1/projects/1/"])
def test_an_attempts_token_reaches_no_ordinary_endpoint(attempt_text: str, address: str) -> None:
    assert bearer(attempt_text).get(address).status_code == 403


def test_an_attempts_token_reaches_only_its_own(attempt_text: str, owner: User) -> None:
    assert get(ForAttempts, attempt_text, attempt_id=7) == 200
    assert get(ForAttempts, attempt_text, attempt_id=8) == 403
    assert get(Open, attempt_text) == 403
    assert get(ForAttempts, token_create(user=owner, name="personal")[1], attempt_id=7) == 403


def test_an_attempts_token_is_not_among_its_users_own(attempt_text: str, owner: User, call: As) -> None:
    assert call(owner).get(TOKENS).json()["results"] == []


def test_the_list_takes_few_queries(owner: User, call: As, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        token_create(user=owner, name=str(number))
    client = call(owner)
    with django_assert_max_num_queries(4):
        assert client.get(TOKENS).json()["count"] == 20
