"""``manage.py restore PLACE``: make this platform out of a backup."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from yard.core.errors import YardError
from yard.operations.backups.places import Place, open_place
from yard.operations.backups.restore import check_backup, restore_backup
from yard.operations.backups.verify import find


class Command(BaseCommand):
    help = (
        "Make this platform out of a backup. Stop web, worker and supervisor first. Refuses a platform that is not "
        "empty unless --replace is given. May be killed and called again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", help="the folder or s3://bucket/prefix that backup was given")
        parser.add_argument("--name", help="which backup; the newest when left out")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="only name the backups of the place")
        what.add_argument("--check", action="store_true", help="only read the backup and compare all digests")
        what.add_argument("--replace", action="store_true", help="remove what this platform holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        try:
            place = open_place(options["place"])
            if options["list"]:
                return self._list(place)
            manifest = find(place, options["name"])
            if options["check"]:
                return check_backup(place, manifest, say=say)
            restore_backup(place, manifest, replace=options["replace"], say=say)
        except YardError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database failed: {str(error).splitlines()[0]}") from error
        made = f"{manifest.made:%Y-%m-%d %H:%M:%S} UTC"
        say(f"This platform is what it was at {made} (backup {manifest.name}). Start it now.")
        return None

    def _list(self, place: Place) -> None:
        for name in place.names():
            try:
                manifest = find(place, name)
                text = f"{manifest.rows} rows, {manifest.object_count} objects, release {manifest.platform_version}"
            except YardError as error:
                text = str(error)
            self.stdout.write(f"{name}  {text}")
