"""Hosts and devices as rows: what a host has, and which device is whose."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yard.executions.hosts import host_register, reserve_devices
from yard.executions.launchers.base import GpuFacts, HostFacts
from yard.executions.models import Attempt, Device, Execution, Host

pytestmark = pytest.mark.django_db

Make = Callable[..., Execution]


def facts(*uuids: str, name: str = "node") -> HostFacts:
    gpus = [GpuFacts(index=index, uuid=uuid, name="A card", memory_bytes=8 << 30) for index, uuid in enumerate(uuids)]
    return HostFacts(name=name, cpus=8, memory_bytes=32 << 30, gpus=gpus, version="1")


def register(*uuids: str, name: str = "node") -> Host:
    return host_register(facts=facts(*uuids, name=name), launcher="fake", reason="a test")


@pytest.fixture
def attempt(make: Make) -> Attempt:
    return make(gpus=1).attempts.get()


@pytest.fixture
def other(make: Make) -> Attempt:
    return make(gpus=1).attempts.get()


def test_registering_again_changes_rows_and_makes_none() -> None:
    first = register("GPU-a", "GPU-b")
    second = register("GPU-b", "GPU-a")
    assert first == second
    found = list(Device.objects.order_by("index").values_list("uuid", "index", "present"))
    assert found == [("GPU-b", 0, True), ("GPU-a", 1, True)]


def test_a_device_that_went_away_is_kept_and_not_given(attempt: Attempt) -> None:
    register("GPU-a", "GPU-b")
    host = register("GPU-b")
    assert Device.objects.get(uuid="GPU-a").present is False
    assert reserve_devices(host=host, attempt=attempt, count=2) is None
    assert reserve_devices(host=host, attempt=attempt, count=1) == ["GPU-b"]
    register("GPU-a", "GPU-b")
    assert Device.objects.get(uuid="GPU-a").present is True
    assert Device.objects.get(uuid="GPU-b").attempt == attempt


def test_a_device_belongs_to_one_attempt(attempt: Attempt, other: Attempt) -> None:
    host = register("GPU-a", "GPU-b", "GPU-c")
    assert reserve_devices(host=host, attempt=attempt, count=2) == ["GPU-a", "GPU-b"]
    assert reserve_devices(host=host, attempt=other, count=2) is None
    assert Device.objects.filter(attempt=other).count() == 0, "too few are as good as none"
    assert reserve_devices(host=host, attempt=other, count=1) == ["GPU-c"]


def test_reserving_again_after_a_crash_takes_no_more(attempt: Attempt) -> None:
    host = register("GPU-a", "GPU-b", "GPU-c")
    first = reserve_devices(host=host, attempt=attempt, count=2)
    assert reserve_devices(host=host, attempt=attempt, count=2) == first
    assert Device.objects.filter(attempt=attempt).count() == 2
    assert reserve_devices(host=host, attempt=attempt, count=3) == ["GPU-a", "GPU-b", "GPU-c"]


def test_no_device_asked_for_is_none_taken(attempt: Attempt) -> None:
    assert reserve_devices(host=register(), attempt=attempt, count=0) == []


def test_devices_of_another_host_are_not_given(attempt: Attempt) -> None:
    register("GPU-a", name="far")
    assert reserve_devices(host=register(name="near"), attempt=attempt, count=1) is None
