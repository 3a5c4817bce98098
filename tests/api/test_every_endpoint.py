"""Every operation the API describes, called by owner, viewer, outsider and a stranger."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.conftest import openapi
from tests.api.seed import PASSWORD, Seed
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import User

pytestmark = pytest.mark.django_db

STREAMS = {"/api/v1/events/stream/", "/api/v1/executions/{execution_id}/log/stream/"}
"""They do not end; tests/executions/test_streams.py follows them. Here only strangers and outsiders call."""

PUBLIC = {"auth_session_retrieve", "auth_sign_in_create", "auth_sign_out_create"}
"""What somebody who is not signed in needs to sign in."""

OWN = {"auth_password_create", "projects_create", "tokens_create", "template_versions_validate_config_create"}
"""Writes that change nothing of a project (the last only checks), so a viewer may do them."""


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    method: str
    path: str
    name: str

    @property
    def writes(self) -> bool:
        return self.method != "get"

    @property
    def names_an_object(self) -> bool:
        return "{" in self.path


OPERATIONS = [
    Operation(method, path, operation["operationId"])
    for path, methods in openapi()["paths"].items()
    for method, operation in methods.items()
]
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)

Body = Callable[[Seed], dict[str, Any]]
FILE_NAME = base64.b64encode(b"a.png").decode()
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


def _template_zip(seed: Seed) -> dict[str, Any]:
    archive = tiny_template(train="print(1)\n")
    archive.name = "tiny.zip"
    return {"data": {"project": seed.project.pk, "template_zip": archive}, "format": "multipart"}


def _chunk(content: bytes, **headers: str) -> dict[str, Any]:
    return {"data": content, "content_type": "application/offset+octet-stream", **TUS, **headers}


def _json(**data: Any) -> dict[str, Any]:
    return {"data": data, "format": "json"}


BODIES: dict[str, Body] = {
    "auth_password_create": lambda _: _json(old_password=PASSWORD, new_password="another long passphrase"),
    "auth_sign_in_create": lambda _: _json(username="olga", password=PASSWORD),
    "datasets_create": lambda seed: _json(project=seed.project.pk, name="new"),
    "datasets_partial_update": lambda _: _json(description="new"),
    "imports_uploads_create": lambda _: _chunk(
        b"",
        CONTENT_LENGTH="0",
        HTTP_UPLOAD_LENGTH="3",
        HTTP_UPLOAD_METADATA=f"filename {base64.b64encode(b'a.png').decode()}",
    ),
    "uploads_partial_update": lambda _: _chunk(b"abc", HTTP_UPLOAD_OFFSET="0"),
    "models_update": lambda _: _json(description="new"),
    "projects_create": lambda _: _json(name="new"),
    "projects_partial_update": lambda _: _json(description="new"),
    "projects_members_create": lambda _: _json(username="otto", role="viewer"),
    "projects_members_partial_update": lambda _: _json(role="editor"),
    "runs_create": lambda seed: _json(
        project=seed.project.pk, dataset=seed.dataset.pk, template_version=seed.template.pk, config={"epochs": 3}
    ),
    "runs_update": lambda _: _json(name="new"),
    "runs_score": lambda _: _json(score_regexp=r"Accuracy (\d+\.\d+)"),
    "template_versions_validate_config_create": lambda _: _json(config={"epochs": 3}),
    "templates_partial_update": lambda _: _json(allow_network=False),
    "templates_upload_create": _template_zip,
    "tokens_create": lambda _: _json(name="new"),
}

FOR_EDITORS = {"uploads_retrieve"}
"""Reads that only help somebody who writes."""

FOR_ADMINISTRATORS = {"platform_doctor_list", "templates_partial_update"}
"""What a project's owner may not do unless the platform's administrators trust her, and the platform's own health."""

CONFLICTS = {"projects_destroy", "datasets_destroy", "imports_start_create"}
"""What the seed's state refuses even to its owner: things are still in use, an upload is not complete."""


def call(seed: Seed, operation: Operation, user: User | None) -> tuple[int, bytes]:
    """Status and body of the answer."""
    client = APIClient(raise_request_exception=True)
    if user is not None:
        client.force_authenticate(user)
    address = operation.path
    for name, value in seed.path_parameters(operation.path).items():
        address = address.replace(f"{{{name}}}", value)
    assert "{" not in address, "the seed has no such thing yet: add it there"
    body = BODIES[operation.name](seed) if operation.name in BODIES else {}
    response = getattr(client, operation.method)(address, **body)
    # Reading a download to its end also closes the response, as a server would.
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


def test_every_body_belongs_to_an_operation() -> None:
    assert set(BODIES) <= {operation.name for operation in OPERATIONS}
    assert {operation.name for operation in OPERATIONS} >= PUBLIC | OWN | FOR_EDITORS | FOR_ADMINISTRATORS | CONFLICTS


@pytest.mark.parametrize(
    "operation", [found for found in OPERATIONS if "_id}" in found.path], ids=lambda each: each.name
)
def test_a_number_that_is_no_id_is_not_found(seed: Seed, operation: Operation) -> None:
    if "upload_id" in operation.path:
        return  # not a number
    client = APIClient()
    client.force_authenticate(seed.owner)
    address = re.sub(r"\{\w+\}", str(1 << 70), operation.path)
    body = BODIES[operation.name](seed) if operation.name in BODIES else {}
    assert getattr(client, operation.method)(address, **body).status_code == 404


@every_operation
def test_a_stranger_is_told_to_sign_in(seed: Seed, operation: Operation) -> None:
    status, content = call(seed, operation, None)
    if operation.name in PUBLIC:
        assert status < 300
    else:
        assert status in {401, 403}, content


@every_operation
def test_an_outsider_finds_nothing_of_the_project(seed: Seed, operation: Operation) -> None:
    if operation.path == "/api/v1/events/stream/":
        return  # nothing of it names an object; test_streams.py shows that it tells an outsider nothing
    status, content = call(seed, operation, seed.outsider)
    if operation.names_an_object or operation.name in {"datasets_create", "runs_create", "templates_upload_create"}:
        assert status == 404, content
    elif operation.name in FOR_ADMINISTRATORS:
        assert status == 403, content
    elif not operation.writes:
        assert status == 200
        for secret in (b"Beans", b"dots", b"a script", b"going", b"Dots"):
            assert secret not in content


@every_operation
def test_a_viewer_may_look_and_change_nothing(seed: Seed, operation: Operation) -> None:
    if operation.path in STREAMS:
        return
    status, content = call(seed, operation, seed.viewer)
    if operation.name in PUBLIC | OWN:
        assert status < 300, content
    elif operation.name == "tokens_destroy":
        assert status == 404, "tokens are their owner's alone"
    elif operation.name == "projects_members_destroy":
        assert status == 204, "everybody may leave"
    elif operation.writes or operation.name in FOR_EDITORS | FOR_ADMINISTRATORS:
        assert status == 403, content
    else:
        assert status == 200, content


@every_operation
def test_the_owner_may_do_all(seed: Seed, operation: Operation) -> None:
    if operation.path in STREAMS:
        return
    status, content = call(seed, operation, seed.owner)
    if operation.name in CONFLICTS:
        assert status == 409, content
    elif operation.name in FOR_ADMINISTRATORS:
        assert status == 403, content
    else:
        assert 200 <= status < 300, content
