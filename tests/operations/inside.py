"""What tests do inside a platform of their own: ``python -m tests.operations.inside COMMAND…`` with its settings.

A command is a name, or ``name=argument``. The last line printed has their answers, as a JSON list.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
import time
import uuid
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import models  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from yard.accounts.models import User  # noqa: E402
from yard.core.models import Event  # noqa: E402

NOT_ASKED = {
    *("/api/v1/events/stream/", "/api/v1/executions/{execution_id}/log/stream/"),  # they do not end
    "/api/v1/platform/doctor/",  # speaks of the installation, not of what is in it
}
PASSWORD = "a long passphrase"

OF_PATHS = {
    "projects": "accounts.Project",
    "datasets": "datasets.Dataset",
    "imports": "datasets.Import",
    "uploads": "datasets.Upload",
    "templates": "blueprints.Blueprint",
    "template-versions": "blueprints.BlueprintVersion",
    "runs": "runs.Run",
    "executions": "executions.Execution",
    "models": "registry.Model",
    "model-versions": "registry.ModelVersion",
    "tokens": "accounts.ApiToken",
    "hosts": "executions.Host",
}


def prepare_and_seed() -> Any:
    """Tables, and one of everything in them."""
    from tests.api.seed import make_seed
    from yard.accounts.secrets import secret_set

    call_command("migrate", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        made = make_seed(Path(folder))
    secret_set(project=made.project, name="registry", kind="password", value="sesame", user=made.owner)
    User.objects.create_superuser("root", password=PASSWORD)
    return made.dataset.pk


def tables_of_an_older_release() -> Any:
    """Tables as its backup wants them, then as now: the models and tables that were there, and the models that work."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from yard.operations.backups import schema

    call_command("migrate", interactive=False, verbosity=0)
    graph = MigrationLoader(None, replace_migrations=False).graph
    applied = graph.forwards_plan(("runs", "0002_grants_of_a_run")) + graph.forwards_plan(("datasets", "0005_uploads"))
    applied = list(dict.fromkeys(applied))
    schema.need_known(applied)
    before = {model._meta.label for model in schema.rebuild(applied).get_models()}
    tables = connection.introspection.table_names()
    schema.upgrade()
    found = [model._meta.label for model in apps.get_models() if not list(model._base_manager.all()[:1])]
    return [sorted(before), tables, found]


def settle() -> Any:
    """What ran has ended, so that a restored platform has nothing to end."""
    from django.utils import timezone

    from yard.executions.models import Execution
    from yard.executions.states import ACTIVE, State

    active = Execution.objects.filter(state__in=ACTIVE)
    return active.update(state=State.SUCCEEDED, finished_at=timezone.now())


def real(folder: str) -> Any:
    """A real data set with annotations, and a version of it."""
    from tests.api.seed import _upload
    from yard.accounts.models import Project
    from yard.datasets import services
    from yard.datasets.imports import services as import_services
    from yard.datasets.imports.run import import_perform
    from yard.datasets.versions.create import version_create

    user = User.objects.get(username="olga")
    dataset = services.dataset_create(project=Project.objects.get(name__startswith="Beans"), name="real", user=user)
    found = import_services.import_create(dataset=dataset, user=user)
    source = Path(folder)
    for file in [*sorted((source / "images").iterdir()), source / "annotations.xml"]:
        _upload(found, file.name, file.read_bytes(), user)
    import_services.import_start(dataset_import=found)
    import_perform(found.pk)
    version_create(dataset=dataset, user=user)
    return dataset.images.count()


def fill(count: str) -> Any:
    """Many small objects."""
    from yard.storage.objects import object_put

    for number in range(int(count)):
        content = f"{number} ".encode() * 2000
        object_put(bucket="bucket-olga", key=f"models/77/{number}.bin", source=io.BytesIO(content), size=None)
    return count


