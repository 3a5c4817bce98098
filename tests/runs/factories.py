"""Rows for tests, made directly, so that these tests need no upload, build or box."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from shutil import copy2, copytree
from typing import Any

from django.utils import timezone

from yard.accounts.models import Membership, Project, Role, User
from yard.blueprints.models import Blueprint, BlueprintVersion, ImageBuild
from yard.datasets.models import Dataset, DatasetVersion
from yard.executions.kinds import Box
from yard.executions.logs import store
from yard.executions.models import Attempt, Execution
from yard.executions.services import Requested, execution_create
from yard.executions.states import State
from yard.runs.models import Run
from yard.storage.models import FileSet

_numbers = itertools.count(1)

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["epochs"],
    "properties": {
        "epochs": {"title": "Epochs", "type": "integer", "minimum": 1, "default": 3},
        "rate": {"title": "Learning rate", "type": "number", "default": 0.01},
    },
}
DIGEST = "0123456789abcdef" * 4


def make_user(name: str, **extra: Any) -> User:
    user = User(username=name, bucket=f"bucket-{name}", **extra)
    user.set_password("x")
    user.save()
    return user


def make_project(name: str, owner: User, *, editors: Sequence[User] = (), viewers: Sequence[User] = ()) -> Project:
    project = Project.objects.create(name=name, created_by=owner)
    roles = [
        (owner, Role.ADMIN),
        *((user, Role.EDITOR) for user in editors),
        *((user, Role.VIEWER) for user in viewers),
    ]
    for user, role in roles:
        Membership.objects.create(project=project, user=user, role=role)
    return project


def make_dataset_version(project: Project, name: str = "beans") -> DatasetVersion:
    dataset = Dataset.objects.create(
        project=project,
        name=name,
        bucket=project.created_by.bucket,
        created_by=project.created_by,
        image_count=8,
        annotated_count=8,
        shape_count=8,
    )
    digest = f"{next(_numbers):064x}"
    fileset = FileSet.objects.create(
        bucket=dataset.bucket, digest=digest, manifest_key=f"manifests/{digest}", file_count=9, total_bytes=900
    )
    return DatasetVersion.objects.create(
        dataset=dataset,
        number=1,
        fileset=fileset,
        image_count=8,
        annotated_count=8,
        shape_count=8,
        label_counts={"ripe": 5, "green": 3},
        kind_counts={"tag": 8},
    )


def make_template(project: Project | None = None, architecture: str = "Tiny", **fields: Any) -> BlueprintVersion:
    allow_network = fields.pop("allow_network", False)
    blueprint = Blueprint.objects.create(
        project=project,
        provider="Acme",
        category="Classification",
        architecture=architecture,
        allow_network=allow_network,
        granted_version=1,
    )
    values: dict[str, Any] = {
        "config_schema": SCHEMA,
        "presets": {"output-dir": "/train"},
        "model_filepath": "/train/model.pt",
        "score_name": "Acc.",
        "score_regexp": r"Accuracy (\d+\.\d+)",
        "metrics": {"loss": r"loss=(\S+)"},
        "context_bucket": "templates",
        "context_key": "templates/context.tar",
        "context_digest": DIGEST,
        "content_digest": DIGEST,
    }
    return BlueprintVersion.objects.create(blueprint=blueprint, number=1, **{**values, **fields})


def make_build(version: BlueprintVersion, state: State = State.SUCCEEDED, **fields: Any) -> ImageBuild:
    execution = Execution.objects.create(
        kind="build", title="build", state=state, state_changed_at=timezone.now(), reason=fields.pop("reason", "")
    )
    ready = {"reference": "yard/tiny:abc", "digest": "sha256:abc", "size_bytes": 7}
    return ImageBuild.objects.create(
        version=version,
        launcher="fake",
        tag="tiny:abc",
        execution=execution,
        **{"workdir": "/workspace", **(ready if state == State.SUCCEEDED else {}), **fields},
    )


def make_run(
    project: Project,
    *,
    user: User | None = None,
    version: DatasetVersion | None = None,
    template: BlueprintVersion | None = None,
    state: State = State.RUNNING,
    name: str = "first",
    **fields: Any,
) -> Run:
    """A run in a state, with one attempt."""
    dataset_version = version or DatasetVersion.objects.filter(dataset__project=project).first()
    execution = execution_create(
        project=project, kind="run", title=name, user=user or project.created_by, resources=Requested()
    )
    if state != State.QUEUED:
        set_state(execution, state)
    template = template or make_template(architecture=f"Tiny {next(_numbers)}")
    values: dict[str, Any] = {
        "config": {"epochs": 3, "rate": 0.01},
        "presets": template.presets,
        "score_name": template.score_name,
        "score_regexp": template.score_regexp,
    }
    dataset_version = dataset_version or make_dataset_version(project)
    return Run.objects.create(
        project=project,
        name=name,
        execution=execution,
        dataset=dataset_version.dataset,
        dataset_version=dataset_version,
        blueprint_version=template,
        **{**values, **fields},
    )


def set_state(execution: Execution, state: State) -> None:
    """Put an execution where a test wants it, past the table of states."""
    now = timezone.now()
    execution.state = state
    execution.started_at = now
    execution.finished_at = now if execution.is_final else None
    execution.save()


def attempt_of(run: Run) -> Attempt:
    return Attempt.objects.select_related("execution").get(execution=run.execution)


def printed(run: Run, text: str | bytes) -> Attempt:
    """What the run's attempt prints next; like the supervisor, without telling the kind."""
    attempt = attempt_of(run)
    store.append(attempt, text if isinstance(text, bytes) else text.encode())
    return attempt


class FolderBox(Box):
    """An ended box whose file system is a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, content: bytes = b"weights") -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def copy_out(self, path: str, destination: Path, **_: int | None) -> Path | None:
        source = self.root / path.lstrip("/")
        if not source.exists():
            return None
        target = destination / PurePosixPath(path).name
        copytree(source, target) if source.is_dir() else copy2(source, target)
        return target
