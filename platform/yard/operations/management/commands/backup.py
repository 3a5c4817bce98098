"""``manage.py backup PLACE``: database and objects into a folder or S3, while the platform runs."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from yard.core.errors import YardError
from yard.operations.backups.create import create_backup
from yard.operations.backups.places import open_place
from yard.operations.backups.progress import size_text
from yard.operations.backups.restore import check_backup


class Command(BaseCommand):
    help = (
        "Back up database and objects while the platform runs. Content that the place has already is not copied again. "
        "Exit status 3: the backup was made, but objects on record were not in the store."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", help="a folder, or s3://bucket/prefix (the server: YARD_BACKUP_S3_…)")
        parser.add_argument("--keep", type=_count, metavar="N", help="keep the newest N backups of the place")
        parser.add_argument("--verify", action="store_true", help="read the whole backup back afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        try:
            place = open_place(options["place"])
            made = create_backup(place, keep=options["keep"], say=say)
            if options["verify"]:
                check_backup(place, made.manifest, say=say)
        except YardError as error:
            raise CommandError(f"No backup was made. {error}") from error
        except DatabaseError as error:
            raise CommandError(f"No backup was made. The database failed: {str(error).splitlines()[0]}") from error
        manifest = made.manifest
        say(
            f"Made the backup {manifest.name} in {place.address}: {manifest.rows} rows, "
            f"{manifest.object_count} objects, {size_text(manifest.object_bytes)}; {size_text(made.added_bytes)} were "
            "new. It does not hold the secret key and the settings."
        )
        if manifest.missing:
            named = ", ".join(manifest.missing[:5])
            raise CommandError(
                f"{len(manifest.missing)} objects are on record but not in the store, so they are not in the backup: "
                f"{named}. The rest is whole.",
                returncode=3,
            )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("write a whole number from 1 on")
    return int(text)
