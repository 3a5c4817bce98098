"""One project with one of everything, made through the services, and the people around it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.runs.factories import attempt_of, make_project, make_run, make_user, printed
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import ApiToken, Project, Session, User
from yard.accounts.secrets import secret_set
from yard.accounts.tokens import token_create
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.services import template_upload
from yard.core.events import emit
from yard.datasets import services as dataset_services
from yard.datasets import uploads
from yard.datasets.imports.buckets import KIND_SAVED
from yard.datasets.imports.run import import_perform
from yard.datasets.models import Dataset, DatasetVersion, Import, NameConflict, Upload
from yard.datasets.thumbnails import thumbnail_key
from yard.datasets.versions.create import version_create
from yard.executions.hosts import host_register
from yard.executions.launchers.base import GpuFacts, HostFacts
from yard.executions.logs import store
from yard.executions.states import State
from yard.registry.models import FileRole, ModelVersion
from yard.registry.services import NewFile, model_version_create
from yard.runs.metrics import log_read
from yard.runs.models import Run, RunOutput

PASSWORD = "a long passphrase"
CANARY = "Kq7Kanarie"
"""Stands in the name, text or content of everything the project has: nobody outside may ever read it."""
LOG = f"{CANARY}\n" + "".join(f"epoch {step}/3 loss={1 / step:.3f}\n" for step in (1, 2, 3)) + "Accuracy 0.875\n"


@dataclass
class Seed:
    """Olga owns the project, Edda may write, Victor may look, Otto is an outsider with a project of his own."""

    owner: User
    editor: User
    viewer: User
    outsider: User
    project: Project
    elsewhere: Project
    dataset: Dataset
    version: DatasetVersion
    open_import: Import
    open_upload: Upload
    template: BlueprintVersion
    run: Run
    going: Run
    model: ModelVersion
    token: ApiToken
    session: Session

    def path_parameters(self, path: str) -> dict[str, str]:
        """The ids that make ``path`` an address of the project's things."""
        version = self.model.pk if "/model-versions/" in path else self.template.pk
        execution = self.going.execution_id if path.endswith("/stop/") else self.run.execution_id
        known = {
            "project_id": self.project.pk,
            "user_id": self.viewer.pk,
            "token_id": self.token.pk,
            "session_id": self.session.pk,
            "dataset_id": self.dataset.pk,
            "image_id": self.dataset.images.order_by("pk").values_list("pk", flat=True)[0],
            "number": self.version.number,
            "import_id": self.open_import.pk,
            "upload_id": self.open_upload.pk,
            "conflict_id": self.open_import.conflicts.values_list("pk", flat=True)[0],
            "execution_id": execution,
            "run_id": self.going.pk if path.endswith("/stop/") else self.run.pk,
            "template_id": self.template.blueprint_id,
            "version_id": version,
            "model_id": self.model.model_id,
            "file_id": self.model.files.order_by("pk").values_list("pk", flat=True)[0],
        }
        return {name: str(value) for name, value in known.items() if f"{{{name}}}" in path}


