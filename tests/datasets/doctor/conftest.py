from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.datasets.conftest import Importer, picture
from yard.accounts.models import User
from yard.datasets.annotations.types import ShapeAnnotation
from yard.datasets.doctor.examine import examination_perform
from yard.datasets.doctor.repairs.requests import repair_request, repair_undo
from yard.datasets.doctor.requests import examination_request
from yard.datasets.labels import LabelBook
from yard.datasets.models import Dataset, Examination, Finding, Repair
from yard.datasets.shapes import shapes_replace
from yard.datasets.working_state import changing

Shapes = list[ShapeAnnotation]
Filled = Callable[..., Dataset]
Examined = Callable[..., list[Finding]]


def box(x1: float, y1: float, x2: float, y2: float, label: str = "leaf", **more: Any) -> ShapeAnnotation:
    return ShapeAnnotation("box", label, {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "rotation": 0.0}, **more)


def polygon(*points: tuple[float, float], label: str = "leaf") -> ShapeAnnotation:
    return ShapeAnnotation("polygon", label, {"points": [list(point) for point in points]})


def tag(label: str) -> ShapeAnnotation:
    return ShapeAnnotation("tag", label, {})


@pytest.fixture
def filled(dataset: Dataset, owner: User, import_files: Importer) -> Filled:
    """A data set of images of 100 x 80 pixels (or files as given), name → shapes."""

    def fill(images: dict[str, Shapes], files: dict[str, bytes] | None = None) -> Dataset:
        colors = {name: (index * 3 % 256, index * 7 % 256, 90) for index, name in enumerate(images)}
        made = {name: picture(100, 80, colors[name]) for name in images} | (files or {})
        import_files(made)
        annotate(dataset, owner, images)
        return dataset

    return fill


def annotate(dataset: Dataset, user: User, images: dict[str, Shapes]) -> None:
    """Give images of the data set these shapes, as somebody does by hand."""
    ids = dict(dataset.images.values_list("name", "pk"))
    with changing(dataset, user=user, action="dataset.edited"):
        shapes_replace({ids[name]: shapes for name, shapes in images.items()}, LabelBook(dataset))


@pytest.fixture
def examined(dataset: Dataset) -> Examined:
    """Examines the data set; the findings of a kind, or all."""

    def run(code: str = "", **options: Any) -> list[Finding]:
        examination_perform(examination_request(dataset=dataset, user=None, options=options).pk)
        found = Examination.objects.get(dataset=dataset)
        assert found.state == "succeeded", found.message
        dataset.refresh_from_db()
        rows = Finding.objects.filter(dataset=dataset).order_by("pk")
        return list(rows.filter(code=code) if code else rows)

    return run


def state_of(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """name → content and annotations of every image."""
    rows = dataset.images.values_list("name", "digest", "annotations_digest")
    return {name: (digest, annotations) for name, digest, annotations in rows}


@pytest.fixture
def repaired(dataset: Dataset, owner: User, examined: Examined, django_capture_on_commit_callbacks: Any) -> Any:
    """Examines (unless findings are chosen), repairs, and gives the repair back."""

    def repair(finding: str, code: str, findings: list[int] | None = None, **options: Any) -> Repair:
        if findings is None:
            examined()
        with django_capture_on_commit_callbacks(execute=True):
            found = repair_request(
                dataset=dataset, user=owner, finding_code=finding, code=code, findings=findings, options=options
            )
        found.refresh_from_db()
        dataset.refresh_from_db()
        assert found.state == "succeeded", found.message
        return found

    return repair


@pytest.fixture
def undone(owner: User, dataset: Dataset, django_capture_on_commit_callbacks: Any) -> Any:
    """Takes a repair back."""

    def undo(repair: Repair, *, force: bool = False) -> Repair:
        with django_capture_on_commit_callbacks(execute=True):
            repair_undo(repair=repair, user=owner, force=force)
        repair.refresh_from_db()
        dataset.refresh_from_db()
        assert repair.undone_at is not None, repair.message
        return repair

    return undo