def write(stop: str) -> Any:
    """Import, delete, overwrite and print until the file ``stop`` is there; makes ``<stop>.going`` when it began."""
    from tests.api.seed import _dataset
    from tests.runs.factories import make_project
    from yard.datasets.versions.create import version_create
    from yard.executions.logs import store
    from yard.executions.models import Attempt
    from yard.storage.objects import object_delete, object_put

    user = User.objects.get(username="olga")
    attempt = Attempt.objects.order_by("pk")[1]  # that of the run that is going
    rounds, until = 0, time.monotonic() + 120
    while not Path(stop).exists() and time.monotonic() < until:
        rounds += 1
        dataset = _dataset(make_project(f"Busy {uuid.uuid4()}", user), user)
        version_create(dataset=dataset, user=user)
        for number in range(20):
            object_put(
                bucket=user.bucket, key=f"models/88/{number}.bin", source=io.BytesIO(os.urandom(2000)), size=None
            )
        object_delete(bucket=user.bucket, key=f"models/88/{rounds % 20}.bin")
        store.append(attempt, b"one more line\n" * 100)
        Path(f"{stop}.going").touch()
    return rounds


def check() -> Any:
    """What does not hang together: objects that rows speak of and that are not there, holes in logs."""
    from yard.datasets.models import UploadChunk
    from yard.executions.models import Attempt
    from yard.storage.filesets import fileset_readers
    from yard.storage.models import FileSet, StoredObject
    from yard.storage.stores import get_store

    faults = []
    for row in StoredObject.objects.all():
        with get_store().read(row.bucket, row.key) as parts:
            if hashlib.sha256(b"".join(parts)).hexdigest() != row.digest:
                faults.append(f"changed: {row}")
    for fileset in FileSet.objects.all():
        for entry, opened in fileset_readers(fileset):
            with opened() as parts:
                if hashlib.sha256(b"".join(parts)).hexdigest() != entry.digest:
                    faults.append(f"changed in {fileset}: {entry.name}")
    for bucket, key in UploadChunk.objects.values_list("upload__dataset__bucket", "key"):
        if get_store().stat(bucket, key) is None:
            faults.append(f"lost chunk: {key}")
    for attempt in Attempt.objects.filter(log_key=""):
        end = 0
        for offset, data in attempt.chunks.order_by("offset").values_list("offset", "data"):
            faults += [f"hole in the log of {attempt} at {end}"] if offset != end else []
            end = offset + len(bytes(data))
        faults += [f"the log of {attempt} ends at {end}"] if end != attempt.log_bytes else []
    return faults


def unfinish() -> Any:
    """As if the restore had been killed right after the rows were in."""
    from yard.operations.models import Restoration

    return Restoration.objects.update(finished_at=None)


def spare(key: str) -> Any:
    """An object in somebody's bucket that no backup knows."""
    from yard.storage.objects import object_put

    object_put(bucket="bucket-olga", key=key, source=io.BytesIO(b"x"), size=1)
    return key


def ready() -> Any:
    """What ``/readyz`` says."""
    response = APIClient(SERVER_NAME="localhost").get("/readyz")
    return [response.status_code, json.loads(response.content)["problem"]]


def counts() -> Any:
    """How many there are of what people make."""
    from yard.accounts.models import Project
    from yard.storage.models import StoredObject

    return {"users": User.objects.count(), "projects": Project.objects.count(), "objects": StoredObject.objects.count()}


