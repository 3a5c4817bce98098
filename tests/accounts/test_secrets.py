"""Secrets of a project: encrypted at rest, readable with the platform's key only."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yard.accounts.models import Project, Secret, User
from yard.accounts.secrets import secret_get, secret_set
from yard.core.errors import Conflict, NotFound


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_it_gives_back_what_was_set(project: Project, owner: User, value: str) -> None:
    secret_set(project=project, name="registry", kind="password", value=value, user=owner)
    assert secret_get(project=project, name="registry") == value
    assert Secret.objects.count() == 1


def test_the_value_does_not_lie_in_the_database(project: Project, owner: User) -> None:
    secret_set(project=project, name="registry", kind="password", value="hunter2 hunter2", user=owner)
    assert b"hunter2" not in bytes(Secret.objects.get().ciphertext)


def test_an_unknown_one_is_not_found(project: Project) -> None:
    with pytest.raises(NotFound, match="no secret called other"):
        secret_get(project=project, name="other")


def test_a_changed_key_is_told(project: Project, owner: User, settings: pytest.FixtureRequest) -> None:
    secret_set(project=project, name="registry", kind="password", value="x", user=owner)
    settings.SECRET_KEY, old = "another", settings.SECRET_KEY  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="Store it again"):
        secret_get(project=project, name="registry")
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]
    assert secret_get(project=project, name="registry") == "x"
