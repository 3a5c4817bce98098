"""What remedies that change shapes have in common: image by image, asking the check anew what is wrong."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.checks.all import check_of
from yard.datasets.doctor.facts import Found, ImageFacts, ShapeFacts
from yard.datasets.doctor.reading import dataset_facts, images_seen
from yard.datasets.doctor.repairs.base import Example, Order, Outcome, Remedy, image_ids
from yard.datasets.labels import LabelBook
from yard.datasets.models import Intention
from yard.datasets.shapes import shapes_replace

BATCH_IMAGES = 200

Treated = tuple[ImageFacts, list[ShapeFacts], list[Found]]


class ShapeRemedy(Remedy):
    """Changes the shapes that a check finds."""

    @abstractmethod
    def mended(
        self, image: ImageFacts, shape: ShapeFacts, annotation: ShapeAnnotation, outcome: Outcome
    ) -> list[ShapeAnnotation]:
        """What takes the place of a shape that was found; counted in ``outcome``."""

    def carry_out(self, order: Order, *, dry: bool) -> Outcome:
        outcome = Outcome()
        names = {label.id: label.name for label in dataset_facts(order.dataset).labels.values()}
        labels = LabelBook(order.dataset)
        batch: dict[int, Sequence[ShapeAnnotation]] = {}
        for image, shapes, found in _treated(order):
            before = [annotation_of(shape, names) for shape in shapes]
            after = self._after(image, shapes, before, {item.shape_id for item in found}, outcome)
            if after == before:
                continue
            outcome.images += 1
            outcome.show(_example(image, shapes, before, after, found))
            batch[image.id] = after
            if len(batch) >= BATCH_IMAGES:
                _write(order, batch, labels, dry=dry)
                batch = {}
        _write(order, batch, labels, dry=dry)
        return outcome

    def _after(
        self,
        image: ImageFacts,
        shapes: Sequence[ShapeFacts],
        before: Sequence[ShapeAnnotation],
        wrong: set[int | None],
        outcome: Outcome,
    ) -> list[ShapeAnnotation]:
        after: list[ShapeAnnotation] = []
        for shape, annotation in zip(shapes, before, strict=True):
            if shape.id in wrong:
                after += self.mended(image, shape, annotation, outcome)
            else:
                after.append(annotation)
        return after


def annotation_of(shape: ShapeFacts, names: dict[int, str]) -> ShapeAnnotation:
    """The shape as annotation files have it."""
    return ShapeAnnotation(
        shape.kind,
        names[shape.label_id],
        shape.geometry,
        attributes=shape.attributes,
        z_order=shape.z_order,
        occluded=shape.occluded,
        source=shape.source,
        group=shape.group,
    )


def _treated(order: Order) -> Iterator[Treated]:
    """Images with what is wrong on them now, and was asked to be repaired."""
    check_class = check_of(order.code)
    assert check_class is not None, order.code
    check = check_class(dataset_facts(order.dataset), order.thresholds)
    intended = _intended(order)
    for image, shapes in images_seen(order.dataset, ids=image_ids(order.findings())):
        found = [item for item in check.see(image, shapes) if item.kind.code == order.code]
        wanted = [
            item
            for item in found
            if (item.fingerprint in order.fingerprints if order.fingerprints is not None else True)
            and item.fingerprint not in intended
        ]
        if wanted:
            yield image, shapes, wanted


def _intended(order: Order) -> set[str]:
    """What is meant to be so stays so, unless it was chosen by hand."""
    if order.fingerprints is not None:
        return set()
    rows = Intention.objects.filter(dataset=order.dataset, code=order.code)
    return set(rows.values_list("fingerprint", flat=True))


def _example(
    image: ImageFacts,
    shapes: Sequence[ShapeFacts],
    before: Sequence[ShapeAnnotation],
    after: Sequence[ShapeAnnotation],
    found: Sequence[Found],
) -> Example:
    """Only what changes: the shapes that go or change, and what takes their place."""
    wrong = {item.shape_id for item in found}
    untouched = [id(annotation) for shape, annotation in zip(shapes, before, strict=True) if shape.id not in wrong]
    return Example(
        image.id,
        [annotation for annotation in before if id(annotation) not in untouched],
        [annotation for annotation in after if id(annotation) not in untouched],
    )


def _write(order: Order, batch: dict[int, Sequence[ShapeAnnotation]], labels: LabelBook, *, dry: bool) -> None:
    if batch and not dry:
        shapes_replace(batch, labels)
