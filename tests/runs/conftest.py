from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.runs.factories import FolderBox, make_dataset_version, make_project, make_run, make_template, make_user
from yard.accounts.models import Project, User
from yard.blueprints.models import BlueprintVersion
from yard.datasets.models import DatasetVersion
from yard.runs import metrics
from yard.runs.models import Run
from yard.runs.throttle import Throttle


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    settings.EXECUTIONS_DIR = tmp_path / "executions"


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(metrics, "_throttle", Throttle(seconds=0.5))
    yield
    metrics.readers.close_all()


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
def elsewhere(outsider: User) -> Project:
    return make_project("Elsewhere", outsider)


@pytest.fixture
def dataset_version(project: Project) -> DatasetVersion:
    return make_dataset_version(project)


@pytest.fixture
def template(db: None) -> BlueprintVersion:
    return make_template()


@pytest.fixture
def run(project: Project, dataset_version: DatasetVersion, template: BlueprintVersion) -> Run:
    return make_run(project, version=dataset_version, template=template)


@pytest.fixture
def box(tmp_path: Path) -> FolderBox:
    return FolderBox(tmp_path / "box")


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    def client_of(user: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return client_of
