from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.runs.factories import make_project, make_user
from yard.accounts.models import Project, User
from yard.registry.models import FileRole, ModelVersion
from yard.registry.services import NewFile, model_version_create


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"


@pytest.fixture
def owner(db: None) -> User:
    return make_user("olga")


@pytest.fixture
def editor(db: None) -> User:
    return make_user("emil")


@pytest.fixture
def viewer(db: None) -> User:
    return make_user("vera")


@pytest.fixture
def outsider(db: None) -> User:
    return make_user("otto")


@pytest.fixture
def project(owner: User, editor: User, viewer: User) -> Project:
    return make_project("Farm", owner, editors=[editor], viewers=[viewer])


@pytest.fixture
def new_file(tmp_path: Path) -> Callable[..., NewFile]:
    def new_file(name: str = "model.pt", content: bytes = b"weights", role: FileRole = FileRole.NATIVE) -> NewFile:
        path = tmp_path / "sources" / name.replace("/", "_")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return NewFile(name, path, role)

    return new_file


@pytest.fixture
def create(project: Project, owner: User, new_file: Callable[..., NewFile]) -> Callable[..., ModelVersion]:
    def create(*files: NewFile, **fields: Any) -> ModelVersion:
        """A version of the model "Beans", with one file unless others are given."""
        values = {"project": project, "model_name": "Beans", "origin": None, "user": owner, "bucket": owner.bucket}
        return model_version_create(**{**values, "files": files or [new_file()], **fields})

    return create


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    def client_of(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return client_of
