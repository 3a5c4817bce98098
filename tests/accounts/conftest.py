"""Olga owns the project, Edgar may edit, Victor may look, Otto is an outsider."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from yard.accounts.models import Membership, Project, Role, User
from yard.accounts.services import project_create

PASSWORD = "a long passphrase"

As = Callable[[User | None], APIClient]


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("olga", password=PASSWORD)


@pytest.fixture
def editor(db: None) -> User:
    return User.objects.create_user("edgar", password=PASSWORD)


@pytest.fixture
def viewer(db: None) -> User:
    return User.objects.create_user("victor", password=PASSWORD)


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create_user("otto", password=PASSWORD)


@pytest.fixture
def project(owner: User, editor: User, viewer: User) -> Project:
    project = project_create(name="Beans", user=owner)
    Membership.objects.create(project=project, user=editor, role=Role.EDITOR)
    Membership.objects.create(project=project, user=viewer, role=Role.VIEWER)
    return project


@pytest.fixture
def call() -> As:
    """A client of the API, signed in as this user."""

    def signed_in(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
