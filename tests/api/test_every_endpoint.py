"""Every operation the API describes, called by owner, viewer, outsider and a stranger."""

from __future__ import annotations

import re

import pytest
from rest_framework.test import APIClient

from tests.api.calls import BODIES, OPERATIONS, Operation, call
from tests.api.seed import CANARY, Seed

pytestmark = pytest.mark.django_db

STREAMS = {"/api/v1/events/stream/", "/api/v1/executions/{execution_id}/log/stream/"}
"""They do not end; tests/executions/test_streams.py follows them. Here only strangers and outsiders call."""

PUBLIC = {"auth_session_retrieve", "auth_sign_in_create", "auth_sign_out_create"}
"""What somebody who is not signed in needs to sign in."""

OWN = {
    "auth_password_create",
    "auth_sessions_destroy_others",
    "conversions_create",
    "datasets_convert_create",
    "projects_create",
    "tokens_create",
    "template_versions_validate_config_create",
}
"""Writes that change nothing of a project (the last only checks), so a viewer may do them."""


every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)

ALONE = {
    "conversions_retrieve",
    "conversions_destroy",
    "conversions_content_update",
    "conversions_result_retrieve",
    "tokens_destroy",
    "auth_sessions_destroy",
}
"""What belongs to one user; for others it is not there."""

FOR_EVERYBODY = {"datasets_convert_create"}
"""Its address names formats, not objects."""

NOT_FOR_VIEWERS = {"uploads_retrieve", "projects_audit_list", "datasets_saved_buckets_list"}
"""Reads that only help somebody who writes, or are for the project's admins."""

FOR_ADMINISTRATORS = {"platform_doctor_list", "templates_partial_update"}
"""What a project's owner may not do unless the platform's administrators trust her, and the platform's own health."""

CONFLICTS = {
    "projects_destroy",
    "datasets_destroy",
    "datasets_labels_destroy",
    "imports_start_create",
    "imports_answers_create",
    "datasets_imports_bucket_create",
    "cvat_servers_destroy",
    "datasets_cvat_cancel_create",
    "datasets_examine_cancel_create",
    "imports_cancel_create",
}
"""What the seed's state refuses even to its owner: things are still in use, an upload is not complete, an import asks
nothing, saved keys are for another server, nothing goes on."""


def test_every_body_belongs_to_an_operation() -> None:
    assert set(BODIES) <= {operation.name for operation in OPERATIONS}
    assert {
        operation.name for operation in OPERATIONS
    } >= PUBLIC | OWN | NOT_FOR_VIEWERS | FOR_ADMINISTRATORS | CONFLICTS


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
    if operation.name in FOR_EVERYBODY:
        assert status == 200, content
    elif operation.names_an_object or operation.name in {"datasets_create", "runs_create", "templates_upload_create"}:
        assert status == 404, content
    elif operation.name in FOR_ADMINISTRATORS:
        assert status == 403, content
    elif not operation.writes:
        assert status == 200
        assert CANARY.encode() not in content


@every_operation
def test_a_viewer_may_look_and_change_nothing(seed: Seed, operation: Operation) -> None:
    if operation.path in STREAMS:
        return
    status, content = call(seed, operation, seed.viewer)
    if operation.name in PUBLIC | OWN:
        assert status < 300, content
    elif operation.name in ALONE:
        assert status == 404, "these are their owner's alone"
    elif operation.name == "projects_members_destroy":
        assert status == 204, "everybody may leave"
    elif operation.writes or operation.name in NOT_FOR_VIEWERS | FOR_ADMINISTRATORS:
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