def answers() -> Any:
    """Status, and digest of the body, of every GET of the API for every object, as every user."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "openapi.json")
        call_command("spectacular", format="openapi-json", file=str(file))
        paths = [path for path, methods in json.loads(file.read_text())["paths"].items() if "get" in methods]
    found = {}
    for user in User.objects.order_by("pk"):
        client = APIClient(SERVER_NAME="localhost")
        client.force_authenticate(user)
        for path in paths:
            if path not in NOT_ASKED:
                for address in _addresses(path):
                    # The audit log grows by the downloads among these very questions.
                    asked = f"{address}?action=project.created" if address.endswith("/audit/") else address
                    found[f"{user} {asked}"] = _answer(client, asked)
    return found


def _addresses(path: str) -> Iterator[str]:
    """The path for every object of the platform."""
    known: list[dict[str, Any]] = [{}]
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        known = [{**values, name: value} for values in known for value in _values(name, path, values)]
    return (path.format(**values) for values in known)


def _values(name: str, path: str, known: dict[str, Any]) -> list[Any]:
    """Every value of a parameter of a path, those before it being known."""
    from yard.accounts.models import ApiToken, Membership, Project
    from yard.blueprints.models import Blueprint, BlueprintVersion
    from yard.cvat.models import CvatServer
    from yard.datasets.models import (
        Conversion,
        Dataset,
        DatasetVersion,
        Image,
        Import,
        Label,
        NameConflict,
        Pinning,
        Repair,
        Restore,
        Split,
        Upload,
    )
    from yard.executions.models import Execution
    from yard.registry.models import Model, ModelFile, ModelVersion
    from yard.runs.models import Run

    versions: type[models.Model] = ModelVersion if "/model-versions/" in path else BlueprintVersion
    rows: dict[str, tuple[type[models.Model], str, dict[str, str]]] = {
        "project_id": (Project, "pk", {}),
        "user_id": (Membership, "user_id", {"project_id": "project_id"}),
        "token_id": (ApiToken, "pk", {}),
        "dataset_id": (Dataset, "pk", {}),
        "image_id": (Image, "pk", {"dataset_id": "dataset_id"}),
        "number": (DatasetVersion, "number", {"dataset_id": "dataset_id"}),
        "split_id": (Split, "pk", {"dataset_id": "dataset_id"}),
        "label_id": (Label, "pk", {"dataset_id": "dataset_id"}),
        "restore_id": (Restore, "pk", {"dataset_id": "dataset_id"}),
        "pinning_id": (Pinning, "pk", {"dataset_id": "dataset_id"}),
        "repair_id": (Repair, "pk", {"dataset_id": "dataset_id"}),
        "conversion_id": (Conversion, "pk", {}),
        "conflict_id": (NameConflict, "pk", {}),
        "server_id": (CvatServer, "pk", {}),
        "import_id": (Import, "pk", {}),
        "upload_id": (Upload, "pk", {}),
        "execution_id": (Execution, "pk", {}),
        "run_id": (Run, "pk", {}),
        "template_id": (Blueprint, "pk", {}),
        "version_id": (versions, "pk", {}),
        "model_id": (Model, "pk", {}),
        "file_id": (ModelFile, "pk", {"version_id": "version_id"}),
    }
    if name == "index":
        return [0]
    model, field, within = rows[name]
    chosen = {column: known[parameter] for column, parameter in within.items() if parameter in known}
    return list(model._base_manager.filter(**chosen).order_by("pk").values_list(field, flat=True))


def _answer(client: APIClient, address: str) -> list[Any]:
    response = client.get(address)
    body = response.getvalue() if response.streaming else response.content
    if body.startswith(b"PK"):
        body = _listed(body)
    elif response.get("Content-Type", "").startswith("application/json"):  # PostgreSQL keeps no order of keys
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return [response.status_code, hashlib.sha256(body).hexdigest(), _excerpt(response, body)]


def _listed(body: bytes) -> bytes:
    """Names and contents: a ZIP also tells when it was made."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in sorted(archive.namelist())}
    return json.dumps(files).encode()


def _excerpt(response: Any, body: bytes) -> str:
    """So that a difference can be understood."""
    return body.decode()[:3000] if response.get("Content-Type", "").startswith("application/json") else ""


def last_ids() -> Any:
    """The id that a new row of each kind gets is higher than any that ever was."""
    from yard.accounts.models import Project
    from yard.datasets.models import Dataset

    owner = User.objects.get(username="olga")
    project = Project.objects.create(name="After the restore", created_by=owner)
    return [project.pk, Dataset.objects.create(project=project, name="one", created_by=owner, bucket="bucket-x").pk]


def secret() -> Any:
    """The stored secret, in clear."""
    from yard.accounts.models import Project
    from yard.accounts.secrets import secret_get

    return secret_get(project=Project.objects.get(name__startswith="Beans"), name="registry")


def states() -> Any:
    """State and reason of every execution, and how many events there are."""
    from yard.executions.models import Execution

    rows = Execution.objects.order_by("pk").values_list("state", "reason")
    return {"executions": [list(row) for row in rows], "events": Event.objects.count()}


COMMANDS: dict[str, Callable[..., Any]] = {
    command.__name__: command
    for command in (
        *(prepare_and_seed, tables_of_an_older_release, settle, real, fill, write),
        *(answers, check, counts, states, secret, last_ids, ready),
        *(unfinish, spare),
    )
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(
        json.dumps(
            [
                COMMANDS[name](*(argument for argument in [given] if argument))
                for name, _, given in [command.partition("=") for command in sys.argv[1:]]
            ]
        )
    )
