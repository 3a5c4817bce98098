"""People, a data set with every kind of annotation, and a CVAT server to talk to."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image as Pillow
from rest_framework.test import APIClient

from tests.cvat.double import PASSWORD, TOKEN, USER, CvatDouble, serving
from tests.runs.factories import make_project, make_user
from yard.accounts.models import Project, User
from yard.cvat import performing, waiting
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer, RemoteKind, SignIn, TransferState
from yard.cvat.services import link_create, pull_request, server_create
from yard.datasets import services as dataset_services
from yard.datasets import uploads
from yard.datasets.imports import services as import_services
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset

META = """<meta><task><labels>
<label><name>bean</name><color>#11aa22</color><type>any</type><attributes>
  <attribute><name>ripe</name><mutable>False</mutable><input_type>select</input_type><default_value>yes</default_value>
  <values>yes\nno</values></attribute></attributes></label>
<label><name>leaf</name><color>#2233bb</color><type>polygon</type><attributes/></label>
<label><name>plant</name><color>#445566</color><type>skeleton</type><attributes/></label>
</labels></task></meta>"""
BOX = '<box label="bean" occluded="0" xtl="1.00" ytl="1.00" xbr="{0}.00" ybr="5.00" z_order="0">{1}</box>'
RIPE = '<attribute name="ripe">no</attribute>'
POLYGON = '<polygon label="leaf" occluded="1" points="1.00,1.00;6.00,1.00;6.00,6.50" z_order="2"/>'
MASK = '<mask label="bean" occluded="0" rle="1, 3" left="2" top="2" width="2" height="2" z_order="0"/>'
SKELETON = (
    '<skeleton label="plant" occluded="0" z_order="0">'
    '<points label="root" outside="0" occluded="0" points="1.00,2.00"/>'
    '<points label="tip" outside="0" occluded="1" points="4.00,5.00"/></skeleton>'
)
TAG = '<tag label="bean"/>'
SHAPES = [
    BOX.format(4, RIPE),
    BOX.format(5, "") + POLYGON,
    MASK,
    SKELETON,
    TAG,
    "",
]


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGE_DIR = tmp_path / "storage"
    settings.DATA_CACHE_DIR = tmp_path / "cache"
    settings.CVAT_HOSTS = []
    settings.CVAT_TIMEOUT_SECONDS = 5
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.005)


@pytest.fixture
def double() -> Iterator[CvatDouble]:
    with serving(CvatDouble()) as running:
        yield running


@pytest.fixture
def owner(db: None) -> User:
    return make_user("olga")


@pytest.fixture
def editor(db: None) -> User:
    return make_user("edda")


@pytest.fixture
def viewer(db: None) -> User:
    return make_user("victor")


@pytest.fixture
def outsider(db: None) -> User:
    return make_user("otto")


@pytest.fixture
def project(owner: User, editor: User, viewer: User) -> Project:
    return make_project("Beans", owner, editors=[editor], viewers=[viewer])


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def picture(number: int) -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (8, 8), (40 * number % 256, number % 256, 0)).save(file, "PNG")
    return file.getvalue()


def fill(dataset: Dataset, user: User, shapes: list[str]) -> Dataset:
    """Import one image per entry, named 00.png and so on, with these shapes."""
    found = import_services.import_create(dataset=dataset, user=user)
    images = "".join(
        f'<image id="{number}" name="{number:02}.png" width="8" height="8">{inside}</image>'
        for number, inside in enumerate(shapes)
    )
    files = {f"{number:02}.png": picture(number) for number in range(len(shapes))}
    files["annotations.xml"] = f"<annotations><version>1.1</version>{META}{images}</annotations>".encode()
    for name, content in files.items():
        upload = uploads.upload_create(dataset_import=found, name=name, size=len(content), user=user)
        uploads.upload_append(upload=upload, offset=0, source=io.BytesIO(content), size=len(content))
    import_services.import_start(dataset_import=found)
    import_perform(found.pk)
    found.refresh_from_db()
    assert found.state == "succeeded", found.report
    dataset.refresh_from_db()
    return dataset


@pytest.fixture
def dataset(project: Project, owner: User) -> Dataset:
    made = dataset_services.dataset_create(project=project, name="Leaves", user=owner)
    return fill(made, owner, SHAPES)


@pytest.fixture
def server(project: Project, owner: User, double: CvatDouble) -> CvatServer:
    return server_create(
        project=project,
        user=owner,
        name="The site's CVAT",
        address=double.address,
        sign_in=SignIn.PASSWORD,
        username=USER,
        secret=PASSWORD,
    )


@pytest.fixture
def token_server(project: Project, owner: User, double: CvatDouble) -> CvatServer:
    return server_create(
        project=project, user=owner, name="By token", address=double.address, sign_in=SignIn.TOKEN, secret=TOKEN
    )


Carry = Callable[[CvatTransfer], CvatTransfer]


def carry(transfer: CvatTransfer, *, most: int = 5) -> CvatTransfer:
    """Do a transfer as the worker does, tries after a fault included."""
    for _ in range(most):
        performing.transfer_perform(transfer.pk)
        transfer.refresh_from_db()
        if transfer.state not in {TransferState.QUEUED, TransferState.RUNNING}:
            break
    return transfer


@pytest.fixture
def linked(dataset: Dataset, server: CvatServer, editor: User) -> CvatLink:
    """The data set as a task in CVAT."""
    done = carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK, images_per_job=4))
    assert done.state == TransferState.SUCCEEDED, done.message
    return CvatLink.objects.select_related("dataset", "server").get(dataset=dataset)


def pulled(dataset: Dataset, user: User) -> CvatTransfer:
    """The annotations, pulled now."""
    return carry(pull_request(dataset=dataset, user=user))
