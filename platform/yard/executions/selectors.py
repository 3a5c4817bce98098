"""Reading executions, attempts, hosts and their queue."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from yard.accounts import access
from yard.accounts.access import AnyUser
from yard.accounts.models import Role
from yard.core.errors import NotFound
from yard.executions.models import Attempt, Execution, Host
from yard.executions.states import ACTIVE, IN_A_BOX, State


def execution_list_for(user: AnyUser) -> QuerySet[Execution]:
    """The executions of the user's projects, and the builds of bundled templates."""
    return access.visible(user, Execution.objects.all(), shared=True)


def execution_get_for(*, user: AnyUser, execution_id: int, role: Role = Role.VIEWER) -> Execution:
    """The execution, if the user has at least this role in its project. Raises ``NotFound`` or ``NotAllowed``."""
    found = execution_list_for(user).filter(pk=execution_id).first()
    if found is None:
        raise NotFound("There is no such execution, or you are not a member of its project.")
    if found.project_id is not None:
        access.require(user, found.project_id, role)
    return found


def attempt_latest(execution: Execution) -> Attempt:
    """The newest attempt; every execution has one."""
    return execution.attempts.select_related("host").latest("number")


@dataclass(frozen=True, slots=True)
class Load:
    """What boxes hold on a host, of what it has."""

    cpus: float
    memory_bytes: int
    gpus_free: int


def host_load(host: Host) -> Load:
    """What the host's boxes hold now; ``gpus_free`` counts devices nobody reserved."""
    held = Execution.objects.filter(state__in=IN_A_BOX, attempts__host=host).aggregate(
        cpus=Sum("cpus"), memory=Sum("memory_bytes")
    )
    return Load(
        cpus=held["cpus"] or 0.0,
        memory_bytes=held["memory"] or 0,
        gpus_free=host.devices.filter(present=True, attempt=None).count(),
    )


def queue_counts() -> dict[str, int]:
    """How many executions wait and how many hold a box, over all projects (no names: those are not everybody's)."""
    return Execution.objects.filter(state__in=ACTIVE).aggregate(
        waiting=Count("id", filter=Q(state__in=[State.QUEUED, State.BUILDING, State.WAITING])),
        running=Count("id", filter=Q(state__in=IN_A_BOX)),
    )
