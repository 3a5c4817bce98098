"""Storing and deleting models.

Storing a version has three steps: a hidden row reserves the id that its files' keys hold, the files are stored, one
transaction shows the version with all its files. A kill at any moment leaves nothing to be seen; the same origin again
completes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yard.accounts.models import Project, User
from yard.core.errors import Conflict, InvalidInput
from yard.core.events import emit
from yard.registry.formats import format_of
from yard.registry.models import FileRole, Model, ModelFile, ModelVersion
from yard.storage import keys
from yard.storage.objects import object_put, objects_delete

ABANDONED_AFTER = timedelta(days=1)
UNCHECKED = "unchecked"
NAME_CHARACTERS = 255


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be stored with a model version.

    Attributes:
        name: Path below the version's folder, such as ``model.onnx`` or ``saved_model/variables.index``.
        source: A file on disk, or a stream read once from where it stands.
        role: What it is to the version.
        format: None: by extension, for models.
    """

    name: str
    source: Path | BinaryIO
    role: FileRole
    format: str | None = None


def model_version_create(
    *,
    project: Project,
    model_name: str,
    origin: str | None,
    user: User | None,
    bucket: str,
    files: Iterable[NewFile],
    score: float | None = None,
    score_name: str = "",
    class_names: list[str] | None = None,
    metadata: dict[str, Any] | None = None,
    event_payload: Mapping[str, Any] | None = None,
) -> ModelVersion:
    """A new version of the project's model of that name (made when there is none), with all its files, or nothing.

    Args:
        origin: What made it, e.g. ``attempt:17``: a version of the same origin is returned as it is, or completed if
            storing it was cut short. None: always a new version.
        bucket: Where the files go: its owner's.
        event_payload: Added to the event ``model.version``.

    Raises:
        InvalidInput: A file name is not a plain relative path, or is there twice.
    """
    checked = _checked_files(files)
    version = _reserve(project, model_name, origin, user, bucket)
    if version.stored_at is not None:
        return version
    # When storing fails or is killed, the hidden row waits for its second try, or for `versions_sweep`.
    stored = [_store_file(version, file) for file in checked]
    _publish(
        version,
        stored,
        user,
        event_payload or {},
        score=score,
        score_name=score_name,
        class_names=class_names or [],
        metadata=metadata or {},
    )
    return version


def _reserve(project: Project, name: str, origin: str | None, user: User | None, bucket: str) -> ModelVersion:
    """The hidden row of this origin, made now unless it is there; or the stored version it became."""
    for _ in range(5):
        found = ModelVersion.objects.filter(origin=origin).select_related("model").first() if origin else None
        if found is not None:
            return found
        try:
            with transaction.atomic():
                model, _made = Model.objects.get_or_create(
                    project=project, name=name[:450], defaults={"created_by": user}
                )
                newest = model.versions.aggregate(newest=models.Max("number"))["newest"] or 0
                return ModelVersion.objects.create(
                    model=model, number=newest + 1, origin=origin, bucket=bucket, created_by=user
                )
        except IntegrityError:
            continue  # somebody took the number or made the origin in the same moment
    raise Conflict(f"The model {name!r} is being changed by others; try again in a moment.")


def _checked_files(files: Iterable[NewFile]) -> list[NewFile]:
    found: dict[str, NewFile] = {}
    for file in files:
        if not file.name.isprintable():  # control characters, or bytes that are no text
            raise InvalidInput(f"The model has a file whose name cannot be shown: {ascii(file.name)[:200]}.")
        keys.check_name(file.name)
        if len(file.name) > NAME_CHARACTERS:
            raise InvalidInput(f"The model has a file whose path is longer than {NAME_CHARACTERS} characters.")
        if file.name in found:
            raise InvalidInput(f"The model has two files called {file.name!r}.")
        found[file.name] = file
    if not found:
        raise InvalidInput("A model version needs at least one file.")
    return list(found.values())


def _store_file(version: ModelVersion, file: NewFile) -> ModelFile:
    key = keys.model_file(version.pk, file.name)
    if isinstance(file.source, Path):
        with file.source.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            kept = object_put(bucket=version.bucket, key=key, source=source, size=size)
    else:
        kept = object_put(bucket=version.bucket, key=key, source=file.source, size=None)
    is_model = file.role in {FileRole.NATIVE, FileRole.ONNX}
    found = file.format if file.format is not None else (format_of(file.name) if is_model else "")
    return ModelFile(
        version=version,
        name=file.name,
        role=file.role,
        format=found,
        key=key,
        size=kept.size,
        digest=kept.digest,
        check_state=UNCHECKED if file.role == FileRole.ONNX else "",
    )


