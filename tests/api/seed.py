"""One project with one of everything, made through the services, and the people around it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.cvat.double import PASSWORD as CVAT_PASSWORD
from tests.cvat.double import USER as CVAT_USER
from tests.cvat.double import running
from tests.runs.factories import attempt_of, make_project, make_run, make_user, printed
from tests.runs.tiny_template import tiny_template
from yard.accounts.models import ApiToken, Project, Session, User
from yard.accounts.secrets import secret_set
from yard.accounts.tokens import token_create
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.blueprints.services import template_upload
from yard.core.events import emit
from yard.cvat.models import CvatLink, CvatServer, RemoteKind
from yard.datasets import services as dataset_services
from yard.datasets import uploads
from yard.datasets.conversions import services as conversions
from yard.datasets.doctor.examine import examination_perform
from yard.datasets.doctor.requests import examination_request
from yard.datasets.imports import services as import_services
from yard.datasets.imports.bucket_keys import KIND_SAVED
from yard.datasets.imports.run import import_perform
from yard.datasets.models import (
    Conversion,
    Dataset,
    DatasetVersion,
    Import,
    NameConflict,
    Pinning,
    Repair,
    Restore,
    Split,
    SplitMethod,
    Upload,
    WorkState,
)
from yard.datasets.splits.services import split_create_from
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
from yard.storage import keys
from yard.storage.filesets import fileset_create, fileset_entries

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
    split: Split
    version: DatasetVersion
    unused: DatasetVersion
    restore: Restore
    pinning: Pinning
    open_import: Import
    open_upload: Upload
    conversion: Conversion
    waiting_conversion: Conversion
    template: BlueprintVersion
    run: Run
    going: Run
    model: ModelVersion
    repair: Repair
    token: ApiToken
    session: Session
    linked: Dataset
    cvat: CvatServer

    def _version_number(self, path: str) -> int:
        """A version that no run names is there to be deleted."""
        return self.unused.number if path.endswith("/versions/{number}/") else self.version.number

    def path_parameters(self, path: str) -> dict[str, str]:
        """The ids that make ``path`` an address of the project's things."""
        version = self.model.pk if "/model-versions/" in path else self.template.pk
        execution = self.going.execution_id if path.endswith("/stop/") else self.run.execution_id
        known = {
            "project_id": self.project.pk,
            "user_id": self.viewer.pk,
            "token_id": self.token.pk,
            "session_id": self.session.pk,
            "dataset_id": self.linked.pk if "/cvat/" in path and not self._unlinked(path) else self.dataset.pk,
            "server_id": self.cvat.pk,
            "image_id": self.dataset.images.order_by("pk").values_list("pk", flat=True)[0],
            "label_id": self.dataset.labels.order_by("pk").values_list("pk", flat=True)[0],
            "split_id": self.split.pk,
            "number": self._version_number(path),
            "index": 0,
            "restore_id": self.restore.pk,
            "pinning_id": self.pinning.pk,
            "import_id": self.open_import.pk,
            "upload_id": self.open_upload.pk,
            "conversion_id": (self.waiting_conversion if path.endswith("/content/") else self.conversion).pk,
            "source": "coco",
            "target": "cvat",
            "conflict_id": self.open_import.conflicts.values_list("pk", flat=True)[0],
            "execution_id": execution,
            "run_id": self.going.pk if path.endswith("/stop/") else self.run.pk,
            "template_id": self.template.blueprint_id,
            "version_id": version,
            "model_id": self.model.model_id,
            "repair_id": self.repair.pk,
            "file_id": self.model.files.order_by("pk").values_list("pk", flat=True)[0],
        }
        return {name: str(value) for name, value in known.items() if f"{{{name}}}" in path}

    @staticmethod
    def _unlinked(path: str) -> bool:
        """Whether the operation is one for a data set that is not linked to CVAT."""
        return path.endswith(("/create/", "/link/"))


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
    open_import = import_services.import_create(dataset=dataset, user=owner)
    _conflict(open_import)
    keys = f'{{"endpoint": "store.example.org", "secure": true, "access_key": "a", "secret_key": "{CANARY}"}}'
    secret_set(project=project, name="S3: ours", kind=KIND_SAVED, value=keys, user=owner)
    template = template_upload(user=owner, project=project, file=tiny_template(), filename="tiny.zip").version
    Blueprint.objects.filter(pk=template.blueprint_id).update(provider=CANARY, architecture=f"Tiny {CANARY}")
    BlueprintVersion.objects.filter(pk=template.pk).update(readme=CANARY)
    template = BlueprintVersion.objects.select_related("blueprint").get(pk=template.pk)
    split = split_create_from(
        dataset=dataset,
        user=owner,
        name=f"a split {CANARY}",
        method=SplitMethod.LISTS,
        lists={"train": [0], "val": [1]},  # one image is left to be dealt out, and these two look alike
    )
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
        split,
        version,
        _unused(dataset, version),
        _restore(dataset, version, owner),
        _pinning(dataset, version, owner),
        open_import,
        uploads.upload_create(dataset_import=open_import, name=f"{CANARY}.png", size=100, user=owner),
        _conversion(owner),
        conversions.conversion_create(user=owner, name=f"{CANARY}.json", source="", target="cvat"),
        template,
        run,
        make_run(project, version=version, template=template, state=State.RUNNING, name=f"going {CANARY}"),
        _model(run, owner, folder),
        _repair(dataset, version, owner),
        token_create(user=owner, name=f"a script {CANARY}", expires_at=timezone.now() + timedelta(days=1))[0],
        _session(owner),
        *_linked(project, owner),
    )


