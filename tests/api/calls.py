"""Every operation that the API describes, and a body with which each of them goes well."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.api.conftest import openapi
from tests.api.seed import PASSWORD, Seed, coco
from tests.cvat.double import PASSWORD as CVAT_PASSWORD
from tests.cvat.double import USER as CVAT_USER
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import User


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


DESCRIPTION = openapi()
OPERATIONS = [
    Operation(method, path, operation["operationId"])
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]
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
    "conversions_create": lambda _: _json(name="a.json", target="cvat"),
    "conversions_content_update": lambda _: {"data": coco(), "content_type": "application/octet-stream"},
    "datasets_convert_create": lambda _: {
        "data": {"label_file": SimpleUploadedFile("a.json", coco())},
        "format": "multipart",
    },
    "datasets_imports_create": lambda _: _json(on_conflict="rename"),
    "datasets_versions_create": lambda _: _json(note="new"),
    "datasets_repairs_undo_create": lambda _: _json(force=True),
    "datasets_create": lambda seed: _json(project=seed.project.pk, name="new"),
    "datasets_examine_create": lambda _: _json(options={"few_examples": 5}),
    "datasets_findings_intended_create": lambda _: _json(code="class.rare"),
    "datasets_versions_partial_update": lambda _: _json(note="new"),
    "datasets_versions_compare_images_list": lambda _: {"data": {"change": "added"}},
    "datasets_partial_update": lambda _: _json(description="new"),
    "datasets_images_annotations_update": lambda _: _json(revision=1, shapes=[{"kind": "tag", "label": "new"}]),
    "datasets_images_delete_create": lambda seed: _json(ids=list(seed.dataset.images.values_list("pk", flat=True)[:1])),
    "datasets_images_part_create": lambda seed: _json(filter="", count=seed.dataset.images.count(), part="test"),
    "datasets_images_tag_create": lambda seed: _json(filter="", count=seed.dataset.images.count(), label="new"),
    "datasets_labels_create": lambda _: _json(name="new"),
    "datasets_labels_partial_update": lambda _: _json(color="#112233"),
    "datasets_splits_create": lambda _: _json(name="new", method="random"),
    "datasets_splits_extend_create": lambda _: _json(revision=0),
    "datasets_splits_leaks_create": lambda _: _json(revision=0),
    "datasets_splits_preview_create": lambda _: _json(method="stratified"),
    "datasets_splits_partial_update": lambda _: _json(name="new"),
    "datasets_splits_members_create": lambda _: _json(filters={"search": "0"}, part="test"),
    "datasets_splits_lists_update": lambda _: _json(lists={"train": [0], "test": [1]}),
    "datasets_repairs_create": lambda _: _json(finding="class.rare", repair="remove_class"),
    "datasets_repairs_preview_create": lambda _: _json(finding="class.rare", repair="remove_class"),
    "cvat_servers_partial_update": lambda _: _json(name="new"),
    "datasets_cvat_create_create": lambda seed: _json(server=seed.cvat.pk),
    "datasets_cvat_link_create": lambda seed: _json(server=seed.cvat.pk, remote_id=1),
    "datasets_imports_bucket_create": lambda _: _json(url="https://elsewhere.example.org/photos/", saved="ours"),
    "datasets_saved_buckets_destroy": lambda _: {"QUERY_STRING": "name=ours"},
    "imports_answers_create": lambda _: _json(rest="keep"),
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
    "projects_cvat_servers_create": lambda seed: _json(
        name="new", address=seed.cvat.address, username=CVAT_USER, secret=CVAT_PASSWORD
    ),
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


def address_of(seed: Seed, operation: Operation) -> str:
    """The operation's address with the ids of the project's things."""
    address = operation.path
    for name, value in seed.path_parameters(operation.path).items():
        address = address.replace(f"{{{name}}}", value)
    assert "{" not in address, "the seed has no such thing yet: add it there"
    return address


def call(seed: Seed, operation: Operation, user: User | None) -> tuple[int, bytes]:
    """Status and body of the answer."""
    client = APIClient(raise_request_exception=True)
    if user is not None:
        client.force_authenticate(user)
    address = address_of(seed, operation)
    body = BODIES[operation.name](seed) if operation.name in BODIES else {}
    response = getattr(client, operation.method)(address, **body)
    # Reading a download to its end also closes the response, as a server would.
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content
