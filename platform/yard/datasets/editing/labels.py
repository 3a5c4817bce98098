"""Making, renaming, recolouring and removing the classes of a data set."""

from __future__ import annotations

import re

from django.conf import settings

from yard.accounts.models import User
from yard.core.errors import Conflict, InvalidInput, NotFound
from yard.datasets.annotations.types import PALETTE
from yard.datasets.editing.shapes import BadShape, label_read
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Label, Shape
from yard.datasets.shapes import in_batches, shapes_of, shapes_replace
from yard.datasets.working_state import changing

RENAMED_IMAGES_MAX = 20_000  # their digests hold the name, so all of them are written anew
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


def label_update(*, dataset: Dataset, label_id: int, user: User, name: str | None, color: str | None) -> Label:
    """The class with another name or colour; its shapes are of it still.

    Raises:
        InvalidInput: Another class has the name (joining two is a repair of the doctor), or it cannot be one.
        Conflict: It is on more images than can be written anew at once.
        NotFound: The data set has no such class.
    """
    with changing(dataset, user=user, action="dataset.label_changed", recount=False) as locked:
        label = label_get(locked, label_id)
        label.color = _color(color or "") or label.color
        if name is not None and _name(name) != label.name:
            _check_free(locked, _name(name))
            _rename(locked, label, _name(name))
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


def _rename(dataset: Dataset, label: Label, name: str) -> None:
    ids = list(Shape.objects.filter(label=label).order_by().values_list("image_id", flat=True).distinct())
    if len(ids) > RENAMED_IMAGES_MAX:
        raise Conflict(
            f"The class {label.name} is on {len(ids):,} images; up to {RENAMED_IMAGES_MAX:,} can be renamed at once. "
            "Export the annotations, rename it there, and import them again."
        )
    label.name = name
    label.save(update_fields=["name"])
    names = dict(dataset.labels.values_list("pk", "name"))
    for some in in_batches(ids):
        images = list(dataset.images.filter(pk__in=some))
        shapes_replace(shapes_of(images, names), LabelBook(dataset))


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
