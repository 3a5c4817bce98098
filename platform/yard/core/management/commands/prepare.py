"""Brings the database up to date, in one process: tables, then what the platform needs in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command, get_commands


class Command(BaseCommand):
    help = "Migrates the database and sets the platform up (administrator, bundled templates, schedules). Repeatable."

    # Worker and supervisor check the platform when they start; here it would only make everybody wait a second.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        # Nothing is collected into it in the embedded shape; the server of static files warns when it is absent.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        self.stdout.write("Tables are up to date.")
        if "setup_platform" in get_commands():
            call_command("setup_platform", stdout=self.stdout)
