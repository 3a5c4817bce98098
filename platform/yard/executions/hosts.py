"""The host a supervisor drives, as rows: what it has, and which device is whose."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from yard.executions.launchers.base import HostFacts, Limit
from yard.executions.models import Attempt, Device, Host


@transaction.atomic
def host_register(*, facts: HostFacts, launcher: str, reason: str, limits: Collection[Limit] = tuple(Limit)) -> Host:
    """The row of this host with what it has now. Devices that went away are kept, as not present.

    Args:
        limits: Those that are kept for boxes there; the others are shown as not enforced.
    """
    host, _ = Host.objects.update_or_create(
        name=facts.name,
        defaults={
            "launcher": launcher,
            "launcher_reason": reason,
            "cpus": facts.cpus,
            "memory_bytes": facts.memory_bytes,
            "not_enforced": sorted(set(Limit) - set(limits)),
            "version": facts.version[:200],
            "seen_at": timezone.now(),
        },
    )
    for gpu in facts.gpus:
        Device.objects.update_or_create(
            host=host,
            uuid=gpu.uuid,
            defaults={"index": gpu.index, "name": gpu.name, "memory_bytes": gpu.memory_bytes, "present": True},
        )
    host.devices.exclude(uuid__in=[gpu.uuid for gpu in facts.gpus]).update(present=False)
    return host


def reserve_devices(*, host: Host, attempt: Attempt, count: int) -> list[str] | None:
    """The uuids of the devices now reserved for the attempt, or None when not enough are free.

    Devices it holds already count, so reserving again after a crash takes no more.
    """
    with transaction.atomic():
        mine = list(host.devices.filter(attempt=attempt).order_by("index").values_list("uuid", flat=True))
        free = list(host.devices.filter(attempt=None, present=True).order_by("index")[: max(0, count - len(mine))])
        if len(mine) + len(free) < count:
            return None
        taken = Device.objects.filter(pk__in=[device.pk for device in free], attempt=None).update(attempt=attempt)
        if taken != len(free):
            transaction.set_rollback(True)
            return None
    return (mine + [device.uuid for device in free])[:count]
