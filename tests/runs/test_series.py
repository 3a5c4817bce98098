from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.runs.factories import attempt_of, printed
from yard.accounts.models import User
from yard.runs.metrics import log_read
from yard.runs.models import MetricKey, MetricPoint, Run
from yard.runs.series import Point, thin

ClientOf = Callable[[User], APIClient]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=300)


def curve(values: list[float | None]) -> list[Point]:
    return [Point(number, number, value, NOW) for number, value in enumerate(values)]


@given(VALUES, st.integers(10, 60))
def test_it_never_gives_more_than_was_asked_for(values: list[float | None], max_points: int) -> None:
    points = thin(curve(values), len(values), max_points)
    assert len(points) <= max_points
    assert [point.sequence for point in points] == sorted({point.sequence for point in points})


@given(VALUES.filter(lambda values: any(value is not None for value in values)), st.integers(10, 60))
def test_it_keeps_the_highest_and_the_lowest(values: list[float | None], max_points: int) -> None:
    kept = {point.value for point in thin(curve(values), len(values), max_points)} - {None}
    numbers = [value for value in values if value is not None]
    assert {min(numbers), max(numbers)} <= kept


@given(VALUES.filter(bool), st.integers(10, 60))
def test_it_keeps_both_ends(values: list[float | None], max_points: int) -> None:
    points = thin(curve(values), len(values), max_points)
    assert (points[0].sequence, points[-1].sequence) == (0, len(values) - 1)


def test_a_short_curve_is_whole() -> None:
    points = curve([1.0, None, 3.0])
    assert thin(points, 3, 10) == points


@pytest.fixture
def get(client_of: ClientOf, viewer: User, run: Run) -> Callable[..., Any]:
    def get(query: str = "", user: User | None = None) -> Any:
        return client_of(user or viewer).get(f"/api/v1/runs/{run.pk}/metrics/points/{query}")

    return get


def test_the_api_gives_columns_and_null_for_what_is_no_number(run: Run, get: Callable[..., Any]) -> None:
    log_read(attempt=printed(run, "epoch 1/3 loss=0.5\nepoch 2/3 loss=nan\nepoch 3/3 loss=inf\n"))
    (series,) = get().json()["series"]
    assert series["name"] == "loss"
    assert series["steps"] == [1, 2, 3]
    assert series["values"] == [0.5, None, None]
    assert (series["last_sequence"], series["point_count"]) == (2, 3)


def test_only_what_is_new_can_be_asked_for(run: Run, get: Callable[..., Any]) -> None:
    log_read(attempt=printed(run, "loss=1\nloss=2\nloss=3\n"))
    (series,) = get("?after=1").json()["series"]
    assert series["values"] == [3.0]
    (series,) = get("?after=2").json()["series"]
    assert (series["values"], series["last_sequence"]) == ([], 2)


def test_curves_can_be_chosen(run: Run, get: Callable[..., Any]) -> None:
    for name in ("a", "b", "train/loss"):
        MetricKey.objects.create(run=run, name=name)
    assert [series["name"] for series in get("?names=a,train/loss").json()["series"]] == ["a", "train/loss"]
    assert get("?names=").json()["series"] != []
    assert get("?names=unheard").json()["series"] == []


def test_a_long_curve_is_thinned(run: Run, get: Callable[..., Any]) -> None:
    key = MetricKey.objects.create(run=run, name="loss", point_count=5000)
    attempt, now = attempt_of(run), timezone.now()
    MetricPoint.objects.bulk_create(
        MetricPoint(key=key, attempt=attempt, sequence=n, step=n, at=now, value=9999.0 if n == 1234 else n % 7)
        for n in range(5000)
    )
    (series,) = get("?max_points=100").json()["series"]
    assert len(series["values"]) <= 100
    assert max(series["values"]) == 9999.0
    assert series["last_sequence"] == 4999


@pytest.mark.parametrize("query", ["?after=x", "?max_points=0", "?max_points=1000000", "?after=-5"])
def test_a_bad_query_is_refused(query: str, get: Callable[..., Any]) -> None:
    assert get(query).status_code == 400


def test_outsiders_see_no_curves(run: Run, get: Callable[..., Any], outsider: User, client_of: ClientOf) -> None:
    assert get(user=outsider).status_code == 404
    assert client_of(outsider).get(f"/api/v1/runs/{run.pk}/metrics/").status_code == 404


def test_the_metrics_of_a_run_are_listed(
    run: Run, client_of: ClientOf, viewer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    log_read(attempt=printed(run, "loss=1\nloss=2\n"))
    with django_assert_max_num_queries(5):
        data = client_of(viewer).get(f"/api/v1/runs/{run.pk}/metrics/").data
    assert data == [{"name": "loss", "point_count": 2, "last_value": 2.0}]
