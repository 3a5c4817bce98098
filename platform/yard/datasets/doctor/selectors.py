"""Reading what the doctor has found and done. Data sets are fetched for a user before; see ``datasets.selectors``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from yard.core.errors import NotFound
from yard.datasets.doctor.checks.all import KINDS
from yard.datasets.doctor.kinds import Kind
from yard.datasets.models import Dataset, Examination, Finding, Repair, Shape

EXAMPLES = 4


@dataclass(slots=True)
class KindCount:
    """A kind of finding, how many there are, and a few of them.

    Attributes:
        open: Those that nobody has said are meant to be so.
        intended: The others.
        beyond: Of the open ones, how many were only counted and have no row.
    """

    kind: Kind
    open: int = 0
    intended: int = 0
    beyond: int = 0
    examples: list[Finding] = field(default_factory=list)


def examination_of(dataset: Dataset) -> Examination | None:
    """The newest examination of the data set; None when there was none."""
    return Examination.objects.filter(dataset=dataset).select_related("created_by").first()


def is_stale(dataset: Dataset) -> bool:
    """Whether the findings are about what the data set was before it was changed."""
    return dataset.checked_revision is not None and dataset.checked_revision != dataset.revision


def kind_counts(dataset: Dataset, examination: Examination | None, *, examples: bool = True) -> list[KindCount]:
    """Every kind that the doctor looks for, in order, found or not; two queries."""
    rows = Finding.objects.filter(dataset=dataset).order_by().values_list("code")
    counts = {
        code: (open_ones, intended)
        for code, open_ones, intended in rows.annotate(
            open=Count("pk", filter=Q(intended=False)), hidden=Count("pk", filter=Q(intended=True))
        )
    }
    beyond = examination.beyond if examination is not None else {}
    shown = _examples(dataset) if examples and counts else {}
    return [
        KindCount(
            kind,
            open=counts.get(code, (0, 0))[0] + beyond.get(code, 0),
            intended=counts.get(code, (0, 0))[1],
            beyond=beyond.get(code, 0),
            examples=shown.get(code, []),
        )
        for code, kind in KINDS.items()
    ]


def finding_list(dataset: Dataset) -> QuerySet[Finding]:
    """The findings of the data set with all that a list shows."""
    return (
        Finding.objects.filter(dataset=dataset)
        .select_related("image", "other_image", "shape__label", "label")
        .order_by("code", "pk")
    )


def other_shapes(findings: Iterable[Finding]) -> dict[int, Shape]:
    """The second shapes of pairs, by id; one query."""
    ids = {finding.details["other_shape"] for finding in findings if "other_shape" in finding.details}
    return {shape.pk: shape for shape in Shape.objects.filter(pk__in=ids).select_related("label")} if ids else {}


def class_examples(findings: Iterable[Finding]) -> dict[int, Shape]:
    """label id → one of its shapes, for classes that findings without an image are about or suggest; two queries."""
    about_classes = [finding for finding in findings if finding.image_id is None]
    ids = {pk for finding in about_classes for pk in class_ids(finding)}
    if not ids:
        return {}
    firsts = Shape.objects.filter(label_id__in=ids).order_by().values("label_id").annotate(first=Min("pk"))
    shapes = Shape.objects.filter(pk__in=[row["first"] for row in firsts]).select_related("label", "image")
    return {shape.label_id: shape for shape in shapes}


def class_ids(finding: Finding) -> list[int]:
    """The class that the finding is about, and the one that is suggested instead."""
    return [pk for pk in (finding.label_id, finding.details.get("into")) if pk]


def repair_list(dataset: Dataset) -> QuerySet[Repair]:
    """The repairs of the data set, newest first."""
    return dataset.repairs.select_related("created_by", "undone_by", "before", "after").defer("options")


def repair_get(*, dataset: Dataset, repair_id: int) -> Repair:
    """The repair of a data set the caller has fetched for a user. Raises ``NotFound``."""
    found = repair_list(dataset).select_related("dataset").filter(pk=repair_id).first()
    if found is None:
        raise NotFound(f"The data set {dataset.name} has no such repair.")
    return found


def _examples(dataset: Dataset) -> dict[str, list[Finding]]:
    """The first findings of each kind, those that are not intended before the others."""
    numbered = (
        Finding.objects.filter(dataset=dataset)
        .annotate(place=Window(RowNumber(), partition_by=F("code"), order_by=[F("intended").asc(), F("pk").asc()]))
        .order_by()
    )
    ids = list(numbered.filter(place__lte=EXAMPLES).values_list("pk", flat=True))
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in finding_list(dataset).filter(pk__in=ids).order_by("intended", "pk"):
        found[finding.code].append(finding)
    return found
