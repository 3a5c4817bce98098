"""Windows of the images that fit a filter, and where an image stands among them."""

from __future__ import annotations

import operator
from array import array
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from yard.datasets.gallery.filters import NO_PART, ImageFilter, is_narrowed
from yard.datasets.gallery.kept import KeptAnswers
from yard.datasets.gallery.overlays import overlays_of
from yard.datasets.models import Dataset, Image, SplitMember
from yard.datasets.working_state import ACTIVE_STATES

IMPORTS_SHOWN = 20
_kept = KeptAnswers()


@dataclass(frozen=True, slots=True)
class Found:
    """The images that fit, in their order. ``ids`` are all of theirs, where they are known."""

    images: QuerySet[Image]
    count: int
    ids: array[int] | None = None

    def window(self, offset: int, limit: int) -> list[int]:
        """Ids of ``limit`` images from ``offset`` on."""
        if self.ids is not None:
            return self.ids[offset : offset + limit].tolist()
        return list(self.images.values_list("pk", flat=True)[offset : offset + limit])


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image stands. ``position`` counts from 0; None: it does not fit the filter."""

    position: int | None
    count: int
    previous: int | None
    next: int | None


def images_found(dataset: Dataset, parameters: QueryDict) -> Found:
    """The images of the data set that fit these query parameters. Raises ``ValidationError``."""
    chosen = ImageFilter(parameters, queryset=dataset.images.all(), dataset=dataset)
    if not chosen.is_valid():
        raise ValidationError(chosen.errors)
    images: QuerySet[Image] = chosen.qs
    given = chosen.form.cleaned_data
    # Findings come and go without the data set's revision, and an import brings images before it moves.
    if given["finding"] or dataset.imports.filter(state__in=ACTIVE_STATES).exists():
        return Found(images, images.order_by().count())
    if not is_narrowed(given):
        return Found(images, dataset.image_count)
    ids = _kept.get(_key(dataset, given), lambda: array("q", images.values_list("pk", flat=True).iterator()))
    return Found(images, len(ids), ids)


def gallery_page(
    dataset: Dataset, found: Found, *, offset: int, limit: int, shapes: bool = True
) -> list[dict[str, Any]]:
    """``limit`` rows from ``offset`` on, each as the gallery shows it, in a fixed number of queries."""
    # The ids first: these an index tells alone, wherever in the list they are.
    ids = found.window(offset, limit)
    rows = Image.objects.in_bulk(ids)
    images = [rows[pk] for pk in ids if pk in rows]
    parts = parts_of(dataset, ids)
    drawn = overlays_of(dataset, images) if shapes else {}
    return [{"image": image, "part": parts.get(image.pk, ""), "drawn": drawn.get(image.pk)} for image in images]


def parts_of(dataset: Dataset, image_ids: list[int]) -> dict[int, str]:
    """image id → its part in the data set's current split."""
    if dataset.split_id is None:
        return {}
    members = SplitMember.objects.filter(split_id=dataset.split_id, image_id__in=image_ids)
    return dict(members.values_list("image_id", "part"))


def facets(dataset: Dataset) -> dict[str, Any]:
    """What there is to choose from beside classes and kinds, with how many images each has: parts of the current split,
    codes of findings, and the newest imports that brought images."""
    parts: dict[str, int] = {}
    if dataset.split_id is not None:
        members = SplitMember.objects.filter(split_id=dataset.split_id).order_by()
        parts = dict(members.values_list("part").annotate(Count("pk")))
        parts[NO_PART] = max(0, dataset.image_count - sum(parts.values()))
    findings = dataset.findings.filter(image__isnull=False).order_by()
    imports = dataset.imports.annotate(brought=Count("images")).filter(brought__gt=0)[:IMPORTS_SHOWN]
    return {
        "parts": parts,
        "findings": dict(findings.values_list("code").annotate(Count("image", distinct=True))),
        "imports": [{"id": found.pk, "created_at": found.created_at, "images": found.brought} for found in imports],
    }


def image_place(found: Found, image: Image) -> Place:
    """Where the image stands among those found, and its neighbours."""
    if found.ids is not None:
        return _place_in(found.ids, image.pk)
    if not found.images.filter(pk=image.pk).exists():
        return Place(None, found.count, None, None)
    order = tuple(str(name) for name in found.images.query.order_by)
    before = found.images.filter(_beyond(order, image, forward=False))
    after = found.images.filter(_beyond(order, image, forward=True))
    ids = before.reverse().values_list("pk", flat=True), after.values_list("pk", flat=True)
    previous, following = (next(iter(some[:1]), None) for some in ids)
    return Place(before.count(), found.count, previous, following)


def _beyond(order: tuple[str, ...], image: Image, *, forward: bool) -> Q:
    """What stands after the image (or before it) in this order."""
    conditions = []
    equal: dict[str, Any] = {}
    for name in order:
        column = name.removeprefix("-")
        grows = forward is not name.startswith("-")
        value = getattr(image, column)
        conditions.append(Q(**equal, **{f"{column}__{'gt' if grows else 'lt'}": value}))
        equal[column] = value
    return reduce(operator.or_, conditions)


def _place_in(ids: array[int], pk: int) -> Place:
    try:
        at = ids.index(pk)
    except ValueError:
        return Place(None, len(ids), None, None)
    return Place(at, len(ids), ids[at - 1] if at > 0 else None, ids[at + 1] if at + 1 < len(ids) else None)


def _key(dataset: Dataset, given: dict[str, Any]) -> str:
    """The same for the same question about the same data."""
    asked = sorted((name, repr(value)) for name, value in given.items() if value not in (None, "", []))
    # The time of its making tells it from one that had its id before a database was put back.
    return f"{dataset.pk} {dataset.created_at.timestamp()} {dataset.revision} {asked}"
