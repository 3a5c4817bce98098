"""``manage.py rotate_secrets``: after a change of YARD_SECRET_KEY, encrypt everything with the new one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yard.accounts.secrets import secrets_rotate


class Command(BaseCommand):
    help = "Encrypt the projects' secrets with today's YARD_SECRET_KEY, reading with YARD_SECRET_KEY_FALLBACKS."

    def handle(self, *args: Any, **options: Any) -> None:
        count, unreadable = secrets_rotate()
        self.stdout.write(f"Encrypted {count} secrets with today's key.")
        if unreadable:
            raise CommandError(
                f"No known key reads {', '.join(unreadable)}. Name the old key in YARD_SECRET_KEY_FALLBACKS and run "
                "this again, or store these values anew."
            )
        self.stdout.write("YARD_SECRET_KEY_FALLBACKS may be emptied when nobody needs to stay signed in.")
