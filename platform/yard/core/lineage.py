"""What was made from what, across all apps: links between a piece of work and the objects it took and gave."""

from __future__ import annotations

from dataclasses import dataclass

from yard.core.models import Lineage, LineageRole


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of any app, as in events: ``Thing("run", 7)``."""

    type: str
    id: int


def link(*, work: Thing, inputs: tuple[Thing, ...] = (), outputs: tuple[Thing, ...] = ()) -> None:
    """Note what a piece of work took and gave; noting it again changes nothing."""
    things = [*((thing, LineageRole.INPUT) for thing in inputs), *((thing, LineageRole.OUTPUT) for thing in outputs)]
    Lineage.objects.bulk_create(
        [
            Lineage(work_type=work.type, work_id=work.id, role=role, object_type=thing.type, object_id=thing.id)
            for thing, role in things
        ],
        ignore_conflicts=True,
    )


def inputs_of(work: Thing) -> list[Thing]:
    """What the work took, in the order it was noted."""
    return _things(work, LineageRole.INPUT)


def outputs_of(work: Thing) -> list[Thing]:
    """What the work gave, in the order it was noted."""
    return _things(work, LineageRole.OUTPUT)


def makers_of(thing: Thing) -> list[Thing]:
    """The work that gave the object."""
    found = Lineage.objects.filter(role=LineageRole.OUTPUT, object_type=thing.type, object_id=thing.id).order_by("pk")
    return [Thing(row.work_type, row.work_id) for row in found]


def _things(work: Thing, role: LineageRole) -> list[Thing]:
    found = Lineage.objects.filter(work_type=work.type, work_id=work.id, role=role).order_by("pk")
    return [Thing(row.object_type, row.object_id) for row in found]
