"""Generated from the API's description: whatever changes something leaves an audit entry that names who did it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q
from rest_framework.test import APIClient

from tests.api.conftest import seed as seed  # noqa: PLC0414 - a fixture
from tests.api.seed import PASSWORD, Seed
from tests.api.test_every_endpoint import BODIES, CONFLICTS, FOR_ADMINISTRATORS, OPERATIONS, STREAMS, Operation
from yard.core.models import AuditEntry

pytestmark = pytest.mark.django_db

NOT_WRITTEN_DOWN = {
    "template_versions_validate_config_create": "changes nothing",
    "auth_sessions_destroy_others": "there is no other session here; tests/accounts/test_sessions.py has some",
    "datasets_splits_preview_create": "changes nothing",
    "datasets_repairs_preview_create": "changes nothing",
    "datasets_examine_create": "looks, and changes nothing",
    "datasets_convert_create": "changes nothing",
    "conversions_create": "a person's own file, gone after a day",
    "conversions_content_update": "a person's own file, gone after a day",
    "conversions_destroy": "a person's own file, gone after a day",
    "cvat_servers_test_create": "asks the server; that its secret was used is written down",
    "datasets_unarchive_create": "here it is not archived",
    "datasets_versions_unarchive_create": "here it is not archived",
    "datasets_comparing_create": "computes what follows from the images",
    "datasets_imports_create": "an empty shell until it is started",
    "imports_destroy": "an import that has not been started",
    "datasets_versions_create": "here nothing has changed since the newest version, so none is made",
    "imports_uploads_create": "a part of an import",
    "uploads_partial_update": "a part of an import",
    "uploads_destroy": "a part of an import",
    "runs_score": "a figure that is read from the log anew; the log and the pattern stay",
}

DOWNLOADS = {"datasets_download_retrieve", "datasets_versions_download_retrieve", "model_files_content"}
DOWNLOADS |= {"model_versions_download", "datasets_export_retrieve", "datasets_versions_export_retrieve"}
DOWNLOADS |= {f"datasets_versions_{what}_retrieve" for what in ("annotations", "manifest", "records")}


def call(seed: Seed, operation: Operation) -> Any:
    """As the owner, through the whole of the platform."""
    client = APIClient()
    if operation.name != "auth_sign_in_create":
        client.force_login(seed.owner)
    address = operation.path
    for name, value in seed.path_parameters(operation.path).items():
        address = address.replace(f"{{{name}}}", value)
    body = BODIES[operation.name](seed) if operation.name in BODIES else {}
    return getattr(client, operation.method)(address, **body)


WRITES = [one for one in OPERATIONS if one.writes and one.name not in {*NOT_WRITTEN_DOWN, *CONFLICTS}]
WRITES = [one for one in WRITES if one.name not in FOR_ADMINISTRATORS]


@pytest.mark.parametrize("operation", WRITES, ids=lambda found: found.name)
def test_what_changes_something_is_written_down(seed: Seed, operation: Operation) -> None:
    before = AuditEntry.objects.count()
    response = call(seed, operation)
    assert response.status_code < 300, response.content
    written = list(AuditEntry.objects.order_by("-pk")[: AuditEntry.objects.count() - before])
    assert written, f"{operation.name} changes something and says nothing to yard.core.audit"
    assert {entry.actor_name for entry in written} <= {"olga", ""}
    assert "olga" in {entry.actor_name for entry in written} | {entry.object_name for entry in written}
    for entry in written:
        assert entry.request_id == response["X-Request-ID"]
        assert entry.address == "127.0.0.1"
        assert PASSWORD not in str(entry.details)


@pytest.mark.parametrize("name", sorted(DOWNLOADS))
def test_what_is_taken_out_is_written_down_once(seed: Seed, name: str) -> None:
    operation = next(one for one in OPERATIONS if one.name == name)
    response = call(seed, operation)
    b"".join(response.streaming_content)
    taken_out = AuditEntry.objects.filter(Q(action__endswith=".downloaded") | Q(action__endswith=".exported"))
    entry = taken_out.get()
    assert (entry.actor_name, entry.project_id) == ("olga", seed.project.pk)
    client = APIClient()
    client.force_login(seed.owner)
    client.head(response.wsgi_request.path)
    later = client.get(response.wsgi_request.path, headers={"Range": "bytes=3-"})
    b"".join(later.streaming_content)
    assert taken_out.count() == 1


def test_reading_is_not_written_down(seed: Seed) -> None:
    before = AuditEntry.objects.count()
    for operation in OPERATIONS:
        if not operation.writes and operation.name not in DOWNLOADS and operation.path not in STREAMS:
            response = call(seed, operation)
            b"".join(response.streaming_content if response.streaming else [])
    assert AuditEntry.objects.count() == before


def test_the_exceptions_exist() -> None:
    assert set(NOT_WRITTEN_DOWN) - {one.name for one in OPERATIONS} == set()
