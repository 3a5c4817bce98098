"""``manage.py setup_platform``: everything a new or upgraded installation needs before it serves."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yard.core import setup


class Command(BaseCommand):
    """Repeatable: a second call changes nothing."""

    help = "Make the administrator (password printed once), install bundled templates, declare schedules."

    def handle(self, *args: Any, **options: Any) -> None:
        for _, line in setup.run():
            if line:
                self.stdout.write(line)
