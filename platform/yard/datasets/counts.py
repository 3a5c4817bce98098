"""The figures that a data set carries along, so that lists need not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.models import Dataset, Label, Shape, Split, SplitMember

COVER_IMAGES = 4
_COUNTED = (
    "image_count",
    "annotated_count",
    "total_bytes",
    "kind_counts",
    "shape_count",
    "cover",
    "annotations_digest",
)


def dataset_refresh_counts(dataset: Dataset) -> None:
    """Count anew, move the revision, and save these, and which annotations.xml holds. For the transaction that ends a
    change."""
    images = dataset.images.aggregate(
        count=Count("pk"), annotated=Count("pk", filter=Q(shape_count__gt=0)), size=Sum("size", default=0)
    )
    shapes = _shape_counts(dataset)
    kinds = _by_kind(shapes)
    _refresh_labels(dataset, shapes)
    dataset.image_count = images["count"]
    dataset.annotated_count = images["annotated"]
    dataset.total_bytes = images["size"]
    dataset.kind_counts = kinds
    dataset.shape_count = sum(kinds.values())
    dataset.cover = _cover(dataset)
    dataset_refresh_splits(dataset)
    dataset_moved(dataset)


@dataclass(frozen=True, slots=True)
class ImageFigures:
    """What the shapes of an image (or of several) add to the figures of their data set."""

    kinds: Counter[str]
    labels: Counter[str]
    annotated: int
    """Of the images, how many have any."""

    @classmethod
    def of(cls, shapes: Iterable[ShapeAnnotation]) -> ImageFigures:
        """The figures of one image with these shapes."""
        found = list(shapes)
        return cls(Counter(shape.kind for shape in found), Counter(shape.label for shape in found), bool(found))


def dataset_shift_counts(dataset: Dataset, before: ImageFigures, after: ImageFigures) -> None:
    """Bring the figures of the locked data set up to date when the shapes of a few images have changed: as right
    as counting anew, which takes seconds where there are a hundred thousand images."""
    kinds = Counter(dataset.kind_counts)
    kinds.update(after.kinds)
    kinds.subtract(before.kinds)
    dataset.kind_counts = {kind: count for kind, count in sorted(kinds.items()) if count > 0}
    dataset.shape_count = sum(dataset.kind_counts.values())
    dataset.annotated_count += after.annotated - before.annotated
    labels = Counter(after.labels)
    labels.subtract(before.labels)
    for name, count in labels.items():
        if count:
            dataset.labels.filter(name=name).update(shape_count=F("shape_count") + count)


def dataset_moved(dataset: Dataset) -> None:
    """Save the figures, and move the revision."""
    dataset.save(update_fields=[*_COUNTED, "updated_at"])
    dataset_move_revision(dataset)


def dataset_move_revision(dataset: Dataset) -> None:
    """Say that something about the data set has changed."""
    Dataset.objects.filter(pk=dataset.pk).update(revision=F("revision") + 1)
    dataset.refresh_from_db(fields=["revision"])


def dataset_refresh_splits(dataset: Dataset) -> None:
    """Count the images of every split's parts anew: some may have gone with their images."""
    splits = {split.pk: split for split in dataset.splits.all()}
    if not splits:
        return
    rows = SplitMember.objects.filter(split__in=splits).order_by().values_list("split", "part")
    counts: dict[int, dict[str, int]] = {pk: {} for pk in splits}
    for pk, part, count in rows.annotate(count=Count("pk")):
        counts[pk][part] = count
    changed = [split for pk, split in splits.items() if split.counts != counts[pk]]
    for split in changed:
        split.counts = counts[split.pk]
    Split.objects.bulk_update(changed, ["counts"])


def dataset_kind_counts(dataset: Dataset) -> dict[str, int]:
    """shape kind → shapes."""
    return _by_kind(_shape_counts(dataset))


def dataset_label_counts(dataset: Dataset) -> dict[str, int]:
    """label → shapes, labels without any included."""
    return dict(dataset.labels.order_by("name").values_list("name", "shape_count"))


def _shape_counts(dataset: Dataset) -> Counter[tuple[int, str]]:
    """(label id, kind) → shapes: one pass over an index that begins with both."""
    shapes = Shape.objects.filter(label__in=dataset.labels.order_by().values("pk")).order_by()
    rows = shapes.values_list("label_id", "kind").annotate(count=Count("pk"))
    return Counter({(label, kind): count for label, kind, count in rows})


def _by_kind(shapes: Counter[tuple[int, str]]) -> dict[str, int]:
    kinds: Counter[str] = Counter()
    for (_, kind), count in shapes.items():
        kinds[kind] += count
    return dict(sorted(kinds.items()))


def _refresh_labels(dataset: Dataset, shapes: Counter[tuple[int, str]]) -> None:
    counts: Counter[int] = Counter()
    for (label_id, _), count in shapes.items():
        counts[label_id] += count
    labels = list(dataset.labels.all())
    for label in labels:
        label.shape_count = counts[label.pk]
    Label.objects.bulk_update(labels, ["shape_count"], batch_size=500)


def _cover(dataset: Dataset) -> list[int]:
    """Images to show in lists: annotated ones where there are any, spread over the data set."""
    annotated = dataset.images.filter(shape_count__gt=0).order_by("name").values_list("pk", flat=True)
    count = dataset.annotated_count
    source = annotated if count else dataset.images.order_by("name").values_list("pk", flat=True)
    count = count or dataset.image_count
    places = sorted({index * count // COVER_IMAGES for index in range(COVER_IMAGES)}) if count else []
    return [source[place] for place in places]
