"""The queue of the workers in the admin."""

from __future__ import annotations

from django.contrib import admin
from django_q.admin import QueueAdmin as Queue
from django_q.models import OrmQ

admin.site.unregister(OrmQ)


@admin.register(OrmQ)
class QueueAdmin(Queue):  # type: ignore[misc]  # django-q has no types
    """Without actions on many rows: tasks come and go in milliseconds, also between the two queries of a page.

    Django then draws boxes to tick without the bar that they belong to, and its script fails over them.
    """

    actions = None
