"""Making users: by command, by service, and the first administrator."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from yard.accounts.models import User
from yard.accounts.services import bootstrap_admin, user_create
from yard.core.errors import InvalidInput

PASSWORD = "a long passphrase"
pytestmark = pytest.mark.django_db


def test_it_makes_a_user() -> None:
    user = user_create(username="anna", email="Anna@EXAMPLE.org", password=PASSWORD)
    assert (user.username, user.email, user.is_staff, user.is_superuser) == ("anna", "Anna@example.org", False, False)
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("username", "password", "path"),
    [
        ("anna", "short", "password"),
        ("anna", "1234567890123", "password"),
        ("", PASSWORD, "username"),
        ("a b", PASSWORD, "username"),
    ],
)
def test_it_refuses_bad_names_and_weak_passwords(username: str, password: str, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        user_create(username=username, password=password)
    assert caught.value.extra["errors"][0]["path"] == [path]
    assert not User.objects.exists()


def test_it_refuses_a_taken_name_in_any_case() -> None:
    user_create(username="anna", password=PASSWORD)
    with pytest.raises(InvalidInput, match="with this name"):
        user_create(username="Anna", password=PASSWORD)


def test_the_first_start_makes_one_administrator() -> None:
    admin, password = bootstrap_admin()
    assert admin.username == "admin"
    assert admin.is_superuser
    assert password is not None
    assert admin.check_password(password)
    assert bootstrap_admin() == (admin, None)


def test_the_first_start_leaves_a_user_called_admin_alone() -> None:
    other = user_create(username="admin", password=PASSWORD)
    admin, password = bootstrap_admin()
    assert admin.pk != other.pk
    assert password is not None
    other.refresh_from_db()
    assert not other.is_superuser


def test_setup_tells_the_password_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from yard.accounts.first_start import make_administrator

    line = make_administrator()
    assert line.startswith("Administrator: user admin, password ")
    password = line.split("password ")[1].split(" ")[0]
    assert User.objects.get(username="admin").check_password(password)
    assert make_administrator() == ""


def test_the_command_reads_the_password_from_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    out = io.StringIO()
    call_command("create_user", "anna", password_stdin=True, stdout=out)
    assert User.objects.get(username="anna").check_password(PASSWORD)
    assert "bucket anna" in out.getvalue()


def test_the_command_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("create_user", "anna", password_stdin=True)
