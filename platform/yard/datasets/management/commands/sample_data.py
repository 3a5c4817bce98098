"""Writes sample data to try the platform with; nothing is downloaded."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yard.datasets.samples import write_digits, write_scenes, zip_folder

WRITERS = {"digits": (write_digits, 600), "scenes": (write_scenes, 200)}


class Command(BaseCommand):
    """``manage.py sample_data digits|scenes --out DIR [--count N] [--zip]``"""

    help = "Write a sample data set: images and a CVAT annotations.xml (digits: tags, scenes: boxes)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=list(WRITERS))
        parser.add_argument("--out", type=Path, required=True, help="Folder to write to; made if it is not there")
        parser.add_argument("--count", type=int, help="Images to write (default: 600 digits, 200 scenes)")
        parser.add_argument("--zip", action="store_true", help="Also pack them as <out>.zip, ready to be uploaded")

    def handle(self, *args: Any, **options: Any) -> None:
        write, usual = WRITERS[options["what"]]
        out: Path = options["out"]
        if out.is_dir() and any(out.iterdir()):
            raise CommandError(f"{out} is not empty. Name a new folder, so that nothing of yours is overwritten.")
        try:
            write(out, usual if options["count"] is None else options["count"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        made = zip_folder(out, out.with_name(f"{out.name}.zip")) if options["zip"] else out
        self.stdout.write(str(made))
