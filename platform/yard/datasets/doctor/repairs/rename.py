"""Renaming a class that is on so many images that a request cannot wait for it."""

from __future__ import annotations

from typing import Any

from yard.datasets.doctor.repairs.base import Order, Outcome, Remedy, refuse_option
from yard.datasets.models import Dataset, Label, Shape
from yard.datasets.shapes import in_batches, shapes_note


class RenameClass(Remedy):
    """Gives a class another name; its shapes stay as they are."""

    code = "rename_class"
    title = "Rename the class"
    explanation = "The class gets another name. Its shapes stay."

    def checked(self, dataset: Dataset, options: dict[str, Any]) -> dict[str, Any]:
        label, name = options.get("label"), options.get("name")
        if not isinstance(label, int) or not dataset.labels.filter(pk=label).exists():
            raise refuse_option("label", "The data set has no such class. Reload the page and choose again.")
        if not isinstance(name, str) or not name or dataset.labels.filter(name=name).exists():
            raise refuse_option("name", "Give a name that no other class of the data set has.")
        return {"label": label, "name": name}

    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        outcome = Outcome()
        label, name = order.dataset.labels.filter(pk=order.options["label"]).first(), order.options["name"]
        if label is None or order.dataset.labels.filter(name=name).exists():
            return outcome  # somebody was faster
        outcome.count(f"class {label.name} → {name}")
        outcome.images = len(images_of(label)) if dry else label_rename(order.dataset, label, name)
        return outcome


def images_of(label: Label) -> list[int]:
    """Ids of the images with a shape of this class."""
    return list(Shape.objects.filter(label=label).order_by().values_list("image_id", flat=True).distinct())


def label_rename(dataset: Dataset, label: Label, name: str) -> int:
    """Give the class this free name, in the caller's transaction; says on how many images it is."""
    ids = images_of(label)
    label.name = name
    label.save(update_fields=["name"])
    names = dict(dataset.labels.values_list("pk", "name"))
    for some in in_batches(ids):
        shapes_note(list(dataset.images.filter(pk__in=some)), names)
    return len(ids)
