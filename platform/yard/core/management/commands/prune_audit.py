"""``manage.py prune_audit``: the only way to remove entries from the audit log, and only old ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yard.core.audit_retention import LEAST_DAYS, prune


class Command(BaseCommand):
    help = f"Remove entries of the audit log older than --days (at least {LEAST_DAYS}), leaving one that says so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, required=True, help="keep the entries of so many days")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if days < LEAST_DAYS:
            raise CommandError(f"Entries of the last {LEAST_DAYS} days are always kept.")
        self.stdout.write(f"Removed {prune(days)} entries that were older than {days} days.")
