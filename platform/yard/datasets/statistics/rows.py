"""Counting the rows of the working state, by the database: a few passes over indexes, whatever the number of shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, F, FloatField, Func, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast, Greatest, Least
from django.db.models.lookups import LessThan

from yard.datasets.models import Dataset, Shape
from yard.datasets.statistics.bins import ASPECTS, CELLS, OBJECTS, SIDES, bin_of
from yard.datasets.statistics.collect import Counts


class _Whole(Func):
    """A number that is not negative without its fraction. (PostgreSQL's cast would round, SQLite's cuts.)"""

    template = "CAST(%(expressions)s AS INTEGER)"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="FLOOR(%(expressions)s)::integer", **context)


def count_rows(dataset: Dataset, label: str = "") -> Counts:
    """The working state's counts; of shapes those of one class, when it is named."""
    counts = Counts(label, images=dataset.images.count())
    counts.shapes.update(dict(dataset.labels.filter(shape_count__gt=0).values_list("name", "shape_count")))
    everything = Shape.objects.filter(label__in=dataset.labels.order_by().values("pk")).order_by()
    with_images = everything.values_list("label__name").annotate(Count("image", distinct=True))
    counts.images_with.update(dict(with_images))
    _count_images(counts, dataset)
    _count_shapes(counts, everything.filter(label__name=label) if label else everything)
    return counts


def _count_images(counts: Counts, dataset: Dataset) -> None:
    images = dataset.images.order_by()
    for width, height, number in images.values_list("width", "height").annotate(Count("pk")):
        counts.image_sizes[bin_of(SIDES, width), bin_of(SIDES, height)] += number
    if not counts.label:
        for objects, number in images.values_list("shape_count").annotate(Count("pk")):
            counts.objects[bin_of(OBJECTS, objects)] += number
        return
    of_label = Shape.objects.filter(label__dataset=dataset, label__name=counts.label).order_by()
    per_image = Counter(of_label.values_list("image").annotate(number=Count("pk")).values_list("number", flat=True))
    for objects, number in per_image.items():
        counts.objects[bin_of(OBJECTS, objects)] += number
    counts.objects[0] += counts.images - sum(per_image.values())


def _count_shapes(counts: Counts, shapes: QuerySet[Shape]) -> None:
    counts.kinds.update(dict(shapes.values_list("kind").annotate(Count("pk"))))
    placed = shapes.filter(left__isnull=False)
    sizes = placed.annotate(across=_step("width", SIDES), down=_step("height", SIDES))
    for across, down, number in sizes.values_list("across", "down").annotate(Count("pk")):
        counts.shape_sizes[across, down] += number
    aspects = placed.filter(height__gt=0).annotate(aspect=_step(F("width") / F("height"), ASPECTS))
    for aspect, number in aspects.values_list("aspect").annotate(Count("pk")):
        counts.aspects[aspect] += number
    places = placed.annotate(across=_cell("left", "width"), down=_cell("top", "height"))
    for across, down, number in places.values_list("across", "down").annotate(Count("pk")):
        counts.places[across, down] += number


def _step(value: Any, edges: Sequence[float]) -> Case:
    """Which step a column falls into, as ``bin_of`` says."""
    value = F(value) if isinstance(value, str) else value
    whens = [When(LessThan(value, Value(float(edge))), then=Value(step)) for step, edge in enumerate(edges[1:])]
    return Case(*whens, default=Value(len(edges) - 1), output_field=IntegerField())


def _cell(start: str, length: str) -> _Whole:
    """Which cell of the map the middle falls into, as ``cell_of`` says."""
    middle = (F(start) + F(length) / 2.0) / Cast(f"image__{length}", FloatField()) * float(CELLS)
    return _Whole(Greatest(Least(middle, Value(CELLS - 1.0)), Value(0.0)))
