from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yard.core.errors import InvalidInput
from yard.executions.models import Device, Host
from yard.executions.services import Requested
from yard.runs.resources import GIB, MIB, Capacity, capacities, check_fits, defaults, maximum, size_text

SMALL = Capacity("small", cpus=2, memory_bytes=4 * GIB, gpus=1)
LARGE = Capacity("large", cpus=64, memory_bytes=512 * GIB, gpus=0)


def test_shared_memory_is_eight_gib_or_half_of_the_hosts_memory() -> None:
    assert defaults([LARGE]).shared_memory_bytes == 8 * GIB
    assert defaults([SMALL]).shared_memory_bytes == 2 * GIB


def test_the_default_leaves_memory_for_the_machine() -> None:
    assert defaults([SMALL]).memory_bytes == 3 * GIB
    assert defaults([SMALL]).cpus == 2


@given(st.integers(1, 1 << 45), st.integers(1, 512), st.integers(0, 16))
def test_the_defaults_of_a_host_fit_it(memory: int, cpus: int, gpus: int) -> None:
    host = Capacity("any", cpus=cpus, memory_bytes=memory, gpus=gpus)
    check_fits(defaults([host]), [host])


def test_what_fits_no_single_host_is_refused() -> None:
    with pytest.raises(InvalidInput, match="No single host"):
        check_fits(Requested(cpus=32, memory_bytes=GIB, shared_memory_bytes=MIB, gpus=1), [LARGE, SMALL])


def test_what_fits_some_host_is_taken() -> None:
    check_fits(Requested(cpus=2, memory_bytes=GIB, shared_memory_bytes=MIB, gpus=1), [LARGE, SMALL])
    check_fits(Requested(cpus=64, memory_bytes=GIB, shared_memory_bytes=MIB), [LARGE, SMALL])


def test_nothing_is_refused_before_a_host_is_known() -> None:
    check_fits(Requested(gpus=100), [])
    assert maximum([]) is None


def test_a_host_that_is_long_gone_does_not_count(db: None) -> None:
    now = timezone.now()
    old = Host.objects.create(name="old", launcher="x", cpus=99, memory_bytes=GIB, seen_at=now - timedelta(days=3))
    assert [host.name for host in capacities()] == ["old"]
    Host.objects.create(name="new", launcher="x", cpus=2, memory_bytes=GIB, seen_at=now)
    Device.objects.create(host=old, uuid="1", index=0, name="gpu")
    assert [host.name for host in capacities()] == ["new"]


def test_devices_that_are_gone_do_not_count(db: None) -> None:
    host = Host.objects.create(name="h", launcher="x", cpus=2, memory_bytes=GIB, seen_at=timezone.now())
    Device.objects.create(host=host, uuid="1", index=0, name="gpu")
    Device.objects.create(host=host, uuid="2", index=1, name="gpu", present=False)
    assert [host.gpus for host in capacities()] == [1]


def test_sizes_are_written_for_people() -> None:
    assert size_text(2 * GIB) == "2 GiB"
    assert size_text(1536 * MIB) == "1.5 GiB"
    assert size_text(256 * MIB) == "256 MiB"
