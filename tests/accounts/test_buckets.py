"""A user's bucket: valid for S3, made once, her own."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from yard.accounts.buckets import bucket_name
from yard.accounts.models import User
from yard.storage.keys import check_bucket


@given(st.text(max_size=150))
def test_every_user_name_gives_a_valid_bucket_name(username: str) -> None:
    name = bucket_name(username)
    assert check_bucket(name) == name
    assert not name.startswith("xn--")
    assert not name.endswith(("-s3alias", "--ol-s3"))


@given(st.text("abc.-_@+0", min_size=50, max_size=150))
def test_long_names_too(username: str) -> None:
    check_bucket(bucket_name(username))


@pytest.mark.parametrize(
    ("username", "expected"),
    [
        ("Anna@example.org", "anna-example-org"),
        ("olga", "olga"),
        ("Zoë Müller", "zoe-muller"),
        ("al", "user-al"),
        ("李", "user"),
        ("x-s3alias", "x-s3alias-bucket"),
        ("xn--a", "xn-a"),
    ],
)
def test_it_resembles_the_user_name(username: str, expected: str) -> None:
    assert bucket_name(username) == expected


@pytest.mark.django_db
def test_everybody_gets_a_bucket_of_her_own() -> None:
    first = User.objects.create_user("Anna@example.org")
    second = User.objects.create_user("anna.example.org")
    long = [User.objects.create_user("a" * 100 + end) for end in "xyz"]
    assert first.bucket == "anna-example-org"
    assert second.bucket.startswith("anna-example-org-")
    assert len({user.bucket for user in long}) == 3
    for user in [second, *long]:
        check_bucket(user.bucket)


@pytest.mark.django_db
def test_it_never_changes() -> None:
    user = User.objects.create_user("olga")
    user.username = "olga.married"
    user.save()
    user.refresh_from_db()
    assert user.bucket == "olga"


@pytest.mark.django_db
@override_settings(PLATFORM_BUCKET="trainyard-platform")
def test_nobody_gets_the_platforms_own() -> None:
    assert User.objects.create_user("Trainyard Platform").bucket.startswith("trainyard-platform-")


@pytest.mark.django_db
def test_createsuperuser_gives_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long passphrase")
    call_command("createsuperuser", interactive=False, username="root.user", email="r@example.org", verbosity=0)
    assert User.objects.get(username="root.user").bucket == "root-user"
