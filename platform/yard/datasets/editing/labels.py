"""Making, renaming, recolouring and removing the classes of a data set."""

from __future__ import annotations

import re

from django.conf import settings

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.datasets.annotations.types import PALETTE
from yard.datasets.doctor.repairs.rename import images_of, label_rename
from yard.datasets.doctor.repairs.requests import rename_request
from yard.datasets.editing.shapes import BadShape, label_read
from yard.datasets.models import Dataset, Label, Repair, Shape
from yard.datasets.working_state import changing

RENAMED_AT_ONCE = 2_000  # images, whose digests hold the name, so all of them are written anew; more the worker does
_COLOR = re.compile(r"#[0-9a-f]{6}")


def label_create(*, dataset: Dataset, name: str, color: str, user: User) -> Label:
    """A new class without shapes. Raises ``InvalidInput`` for a name that is taken or cannot be one."""
    name = _name(name)
    with changing(dataset, user=user, action="dataset.label_created", recount=False) as locked:
        _check_free(locked, name)
        count = locked.labels.count()
        if count >= settings.ANNOTATIONS_MAX_LABELS:
            raise InvalidInput(f"The data set has {count} classes, which is the limit here.")
        return Label.objects.create(dataset=locked, name=name, color=_color(color) or PALETTE[count % len(PALETTE)])


def label_update(*, dataset: Dataset, label_id: int, user: User, name: str | None, color: str | None) -> Label | Repair:
    """The class with another name or colour; its shapes are of it still.

    One that is on thousands of images is renamed by the worker: what is returned then is the repair that does it.

    Raises:
        InvalidInput: Another class has the name (joining two is a repair of the doctor), or it cannot be one.
        Conflict: The data set cannot be changed now.
        NotFound: The data set has no such class.
    """
    later = None if name is None else _renamed_later(dataset, label_get(dataset, label_id), _name(name), user)
    if later is not None:
        if color:
            label_update(dataset=dataset, label_id=label_id, user=user, name=None, color=color)
        return later
    with changing(dataset, user=user, action="dataset.label_changed", recount=False) as locked:
        label = label_get(locked, label_id)
        label.color = _color(color or "") or label.color
        if name is not None and _name(name) != label.name:
            _check_free(locked, _name(name))
            label_rename(locked, label, _name(name))
        label.save(update_fields=["name", "color"])
        return label


def label_delete(*, dataset: Dataset, label_id: int, user: User) -> None:
    """The class is gone. Raises ``Conflict`` while a shape is of it, ``NotFound`` when there is no such class."""
    with changing(dataset, user=user, action="dataset.label_deleted", recount=False) as locked:
        label = label_get(locked, label_id)
        count = Shape.objects.filter(label=label).count()
        if count:
            raise Conflict(
                f"{count} annotations are of the class {label.name}. Delete them or give them another class first."
            )
        label.delete()


def label_get(dataset: Dataset, label_id: int) -> Label:
    """The class of a data set the caller has fetched for a user. Raises ``NotFound``."""
    found = dataset.labels.filter(pk=label_id).first()
    if found is None:
        raise NotFound(f"The data set {dataset.name} has no such class.")
    return found


def _renamed_later(dataset: Dataset, label: Label, name: str, user: User) -> Repair | None:
    """The repair that will rename the class; None when a request can."""
    if name == label.name or label.shape_count <= RENAMED_AT_ONCE or len(images_of(label)) <= RENAMED_AT_ONCE:
        return None
    _check_free(dataset, name)
    return rename_request(dataset=dataset, user=user, label=label, name=name)


def _check_free(dataset: Dataset, name: str) -> None:
    if dataset.labels.filter(name=name).exists():
        message = f"There is a class {name} already. Choose another name."
        raise InvalidInput(message, extra={"errors": [{"path": ["name"], "message": message}]})


def _name(name: str) -> str:
    try:
        return label_read(name)
    except BadShape as error:
        message = f"The class {error}."
        raise InvalidInput(message, extra={"errors": [{"path": ["name"], "message": message}]}) from error


def _color(color: str) -> str:
    """As stored; empty for none given. Raises ``InvalidInput``."""
    color = color.strip().lower()
    if color and not _COLOR.fullmatch(color):
        message = f"{color[:20]!r} is no colour; it is written as # and six hexadecimal digits."
        raise InvalidInput(message, extra={"errors": [{"path": ["color"], "message": message}]})
    return color
