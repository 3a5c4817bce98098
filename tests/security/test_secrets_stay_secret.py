"""Canaries: a secret, a token, a password, a session and the platform's own key are put where they belong, and then
looked for where they do not."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from rest_framework.test import APIClient

from tests.api.conftest import seed as seed  # noqa: PLC0414 - a fixture
from tests.api.seed import Seed
from tests.api.test_every_endpoint import OPERATIONS, STREAMS
from yard.accounts import secrets
from yard.accounts.management.commands.create_user import Command as CreateUser
from yard.accounts.models import ApiToken, Secret, User
from yard.accounts.secrets import secret_delete, secret_get, secret_set, secrets_rotate
from yard.accounts.tokens import token_create, token_for
from yard.core.errors import Conflict
from yard.core.models import AuditEntry

pytestmark = pytest.mark.django_db

SECRET, PASSWORD = "canary-of-the-registry-0451", "canary passphrase 7793"


@pytest.fixture
def canaries(seed: Seed, caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Everything in use once: the texts that must turn up nowhere."""
    caplog.set_level(logging.DEBUG)
    seed.owner.set_password(PASSWORD)
    seed.owner.save()
    secret_set(project=seed.project, name="registry", kind="password", value=SECRET, user=seed.owner)
    assert secret_get(project=seed.project, name="registry") == SECRET
    token, text = token_create(user=seed.owner, name="a canary")
    assert token_for(text) == token
    client = APIClient()
    signed_in = client.post("/api/v1/auth/sign-in/", {"username": "olga", "password": PASSWORD})
    assert signed_in.status_code == 200
    client.post("/api/v1/auth/sign-in/", {"username": "olga", "password": f"{PASSWORD} wrong"})
    client.get("/api/v1/projects/", headers={"Authorization": f"Bearer {text}"})
    found = [SECRET, text, PASSWORD, client.cookies["sessionid"].value, django_settings.SECRET_KEY]
    yield found
    assert not [one for one in found if one in caplog.text], "the log"


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, memoryview | bytes) else str(value)


def _check(where: str, content: str, canaries: list[str]) -> None:
    assert [one for one in canaries if one in content] == [], where


def test_no_table_holds_one(canaries: list[str]) -> None:
    """All tables: ours, Django's, and the queue's."""
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            text = " ".join(
                bytes(value).decode("latin-1") if isinstance(value, memoryview | bytes) else str(value) for value in row
            )
            _check(str(model), text, canaries)


def test_no_answer_of_the_api_holds_one(seed: Seed, canaries: list[str]) -> None:
    client = APIClient()
    client.force_authenticate(seed.owner)
    for operation in OPERATIONS:
        if operation.writes or operation.path in STREAMS:
            continue
        address = operation.path
        for name, value in seed.path_parameters(operation.path).items():
            address = address.replace(f"{{{name}}}", value)
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        _check(address, content.decode("latin-1"), canaries)


def test_no_page_of_the_administration_holds_one(canaries: list[str]) -> None:
    client = APIClient()
    client.force_login(User.objects.create_superuser("root", password="a long passphrase"))
    for name in ("secret", "apitoken", "session", "user", "signintries"):
        start = f"/admin/accounts/{name}/"
        pages = [
            start,
            *(f"{start}{pk}/change/" for pk in apps.get_model("accounts", name).objects.values_list("pk", flat=True)),
        ]
        for page in [*pages, "/admin/core/auditentry/", "/admin/core/event/"]:
            response = client.get(page)
            assert response.status_code == 200
            _check(page, response.content.decode(), canaries)


def test_nothing_names_one_when_it_is_printed(canaries: list[str]) -> None:
    for row in (*Secret.objects.all(), ApiToken.objects.get(name="a canary"), User.objects.get(username="olga")):
        _check("repr", f"{row!r} {row} {vars(row)}", canaries)


def test_no_report_of_a_fault_holds_one(
    seed: Seed, canaries: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """What Django writes of a fault in the middle of it, local variables and settings included."""

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(secrets, "_write", broken)
    request = RequestFactory().post("/", {"password": PASSWORD})
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {canaries[1]}"
    request.COOKIES = {"sessionid": canaries[3]}
    Secret.objects.update(used_at=None)
    for attempt in (
        lambda: secret_set(project=seed.project, name="other", kind="password", value=SECRET, user=seed.owner),
        lambda: secret_get(project=seed.project, name="registry"),
    ):
        try:
            attempt()
        except RuntimeError:
            reporter = ExceptionReporter(request, *sys.exc_info())
            for text in (reporter.get_traceback_text(), reporter.get_traceback_html()):
                assert "the disk is full" in text
                _check("report", text, canaries)


def test_the_commands_print_none(canaries: list[str]) -> None:
    out = io.StringIO()
    call_command("rotate_secrets", stdout=out)
    call_command("diffsettings", stdout=io.StringIO())
    _check("rotate_secrets", out.getvalue(), canaries)


def test_no_command_takes_one_as_an_argument() -> None:
    """Everybody on the machine can read the arguments of processes; passwords come by the standard input."""
    parser = CreateUser().create_parser("manage.py", "create_user")
    assert "--password-stdin" in parser.format_help()
    assert "--password " not in parser.format_help()


def test_keys_are_rotated(seed: Seed, settings: Any) -> None:
    secret_set(project=seed.project, name="registry", kind="password", value=SECRET, user=seed.owner)
    before = bytes(Secret.objects.get(name="registry").ciphertext)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "the new key"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert secrets_rotate() == (Secret.objects.count(), [])
    assert bytes(Secret.objects.get(name="registry").ciphertext) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert secret_get(project=seed.project, name="registry") == SECRET
    assert AuditEntry.objects.filter(action="secrets.rotated").exists()


def test_a_lost_key_is_told_and_the_others_are_rotated(seed: Seed, settings: Any) -> None:
    secret_set(project=seed.project, name="lost", kind="password", value=SECRET, user=seed.owner)
    settings.SECRET_KEY = "the new key"
    secret_set(project=seed.project, name="good", kind="password", value=SECRET, user=seed.owner)
    rotated, lost = secrets_rotate()
    assert (rotated, f"{seed.project.name}/lost" in lost) == (1, True)
    assert f"{seed.project.name}/good" not in lost
    with pytest.raises(CommandError, match=r"Beans .*/lost"):
        call_command("rotate_secrets", stdout=io.StringIO())
    with pytest.raises(Conflict, match="YARD_SECRET_KEY_FALLBACKS"):
        secret_get(project=seed.project, name="lost")


def test_making_using_and_removing_a_secret_is_written_down(seed: Seed) -> None:
    secret = secret_set(project=seed.project, name="registry", kind="password", value=SECRET, user=seed.owner)
    for _ in range(2):
        secret_get(project=seed.project, name="registry")
    secret_set(project=seed.project, name="registry", kind="password", value="other", user=seed.owner)
    secret_get(project=seed.project, name="registry")
    secret_delete(secret=secret, user=seed.owner)
    mine = AuditEntry.objects.filter(object_type="secret", object_name="registry")
    actions = mine.order_by("pk").values_list("action", flat=True)
    first_use = "secret.first_used"
    assert list(actions) == ["secret.created", first_use, "secret.changed", first_use, "secret.deleted"]


def test_tokens_are_kept_as_digests(seed: Seed) -> None:
    token, text = token_create(user=seed.owner, name="x")
    assert len(token.digest) == 64
    assert text not in str(ApiToken.objects.filter(pk=token.pk).values())
    assert token_for(token.digest) is None
    assert token_for(f"ty_{token.digest}") is None
