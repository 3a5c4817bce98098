"""Merging classes, and removing them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.checks.rare_classes import RARE, UNUSED
from yard.datasets.doctor.reading import images_seen
from yard.datasets.doctor.repairs.base import Example, Order, Outcome, Remedy, refuse_option
from yard.datasets.doctor.repairs.shape_remedy import BATCH_IMAGES, annotation_of
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Finding, Label, Shape, ShapeKind
from yard.datasets.shapes import shapes_replace

# label id → the label it becomes; None: its shapes go.
Changes = dict[int, int | None]


class _ClassRemedy(Remedy):
    """Gives every shape of some classes another class, or takes it away; the classes go."""

    @abstractmethod
    def _changes(self, order: Order, labels: dict[int, Label]) -> Changes: ...

    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        outcome = Outcome()
        labels = {label.pk: label for label in order.dataset.labels.all()}
        changes = self._changes(order, labels)
        if not dry:
            _join_attributes(changes, labels)
        book = LabelBook(order.dataset)
        names = {pk: label.name for pk, label in labels.items()}
        batch: dict[int, Sequence[ShapeAnnotation]] = {}
        for example, after in _changed(order.dataset, changes, names, outcome):
            outcome.images += 1
            outcome.show(example)
            batch[example.image_id] = after
            if len(batch) >= BATCH_IMAGES:
                _write(batch, book, dry=dry)
                batch = {}
        _write(batch, book, dry=dry)
        for pk, into in changes.items():
            target = f"→ {names[into]}" if into is not None else "removed"
            outcome.count(f"class {names[pk]} {target}")
        if not dry:
            Label.objects.filter(pk__in=list(changes)).delete()
        return outcome


class MergeClasses(_ClassRemedy):
    """Gives the shapes of a class to another one."""

    code = "merge_classes"
    title = "Merge the classes"
    explanation = "Every shape of the class gets the other class, and the class itself goes."

    def checked(self, dataset: Dataset, options: dict[str, Any]) -> dict[str, Any]:
        into = options.get("into")
        if into is None:
            return {}
        if not isinstance(into, int) or isinstance(into, bool) or not dataset.labels.filter(pk=into).exists():
            raise refuse_option(
                "into", "The data set has no such class to merge into. Reload the page and choose again."
            )
        return {"into": into}

    def _changes(self, order: Order, labels: dict[int, Label]) -> Changes:
        wanted: dict[int, int] = {}
        for finding in order.findings():
            source, target = self._pair(finding, order.options.get("into"))
            if source in labels and target in labels and source != target:
                wanted[source] = target
        return {source: _end(wanted, source) for source in wanted if _end(wanted, source) != source}

    def _pair(self, finding: Finding, into: int | None) -> tuple[int, int]:
        """(the class that goes, the class that stays)."""
        source, suggested = finding.label_id or 0, int(finding.details.get("into") or 0)
        if into is None:
            if not suggested:
                raise refuse_option("into", "Choose the class to merge into.")
            return source, suggested
        return (suggested, source) if into == source else (source, into)


class RemoveClass(_ClassRemedy):
    """Takes a class away with its shapes."""

    code = "remove_class"
    title = "Remove the class"
    explanation = "The class is removed, and every shape that has it. The images stay."

    def _changes(self, order: Order, labels: dict[int, Label]) -> Changes:
        asked = {finding.label_id for finding in order.findings() if finding.label_id in labels}
        counted = (
            Shape.objects.filter(label_id__in=asked).order_by().values_list("label_id").annotate(count=Count("pk"))
        )
        shapes = dict(counted)
        return {pk: None for pk in asked if pk is not None and _is_still_rare(order, shapes.get(pk, 0))}


def _is_still_rare(order: Order, shapes: int) -> bool:
    """Whether what was found of a class is so still: somebody may have drawn many of it since it was examined."""
    if order.code == UNUSED.code:
        return shapes == 0
    return order.code != RARE.code or shapes < order.thresholds.few_examples


def _end(wanted: dict[int, int], source: int) -> int:
    """Where a class ends up when a → b and b → c are both wanted; a ring ends at its smallest."""
    seen = {source}
    at = source
    while at in wanted:
        at = wanted[at]
        if at in seen:
            return min(seen)
        seen.add(at)
    return at


def _changed(
    dataset: Dataset, changes: Changes, names: dict[int, str], outcome: Outcome
) -> Iterator[tuple[Example, list[ShapeAnnotation]]]:
    """Each image with what changes, and all its shapes after it."""
    ids = Shape.objects.filter(label_id__in=list(changes)).order_by().values_list("image_id", flat=True).distinct()
    for image, shapes in images_seen(dataset, ids=list(ids)):
        after: list[ShapeAnnotation] = []
        example = Example(image.id, [], [])
        for shape in shapes:
            annotation = annotation_of(shape, names)
            if shape.label_id not in changes:
                after.append(annotation)
                continue
            into = changes[shape.label_id]
            outcome.count("shapes removed" if into is None else "shapes with another class")
            example.before.append(annotation)
            if into is not None:
                after.append(replace(annotation, label=names[into]))
                example.after = [*(example.after or []), after[-1]]
        yield example, _without_second_tags(after)


def _without_second_tags(shapes: list[ShapeAnnotation]) -> list[ShapeAnnotation]:
    """An image that had both classes as tags has the one only once."""
    seen: set[str] = set()
    kept = []
    for shape in shapes:
        if shape.kind == ShapeKind.TAG:
            if shape.label in seen:
                continue
            seen.add(shape.label)
        kept.append(shape)
    return kept


def _join_attributes(changes: Changes, labels: dict[int, Label]) -> None:
    """The class that stays declares what the shapes it gets may have."""
    for pk, into in changes.items():
        if into is None:
            continue
        target = labels[into]
        known = {attribute["name"] for attribute in target.attributes}
        more = [attribute for attribute in labels[pk].attributes if attribute["name"] not in known]
        if more:
            target.attributes = [*target.attributes, *more]
            target.save(update_fields=["attributes"])


def _write(batch: dict[int, Sequence[ShapeAnnotation]], book: LabelBook, *, dry: bool) -> None:
    if batch and not dry:
        shapes_replace(batch, book)
