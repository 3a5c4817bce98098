"""What an administrator may allow the runs of a template beyond what every run may do.

A grant speaks of code that somebody has looked at, so it holds for the versions up to the newest one of that moment. A
version uploaded later runs without, until an administrator confirms the grant. Bundled templates come with the
platform, so all their versions have what theirs were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from yard.accounts.models import User
from yard.blueprints.models import Blueprint, BlueprintVersion
from yard.core.events import emit


class Grant(StrEnum):
    """What can be granted; the field of ``Blueprint`` is ``allow_<value>``."""

    NETWORK = "network"
    ROOT = "root"
    FUSE = "fuse"

    @property
    def field(self) -> str:
        """Its field of ``Blueprint``."""
        return f"allow_{self.value}"


@dataclass(frozen=True, slots=True)
class Power:
    """What a grant gives a box: kernel capabilities and device files."""

    capabilities: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


POWERS: Mapping[Grant, Power] = {
    Grant.NETWORK: Power(),
    # What root is without a kernel's own affairs: images that change owners, or drop to another user, need it.
    Grant.ROOT: Power(("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID")),
    # Mounting a file system of its own, such as s3fs.
    Grant.FUSE: Power(("SYS_ADMIN",), ("/dev/fuse",)),
}


def grants_of(version: BlueprintVersion) -> list[Grant]:
    """The grants that hold for this version now."""
    blueprint = version.blueprint
    covered = blueprint.project_id is None or (
        blueprint.granted_version is not None and version.number <= blueprint.granted_version
    )
    return [grant for grant in Grant if covered and getattr(blueprint, grant.field)]


def power_of(grants: list[Grant]) -> Power:
    """What these grants give together."""
    return Power(
        tuple(sorted({each for grant in grants for each in POWERS[grant].capabilities})),
        tuple(sorted({each for grant in grants for each in POWERS[grant].devices})),
    )


@transaction.atomic
def template_grant(*, blueprint: Blueprint, changes: Mapping[Grant, bool], user: User) -> Blueprint:
    """Give and take; for administrators of the platform, which the caller checks.

    Giving one (again) makes the newest version the last one that all grants of the template hold for.
    """
    locked = Blueprint.objects.select_for_update().get(pk=blueprint.pk)
    newest = locked.versions.order_by("-number").values_list("number", flat=True).first()
    for grant, allow in changes.items():
        setattr(locked, grant.field, allow)
    if any(changes.values()):
        locked.granted_version = newest
    fields = [*(grant.field for grant in Grant), "granted_version"]
    locked.save(update_fields=[*fields, "updated_at"])
    for grant, allow in changes.items():
        emit(
            kind="template.granted" if allow else "template.revoked",
            object_type="template",
            object_id=locked.pk,
            project_id=locked.project_id,
            actor=user,
            payload={"grant": grant.value, "version": locked.granted_version if allow else None, "name": str(locked)},
        )
    for name in fields:
        setattr(blueprint, name, getattr(locked, name))
    return blueprint
