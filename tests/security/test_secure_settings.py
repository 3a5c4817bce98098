"""What settings make of cookies and headers, read as the platform reads them at its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, django
from django.conf import settings
django.setup()
from django.test import Client
from django.core.management import call_command
call_command("migrate", verbosity=0)
from yard.accounts.models import User
User.objects.create_user("olga", password="a long passphrase")
client = Client(enforce_csrf_checks=True)
first = client.get("/api/v1/auth/session/", secure=True)
token = {k: v for k, v in client.cookies.items() if k.endswith("csrftoken")}
(name, morsel), = token.items()
answer = client.post("/api/v1/auth/sign-in/", {"username": "olga", "password": "a long passphrase"},
    content_type="application/json", secure=True,
    headers={"X-CSRFToken": morsel.value, "Referer": "https://testserver/"})
print(json.dumps({
    "status": answer.status_code,
    "cookies": {k: {n: v[n] for n in ("secure", "httponly", "samesite", "path", "domain")}
                for k, v in client.cookies.items()},
    "hsts": answer.headers.get("Strict-Transport-Security", ""),
    "fallbacks": settings.SECRET_KEY_FALLBACKS,
}))
"""


def started(folder: Path, **env: str) -> dict[str, Any]:
    """What a platform with these settings answers to somebody who signs in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("YARD_", "DJANGO_"))}
    own = {"DJANGO_SETTINGS_MODULE": "yard.settings", "PYTHONPATH": str(ROOT / "platform"), "YARD_LOG_LEVEL": "ERROR"}
    environment = {**clean, **own, "YARD_DATA_DIR": str(folder), "YARD_ALLOWED_HOSTS": "testserver", **env}
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    keys = "first-old-key second-old-key"
    return started(tmp_path_factory.mktemp("secure"), YARD_SECURE_COOKIES="1", YARD_SECRET_KEY_FALLBACKS=keys)


def test_secure_cookies_belong_to_this_host_and_to_https(secure: dict[str, Any]) -> None:
    assert secure["status"] == 200
    assert set(secure["cookies"]) == {"__Host-sessionid", "__Host-csrftoken", "__Host-device"}
    for name, cookie in secure["cookies"].items():
        # Without these three no browser takes a cookie with this prefix.
        assert (bool(cookie["secure"]), cookie["path"], cookie["domain"]) == (True, "/", ""), name
        assert bool(cookie["httponly"]) is (name != "__Host-csrftoken"), name
    assert secure["cookies"]["__Host-sessionid"]["samesite"] == "Lax"
    assert secure["cookies"]["__Host-device"]["samesite"] == "Strict"


def test_secure_cookies_come_with_hsts(secure: dict[str, Any]) -> None:
    assert secure["hsts"] == "max-age=31536000"


def test_old_keys_are_a_list(secure: dict[str, Any]) -> None:
    assert secure["fallbacks"] == ["first-old-key", "second-old-key"]


def test_a_laptop_needs_no_https(settings: Any, client: Client, db: None) -> None:
    answer = client.get("/api/v1/auth/session/")
    assert set(answer.cookies) == {"csrftoken"}
    assert "Strict-Transport-Security" not in answer
    assert (settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_HTTPONLY) == ("sessionid", True)