def make_seed(folder: Path) -> Seed:
    """Rows and objects; needs a database and a folder for objects of its own."""
    owner, editor, viewer, outsider = (make_user(name) for name in ("olga", "edda", "victor", "otto"))
    for user in (owner, editor, viewer, outsider):
        user.set_password(PASSWORD)
        user.save()
    project = make_project(f"Beans {CANARY}", owner, editors=[editor], viewers=[viewer])
    project.description = CANARY
    project.save()
    elsewhere = make_project("Elsewhere", outsider)
    dataset = _dataset(project, owner)
    open_import = dataset_services.import_create(dataset=dataset, user=owner)
    _conflict(open_import)
    keys = f'{{"endpoint": "store.example.org", "secure": true, "access_key": "a", "secret_key": "{CANARY}"}}'
    secret_set(project=project, name="S3: ours", kind=KIND_SAVED, value=keys, user=owner)
    template = template_upload(user=owner, project=project, file=tiny_template(), filename="tiny.zip").version
    Blueprint.objects.filter(pk=template.blueprint_id).update(provider=CANARY, architecture=f"Tiny {CANARY}")
    BlueprintVersion.objects.filter(pk=template.pk).update(readme=CANARY)
    template = BlueprintVersion.objects.select_related("blueprint").get(pk=template.pk)
    version = version_create(dataset=dataset, user=owner)
    run = _ended_run(project, version, template)
    facts = HostFacts("node", 8, 32 << 30, [GpuFacts("GPU-a", 0, "A card", 8 << 30)], "1")
    host_register(facts=facts, launcher="fake", reason="a test")
    emit(
        kind="trial",
        object_type="project",
        object_id=project.pk,
        project_id=project.pk,
        payload={"name": CANARY},
    )
    return Seed(
        owner,
        editor,
        viewer,
        outsider,
        project,
        elsewhere,
        dataset,
        version,
        open_import,
        uploads.upload_create(dataset_import=open_import, name=f"{CANARY}.png", size=100, user=owner),
        template,
        run,
        make_run(project, version=version, template=template, state=State.RUNNING, name=f"going {CANARY}"),
        _model(run, owner, folder),
        token_create(user=owner, name=f"a script {CANARY}", expires_at=timezone.now() + timedelta(days=1))[0],
        _session(owner),
    )


def _conflict(found: Import) -> None:
    """A file about which the import asks, with a picture of its own."""
    image = found.dataset.images.earliest("pk")
    NameConflict.objects.create(
        dataset_import=found, image=image, position=0, path=f"{CANARY}/0.png", name=image.name, digest=image.digest,
        size=1, width=8, height=8,
    )  # fmt: skip
    thumbnail_key(image, found.dataset.bucket)


def _session(user: User) -> Session:
    Client().force_login(user)
    return Session.objects.get(user=user)


def _dataset(project: Project, user: User) -> Dataset:
    dataset = dataset_services.dataset_create(project=project, name=f"dots {CANARY}", description=CANARY, user=user)
    found = dataset_services.import_create(dataset=dataset, user=user)
    shapes = ""
    for number in range(3):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(picture, "PNG")
        _upload(found, f"{number}.png", picture.getvalue(), user)
        shapes += f'<image id="{number}" name="{number}.png" width="8" height="8"><tag label="{CANARY}"></tag></image>'
    meta = f"<meta><task><labels><label><name>{CANARY}</name><attributes/></label></labels></task></meta>"
    xml = f"<annotations><version>1.1</version>{meta}{shapes}</annotations>"
    _upload(found, "annotations.xml", xml.encode(), user)
    dataset_services.import_start(dataset_import=found)
    import_perform(found.pk)
    dataset.refresh_from_db()
    return dataset


def _upload(found: Import, name: str, content: bytes, user: User) -> None:
    upload = uploads.upload_create(dataset_import=found, name=name, size=len(content), user=user)
    uploads.upload_append(upload=upload, offset=0, source=io.BytesIO(content), size=len(content))


def _ended_run(project: Project, version: DatasetVersion, template: BlueprintVersion) -> Run:
    run = make_run(
        project, version=version, template=template, state=State.SUCCEEDED, score=0.875, name=f"first {CANARY}"
    )
    attempt = printed(run, LOG)
    log_read(attempt=attempt)
    store.finish(attempt)
    return run


def _model(run: Run, user: User, folder: Path) -> ModelVersion:
    weights = folder / "model.pt"
    weights.write_bytes(CANARY.encode())
    version = model_version_create(
        project=run.project,
        model_name=f"Dots {CANARY}",
        origin=None,
        user=user,
        bucket=user.bucket,
        files=[NewFile("model.pt", weights, FileRole.NATIVE)],
    )
    RunOutput.objects.create(run=run, attempt=attempt_of(run), model_version=version)
    return version
