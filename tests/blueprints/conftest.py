"""People, projects and templates for the tests of blueprints."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from tests.blueprints.replicas import Replica, mask_rcnn
from yard.accounts.models import Membership, Project, Role, User
from yard.blueprints.services import UploadResult, template_upload


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: LazySettings) -> None:
    """Objects and working folders of one test only."""
    settings.STORAGE_DIR = tmp_path / "storage"
    settings.EXECUTIONS_DIR = tmp_path / "executions"


def _user(name: str, **more: bool) -> User:
    return User.objects.create_user(name, password="x", bucket=f"bucket-{name}", **more)


@pytest.fixture
def owner(db: None) -> User:
    return _user("olga")


@pytest.fixture
def viewer(db: None) -> User:
    return _user("victor")


@pytest.fixture
def outsider(db: None) -> User:
    return _user("otto")


@pytest.fixture
def staff(db: None) -> User:
    return _user("stella", is_staff=True)


@pytest.fixture
def project(owner: User, viewer: User, outsider: User) -> Project:
    project = Project.objects.create(name="Beans", created_by=owner)
    Membership.objects.create(project=project, user=owner, role=Role.EDITOR)
    Membership.objects.create(project=project, user=viewer, role=Role.VIEWER)
    return project


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    def client_of(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return client_of


@pytest.fixture
def upload(owner: User, project: Project) -> Callable[..., UploadResult]:
    def upload(replica: Replica | None = None) -> UploadResult:
        file = io.BytesIO((replica or mask_rcnn()).zip())
        return template_upload(user=owner, project=project, file=file, filename="template.zip")

    return upload
