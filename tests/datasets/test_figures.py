"""What the worker works out about large data sets: asked for once, shown when it is there, the old one meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.datasets.conftest import BOX, TAG, Importer, cvat, picture
from yard.accounts.models import User
from yard.core.errors import Conflict
from yard.datasets.figures import kinds
from yard.datasets.figures.perform import figure_perform
from yard.datasets.models import Dataset, Figure, Split, SplitMethod, WorkState
from yard.datasets.splits import leaks, services
from yard.datasets.statistics import selectors
from yard.datasets.versions.create import version_create
from yard.datasets.work import work_resume_stale
from yard.datasets.working_state import changing


@pytest.fixture
def large(import_files: Importer, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set that counts as a large one."""
    files = {"a.png": picture(color="red"), "b.png": picture(color="blue"), "c.png": picture(color="red")}
    import_files({**files, "annotations.xml": cvat({"a.png": BOX, "b.png": TAG})})
    monkeypatch.setattr(selectors, "IMAGES_AT_ONCE", 1)
    monkeypatch.setattr(leaks, "IMAGES_AT_ONCE", 1)
    return dataset


@pytest.fixture
def leaky(large: Dataset, owner: User) -> Split:
    lists = {"train": ["a.png"], "val": ["c.png"], "test": ["b.png"]}
    return services.split_create_from(dataset=large, user=owner, name="x", method=SplitMethod.LISTS, lists=lists)


def worked() -> int:
    """What a worker does with all that is queued; says how much that was."""
    queued = list(Figure.objects.filter(state=WorkState.QUEUED).values_list("pk", flat=True))
    for pk in queued:
        figure_perform(pk)
    return len(queued)


def edit(dataset: Dataset, user: User) -> None:
    with changing(dataset, user=user, action="dataset.changed") as locked:
        locked.images.filter(name="b.png").delete()


def get(client: APIClient, dataset: Dataset, path: str) -> tuple[int, dict[str, Any]]:
    response = client.get(f"/api/v1/datasets/{dataset.pk}/{path}")
    return response.status_code, response.json()


def test_statistics_are_counted_once_by_the_worker(large: Dataset, as_viewer: APIClient, as_owner: APIClient) -> None:
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["pending"]["state"], "classes" in found) == (202, "queued", False)
    assert get(as_owner, large, "statistics/")[0] == 202
    assert worked() == 1
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["pending"], found["image_count"], found["shape_count"]) == (200, None, 3, 2)
    assert worked() == 0


def test_those_of_before_are_shown_while_newer_ones_are_counted(
    large: Dataset, as_viewer: APIClient, owner: User
) -> None:
    get(as_viewer, large, "statistics/")
    worked()
    edit(large, owner)
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["image_count"], found["pending"]["state"]) == (200, 3, "queued")
    worked()
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["image_count"], found["pending"]) == (200, 2, None)


def test_what_changes_while_it_is_counted_is_counted_again(
    large: Dataset, as_viewer: APIClient, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = kinds.KINDS["statistics"]

    def meanwhile(dataset: Dataset, question: str, tell: Callable[[float, str], None]) -> Any:
        value = kind.work_out(dataset, question, tell)
        edit(large, owner)
        return value

    get(as_viewer, large, "statistics/")
    monkeypatch.setitem(kinds.KINDS, "statistics", kinds.FigureKind(kind.stamp, meanwhile))
    worked()
    monkeypatch.setitem(kinds.KINDS, "statistics", kind)
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["image_count"], found["pending"]["state"]) == (200, 3, "queued")
    worked()
    assert get(as_viewer, large, "statistics/")[1]["image_count"] == 2


def test_a_class_and_a_version_have_figures_of_their_own(large: Dataset, as_viewer: APIClient, owner: User) -> None:
    version = version_create(dataset=large, user=owner)
    queries = ["statistics/", "statistics/?label=leaf", "statistics/?version=1", "statistics/?version=1&label=leaf"]
    assert [get(as_viewer, large, query)[0] for query in queries] == [202] * 4
    assert worked() == 4
    found = [get(as_viewer, large, query)[1] for query in queries]
    assert [one["kinds"] for one in found] == [{"box": 1, "tag": 1}, {"box": 1}] * 2
    edit(large, owner)
    assert get(as_viewer, large, "statistics/?version=1")[1]["pending"] is None
    version.delete()
    assert get(as_viewer, large, "statistics/?version=1")[0] == 404


def test_a_killed_worker_is_followed_by_another(large: Dataset, as_viewer: APIClient) -> None:
    get(as_viewer, large, "statistics/")
    Figure.objects.update(state=WorkState.RUNNING, lease_owner="gone", lease_until=timezone.now() - timedelta(days=1))
    assert work_resume_stale() == 1
    worked()
    assert get(as_viewer, large, "statistics/")[0] == 200
    Figure.objects.update(state=WorkState.QUEUED, stamp="", interruptions=9)
    worked()
    status, found = get(as_viewer, large, "statistics/")
    assert (status, found["pending"]["state"]) == (202, "failed")
    assert "interrupted" in found["pending"]["message"]


def test_a_fault_is_told_and_not_tried_again_and_again(
    large: Dataset, as_viewer: APIClient, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = kinds.KINDS["statistics"]

    def broken(*_: object) -> Any:
        raise RuntimeError("a fault")

    get(as_viewer, large, "statistics/")
    monkeypatch.setitem(kinds.KINDS, "statistics", kinds.FigureKind(kind.stamp, broken))
    worked()
    assert get(as_viewer, large, "statistics/")[1]["pending"]["state"] == "failed"
    assert worked() == 0
    monkeypatch.setitem(kinds.KINDS, "statistics", kind)
    edit(large, owner)
    assert get(as_viewer, large, "statistics/")[1]["pending"]["state"] == "queued"


def test_leaks_of_a_large_data_set_are_compared_by_the_worker(
    leaky: Split, as_owner: APIClient, as_viewer: APIClient, as_outsider: APIClient, owner: User
) -> None:
    path = f"splits/{leaky.pk}/leaks/"
    assert get(as_outsider, leaky.dataset, path)[0] == 404
    status, found = get(as_viewer, leaky.dataset, path)
    assert (status, found["pending"]["state"]) == (202, "queued")
    with pytest.raises(Conflict, match="being compared"):
        leaks.leaks_mend(split=leaky, user=owner)
    worked()
    status, found = get(as_viewer, leaky.dataset, path)
    assert (status, found["count"], found["exact"], found["pending"]) == (200, 1, 1, None)
    assert leaks.leaks_mend(split=leaky, user=owner) == 2  # pictures of one colour all look alike
    status, found = get(as_viewer, leaky.dataset, path)
    assert (found["count"], found["pending"]["state"]) == (1, "queued")
    worked()
    assert get(as_owner, leaky.dataset, path)[1]["count"] == 0


def test_a_split_that_goes_takes_its_figure_along(leaky: Split, as_viewer: APIClient, owner: User) -> None:
    get(as_viewer, leaky.dataset, f"splits/{leaky.pk}/leaks/")
    services.split_delete(split=leaky, user=owner)
    worked()
    assert Figure.objects.get().state == WorkState.FAILED
