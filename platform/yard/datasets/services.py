"""Changing data sets: make, rename, delete."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django_q.tasks import async_task

from yard.accounts.models import Project, User
from yard.core.errors import Conflict, InvalidInput
from yard.datasets.models import Dataset, Image, Shape
from yard.datasets.texts import is_control
from yard.datasets.uploads import discard_bytes
from yard.datasets.working_state import ACTIVE_STATES, changed_emit, check_not_archived
from yard.storage import keys
from yard.storage.objects import objects_delete

DELETE_TASK = "yard.datasets.tasks.dataset_files_delete_task"


def dataset_create(*, project: Project, name: str, user: User, description: str = "") -> Dataset:
    """An empty data set, its files to be in the user's bucket.

    Raises ``InvalidInput`` for a name that is taken, or that cannot be the name of a file.
    """
    _check_name(name)
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(
                project=project, name=name, description=description, bucket=user.bucket, created_by=user
            )
            changed_emit(dataset, user, "dataset.created")
    except IntegrityError as error:
        raise _name_taken(name) from error
    return dataset


def dataset_update(*, dataset: Dataset, user: User, name: str | None = None, description: str | None = None) -> Dataset:
    """The data set with another name or description.

    Raises ``InvalidInput`` as ``dataset_create`` does, and ``Conflict`` for an archived one.
    """
    check_not_archived(dataset)
    if name is not None:
        _check_name(name)
    dataset.name = dataset.name if name is None else name
    dataset.description = dataset.description if description is None else description
    try:
        with transaction.atomic():
            dataset.save(update_fields=["name", "description", "updated_at"])
            changed_emit(dataset, user, "dataset.changed")
    except IntegrityError as error:
        raise _name_taken(dataset.name) from error
    return dataset


def dataset_delete(*, dataset: Dataset, user: User) -> None:
    """Nothing of the data set is left, its versions and files included.

    Raises ``Conflict`` while an import works on it, and while anything (a run, say) uses one of its versions.
    """
    uploads = list(dataset.uploads.values_list("pk", flat=True))
    try:
        with transaction.atomic():
            locked = Dataset.objects.select_for_update().get(pk=dataset.pk)
            if locked.imports.filter(state__in=ACTIVE_STATES).exists():
                raise Conflict("An import is working on this data set. Wait until it has ended, then delete it.")
            locked.versions.all().delete()
            Shape.objects.filter(image__dataset=locked).delete()
            Image.objects.filter(dataset=locked).delete()
            locked.delete()
            changed_emit(dataset, user, "dataset.deleted", deleted=True)
            upload_ids = [str(pk) for pk in uploads]
            # The queue lies in the same database: the task is there exactly when the data set is gone.
            async_task(DELETE_TASK, dataset.bucket, dataset.pk, upload_ids)
    except ProtectedError as error:
        raise Conflict(
            "Runs use versions of this data set; what they were trained on must stay known. Delete those runs first."
        ) from error


def _check_name(name: str) -> None:
    """It goes into annotations.xml and into the names of downloads, neither of which can hold everything."""
    if any(is_control(character) for character in name):
        message = "The name holds control characters, which cannot be seen. Type it again."
        raise InvalidInput(message, extra={"errors": [{"path": ["name"], "message": message}]})


def _name_taken(name: str) -> InvalidInput:
    message = f"There is a data set called {name} in this project already. Choose another name."
    return InvalidInput(message, extra={"errors": [{"path": ["name"], "message": message}]})


def dataset_files_delete(*, bucket: str, dataset_id: int, upload_ids: list[str]) -> None:
    """Remove the files of a data set that is gone; what a file set needs is kept. May be called again after a kill."""
    if Dataset.objects.filter(pk=dataset_id).exists():
        return  # an id is never given twice, but files of a living data set must be safe whatever happens
    objects_delete(bucket=bucket, prefix=keys.dataset_prefix(dataset_id))
    for upload_id in upload_ids:
        discard_bytes(bucket, UUID(upload_id))