def _repair(dataset: Dataset, version: DatasetVersion, user: User) -> Repair:
    """Findings of a class with few examples, and a repair that can be taken back."""
    examination_perform(examination_request(dataset=dataset, user=user).pk)
    return Repair.objects.create(
        dataset=dataset,
        code="clip",
        finding_code="shape.partly_outside",
        summary=f"1 shape of {CANARY} clipped.",
        state=WorkState.SUCCEEDED,
        before=version,
        changed_revision=dataset.revision,
        created_by=user,
    )


def _unused(dataset: Dataset, version: DatasetVersion) -> DatasetVersion:
    """Another version, that no run names."""
    twin = DatasetVersion.objects.get(pk=version.pk)
    twin.pk, twin.number = None, version.number + 1
    twin.fileset = fileset_create(bucket=dataset.bucket, entries=list(fileset_entries(version.fileset))[:1])
    twin.save()
    return twin


def _pinning(dataset: Dataset, version: DatasetVersion, user: User) -> Pinning:
    return Pinning.objects.create(
        dataset=dataset, revision=1, version=version, created_by=user, state=WorkState.SUCCEEDED
    )


def _restore(dataset: Dataset, version: DatasetVersion, user: User) -> Restore:
    """One that has ended."""
    return Restore.objects.create(
        dataset=dataset, version=version, created_by=user, state=WorkState.SUCCEEDED, message=CANARY
    )


def _conflict(found: Import) -> None:
    """A file about which the import asks, with a picture of its own."""
    image = found.dataset.images.earliest("pk")
    NameConflict.objects.create(
        dataset_import=found, image=image, position=0, path=f"{CANARY}/0.png", name=image.name, digest=image.digest,
        size=1, width=8, height=8,
    )  # fmt: skip
    source = keys.dataset_file(found.dataset_id, image.name)
    thumbnail_key(found.dataset.bucket, digest=image.digest, name=image.name, sources=[source])


def _linked(project: Project, user: User) -> tuple[Dataset, CvatServer]:
    """A data set that is linked to a CVAT server, which answers."""
    secret = secret_set(project=project, name="cvat 1", kind="cvat", value=CVAT_PASSWORD, user=user)
    server = CvatServer.objects.create(
        project=project, name=CANARY, address=running().address, username=CVAT_USER, secret=secret, created_by=user
    )
    dataset = dataset_services.dataset_create(project=project, name=f"linked {CANARY}", user=user)
    CvatLink.objects.create(
        dataset=dataset,
        server=server,
        kind=RemoteKind.TASK,
        remote_id=running().task_with(["1.png"]).id,
        name=CANARY,
        made_here=False,
        ready=True,
        images={"matched": 3, "only_here": 0, "only_there": 0, "tasks": 1, "examples": {}},
    )
    return dataset, server


def _session(user: User) -> Session:
    Client().force_login(user)
    return Session.objects.get(user=user)


def coco() -> bytes:
    """A small COCO file."""
    image = {"id": 1, "file_name": f"{CANARY}.png", "width": 8, "height": 8}
    return json.dumps({"images": [image], "annotations": [], "categories": []}).encode()


def _conversion(user: User) -> Conversion:
    found = conversions.conversion_create(user=user, name=f"{CANARY}.json", source="", target="cvat")
    content = coco()
    conversions.conversion_feed(conversion=found, content=io.BytesIO(content), size=len(content))
    conversions.conversion_perform(found.pk)
    found.refresh_from_db()
    assert found.state == "succeeded", found.message
    return found


def _dataset(project: Project, user: User) -> Dataset:
    dataset = dataset_services.dataset_create(project=project, name=f"dots {CANARY}", description=CANARY, user=user)
    found = import_services.import_create(dataset=dataset, user=user)
    shapes = ""
    for number in range(3):
        picture = io.BytesIO()
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(picture, "PNG")
        _upload(found, f"{number}.png", picture.getvalue(), user)
        shapes += f'<image id="{number}" name="{number}.png" width="8" height="8"><tag label="{CANARY}"></tag></image>'
    meta = f"<meta><task><labels><label><name>{CANARY}</name><attributes/></label></labels></task></meta>"
    xml = f"<annotations><version>1.1</version>{meta}{shapes}</annotations>"
    _upload(found, "annotations.xml", xml.encode(), user)
    import_services.import_start(dataset_import=found)
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
