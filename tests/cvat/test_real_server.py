"""One story, told to the double and to a real CVAT server.

A real one is named by ``TRAINYARD_TEST_CVAT_URL`` with ``TRAINYARD_TEST_CVAT_TOKEN``, or with
``TRAINYARD_TEST_CVAT_USER`` and ``TRAINYARD_TEST_CVAT_PASSWORD``. What the test makes there it removes again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cvat.conftest import carry, pulled
from tests.cvat.double import PASSWORD, USER, CvatDouble, serving
from yard.accounts.models import Project, User
from yard.cvat import waiting
from yard.cvat.models import CvatLink, RemoteKind, SignIn, TransferState
from yard.cvat.performing import access_to
from yard.cvat.services import link_create, link_delete, link_existing, server_create
from yard.datasets.models import Dataset


@dataclass(frozen=True)
class Place:
    """A CVAT server and how to sign in to it."""

    address: str
    sign_in: SignIn
    username: str
    secret: str
    is_real: bool = True


@pytest.fixture(params=["double", "real"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if request.param == "double":
        with serving(CvatDouble()) as double:
            yield Place(double.address, SignIn.PASSWORD, USER, PASSWORD, is_real=False)
        return
    address = os.environ.get("TRAINYARD_TEST_CVAT_URL", "")
    token = os.environ.get("TRAINYARD_TEST_CVAT_TOKEN", "")
    user, password = (os.environ.get(f"TRAINYARD_TEST_CVAT_{name}", "") for name in ("USER", "PASSWORD"))
    if not address or not (token or (user and password)):
        pytest.skip("no real CVAT server: TRAINYARD_TEST_CVAT_URL and _TOKEN (or _USER and _PASSWORD) name one")
    monkeypatch.setattr(waiting, "POLL_SECONDS", 1.0)
    yield Place(address, SignIn.TOKEN if token else SignIn.PASSWORD, user, token or password)


@pytest.mark.parametrize("kind", list(RemoteKind))
def test_a_data_set_goes_to_cvat_and_comes_back(
    place: Place, kind: RemoteKind, project: Project, dataset: Dataset, owner: User, settings: Any
) -> None:
    settings.CVAT_TIMEOUT_SECONDS = 30
    server = server_create(
        project=project,
        user=owner,
        name="CVAT",
        address=place.address,
        sign_in=place.sign_in,
        username=place.username,
        secret=place.secret,
    )
    assert server.version
    done = carry(
        link_create(dataset=dataset, server=server, user=owner, kind=kind, name="Trainyard's test", images_per_job=4)
    )
    link = CvatLink.objects.get()
    try:
        assert done.state == TransferState.SUCCEEDED, done.message
        assert done.report["matched"] == 6
        assert len(set(link.frames.values_list("job_id", flat=True))) == 2
        first = pulled(dataset, owner)
        assert first.state == TransferState.SUCCEEDED, first.message
        assert (first.report["changed"], first.report["unchanged"]) == (0, 6)
        remote_id = link.remote_id
        assert remote_id is not None
        link_delete(link=link, user=owner)
        linked = carry(link_existing(dataset=dataset, server=server, user=owner, kind=kind, remote_id=remote_id))
        assert linked.state == TransferState.SUCCEEDED, linked.message
        assert CvatLink.objects.get().name == "Trainyard's test"
    finally:
        if link.remote_id is not None and place.is_real:
            _remove(access_to(server), kind, link.remote_id)


def _remove(access: Any, kind: RemoteKind, remote_id: int) -> None:
    from yard.cvat.remote import connected

    with connected(access) as remote:
        client = remote._client
        (client.projects if kind == RemoteKind.PROJECT else client.tasks).retrieve(remote_id).remove()
