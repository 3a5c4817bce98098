from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from yard.executions import leases
from yard.executions.models import Attempt, Execution, Host
from yard.executions.states import State
from yard.executions.transitions import transition

Make = Callable[..., Execution]


@pytest.fixture
def host(db: None) -> Host:
    return Host.objects.create(name="here", launcher="fake", cpus=2, memory_bytes=1 << 30)


def test_one_attempt_has_one_owner(make: Make, host: Host) -> None:
    make()
    held = leases.claim("a/1/1", host_id=host.pk)
    assert len(held) == 1
    assert leases.claim("b/2/2", host_id=host.pk) == []
    assert leases.claim("a/1/1", host_id=host.pk) == held


def test_it_is_free_again_when_its_time_is_over(make: Make, host: Host) -> None:
    make()
    held = leases.claim("a/1/1", host_id=host.pk)
    Attempt.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert leases.claim("b/2/2", host_id=host.pk) == held
    assert leases.claim("a/1/1", host_id=host.pk) == []


def test_it_is_free_at_once_when_its_owner_on_this_host_was_killed(make: Make, host: Host) -> None:
    make()
    with subprocess.Popen(["sleep", "60"]) as process:
        dead = leases.owner_id(process.pid)
        assert not leases.is_dead(dead)
        process.kill()
    assert leases.is_dead(dead)
    held = leases.claim(dead, host_id=host.pk)
    assert leases.claim(leases.owner_id(), host_id=host.pk) == held


def test_a_living_owner_is_not_dead() -> None:
    assert not leases.is_dead(leases.owner_id())
    assert not leases.is_dead("another-host/1/1")
    assert not leases.is_dead("nonsense")


def test_attempts_on_other_hosts_and_ended_ones_are_nobodys(make: Make, host: Host) -> None:
    other = Host.objects.create(name="there", launcher="fake", cpus=2, memory_bytes=1 << 30)
    Attempt.objects.filter(execution=make()).update(host=other)
    transition(make(), State.FAILED)
    assert leases.claim("a/1/1", host_id=host.pk) == []


def test_leaving_in_good_order_gives_them_back(make: Make, host: Host) -> None:
    make()
    held = leases.claim("a/1/1", host_id=host.pk)
    leases.release("a/1/1")
    assert leases.claim("b/2/2", host_id=host.pk) == held