def _publish(
    version: ModelVersion,
    files: list[ModelFile],
    user: User | None,
    event_payload: Mapping[str, Any],
    **facts: Any,
) -> None:
    """Show the version with its files, unless a second process did so in the meantime."""
    with transaction.atomic():
        now = timezone.now()
        if ModelVersion.objects.filter(pk=version.pk, stored_at=None).update(stored_at=now, updated_at=now, **facts):
            ModelFile.objects.bulk_create(files)
            Model.objects.filter(pk=version.model_id).update(updated_at=now)
            _emit(version, "model.version", user, {**event_payload, "number": version.number})
    version.refresh_from_db()


def model_update(*, model: Model, name: str | None = None, description: str | None = None, user: User) -> Model:
    """The model with another name or description. Raises ``InvalidInput`` when the name is taken."""
    if name is not None:
        model.name = _free_name(model, name)
    if description is not None:
        model.description = description
    try:
        with transaction.atomic():
            model.save(update_fields=["name", "description", "updated_at"])
            emit(
                kind="model.changed",
                object_type="model",
                object_id=model.pk,
                project_id=model.project_id,
                actor=user,
                payload={"name": model.name},
            )
    except IntegrityError as error:
        raise _name_taken(model.name) from error
    return model


def _free_name(model: Model, name: str) -> str:
    name = name.strip()
    if not name:
        raise InvalidInput(
            "A model needs a name.", extra={"errors": [{"path": ["name"], "message": "A model needs a name."}]}
        )
    if Model.objects.filter(project=model.project_id, name=name).exclude(pk=model.pk).exists():
        raise _name_taken(name)
    return name


def _name_taken(name: str) -> InvalidInput:
    message = f"The project already has a model called {name!r}."
    return InvalidInput(message, extra={"errors": [{"path": ["name"], "message": message}]})


def score_set(*, version: ModelVersion, score: float | None) -> None:
    """Another score, found when the log was searched anew."""
    ModelVersion.objects.filter(pk=version.pk).update(score=score, updated_at=timezone.now())
    version.score = score


def model_version_delete(*, version: ModelVersion, user: User | None) -> None:
    """Remove a version with its files; a model without versions goes with its last one.

    It disappears at once; a kill in the middle leaves hidden rows that ``versions_sweep`` removes.
    """
    with transaction.atomic():
        if not _hide([version.pk]):
            return
        _emit(version, "model.version_deleted", user, {"number": version.number})
    _erase(version)


def model_delete(*, model: Model, user: User | None) -> None:
    """Remove a model with all its versions and files."""
    versions = list(model.versions.select_related("model"))
    with transaction.atomic():
        _hide([version.pk for version in versions])
        emit(
            kind="model.deleted",
            object_type="model",
            object_id=model.pk,
            project_id=model.project_id,
            actor=user,
            payload={"name": model.name},
        )
    for version in versions:
        _erase(version)
    Model.objects.filter(pk=model.pk, versions=None).delete()


def versions_sweep() -> int:
    """Remove what was neither completed nor wholly deleted for a day; the number of versions removed."""
    old = ModelVersion.objects.filter(stored_at=None, updated_at__lt=timezone.now() - ABANDONED_AFTER)
    versions = list(old.select_related("model"))
    for version in versions:
        _erase(version)
    return len(versions)


def _hide(ids: list[int]) -> int:
    # The origin is freed too: what was deleted on purpose may be made again.
    return ModelVersion.objects.filter(pk__in=ids).update(stored_at=None, origin=None, updated_at=timezone.now())


def _erase(version: ModelVersion) -> None:
    """Objects first, then the row that names them: a kill in between leaves nothing nobody knows of."""
    objects_delete(bucket=version.bucket, prefix=keys.model_prefix(version.pk))
    with transaction.atomic():
        ModelVersion.objects.filter(pk=version.pk, stored_at=None).delete()
        Model.objects.filter(pk=version.model_id, versions=None).delete()


def _emit(version: ModelVersion, kind: str, user: User | None, payload: dict[str, Any]) -> None:
    emit(
        kind=kind,
        object_type="model",
        object_id=version.model_id,
        project_id=version.model.project_id,
        actor=user,
        payload={"version": version.pk, "name": version.model.name, **payload},
    )
