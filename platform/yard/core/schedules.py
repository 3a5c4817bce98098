"""Tasks that the worker does again and again."""

from __future__ import annotations

from django_q.models import Schedule


def declare(name: str, function: str, *, minutes: int, keep_results: bool = True) -> None:
    """Have the worker call ``function`` (a dotted path, no arguments) every so many minutes; repeatable.

    ``keep_results=False`` leaves its successes out of the list of tasks that were done.
    """
    values = {
        "func": function,
        "kwargs": "" if keep_results else '{"q_options": {"save": False}}',
        "schedule_type": Schedule.MINUTES,
        "minutes": minutes,
        "repeats": -1,
    }
    Schedule.objects.update_or_create(name=name, defaults=values)
