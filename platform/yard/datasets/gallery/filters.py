"""Query parameters that narrow and order the images of a data set.

Those about a shape (``label``, ``kind``, ``shape_…``, ``center_…``) speak of one and the same shape: ``label=car`` and
``shape_width_max=10`` finds the images with a car at most 10 pixels wide, not those with a car and something small.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.functions import Cast
from drf_spectacular.utils import extend_schema_field

from yard.datasets.doctor.checks.all import KINDS
from yard.datasets.models import Dataset, Finding, Image, Label, Part, Shape, ShapeKind, SplitMember
from yard.datasets.texts import shown

ID_MAX = (1 << 63) - 1  # what a database's key holds
NUMBER_MAX = 10**15
TEXTS_MAX = 100
SEARCH_MAX = 1024  # characters; no name is longer
NO_PART = "none"
ORDERINGS = ("id", "name", "shape_count", "size", "width", "height")


class TextsField(forms.Field):
    """Any texts, given by naming the parameter several times."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        """The texts that are not empty. Raises ``ValidationError`` for too many, or one with a NUL."""
        texts = [str(text) for text in value or [] if text]
        if len(texts) > TEXTS_MAX:
            raise ValidationError(f"At most {TEXTS_MAX} values.")
        if any("\0" in text for text in texts):
            raise ValidationError("Null characters are not allowed.")
        return texts


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class TextsFilter(filters.Filter):  # type: ignore[misc]
    """Any of several texts."""

    field_class = TextsField


def _whole(label: str) -> filters.NumberFilter:
    return filters.NumberFilter(label=label, method="keep", min_value=0, max_value=ID_MAX, decimal_places=0)


def _number(label: str, most: int = NUMBER_MAX) -> filters.NumberFilter:
    return filters.NumberFilter(label=label, method="keep", min_value=-most, max_value=most)


class ImageFilter(filters.FilterSet):  # type: ignore[misc]
    """Images of one data set. Its conditions are put together in ``filter_queryset``, as shapes are asked for once."""

    search = filters.CharFilter(method="keep", label="In the name", max_length=SEARCH_MAX)
    label = TextsFilter(method="keep", label="With a shape of any of these classes (name, or id)")
    label_all = TextsFilter(method="keep", label="With shapes of each of these classes")
    label_none = TextsFilter(method="keep", label="Without any shape of these classes")
    kind = filters.MultipleChoiceFilter(choices=ShapeKind.choices, method="keep", label="With a shape of these kinds")
    part = filters.MultipleChoiceFilter(
        choices=[*Part.choices, (NO_PART, "None")], method="keep", label="In these parts of the current split"
    )
    finding = TextsFilter(method="keep", label="With a finding of any of these codes")
    annotated = filters.BooleanFilter(method="keep", label="With any shape or tag, or without")
    dataset_import = filters.NumberFilter(
        method="keep", label="Brought by this import", min_value=1, max_value=ID_MAX, decimal_places=0
    )
    width_min = _whole("Image at least so wide, in pixels")
    width_max = _whole("Image at most so wide")
    height_min = _whole("Image at least so high")
    height_max = _whole("Image at most so high")
    objects_min = _whole("At least so many shapes and tags")
    objects_max = _whole("At most so many shapes and tags")
    shape_width_min = _number("With a shape at least so wide, in pixels")
    shape_width_max = _number("… less than so wide")
    shape_height_min = _number("With a shape at least so high")
    shape_height_max = _number("… less than so high")
    shape_area_min = _number("With a shape of at least so much area, in square pixels")
    shape_area_max = _number("… less than so much area")
    shape_aspect_min = _number("With a shape whose width is at least so many times its height")
    shape_aspect_max = _number("… less than so many times its height")
    center_x_min = _number("With a shape whose centre is so far to the right at least, 0 to 1 of the image's width")
    center_x_max = _number("… less far to the right")
    center_y_min = _number("With a shape whose centre is so far down at least, 0 to 1 of the image's height")
    center_y_max = _number("… less far down")
    ordering = filters.OrderingFilter(fields=ORDERINGS)

    class Meta:
        model = Image
        fields: list[str] = []

    def __init__(self, *args: Any, dataset: Dataset | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dataset = dataset

    def is_valid(self) -> bool:
        """Whether all parameters say something known; ``errors`` tells what does not."""
        if not super().is_valid():
            return False
        unknown = self._unknown_findings(self.form.cleaned_data["finding"])
        if unknown:
            codes = ", ".join(repr(shown(code, 60)) for code in unknown)
            self.form.add_error("finding", f"There is no finding {codes}. There are: {', '.join(sorted(KINDS))}.")
        return not unknown

    def _unknown_findings(self, codes: list[str]) -> list[str]:
        """Those that no check finds (any more) and of which the data set has none."""
        others = [code for code in codes if code not in KINDS]
        if not others:
            return []
        rows = Finding.objects.filter(dataset=self._dataset, code__in=others).order_by()
        return sorted(set(others) - set(rows.values_list("code", flat=True)))

    def keep(self, queryset: QuerySet[Image], _name: str, _value: Any) -> QuerySet[Image]:
        """Nothing yet; ``filter_queryset`` reads the value."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """The images that fit all of the parameters, in the order asked for (by name, unless told)."""
        found = self.form.cleaned_data
        assert self._dataset is not None
        images = queryset.filter(_of_image(found), _of_split(self._dataset, found["part"]))
        for condition in (*_of_labels(self._dataset, found), *_of_shape(self._dataset, found)):
            images = images.filter(condition)
        if found["finding"]:
            codes = Finding.objects.filter(dataset=self._dataset, code__in=found["finding"], image__isnull=False)
            images = images.filter(pk__in=codes.values("image_id"))
        return images.order_by(*order_of(found["ordering"]))


def order_of(ordering: list[str] | None) -> tuple[str, ...]:
    """The ordering made total: the id decides among equals, in the same direction, so an index can serve it."""
    first = (ordering or ["name"])[0]
    if first.lstrip("-") in ("id", "name"):
        return (first,)
    return first, "-id" if first.startswith("-") else "id"


def is_narrowed(found: dict[str, Any]) -> bool:
    """Whether any parameter but the order is given."""
    return any(value not in (None, "", []) for name, value in found.items() if name != "ordering")


def _of_image(found: dict[str, Any]) -> Q:
    condition = Q()
    if found["search"]:
        condition &= Q(name__icontains=found["search"])
    if found["annotated"] is not None:
        condition &= Q(shape_count__gt=0) if found["annotated"] else Q(shape_count=0)
    if found["dataset_import"] is not None:
        condition &= Q(dataset_import_id=int(found["dataset_import"]))
    columns = {"width": "width", "height": "height", "objects": "shape_count"}
    for name, column in columns.items():
        low, high = found[f"{name}_min"], found[f"{name}_max"]
        if low is not None:
            condition &= Q(**{f"{column}__gte": int(low)})
        if high is not None:
            condition &= Q(**{f"{column}__lte": int(high)})
    return condition


def _of_split(dataset: Dataset, parts: list[str]) -> Q:
    if not parts:
        return Q()
    # Without a current split every image is in none of its parts.
    members = SplitMember.objects.filter(split_id=dataset.split_id or 0)
    condition = Q(pk__in=members.filter(part__in=[part for part in parts if part != NO_PART]).values("image_id"))
    if NO_PART in parts:
        condition |= ~Q(pk__in=members.values("image_id"))
    return condition


def _of_labels(dataset: Dataset, found: dict[str, Any]) -> list[Q]:
    conditions = []
    for text in found["label_all"]:
        conditions.append(Q(pk__in=Shape.objects.filter(label_id__in=_label_ids(dataset, [text])).values("image_id")))
    if found["label_none"]:
        ids = _label_ids(dataset, found["label_none"])
        conditions.append(~Q(pk__in=Shape.objects.filter(label_id__in=ids).values("image_id")))
    return conditions


def _label_ids(dataset: Dataset, texts: list[str]) -> list[int]:
    """Of the labels with one of these names, or with one of these as their id."""
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dataset.labels.filter(Q(name__in=texts) | Q(pk__in=ids)).order_by().values_list("pk", flat=True))


def _of_shape(dataset: Dataset, found: dict[str, Any]) -> list[Q]:
    """That there is one shape which fits all that is said of a shape; nothing when nothing is said."""
    condition = _measures(found)
    if found["kind"]:
        condition &= Q(kind__in=found["kind"])
    if not condition and not found["label"]:
        return []
    if found["label"]:
        labels = Q(label_id__in=_label_ids(dataset, found["label"]))
    else:  # narrows to the data set by the index that begins with the label
        labels = Q(label_id__in=Label.objects.filter(dataset=dataset).order_by().values("pk"))
    return [Q(pk__in=Shape.objects.filter(labels, condition).order_by().values("image_id"))]


def _measures(found: dict[str, Any]) -> Q:
    condition = Q()
    for name in ("width", "height", "area"):
        condition &= _between(name, found[f"shape_{name}_min"], found[f"shape_{name}_max"])
    # Of something without height the aspect is not asked; multiplied, as nothing can be divided by 0.
    low, high = _as_float(found["shape_aspect_min"]), _as_float(found["shape_aspect_max"])
    if low is not None:
        condition &= Q(height__gt=0, width__gte=F("height") * low)
    if high is not None:
        condition &= Q(height__gt=0, width__lt=F("height") * high)
    for axis, start, length in (("x", "left", "width"), ("y", "top", "height")):
        low, high = _as_float(found[f"center_{axis}_min"]), _as_float(found[f"center_{axis}_max"])
        side = Cast(f"image__{length}", FloatField())
        if low is not None:
            condition &= Q(**{f"{start}__gte": side * low - F(length) / 2.0})
        if high is not None:
            condition &= Q(**{f"{start}__lt": side * high - F(length) / 2.0})
    return condition


def _between(column: str, low: Decimal | None, high: Decimal | None) -> Q:
    condition = Q()
    if low is not None:
        condition &= Q(**{f"{column}__gte": float(low)})
    if high is not None:
        condition &= Q(**{f"{column}__lt": float(high)})
    return condition


def _as_float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
