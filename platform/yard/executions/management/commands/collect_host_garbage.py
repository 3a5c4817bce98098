"""Remove from this host what nobody needs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yard.executions.garbage import GRACE, collect_host
from yard.executions.launchers.registry import launcher_from_settings


class Command(BaseCommand):
    """The supervisor does the same every few minutes."""

    help = (
        "Remove images, layers, environments and cached data of this host that nothing needs; safe to run at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        hours = GRACE.total_seconds() / 3600
        parser.add_argument("--grace-hours", type=float, default=hours, help="leave younger things alone (%(default)s)")

    def handle(self, *args: Any, grace_hours: float, **options: Any) -> None:
        launcher, _ = launcher_from_settings()
        try:
            removed = collect_host(launcher, grace=timedelta(hours=grace_hours))
        finally:
            launcher.close()
        self.stdout.write(f"Removed {removed} things from this host.")
