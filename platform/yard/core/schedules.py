"""Tasks that the worker does again and again."""

from __future__ import annotations

from django_q.models import Schedule


def declare(name: str, function: str, *, minutes: int) -> None:
    """Have the worker call ``function`` (a dotted path, no arguments) every so many minutes; repeatable."""
    Schedule.objects.update_or_create(
        name=name, defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
    )
