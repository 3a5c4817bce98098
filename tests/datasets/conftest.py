from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image as Pillow
from rest_framework.test import APIClient

from yard.accounts.models import Membership, Project, Role, User
from yard.datasets import services, uploads
from yard.datasets.imports import services as import_services
from yard.datasets.models import Dataset, Import

CallbackCapture = Any


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Any) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    settings.DATA_CACHE_DIR = tmp_path / "cache"


def _user(name: str) -> User:
    return User.objects.create_user(name, password="x", bucket=f"bucket-{name}")


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
def project(owner: User, viewer: User) -> Project:
    project = Project.objects.create(name="Beans", created_by=owner)
    Membership.objects.create(project=project, user=owner, role=Role.EDITOR)
    Membership.objects.create(project=project, user=viewer, role=Role.VIEWER)
    return project


@pytest.fixture
def dataset(project: Project, owner: User) -> Dataset:
    return services.dataset_create(project=project, name="Leaves", user=owner)


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def as_owner(owner: User, project: Project) -> APIClient:
    return client_of(owner)


@pytest.fixture
def as_viewer(viewer: User, project: Project) -> APIClient:
    return client_of(viewer)


@pytest.fixture
def as_outsider(outsider: User, project: Project) -> APIClient:
    return client_of(outsider)


def picture(
    width: int = 8,
    height: int = 6,
    color: str | int | tuple[int, int, int] = "red",
    format: str = "PNG",
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    target = io.BytesIO()
    Pillow.new(mode, (width, height), color).save(target, format, **options)
    return target.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def cvat(images: dict[str, str], labels: tuple[str, ...] = ("leaf", "rust"), size: tuple[int, int] = (8, 6)) -> bytes:
    """A small CVAT file: image name → its shapes as XML."""
    declared = "".join(f"<label><name>{name}</name><attributes/></label>" for name in labels)
    meta = f"<meta><task><labels>{declared}</labels></task></meta>" if labels else ""
    listed = "\n".join(
        f'<image id="{index}" name="{name}" width="{size[0]}" height="{size[1]}">\n{shapes}\n</image>'
        for index, (name, shapes) in enumerate(images.items())
    )
    head = '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
    return f"{head}{meta}\n{listed}\n</annotations>".encode()


BOX = '<box label="leaf" occluded="0" xtl="1.00" ytl="1.00" xbr="5.00" ybr="4.00" z_order="0"></box>'
TAG = '<tag label="rust"></tag>'


def upload(found: Import, name: str, content: bytes, user: User | None = None) -> Any:
    made = uploads.upload_create(dataset_import=found, name=name, size=len(content), user=user or found.created_by)
    step = settings.UPLOAD_CHUNK_MAX_BYTES
    for offset in range(0, len(content), step):
        part = content[offset : offset + step]
        uploads.upload_append(upload=made, offset=offset, source=io.BytesIO(part), size=len(part))
    return made


Importer = Callable[..., Import]


@pytest.fixture
def import_files(dataset: Dataset, owner: User, django_capture_on_commit_callbacks: CallbackCapture) -> Importer:
    """Uploads the files into a new import of the data set, runs it, and gives it back."""

    def run(files: dict[str, bytes | Path], into: Dataset | None = None) -> Import:
        found = import_services.import_create(dataset=into or dataset, user=owner)
        for name, content in files.items():
            upload(found, name, content.read_bytes() if isinstance(content, Path) else content)
        with django_capture_on_commit_callbacks(execute=True):
            import_services.import_start(dataset_import=found)
        found.refresh_from_db()
        found.dataset.refresh_from_db()
        (into or dataset).refresh_from_db()
        return found

    return run


def header(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()}"


def body_of(response: Any) -> bytes:
    """The whole body; reading it to its end also closes the response, as a server would."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def status_of(client: APIClient, where: str) -> int:
    """What a GET answers, its body read and forgotten."""
    response = client.get(where)
    body_of(response)
    return response.status_code


def finding_codes(found: Import) -> list[str]:
    return [finding["code"] for finding in found.report["findings"]]


@pytest.fixture
def settle(import_files: Importer, as_owner: APIClient) -> Any:
    """Imports files and gives back what a person then sees; fails when anything else came of them."""
    from tests.datasets.outcomes import settled

    return lambda files: settled(import_files, as_owner, files)
