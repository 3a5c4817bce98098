"""No address that somebody typed becomes a request of ours: there is no such field, and few modules speak to a network.

Whoever adds the first one (a webhook, an import by address) writes the guard with it, as docs/security.md says, and
changes this test so that every such field must go through that guard.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import URLField as ModelUrl
from rest_framework import serializers

from tests.security.test_every_address import patterns

PLATFORM = Path(__file__).resolve().parents[2] / "platform" / "yard"
CLIENTS = {"requests", "urllib", "urllib3", "httpx", "aiohttp", "http", "socket", "ftplib", "smtplib", "telnetlib"}
CLIENTS |= {"websockets", "paramiko", "minio", "docker", "pycurl"}
# Which modules may, and to what: a place that the operator's settings name, or one behind a guard of its own.
KNOWN = re.compile(
    # The S3 server; the engine and its boxes; this machine's own name; the way to the child that opens images.
    r"storage/minio\.py|executions/launchers/.*\.py|executions/leases\.py|operations/heartbeats\.py"
    r"|datasets/(decoder|image_child)\.py"
    # CVAT servers and buckets that people name; tests/cvat and tests/datasets say which addresses are refused.
    r"|cvat/(addresses|connection)\.py|datasets/remote\.py"
)


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    # Taking an address apart, and the names of statuses, are no network.
    return {name.partition(".")[0] for name in found if name not in {"urllib.parse", "http", "http.cookies"}}


MODULES = [path for path in sorted(PLATFORM.rglob("*.py")) if "migrations" not in path.parts]


def test_few_modules_speak_to_a_network() -> None:
    speaking = {path.relative_to(PLATFORM).as_posix() for path in MODULES if _imports(path) & CLIENTS}
    assert {name for name in speaking if not KNOWN.fullmatch(name)} == set()
    assert speaking, "the search finds those that do"


def test_no_model_keeps_an_address() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert [str(field) for field in fields if isinstance(field, ModelUrl)] == []


def _serializers() -> set[type[serializers.Serializer]]:  # type: ignore[type-arg]
    list(patterns())  # imports every view, and with it every serializer
    found: set[type[serializers.Serializer]] = set()  # type: ignore[type-arg]
    coming = [serializers.Serializer]
    while coming:
        coming += (new := [one for one in coming.pop().__subclasses__() if one not in found])
        found |= set(new)
    return {one for one in found if one.__module__.startswith("yard.")}


def test_no_form_of_the_api_takes_an_address() -> None:
    found = _serializers()
    assert len(found) > 40
    fields = [
        f"{one.__module__}.{one.__name__}.{name}"
        for one in found
        for name, field in one._declared_fields.items()
        if isinstance(field, serializers.URLField) and not field.read_only
    ]
    assert fields == []


@pytest.mark.parametrize("name", ["webhook", "callback", "url", "uri", "endpoint", "proxy", "mirror"])
def test_no_form_takes_one_under_another_type(name: str) -> None:
    fields = [
        f"{one.__name__}.{field_name}"
        for one in _serializers()
        for field_name, field in one._declared_fields.items()
        if name in field_name.split("_") and not field.read_only
    ]
    assert set(fields) <= {"BucketImportSerializer.url"}, "that one is guarded, see datasets/remote.py"
