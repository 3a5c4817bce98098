"""What tests do inside a platform of their own: ``python -m tests.operations.inside COMMAND`` with its settings.

The last line printed is the answer, as JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import warnings
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

STREAMS = {"/api/v1/events/stream/", "/api/v1/executions/{execution_id}/log/stream/"}
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


def prepare() -> Any:
    """A first start, without the bundled templates (each takes a while, and one more says no more)."""
    call_command("migrate", interactive=False, verbosity=0)
    return "prepared"


def seed() -> Any:
    """One of everything."""
    from tests.api.seed import make_seed
    from yard.accounts.secrets import secret_set

    with tempfile.TemporaryDirectory() as folder:
        made = make_seed(Path(folder))
    secret_set(project=made.project, name="registry", kind="password", value="sesame", user=made.owner)
    User.objects.create_superuser("root", password=PASSWORD)
    return made.dataset.pk


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
            if path not in STREAMS:
                for address in _addresses(path):
                    found[f"{user} {address}"] = _answer(client, address)
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
    from yard.datasets.models import Dataset, DatasetVersion, Image, Import, Upload
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
        "import_id": (Import, "pk", {}),
        "upload_id": (Upload, "pk", {}),
        "execution_id": (Execution, "pk", {}),
        "run_id": (Run, "pk", {}),
        "template_id": (Blueprint, "pk", {}),
        "version_id": (versions, "pk", {}),
        "model_id": (Model, "pk", {}),
        "file_id": (ModelFile, "pk", {"version_id": "version_id"}),
    }
    model, field, within = rows[name]
    chosen = {column: known[parameter] for column, parameter in within.items() if parameter in known}
    return list(model._base_manager.filter(**chosen).order_by("pk").values_list(field, flat=True))


def _answer(client: APIClient, address: str) -> list[Any]:
    response = client.get(address)
    body = response.getvalue() if response.streaming else response.content
    return [response.status_code, hashlib.sha256(body).hexdigest(), _excerpt(response, body)]


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

    return secret_get(project=Project.objects.get(name="Beans"), name="registry")


def states() -> Any:
    """State and reason of every execution, and how many events there are."""
    from yard.executions.models import Execution

    rows = Execution.objects.order_by("pk").values_list("state", "reason")
    return {"executions": [list(row) for row in rows], "events": Event.objects.count()}


COMMANDS: dict[str, Callable[..., Any]] = {
    command.__name__: command for command in (prepare, seed, answers, last_ids, secret, states)
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
